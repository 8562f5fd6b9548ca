from django.apps import AppConfig


class PerhekeskusConfig(AppConfig):
    name = "perhekeskus"
