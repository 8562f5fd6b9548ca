from django.db import models
from django.db.models import F, Q

from accounts.models import Unit, User
from guidance.models.relationship import ClientRelationship


class OlderLogRequest(models.Model):
    """A family asks to see looks that are older than two years; a supervisor of the unit grants or refuses."""

    class State(models.TextChoices):
        ASKED = "asked"
        GRANTED = "granted"
        REFUSED = "refused"

    relationship = models.ForeignKey(ClientRelationship, on_delete=models.PROTECT, related_name="older_log_requests")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")  # whose supervisors answer
    reason = models.TextField(max_length=1000)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(max_length=1000, blank=True, default="")  # why it was refused
    shown_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["relationship"], condition=Q(state="asked"), name="older_log_asked_once_at_a_time"
            ),
            models.CheckConstraint(name="older_log_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="older_log_state_agrees",
                condition=Q(state="asked", answered_at__isnull=True, answered_by__isnull=True, shown_until__isnull=True)
                | Q(state="granted", answered_at__isnull=False, answered_by__isnull=False, shown_until__isnull=False)
                | (
                    Q(state="refused", answered_at__isnull=False, answered_by__isnull=False, shown_until__isnull=True)
                    & ~Q(answer="")
                ),
            ),
        ]


class LookReview(models.Model):
    """A supervisor has gone through unusual looks of one worker: all of that kind and subject up to an event."""

    class Kind(models.TextChoices):
        NO_TASK = "no_task"
        MANY = "many"
        LONG_CLOSED = "long_closed"

    kind = models.CharField(max_length=12, choices=Kind)
    worker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=64)  # the contact's id, or the hour
    up_to = models.BigIntegerField()  # the newest audit event that was gone through
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["worker", "kind", "subject"], name="look_review_of")]
        constraints = [
            models.CheckConstraint(name="look_reviewed_by_another", condition=~Q(reviewed_by=F("worker"))),
        ]
