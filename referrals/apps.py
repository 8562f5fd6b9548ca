from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReferralsConfig(AppConfig):
    name = "referrals"
    verbose_name = _("Ohjaukset palveluihin")

    def ready(self) -> None:
        from guidance.attached import attach
        from guidance.path import add_to_path
        from referrals.attached import REFERRALS
        from referrals.links import register_letters
        from referrals.path import touches

        attach(REFERRALS)
        register_letters()
        add_to_path("referrals", touches)
