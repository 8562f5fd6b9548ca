from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User


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
