from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalogue.models import Service


class Segment(models.TextChoices):
    """The five groups; what each is owed stands in segments/duties.py."""

    UNIVERSAL = "universal", _("yleiset palvelut")
    OMATOIMI = "omatoimi", _("omatoimi")
    YHTEISO = "yhteiso", _("yhteisö")
    YHTEISTYO = "yhteistyo", _("yhteistyö")
    VERKOSTO = "verkosto", _("verkosto")


class SegmentSuggestion(models.Model):
    """A service of the catalogue that is suggested to a family in a segment. Reference data, edited by admins."""

    segment = models.CharField(_("segmentti"), max_length=10, choices=Segment)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+", verbose_name=_("palvelu"))
    order = models.PositiveSmallIntegerField(_("järjestys"), default=0)

    class Meta:
        verbose_name = _("segmentin palveluehdotus")
        verbose_name_plural = _("segmenttien palveluehdotukset")
        ordering = ["segment", "order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["segment", "service"], name="segment_suggests_once"),
            models.CheckConstraint(
                name="segment_suggestion_known",
                condition=Q(segment__in=["universal", "omatoimi", "yhteiso", "yhteistyo", "verkosto"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_segment_display()}: {self.service}"
