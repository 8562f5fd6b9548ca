"""Assessments, the segments that they decide, and the plans that follow from them."""

from segments.models.assessment import Assessment
from segments.models.instrument import InstrumentVersion
from segments.models.plan import Goal, GoalReview, Plan, PlanReview, PlanVersion, Step
from segments.models.segment import Segment, SegmentSuggestion

__all__ = [
    "Assessment",
    "Goal",
    "GoalReview",
    "InstrumentVersion",
    "Plan",
    "PlanReview",
    "PlanVersion",
    "Segment",
    "SegmentSuggestion",
    "Step",
]
