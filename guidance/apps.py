from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GuidanceConfig(AppConfig):
    name = "guidance"
    verbose_name = _("Aukioloajat ja valmiit tekstit")

    def ready(self) -> None:
        from guidance.notices import register_letters

        register_letters()
