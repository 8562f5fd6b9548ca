from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogueConfig(AppConfig):
    name = "catalogue"
    verbose_name = _("Palvelut ja aiheet")

    def ready(self) -> None:
        from catalogue.history import register_models

        register_models()
