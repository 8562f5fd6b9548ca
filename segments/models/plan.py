import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from guidance.models import ClientRelationship

TEXT_LIMIT = 2_000


class Plan(models.Model):
    """What a family and its workers have agreed: goals in the family's words, steps with who and when, the next review.

    Each change makes `version` one higher and takes the family's confirmation away from the present version; what was
    confirmed, word for word, stays in PlanVersion.
    """

    class Kind(models.TextChoices):
        CHECKLIST = "checklist", _("oma muistilista")
        LIGHT = "light", _("kevyt suunnitelma")
        WRITTEN = "written", _("kirjallinen suunnitelma")
        SHARED = "shared", _("yhteinen suunnitelma")

    class State(models.TextChoices):
        DRAFT = "draft", _("luonnos")
        PROPOSED = "proposed", _("perheen vahvistettavana")
        CONFIRMED = "confirmed", _("sovittu")
        ENDED = "ended", _("päättynyt")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    relationship = models.ForeignKey(ClientRelationship, on_delete=models.PROTECT, related_name="plans")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    version = models.PositiveSmallIntegerField(default=1)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    proposed_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)  # the present version's
    next_review_on = models.DateField(null=True)
    family_words = models.TextField(max_length=TEXT_LIMIT, blank=True, default="")  # what the family wants changed
    ended_at = models.DateTimeField(null=True)
    end_reason = models.TextField(max_length=TEXT_LIMIT, blank=True, default="")

    class Meta:
        ordering = ["-made_at"]
        indexes = [models.Index(fields=["unit", "next_review_on"], name="plan_review", condition=~Q(state="ended"))]
        constraints = [
            models.UniqueConstraint(fields=["relationship"], condition=~Q(state="ended"), name="plan_one_lives"),
            models.CheckConstraint(
                name="plan_state_agrees",
                condition=Q(state="draft", confirmed_at__isnull=True, ended_at__isnull=True)
                | Q(state="proposed", proposed_at__isnull=False, confirmed_at__isnull=True, ended_at__isnull=True)
                | Q(state="confirmed", confirmed_at__isnull=False, ended_at__isnull=True)
                | (Q(state="ended", ended_at__isnull=False) & ~Q(end_reason="")),
            ),
            models.CheckConstraint(
                name="plan_times_in_order",
                condition=Q(changed_at__gte=F("made_at"))
                & (Q(ended_at__isnull=True) | Q(ended_at__gte=F("made_at")))
                & (Q(confirmed_at__isnull=True) | Q(confirmed_at__gte=F("made_at"))),
            ),
        ]


class Goal(models.Model):
    """What the family wants to be otherwise, in its own words."""

    class State(models.TextChoices):
        OPEN = "open", _("kesken")
        REACHED = "reached", _("saavutettu")
        DROPPED = "dropped", _("jätetty pois")

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="goals")
    order = models.PositiveSmallIntegerField()
    words = models.TextField(max_length=TEXT_LIMIT)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [models.CheckConstraint(name="goal_not_empty", condition=~Q(words=""))]


class Step(models.Model):
    """Who does what towards a goal, and by when."""

    class Who(models.TextChoices):
        FAMILY = "family", _("perhe")
        WORKER = "worker", _("työntekijä")
        SERVICE = "service", _("palvelu")

    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="steps")
    order = models.PositiveSmallIntegerField()
    words = models.TextField(max_length=TEXT_LIMIT)
    who = models.CharField(max_length=10, choices=Who)
    worker = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    service_name = models.CharField(max_length=200, blank=True, default="")
    by_on = models.DateField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(name="step_not_empty", condition=~Q(words="")),
            models.CheckConstraint(
                name="step_says_who",
                condition=Q(who="family", worker__isnull=True, service_name="")
                | Q(who="worker", worker__isnull=False, service_name="")
                | (Q(who="service", worker__isnull=True) & ~Q(service_name="")),
            ),
        ]


class PlanVersion(models.Model):
    """A version as the family confirmed it, word for word.

    `content` is {kind, next_review_on, goals: [{words, state, steps: [{words, who, by}]}]}.
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    confirmed_at = models.DateTimeField()
    # The family confirms on its own page, or says so to a worker who writes it down.
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="plan_version_once")]


class PlanReview(models.Model):
    """A look together at how far the goals are."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="reviews")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    with_family = models.BooleanField()
    words = models.TextField(max_length=TEXT_LIMIT, blank=True, default="")
    next_review_on = models.DateField(null=True)

    class Meta:
        ordering = ["-at", "-pk"]


class GoalReview(models.Model):
    """How near a goal is, from 0 (not begun) to 4 (reached)."""

    review = models.ForeignKey(PlanReview, on_delete=models.PROTECT, related_name="goals")
    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="reviews")
    nearness = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["goal__order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["review", "goal"], name="goal_reviewed_once"),
            models.CheckConstraint(name="goal_nearness_known", condition=Q(nearness__lte=4)),
        ]
