from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class InstrumentVersion(models.Model):
    """One version of an instrument: a content pack as it was read from its file, never changed afterwards.

    `content` holds the questions of both axes with words in fi/sv/en, their answers with points, weights and the
    cut-points (segments/instruments.py says the shape and checks it); `digest` is the SHA-256 of its canonical JSON.
    The database refuses to change `content` of a row, so an old assessment is always read by what was asked then.
    """

    slug = models.SlugField(_("tunnus"), max_length=60)
    number = models.PositiveSmallIntegerField(_("versio"))
    content = models.JSONField(_("sisältö"))
    digest = models.CharField(max_length=64)
    licence = models.CharField(_("lisenssi"), max_length=120)
    source = models.CharField(_("lähde"), max_length=300)
    published_at = models.DateTimeField(_("julkaistu"))
    retired_at = models.DateTimeField(_("poistettu käytöstä"), null=True, blank=True)

    class Meta:
        verbose_name = _("arviointimittari")
        verbose_name_plural = _("arviointimittarit")
        ordering = ["slug", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["slug", "number"], name="instrument_version_once"),
            models.CheckConstraint(
                name="instrument_says_whose", condition=~Q(licence="") & ~Q(source="") & Q(number__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slug} {self.number}"
