from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from guidance.models.relationship import ClientRelationship


class Erasure(models.Model):
    """A family's wish to have its data erased, and afterwards the evidence that it was: numbers, and nothing else.

    An anonymous visitor's is carried out at once. An identified person's is decided by a supervisor, since the law may
    oblige to keep a client's record. Once erased, the row has neither the relationship nor a word of the family.
    """

    class Asker(models.TextChoices):
        VISITOR = "visitor", _("nimetön")
        PERSON = "person", _("tunnistautunut")

    class State(models.TextChoices):
        ASKED = "asked", _("odottaa päätöstä")
        ERASED = "erased", _("poistettu")
        REFUSED = "refused", _("ei poisteta")
        WITHDRAWN = "withdrawn", _("pyyntö peruttu")

    asker = models.CharField(max_length=10, choices=Asker)
    relationship = models.ForeignKey(ClientRelationship, on_delete=models.PROTECT, null=True, related_name="erasures")
    relationship_number = models.BigIntegerField(null=True)  # as the audit names it; null when there was none
    reason = models.TextField(max_length=2000, blank=True, default="")
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    answer = models.TextField(max_length=2000, blank=True, default="")
    rows = models.JSONField(default=dict)  # what was erased: {"message": 12, …}

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["relationship"], condition=Q(state="asked"), name="erasure_asked_once_at_a_time"
            ),
            models.CheckConstraint(
                name="erasure_state_agrees",
                condition=Q(state="asked", relationship__isnull=False, answered_at__isnull=True, answer="")
                | Q(state="erased", relationship__isnull=True, answered_at__isnull=False, reason="", answer="")
                | (
                    Q(
                        state="refused",
                        relationship__isnull=False,
                        answered_at__isnull=False,
                        answered_by__isnull=False,
                    )
                    & ~Q(answer="")
                )
                | Q(state="withdrawn", relationship__isnull=False, answered_at__isnull=False, answer=""),
            ),
            models.CheckConstraint(
                name="erasure_times_in_order",
                condition=Q(answered_at__isnull=True) | Q(answered_at__gte=F("asked_at")),
            ),
        ]
