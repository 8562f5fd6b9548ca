"""Reads of the relationship page: the segments of a family and the plan that lives, each in one question."""

from dataclasses import dataclass

from django.db.models import Count, Q

from segments.models import Assessment, Goal, Plan

State = Assessment.State
ROWS = 10


@dataclass(frozen=True)
class Segments:
    """`current` decides; `before` are those that did, newest first; `open` is being made now."""

    current: Assessment | None
    before: list[Assessment]
    open: Assessment | None


@dataclass(frozen=True)
class GoalShown:
    words: str
    state: str
    steps: int
    done: int

    @property
    def state_words(self) -> str:
        return str(Goal.State(self.state).label)


@dataclass(frozen=True)
class PlanShown:
    plan: Plan
    goals: list[GoalShown]


def segments_of(relationship_id: int) -> Segments:
    """The newest ten decided ones, and the one that is being made."""
    rows = Assessment.objects.filter(relationship=relationship_id, state__in=(State.DECIDED, State.OPEN))
    found = list(rows.select_related("decided_by", "unit").order_by("-state", "-decided_at", "-started_at")[:ROWS])
    decided = [row for row in found if row.state == State.DECIDED]
    return Segments(
        current=decided[0] if decided else None,
        before=decided[1:],
        open=next((row for row in found if row.state == State.OPEN), None),
    )


def living_plan(relationship_id: int) -> PlanShown | None:
    """The family's plan that has not ended, with its goals and how many of their steps are done."""
    fields = ("pk", "kind", "state", "version", "proposed_at", "confirmed_at", "next_review_on")
    rows = (
        Plan.objects.filter(relationship=relationship_id)
        .exclude(state=Plan.State.ENDED)
        .order_by("goals__order", "goals__pk")
        .values(*fields, "goals__pk", "goals__words", "goals__state")
        .annotate(
            steps=Count("goals__steps"), done=Count("goals__steps", filter=Q(goals__steps__done_at__isnull=False))
        )
    )
    found = list(rows)
    if not found:
        return None
    goals = [
        GoalShown(row["goals__words"], row["goals__state"], row["steps"], row["done"])
        for row in found
        if row["goals__pk"] is not None
    ]
    return PlanShown(Plan(**{field: found[0][field] for field in fields}), goals)
