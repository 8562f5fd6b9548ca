"""An assessment from its start to the decision: who may, and what is refused."""

import json
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Person
from audit.models import AuditEvent
from core.text import BodyRefused
from guidance.models import ClientRelationship, Contact, Substitute
from guidance.services import NotIdentified
from segments import errors, selectors
from segments.instruments import Axis
from segments.models import Assessment
from segments.services import (
    answer_demand,
    start_assessment,
    withdraw_assessment,
)
from tests.cast import NOW, Cast, make_person
from tests.segments.making import DAY, TODAY, accepted, answers_of, by_family, by_professional, codes, decide, publish

pytestmark = pytest.mark.django_db


# -- the walk -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("copes", "demanding", "proposed"),
    [
        (True, False, "omatoimi"),
        (False, False, "yhteiso"),
        (True, True, "yhteistyo"),
        (False, True, "verkosto"),
    ],
)
@pytest.mark.parametrize("family_first", [True, False])
def test_both_answers_propose_a_segment(
    cast: Cast, eka: Person, begun: Assessment, copes: bool, demanding: bool, proposed: str, family_first: bool
) -> None:
    acts: list[Callable[[], Assessment]] = [
        lambda: by_family(begun, eka, high=copes, view="Tarvitsen unta", own_choice="omatoimi"),
        lambda: by_professional(begun, cast.worker, high=demanding),
    ]
    first, second = acts if family_first else acts[::-1]
    assert first().proposed == ""
    assert second().proposed == proposed
    begun.refresh_from_db()
    assert begun.coping_score == (Decimal(27) if copes else 0)
    assert begun.demand_score == (Decimal(27) if demanding else 0)
    assert (begun.client_view, begun.client_segment) == ("Tarvitsen unta", "omatoimi")


def test_the_decision_and_the_history(cast: Cast, eka: Person, begun: Assessment, family: ClientRelationship) -> None:
    by_family(begun, eka)
    by_professional(begun, cast.worker)
    decide(begun, cast.colleague)
    current = selectors.current_segment(family.pk)
    assert current is not None and (current.decided, current.decided_by) == ("yhteistyo", cast.colleague)
    assert current.next_review_on == TODAY + 90 * DAY
    assert selectors.open_assessment(family.pk) is None
    later = start_assessment(relationship_id=family.pk, worker=cast.worker, unit=cast.unit, now=NOW + DAY)
    assert selectors.open_assessment(family.pk) == later
    assert selectors.current_segment(family.pk) == current  # until it is decided
    decide(later, cast.worker, "universal", now=NOW + 2 * DAY)
    assert [row.decided for row in selectors.history(family.pk)] == ["universal", "yhteistyo"]
    assert codes(family) == [
        "assessment.started", "assessment.answered", "assessment.demand_answered", "segment.decided",
        "assessment.started", "segment.decided",
    ]  # fmt: skip
    for event in AuditEvent.objects.filter(code__startswith="segments.", relationship_id=family.pk):
        assert not {"Sovimme", "hyvin"} & set(json.dumps(event.data).split('"'))


@pytest.mark.parametrize(
    ("segment", "wanted", "kept"),
    [
        ("verkosto", None, 60),
        ("verkosto", 60, 60),
        ("verkosto", 1, 1),
        ("verkosto", 61, "late"),
        ("verkosto", 0, "late"),
        ("yhteiso", None, 180),
        ("omatoimi", None, None),
        ("omatoimi", 400, 400),
    ],
)
def test_the_next_review_may_be_sooner_and_never_later(
    cast: Cast, eka: Person, begun: Assessment, segment: str, wanted: int | None, kept: int | str | None
) -> None:
    by_family(begun, eka)
    by_professional(begun, cast.worker)
    on = None if wanted is None else TODAY + wanted * DAY
    if kept == "late":
        with pytest.raises(errors.ReviewTooLate):
            decide(begun, cast.worker, segment, next_review_on=on)
        return
    decided = decide(begun, cast.worker, segment, next_review_on=on)
    assert decided.next_review_on == (None if kept is None else TODAY + int(kept) * DAY)


def test_a_decision_needs_both_answers_a_reason_and_a_segment(cast: Cast, eka: Person, begun: Assessment) -> None:
    by_family(begun, eka)
    with pytest.raises(errors.AnswersAwaited):
        decide(begun, cast.worker)
    by_professional(begun, cast.worker)
    for given, refusal in (
        ({"reason": "  "}, BodyRefused),
        ({"reason": "x" * 2_001}, BodyRefused),
        ({"segment": "muu"}, errors.SegmentUnknown),
    ):
        with pytest.raises(refusal):
            decide(begun, cast.worker, **given)
    decide(begun, cast.worker)
    for act in (
        lambda: decide(begun, cast.worker),
        lambda: by_family(begun, eka),
        lambda: by_professional(begun, cast.worker),
        lambda: withdraw_assessment(assessment_id=begun.pk, worker=cast.worker, now=NOW),
    ):
        with pytest.raises(errors.AssessmentEnded):
            act()


def test_a_withdrawn_one_decides_nothing(cast: Cast, begun: Assessment, family: ClientRelationship) -> None:
    with pytest.raises(errors.AssessmentOpen):
        start_assessment(relationship_id=family.pk, worker=cast.colleague, unit=cast.unit, now=NOW)
    withdraw_assessment(assessment_id=begun.pk, worker=cast.worker, now=NOW)
    assert selectors.current_segment(family.pk) is None and selectors.open_assessment(family.pk) is None
    assert start_assessment(relationship_id=family.pk, worker=cast.colleague, unit=cast.unit, now=NOW).pk != begun.pk


# -- who may --------------------------------------------------------------------------------------


def test_who_may_work_on_it(cast: Cast, eka: Person, begun: Assessment, family: ClientRelationship) -> None:
    other = make_person("Toka Huoltaja")
    with pytest.raises(errors.AssessmentUnknown):
        by_family(begun, other)
    by_family(begun, eka)
    for user in (cast.outsider, cast.professional, cast.catalogue_admin):
        for act in (
            lambda user: by_professional(begun, user),
            lambda user: by_family(begun, user, answered="together"),
            lambda user: decide(begun, user),
            lambda user: withdraw_assessment(assessment_id=begun.pk, worker=user, now=NOW),
        ):
            with pytest.raises(errors.AssessmentUnknown):
                act(user)
    for user in (cast.worker, cast.colleague, cast.supervisor):
        assert by_professional(begun, user).demand_answered_by == user
    accepted(cast, family, cast.outsider)
    assert by_professional(begun, cast.outsider).demand_answered_by == cast.outsider
    with pytest.raises(errors.AssessmentUnknown):
        withdraw_assessment(assessment_id=uuid.uuid4(), worker=cast.worker, now=NOW)


@pytest.mark.parametrize(
    ("who", "unit", "may"),
    [
        ("worker", "unit", True),
        ("supervisor", "unit", True),
        ("professional", "unit", False),
        ("worker", "other_unit", False),
        ("outsider", "unit", False),
        ("outsider", "other_unit", False),  # the family has not been there
    ],
)
def test_who_may_begin(cast: Cast, talk: Contact, family: ClientRelationship, who: str, unit: str, may: bool) -> None:
    publish()
    asked: dict[str, Any] = {"relationship_id": family.pk, "worker": getattr(cast, who), "unit": getattr(cast, unit)}
    if may:
        assert start_assessment(now=NOW, **asked).state == "open"
        return
    with pytest.raises(errors.FamilyUnknown):
        start_assessment(now=NOW, **asked)


def test_responsible_workers_and_their_substitutes_may_begin(cast: Cast, family: ClientRelationship) -> None:
    publish()
    term = accepted(cast, family, cast.outsider)
    begun = start_assessment(relationship_id=family.pk, worker=cast.outsider, unit=cast.other_unit, now=NOW)
    Substitute.objects.create(
        term=term, worker=cast.colleague, from_on=TODAY, until_on=TODAY + DAY, named_by=cast.outsider, named_at=NOW
    )
    answers = answers_of(Axis.DEMAND, high=True)
    answer_demand(assessment_id=begun.pk, worker=cast.colleague, answers=answers, now=NOW)
    with pytest.raises(errors.AssessmentUnknown):  # the last day is over
        answer_demand(assessment_id=begun.pk, worker=cast.colleague, answers=answers, now=NOW + DAY)


def test_only_an_identified_family_is_assessed(cast: Cast, chat: Contact, family: ClientRelationship) -> None:
    asked: dict[str, Any] = {"worker": cast.worker, "unit": cast.unit, "now": NOW}
    with pytest.raises(errors.NoInstrument):
        start_assessment(relationship_id=family.pk, **asked)
    publish()
    anonymous = ClientRelationship.objects.get(visitor__isnull=False)
    with pytest.raises(NotIdentified):
        start_assessment(relationship_id=anonymous.pk, **asked)
    with pytest.raises(errors.FamilyUnknown):
        start_assessment(relationship_id=0, **asked)
    with pytest.raises(errors.FamilyUnknown):
        start_assessment(relationship_id=family.pk, contact_id=uuid.uuid4(), **asked)


def test_how_the_family_answers(cast: Cast, eka: Person, begun: Assessment) -> None:
    for by, answered in ((eka, "together"), (cast.worker, "alone"), (cast.worker, "in_chat"), (eka, ""), (eka, "muu")):
        with pytest.raises(errors.HowUnfit):
            by_family(begun, by, answered=answered)
    assert by_family(begun, cast.worker, answered="together", high=False).coping == "weak"
    assert by_family(begun, eka, answered="in_chat").coping == "good"
    with pytest.raises(errors.FamilyAnswered):
        by_family(begun, cast.worker, answered="together", high=False)
    assert by_family(begun, eka, answered="alone", high=False).coping == "weak"  # it may change its mind
    Assessment.objects.filter(pk=begun.pk).update(contact=None)
    with pytest.raises(errors.HowUnfit):
        by_family(begun, eka, answered="in_chat")


def test_refused_answers_change_nothing(cast: Cast, eka: Person, begun: Assessment) -> None:
    whole = answers_of(Axis.COPING, high=True)
    partial = {key: value for key, value in whole.items() if key not in ("raha", "tuki")}
    with pytest.raises(errors.AnswersIncomplete) as incomplete:
        by_family(begun, eka, answers=partial)
    assert incomplete.value.missing == ("tuki", "raha")
    with pytest.raises(errors.AnswersUnknown):
        by_family(begun, eka, answers=whole | {"raha": "paljon"})
    with pytest.raises(errors.SegmentUnknown):
        by_family(begun, eka, own_choice="muu")
    with pytest.raises(BodyRefused):
        by_family(begun, eka, view="\x00")
    begun.refresh_from_db()
    assert begun.client_answers is None and begun.coping == ""
