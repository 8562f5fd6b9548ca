from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guidance.models.contact import Contact


class CustomerPromise(models.Model):
    """How soon a person answers in a channel: told publicly, counted into every contact's `due_at`, measured.

    Minutes are of the wall clock, from entering the queue; service days are days on which the channel is answered,
    the day of arrival not counted, until the last closing of that day.
    """

    class Measure(models.TextChoices):
        MINUTES = "minutes", _("minuuttia")
        SERVICE_DAYS = "service_days", _("palvelupäivää")

    channel = models.CharField(
        _("kanava"),
        max_length=20,
        unique=True,
        choices=[
            (channel.value, channel.label)
            for channel in (Contact.Channel.CHAT, Contact.Channel.MESSAGE, Contact.Channel.CALLBACK)
        ],
    )
    within = models.PositiveSmallIntegerField(_("enintään"))
    measure = models.CharField(_("yksikkö"), max_length=12, choices=Measure)
    text_fi = models.TextField(_("lupaus suomeksi"))
    text_sv = models.TextField(_("lupaus ruotsiksi"), blank=True)
    text_en = models.TextField(_("lupaus englanniksi"), blank=True)

    class Meta:
        verbose_name = _("asiakaslupaus")
        verbose_name_plural = _("asiakaslupaukset")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="promise_within", condition=Q(within__range=(1, 600))),
            models.CheckConstraint(name="promise_measure_known", condition=Q(measure__in=["minutes", "service_days"])),
            models.CheckConstraint(
                name="promise_channel_known", condition=Q(channel__in=["chat", "message", "callback"])
            ),
        ]

    def __str__(self) -> str:
        return self.get_channel_display()
