"""What this room hangs on a relationship, for erasing and for the family's own data."""

from typing import Any

from guidance.attached import Attached, Rows, deleted
from guidance.models import ClientRelationship
from segments.models import Assessment, Goal, GoalReview, Plan, PlanReview, PlanVersion, Step


def take_out(relationship_id: int) -> Rows:
    plans = Plan.objects.filter(relationship=relationship_id)
    return deleted(
        GoalReview.objects.filter(goal__plan__in=plans),
        PlanReview.objects.filter(plan__in=plans),
        PlanVersion.objects.filter(plan__in=plans),
        Step.objects.filter(goal__plan__in=plans),
        Goal.objects.filter(plan__in=plans),
        plans,
        Assessment.objects.filter(relationship=relationship_id),
    )


def export(relationship: ClientRelationship) -> dict[str, Any]:
    plans = Plan.objects.filter(relationship=relationship).prefetch_related(
        "goals__steps", "versions", "reviews__goals"
    )
    return {
        "assessments": [
            _assessment(row)
            for row in Assessment.objects.filter(relationship=relationship).select_related("instrument", "decided_by")
        ],
        "plans": [_plan(row) for row in plans],
    }


def _assessment(row: Assessment) -> dict[str, Any]:
    return {
        "instrument": row.instrument.slug,
        "version": row.instrument.number,
        "state": row.state,
        "started_at": row.started_at,
        "my_answers": row.client_answers,
        "my_answers_at": row.client_answered_at,
        "my_view": row.client_view,
        "my_own_choice": row.client_segment or None,
        "answers_of_the_professional": row.demand_answers,
        "coping_score": row.coping_score,
        "demand_score": row.demand_score,
        "proposed": row.proposed or None,
        "decided": row.decided or None,
        "reason": row.decision_reason,
        "decided_by": row.decided_by.first_name if row.decided_by else None,
        "decided_at": row.decided_at,
        "next_review_on": row.next_review_on,
    }


def _plan(row: Plan) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "state": row.state,
        "version": row.version,
        "confirmed_at": row.confirmed_at,
        "next_review_on": row.next_review_on,
        "my_words": row.family_words,
        "ended_at": row.ended_at,
        "goals": [
            {
                "words": goal.words,
                "state": goal.state,
                "steps": [
                    {"words": step.words, "who": step.who, "by": step.by_on, "done_at": step.done_at}
                    for step in goal.steps.all()
                ],
            }
            for goal in row.goals.all()
        ],
        "confirmed_versions": [
            {"number": version.number, "at": version.confirmed_at, "content": version.content}
            for version in row.versions.all()
        ],
        "reviews": [
            {"at": review.at, "words": review.words, "nearness": [goal.nearness for goal in review.goals.all()]}
            for review in row.reviews.all()
        ],
    }


SEGMENTS = Attached("segments", take_out, export)
