import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from guidance.models.relationship import ClientRelationship

REASON_LIMIT = 2_000


class ResponsibleWorker(models.Model):
    """The named person who answers for an identified relationship: proposed, then accepted or declined by that person.

    A row is one person's term. Handing over is a new row that `replaces` the present one; the present one ends in the
    moment when the new person accepts, so that nobody is ever without. At most one stands, and at most one is proposed.
    """

    class Role(models.TextChoices):
        CONTACT_PERSON = "contact_person", _("yhteyshenkilö")
        RESPONSIBLE = "responsible", _("vastuutyöntekijä")
        COORDINATOR = "coordinator", _("koordinoiva vastuutyöntekijä")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("odottaa vastausta")
        ACCEPTED = "accepted", _("vastaa")
        DECLINED = "declined", _("kieltäytyi")
        WITHDRAWN = "withdrawn", _("ehdotus peruttu")
        ENDED = "ended", _("päättynyt")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    relationship = models.ForeignKey(ClientRelationship, on_delete=models.PROTECT, related_name="responsible_workers")
    worker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="responsibilities")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=Role)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    proposal = models.TextField(max_length=REASON_LIMIT, blank=True, default="")  # why this person
    answered_at = models.DateTimeField(null=True)
    decline_reason = models.TextField(max_length=REASON_LIMIT, blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    end_reason = models.TextField(max_length=REASON_LIMIT, blank=True, default="")

    class Meta:
        ordering = ["-proposed_at"]
        indexes = [
            models.Index(fields=["worker"], name="responsible_live", condition=Q(state__in=["proposed", "accepted"]))
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["relationship"], condition=Q(state="accepted"), name="responsible_one_stands"
            ),
            models.UniqueConstraint(
                fields=["relationship"], condition=Q(state="proposed"), name="responsible_one_proposed"
            ),
            models.CheckConstraint(
                name="responsible_role_known",
                condition=Q(role__in=["contact_person", "responsible", "coordinator"]),
            ),
            models.CheckConstraint(
                name="responsible_state_agrees",
                condition=Q(state="proposed", answered_at__isnull=True, ended_at__isnull=True, decline_reason="")
                | Q(state="accepted", answered_at__isnull=False, ended_at__isnull=True, decline_reason="")
                | (Q(state="declined", answered_at__isnull=False, ended_at__isnull=True) & ~Q(decline_reason=""))
                | Q(state="withdrawn", answered_at__isnull=True, ended_at__isnull=False, decline_reason="")
                | Q(state="ended", answered_at__isnull=False, ended_at__isnull=False, decline_reason=""),
            ),
            models.CheckConstraint(
                name="responsible_times_in_order",
                condition=(Q(answered_at__isnull=True) | Q(answered_at__gte=F("proposed_at")))
                & (Q(ended_at__isnull=True) | Q(ended_at__gte=F("proposed_at")))
                & (Q(ended_at__isnull=True) | Q(answered_at__isnull=True) | Q(ended_at__gte=F("answered_at"))),
            ),
        ]


class Substitute(models.Model):
    """Who answers for the relationship while its responsible worker is away: from the first day up to, and without, the
    last (Helsinki days). The term stays its worker's."""

    term = models.ForeignKey(ResponsibleWorker, on_delete=models.PROTECT, related_name="substitutes")
    worker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    from_on = models.DateField()
    until_on = models.DateField()
    named_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["from_on", "pk"]
        constraints = [
            models.CheckConstraint(name="substitute_days_in_order", condition=Q(until_on__gt=F("from_on"))),
        ]
