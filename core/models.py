from django.db import models


class OutboxEntry(models.Model):
    """One effect that leaves the platform (a mail, a text, a job), written in the transaction that decided on it.

    Nothing is sent from a request. The outbox task sends what is due; until then an entry can be cancelled.
    `key` makes an effect idempotent: the same key is one entry, however often it is decided.
    """

    class Kind(models.TextChoices):
        EMAIL = "email"

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    payload = models.JSONField()
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="outbox_sent_or_cancelled",
                condition=models.Q(sent_at__isnull=True) | models.Q(cancelled_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="outbox_due",
                condition=models.Q(sent_at__isnull=True, cancelled_at__isnull=True),
            )
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
