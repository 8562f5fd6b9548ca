from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalogue.models.services import Service
from catalogue.models.situations import LifeSituation
from catalogue.models.texts import words_field
from core.translations import LANGUAGES


class Synonym(models.Model):
    """Words that people use of something, and where they lead: services, life situations, or words of the catalogue."""

    language = models.CharField(_("kieli"), max_length=2, choices=[(code, code) for code in LANGUAGES])
    words = words_field(_("sanat"), help_text=_("Sanoja ja sanontoja, pilkuin erotettuina: ero, eroaminen, avioero"))
    services = models.ManyToManyField(Service, blank=True, related_name="synonyms", verbose_name=_("palvelut"))
    situations = models.ManyToManyField(
        LifeSituation, blank=True, related_name="synonyms", verbose_name=_("elämäntilanteet")
    )
    means = words_field(_("tarkoittaa sanoja"))

    class Meta:
        verbose_name = _("samaa tarkoittavat sanat")
        verbose_name_plural = _("samaa tarkoittavat sanat")
        ordering = ["language", "id"]
        constraints = [models.CheckConstraint(name="synonym_has_words", condition=~Q(words=[]))]

    def __str__(self) -> str:
        return ", ".join(self.words)


class MissedSearch(models.Model):
    """Words that found nothing, counted by the day: never who asked, nor when on that day."""

    words = models.CharField(_("sanat"), max_length=120)
    language = models.CharField(_("kieli"), max_length=2)
    on = models.DateField(_("päivä"))
    count = models.PositiveIntegerField(_("kertoja"), default=1)
    handled = models.BooleanField(_("käsitelty"), default=False)

    class Meta:
        verbose_name = _("haku ilman tulosta")
        verbose_name_plural = _("haut ilman tulosta")
        ordering = ["-on", "-count", "words"]
        constraints = [models.UniqueConstraint(fields=["words", "language", "on"], name="missed_search_once_a_day")]

    def __str__(self) -> str:
        return self.words
