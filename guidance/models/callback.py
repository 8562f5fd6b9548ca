from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from guidance.models.contact import Contact


class CallbackRequest(models.Model):
    """The number to call and when it suits, beside the contact of a callback.

    The number is sealed; `number_end` (its last digits) is what pages show without opening it. After retention both
    are empty. When it is to be called by is the contact's `due_at`; `next_try_at` is when a further try makes sense,
    after one that failed.
    """

    class Wish(models.TextChoices):
        MORNING = "morning", _("aamulla (8–10)")
        FORENOON = "forenoon", _("aamupäivällä (10–12)")
        AFTERNOON = "afternoon", _("iltapäivällä (12–14)")
        LATE_AFTERNOON = "late_afternoon", _("myöhemmin iltapäivällä (14–16)")

    contact = models.OneToOneField(Contact, on_delete=models.PROTECT, primary_key=True, related_name="callback")
    number_sealed = models.TextField(blank=True)
    number_end = models.CharField(max_length=4, blank=True)
    wishes = ArrayField(models.CharField(max_length=20, choices=Wish), default=list, blank=True)
    next_try_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="callback_wishes_known",
                condition=Q(wishes__contained_by=["morning", "forenoon", "afternoon", "late_afternoon"]),
            ),
            models.CheckConstraint(
                name="callback_number_whole_or_gone",
                condition=(Q(number_sealed="") & Q(number_end="")) | (~Q(number_sealed="") & ~Q(number_end="")),
            ),
        ]


class CallbackAttempt(models.Model):
    """One try to reach somebody by telephone, and what came of it."""

    class Outcome(models.TextChoices):
        REACHED = "reached", _("Tavoitettu")
        NO_ANSWER = "no_answer", _("Ei vastannut")
        WRONG_NUMBER = "wrong_number", _("Väärä numero")

    callback = models.ForeignKey(CallbackRequest, on_delete=models.PROTECT, related_name="attempts")
    ordinal = models.PositiveSmallIntegerField()
    nonce = models.UUIDField()
    worker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=12, choices=Outcome)
    at = models.DateTimeField()

    class Meta:
        ordering = ["ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["callback", "ordinal"], name="attempt_in_order"),
            models.UniqueConstraint(fields=["callback", "nonce"], name="attempt_once"),
            models.UniqueConstraint(fields=["callback"], condition=Q(outcome="reached"), name="attempt_reached_once"),
            models.CheckConstraint(
                name="attempt_outcome_known", condition=Q(outcome__in=["reached", "no_answer", "wrong_number"])
            ),
            models.CheckConstraint(name="attempt_ordinal_from_one", condition=Q(ordinal__gte=1)),
        ]
