from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalogue.models.texts import NamedSomehow


class Code(NamedSomehow):
    """A term of a national code list. The URI is its name: a notation may stand for two terms."""

    class Scheme(models.TextChoices):
        SERVICE_CLASS = "service_class", _("palveluluokka")
        TARGET_GROUP = "target_group", _("kohderyhmä")
        LIFE_EVENT = "life_event", _("elämäntapahtuma")
        ONTOLOGY = "ontology", _("asiasana")

    scheme = models.CharField(_("luettelo"), max_length=20, choices=Scheme)
    uri = models.CharField("URI", max_length=200, unique=True)
    notation = models.CharField(_("tunnus"), max_length=40, blank=True)
    broader: Any = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="narrower", verbose_name=_("ylempi")
    )

    class Meta:
        verbose_name = _("luokka")
        verbose_name_plural = _("luokat")
        ordering = ["scheme", "notation", "uri"]
