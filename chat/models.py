import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Language, Unit, User
from guidance.models import Contact


class Presence(models.Model):
    """Whether a worker takes chats now, how many at once, and when the desk last gave a sign of life."""

    class State(models.TextChoices):
        AVAILABLE = "available", _("Vapaana")
        PAUSED = "paused", _("Tauolla")
        AWAY = "away", _("Poissa")

    class PauseReason(models.TextChoices):
        BREAK = "break", _("tauko")
        MEETING = "meeting", _("palaveri")
        ADMIN_WORK = "admin_work", _("kirjaaminen")
        OTHER = "other", _("muu työ")

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="presence")
    state = models.CharField(max_length=10, choices=State, default=State.AWAY)
    pause_reason = models.CharField(max_length=20, choices=PauseReason, blank=True, default="")
    capacity = models.PositiveSmallIntegerField(default=3)
    since = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="presence_capacity", condition=Q(capacity__range=(1, 8))),
            models.CheckConstraint(
                name="presence_pause_has_reason",
                condition=(Q(state="paused") & ~Q(pause_reason="")) | (~Q(state="paused") & Q(pause_reason="")),
            ),
        ]


class TurnedAway(models.Model):
    """Somebody came to a door that was closed or full, and which other door they took next. Nobody is known here."""

    class Reason(models.TextChoices):
        CLOSED = "closed", _("kiinni")
        FULL = "full", _("täynnä")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField()
    channel = models.CharField(max_length=20, choices=Contact.Channel)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=6, choices=Reason)
    language = models.CharField(max_length=2, choices=Language)
    took_channel = models.CharField(max_length=20, choices=Contact.Channel, blank=True, default="")
    took_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["at"], name="turned_away_at")]
        constraints = [
            models.CheckConstraint(name="turned_away_reason_known", condition=Q(reason__in=["closed", "full"])),
            models.CheckConstraint(
                name="turned_away_took_agrees",
                condition=Q(took_channel="", took_at__isnull=True)
                | (~Q(took_channel="") & Q(took_at__isnull=False, took_at__gte=F("at"))),
            ),
        ]


class Alarm(models.Model):
    """Something that a supervisor should know now: from when until when, and who has said that they know.

    `fingerprint` names the matter (a unit's door, one contact), so that the same matter is one alarm while it lasts.
    """

    class Kind(models.TextChoices):
        UNMANNED = "unmanned", _("Chat on auki, mutta kukaan ei päivystä")
        PROMISE_LATE = "promise_late", _("Lupaus on ylittynyt")
        DANGER_WAITS = "danger_waits", _("Kiireelliseksi merkitty odottaa")
        MENDED = "mended", _("Järjestelmä korjasi ristiriidan")

    kind = models.CharField(max_length=16, choices=Kind)
    fingerprint = models.CharField(max_length=80)
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="alarms")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, null=True, related_name="+")
    detail = models.CharField(max_length=60, blank=True, default="")
    raised_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    seen_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-raised_at"]
        indexes = [models.Index(fields=["unit", "-raised_at"], name="alarm_of_unit")]
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint"], condition=Q(ended_at__isnull=True), name="alarm_one_while_it_lasts"
            ),
            models.CheckConstraint(
                name="alarm_kind_known",
                condition=Q(kind__in=["unmanned", "promise_late", "danger_waits", "mended"]),
            ),
            models.CheckConstraint(
                name="alarm_times", condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("raised_at"))
            ),
            models.CheckConstraint(
                name="alarm_seen_agrees",
                condition=Q(seen_by__isnull=True, seen_at__isnull=True)
                | Q(seen_by__isnull=False, seen_at__isnull=False),
            ),
        ]
