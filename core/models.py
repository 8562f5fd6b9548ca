from django.db import models


class OutboxEntry(models.Model):
    """One letter that leaves the platform, written in the transaction that decided on it (core/outbox.py).

    Nothing is sent from a request. The outbox task sends what is due; until it has claimed an entry, that can be
    cancelled. `key` makes an effect idempotent: the same key is one entry, however often it is decided. The payload
    names by ids or is sealed, and is emptied when the entry has ended.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        CLAIMED = "claimed"  # somebody is sending it just now
        UNCERTAIN = "uncertain"  # whoever was sending it has vanished, or the answer has
        SENT = "sent"
        CANCELLED = "cancelled"
        GIVEN_UP = "given_up"

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=20)
    recipient = models.CharField(max_length=40, blank=True, default="")  # whose letters may go as one
    payload = models.JSONField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=40, blank=True, default="")  # why it ended, or is late: a code
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="outbox_state_agrees",
                condition=models.Q(state="waiting", claimed_at__isnull=True, ended_at__isnull=True)
                | models.Q(state__in=["claimed", "uncertain"], claimed_at__isnull=False, ended_at__isnull=True)
                | models.Q(state="sent", claimed_at__isnull=False, ended_at__isnull=False)
                | models.Q(state__in=["cancelled", "given_up"], ended_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="outbox_waiting", condition=models.Q(state="waiting")),
            models.Index(
                fields=["claimed_at"],
                name="outbox_unended",
                condition=models.Q(state__in=["claimed", "uncertain"]),
            ),
        ]


class Heartbeat(models.Model):
    """The last sign of life of a background process; `/readyz` reads it."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()


class PurgeRun(models.Model):
    """The evidence of one night's removal: of which class, older than what, how many, when. Nothing of anybody.

    `rows` grows with each batch, in the batch's own transaction; a run that was cut short has no `finished_at`.
    """

    retention_class = models.CharField(max_length=40)
    before = models.DateTimeField()
    rows = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["started_at"], name="purge_run_started")]
        constraints = [
            models.CheckConstraint(
                name="purge_run_times_in_order",
                condition=models.Q(finished_at__isnull=True) | models.Q(finished_at__gte=models.F("started_at")),
            )
        ]
