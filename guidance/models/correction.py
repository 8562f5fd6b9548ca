from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from guidance.models.relationship import ClientRelationship


class CorrectionRequest(models.Model):
    """An identified person's wish to have something corrected in their record, and the answer to it: within a month
    (GDPR, articles 12(3) and 16)."""

    class State(models.TextChoices):
        ASKED = "asked", _("odottaa vastausta")
        CORRECTED = "corrected", _("korjattu")
        REFUSED = "refused", _("ei korjata")
        WITHDRAWN = "withdrawn", _("pyyntö peruttu")

    relationship = models.ForeignKey(ClientRelationship, on_delete=models.PROTECT, related_name="corrections")
    body = models.TextField(max_length=2000)
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    answer = models.TextField(max_length=2000, blank=True, default="")

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(name="correction_not_empty", condition=~Q(body="")),
            models.CheckConstraint(
                name="correction_state_agrees",
                condition=Q(state="asked", answered_at__isnull=True, answered_by__isnull=True, answer="")
                | (
                    Q(state__in=["corrected", "refused"], answered_at__isnull=False, answered_by__isnull=False)
                    & ~Q(answer="")
                )
                | Q(state="withdrawn", answered_at__isnull=False, answered_by__isnull=True, answer=""),
            ),
            models.CheckConstraint(
                name="correction_times_in_order",
                condition=Q(answered_at__isnull=True) | Q(answered_at__gte=F("asked_at")),
            ),
        ]
