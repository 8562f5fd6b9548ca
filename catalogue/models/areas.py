from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalogue.models.texts import Named


class Area(Named):
    """A municipality, or a county (wellbeing services county) that municipalities belong to."""

    class Kind(models.TextChoices):
        MUNICIPALITY = "municipality", _("kunta")
        COUNTY = "county", _("hyvinvointialue")

    kind = models.CharField(_("laji"), max_length=20, choices=Kind)
    code = models.CharField(
        _("tunnus"), max_length=3, help_text=_("Kunnalla kolme numeroa, hyvinvointialueella kaksi.")
    )
    county: Any = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="municipalities", verbose_name=_("hyvinvointialue")
    )

    class Meta:
        verbose_name = _("alue")
        verbose_name_plural = _("alueet")
        ordering = ["kind", "code"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="area_code_once"),
            models.CheckConstraint(
                name="area_code_by_kind",
                condition=Q(kind="municipality", code__regex=r"^\d{3}$")
                | Q(kind="county", code__regex=r"^\d{2}$", county__isnull=True),
            ),
        ]
