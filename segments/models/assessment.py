import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from guidance.models import ClientRelationship, Contact
from segments.models.instrument import InstrumentVersion
from segments.models.segment import Segment

TEXT_LIMIT = 2_000


class Assessment(models.Model):
    """The dated record behind a segment: both answers, what they gave, what was decided and why.

    Coping is the family's to answer, demandingness the professional's. `client_answers` and `demand_answers` are
    {question key: answer key}; the scores and the proposal are worked out from the instrument's version and kept as
    they came out. A decided assessment is never changed: the relationship's segment is that of its newest decided one,
    and the list of them is the history.
    """

    class State(models.TextChoices):
        OPEN = "open", _("kesken")
        DECIDED = "decided", _("päätetty")
        WITHDRAWN = "withdrawn", _("peruttu")

    class Answered(models.TextChoices):
        ALONE = "alone", _("itse")
        IN_CHAT = "in_chat", _("keskustelussa")
        TOGETHER = "together", _("yhdessä työntekijän kanssa")

    class Coping(models.TextChoices):
        GOOD = "good", _("arjessa pärjätään")
        WEAK = "weak", _("arki on kuormittunut")

    class Demand(models.TextChoices):
        LOW = "low", _("tilanne on selkeä")
        HIGH = "high", _("tilanne on vaativa")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    relationship = models.ForeignKey(ClientRelationship, on_delete=models.PROTECT, related_name="assessments")
    contact = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, related_name="+")
    instrument = models.ForeignKey(InstrumentVersion, on_delete=models.PROTECT, related_name="assessments")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()

    client_answers = models.JSONField(null=True)
    client_answered = models.CharField(max_length=10, choices=Answered, blank=True, default="")
    client_answered_at = models.DateTimeField(null=True)
    # The family's own view of what it needs, beside whatever is decided.
    client_view = models.TextField(max_length=TEXT_LIMIT, blank=True, default="")
    client_segment = models.CharField(max_length=10, choices=Segment, blank=True, default="")

    demand_answers = models.JSONField(null=True)
    demand_answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    demand_answered_at = models.DateTimeField(null=True)

    coping_score = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    demand_score = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    coping = models.CharField(max_length=10, choices=Coping, blank=True, default="")
    demand = models.CharField(max_length=10, choices=Demand, blank=True, default="")
    proposed = models.CharField(max_length=10, choices=Segment, blank=True, default="")

    decided = models.CharField(max_length=10, choices=Segment, blank=True, default="")
    decision_reason = models.TextField(max_length=TEXT_LIMIT, blank=True, default="")
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    next_review_on = models.DateField(null=True)  # null: the segment needs no review
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-started_at"]
        indexes = [
            models.Index(
                fields=["relationship", "-decided_at"], name="assessment_decided", condition=Q(state="decided")
            ),
            models.Index(fields=["unit", "next_review_on"], name="assessment_review", condition=Q(state="decided")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["relationship"], condition=Q(state="open"), name="assessment_one_open"),
            models.CheckConstraint(
                name="assessment_client_answers_whole",
                condition=Q(client_answers__isnull=True, client_answered_at__isnull=True, client_answered="")
                | (Q(client_answers__isnull=False, client_answered_at__isnull=False) & ~Q(client_answered="")),
            ),
            models.CheckConstraint(
                name="assessment_demand_answers_whole",
                condition=Q(
                    demand_answers__isnull=True, demand_answered_at__isnull=True, demand_answered_by__isnull=True
                )
                | Q(demand_answers__isnull=False, demand_answered_at__isnull=False, demand_answered_by__isnull=False),
            ),
            models.CheckConstraint(
                name="assessment_proposes_from_both",
                condition=Q(proposed="")
                | (
                    Q(coping_score__isnull=False, demand_score__isnull=False)
                    & Q(client_answers__isnull=False, demand_answers__isnull=False)
                    & Q(coping__in=["good", "weak"], demand__in=["low", "high"])
                ),
            ),
            models.CheckConstraint(
                name="assessment_state_agrees",
                condition=Q(state="open", decided="", decided_at__isnull=True, withdrawn_at__isnull=True)
                | Q(state="withdrawn", decided="", decided_at__isnull=True, withdrawn_at__isnull=False)
                | (
                    Q(
                        state="decided",
                        decided__in=["universal", "omatoimi", "yhteiso", "yhteistyo", "verkosto"],
                        decided_at__isnull=False,
                        decided_by__isnull=False,
                        withdrawn_at__isnull=True,
                    )
                    & ~Q(decision_reason="")
                ),
            ),
            models.CheckConstraint(
                name="assessment_times_in_order",
                condition=(Q(decided_at__isnull=True) | Q(decided_at__gte=F("started_at")))
                & (Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("started_at")))
                & (Q(client_answered_at__isnull=True) | Q(client_answered_at__gte=F("started_at")))
                & (Q(demand_answered_at__isnull=True) | Q(demand_answered_at__gte=F("started_at"))),
            ),
        ]
