"""The table of what each segment is owed, and its breaches."""

import datetime as dt

import pytest
from django.utils import translation

from segments.duties import DUTIES, breaches, latest_review
from segments.models import Segment

TODAY = dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("segment", "role", "mandatory", "plan", "days", "aims"),
    [
        ("universal", None, False, None, None, 3),
        ("omatoimi", None, False, "checklist", None, 2),
        ("yhteiso", "contact_person", False, "light", 180, 4),
        ("yhteistyo", "responsible", True, "written", 90, 3),
        ("verkosto", "coordinator", True, "shared", 60, 4),
    ],
)
def test_what_each_segment_is_owed(
    segment: str, role: str | None, mandatory: bool, plan: str | None, days: int | None, aims: int
) -> None:
    duties = DUTIES[Segment(segment)]
    assert (duties.responsible, duties.mandatory, duties.plan, duties.review_days) == (role, mandatory, plan, days)
    assert latest_review(segment, TODAY) == (None if days is None else TODAY + dt.timedelta(days=days))
    told = set()
    for language in ("fi", "sv", "en"):
        with translation.override(language):
            told.add(tuple(str(aim) for aim in duties.aims))
    assert len(told) == 3 and {len(texts) for texts in told} == {aims}


@pytest.mark.parametrize(
    ("segment", "roles", "review", "found"),
    [
        ("universal", [], None, ()),
        ("omatoimi", [], -1, ()),
        ("yhteiso", [], -1, ()),
        ("yhteistyo", [], 1, ("no_responsible",)),
        ("yhteistyo", ["contact_person"], 1, ("no_responsible",)),
        ("yhteistyo", ["responsible"], 1, ()),
        ("yhteistyo", ["coordinator"], 0, ()),
        ("yhteistyo", ["responsible"], -1, ("review_overdue",)),
        ("verkosto", ["responsible"], 1, ("no_responsible",)),
        ("verkosto", ["coordinator"], 1, ()),
        ("verkosto", [], -1, ("no_responsible", "review_overdue")),
    ],
)
def test_breaches(segment: str, roles: list[str], review: int | None, found: tuple[str, ...]) -> None:
    next_review_on = None if review is None else TODAY + dt.timedelta(days=review)
    assert breaches(segment, accepted_roles=roles, next_review_on=next_review_on, today=TODAY) == found
