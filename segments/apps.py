from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SegmentsConfig(AppConfig):
    name = "segments"
    verbose_name = _("Arviot ja suunnitelmat")

    def ready(self) -> None:
        from guidance.attached import attach
        from guidance.path import add_to_path
        from segments.attached import SEGMENTS
        from segments.path import touches

        attach(SEGMENTS)
        add_to_path("segments", touches)
