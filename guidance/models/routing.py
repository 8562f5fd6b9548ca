from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Language, Unit
from catalogue.models import Topic
from guidance.models.contact import Contact


class RoutingRule(models.Model):
    """Which unit a new contact comes to. Empty fields fit everything; of the rules that fit, the lowest order wins, and
    without any the front door has it."""

    order = models.PositiveSmallIntegerField(_("järjestys"), default=0)
    channel = models.CharField(_("kanava"), max_length=20, choices=Contact.Channel, blank=True, default="")
    language = models.CharField(_("kieli"), max_length=2, choices=Language, blank=True, default="")
    topic = models.ForeignKey(
        Topic, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("aihe")
    )
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+", verbose_name=_("yksikkö"))

    class Meta:
        verbose_name = _("ohjaussääntö")
        verbose_name_plural = _("ohjaussäännöt")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                name="routing_asks_something", condition=~Q(channel="") | ~Q(language="") | Q(topic__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.order}: {self.unit}"


class DangerWord(models.Model):
    """A beginning of a word, or of words in a row, that may tell of danger to life or health. A person decides."""

    language = models.CharField(_("kieli"), max_length=2, choices=Language)
    stem = models.CharField(_("sanan alku"), max_length=60)

    class Meta:
        verbose_name = _("vaarasta kertova sana")
        verbose_name_plural = _("vaarasta kertovat sanat")
        ordering = ["language", "stem"]
        constraints = [
            models.UniqueConstraint(fields=["language", "stem"], name="danger_word_once"),
            models.CheckConstraint(name="danger_word_not_empty", condition=~Q(stem="")),
        ]

    def __str__(self) -> str:
        return self.stem
