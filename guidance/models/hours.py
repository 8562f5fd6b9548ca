from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from core.translations import localized
from guidance.models.contact import Contact

DAY_MINUTES = 24 * 60


class ServiceWindow(models.Model):
    """A weekly opening time of one channel of a unit, in minutes of the Helsinki day (1440 = 24:00)."""

    class Weekday(models.IntegerChoices):
        MONDAY = 1, _("maanantai")
        TUESDAY = 2, _("tiistai")
        WEDNESDAY = 3, _("keskiviikko")
        THURSDAY = 4, _("torstai")
        FRIDAY = 5, _("perjantai")
        SATURDAY = 6, _("lauantai")
        SUNDAY = 7, _("sunnuntai")

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="windows", verbose_name=_("yksikkö"))
    channel = models.CharField(_("kanava"), max_length=20, choices=Contact.Channel)
    weekday = models.PositiveSmallIntegerField(_("viikonpäivä"), choices=Weekday)
    opens_minute = models.PositiveSmallIntegerField(_("aukeaa"))
    closes_minute = models.PositiveSmallIntegerField(_("sulkeutuu"))

    class Meta:
        verbose_name = _("aukioloaika")
        verbose_name_plural = _("aukioloajat")
        ordering = ["unit", "channel", "weekday", "opens_minute"]
        constraints = [
            models.CheckConstraint(
                name="window_within_day",
                condition=Q(opens_minute__lt=F("closes_minute"), closes_minute__lte=DAY_MINUTES, weekday__range=(1, 7)),
            ),
            models.UniqueConstraint(fields=["unit", "channel", "weekday", "opens_minute"], name="window_once"),
        ]

    def __str__(self) -> str:
        return f"{self.unit}, {self.get_channel_display()}, {self.get_weekday_display()}"


class HoursException(models.Model):
    """Other hours, or none, on one date. Empty unit or channel means all of them; the more specific one wins."""

    unit = models.ForeignKey(
        Unit, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("yksikkö")
    )
    channel = models.CharField(_("kanava"), max_length=20, choices=Contact.Channel, blank=True, default="")
    date = models.DateField(_("päivä"))
    opens_minute = models.PositiveSmallIntegerField(_("aukeaa"), null=True, blank=True)
    closes_minute = models.PositiveSmallIntegerField(_("sulkeutuu"), null=True, blank=True)
    reason_fi = models.CharField(_("syy suomeksi"), max_length=120)
    reason_sv = models.CharField(_("syy ruotsiksi"), max_length=120, blank=True)
    reason_en = models.CharField(_("syy englanniksi"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("poikkeus aukioloaikaan")
        verbose_name_plural = _("poikkeukset aukioloaikoihin")
        ordering = ["date", "opens_minute"]
        constraints = [
            models.CheckConstraint(
                name="exception_both_or_neither",
                condition=Q(opens_minute__isnull=True, closes_minute__isnull=True)
                | Q(
                    opens_minute__isnull=False,
                    closes_minute__isnull=False,
                    opens_minute__lt=F("closes_minute"),
                    closes_minute__lte=DAY_MINUTES,
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.date}: {localized(self, 'reason')}"
