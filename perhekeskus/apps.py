from django.apps import AppConfig


class PerhekeskusConfig(AppConfig):
    name = "perhekeskus"

    def ready(self) -> None:
        from perhekeskus.review_notices import register_letters

        register_letters()
