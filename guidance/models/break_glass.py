from django.db import models
from django.db.models import F, Q

from accounts.models import Unit, User
from guidance.models.contact import Contact


class BreakGlass(models.Model):
    """A member of staff opened a contact that is no task of theirs, with a reason, for a while: to be reviewed."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")  # in which the user works
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(max_length=500)
    at = models.DateTimeField()
    until = models.DateTimeField()
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "contact", "until"], name="break_glass_live")]
        constraints = [
            models.CheckConstraint(name="break_glass_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(name="break_glass_ends", condition=Q(until__gt=F("at"))),
            models.CheckConstraint(
                name="break_glass_review_agrees",
                condition=Q(reviewed_at__isnull=True, reviewed_by__isnull=True)
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False),
            ),
            models.CheckConstraint(name="break_glass_reviewed_by_another", condition=~Q(reviewed_by=F("user"))),
        ]
