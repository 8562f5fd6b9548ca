"""An assessment from its start to the decision: who may, what is refused, and that what is decided never moves."""

import copy
import datetime as dt
import json
import uuid
from collections.abc import Callable
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from accounts.models import Person, User
from audit.models import AuditEvent
from audit.services import SYSTEM
from catalogue.models import Provider, Service
from core.text import BodyRefused
from guidance.models import ClientRelationship, Contact, ResponsibleWorker, Substitute
from guidance.services import NotIdentified
from segments import errors, selectors
from segments.instruments import PACKS, Axis, read_pack
from segments.models import Assessment, InstrumentVersion, SegmentSuggestion
from segments.services import (
    answer_as_family,
    answer_demand,
    decide_segment,
    publish_instrument,
    start_assessment,
    withdraw_assessment,
)
from tests.cast import NOW, Cast, Visitor, bind, make_person, take

pytestmark = pytest.mark.django_db
PACK = json.loads((PACKS / "arjen-tuki-1.json").read_text(encoding="utf-8"))
DAY = dt.timedelta(days=1)
TODAY = dt.date(2026, 11, 23)


def answers_of(axis: Axis, *, high: bool, content: dict[str, Any] = PACK) -> dict[str, str]:
    """All with the most points, or all with the fewest."""
    choose = max if high else min
    return {q.key: choose(q.answers, key=lambda a: a.points).key for q in read_pack(content).axes[axis].questions}


def publish(number: int = 1, **axes: dict[str, Any]) -> InstrumentVersion:
    content = copy.deepcopy(PACK) | {"number": number}
    for axis, change in axes.items():
        content["axes"][axis] |= change
    return publish_instrument(pack=read_pack(content), actor=SYSTEM, now=NOW)


@pytest.fixture
def eka() -> Person:
    return make_person("Eka Huoltaja")


@pytest.fixture
def talk(cast: Cast, chat: Contact, visitor: Visitor, eka: Person) -> Contact:
    """Eka's chat, which the worker has."""
    return bind(take(chat, cast.worker), visitor, cast.worker, eka)


@pytest.fixture
def family(talk: Contact) -> ClientRelationship:
    return ClientRelationship.objects.get(pk=talk.relationship_id)


@pytest.fixture
def begun(cast: Cast, talk: Contact, family: ClientRelationship) -> Assessment:
    publish()
    return start_assessment(relationship_id=family.pk, worker=cast.worker, unit=cast.unit, contact_id=talk.pk, now=NOW)


def by_family(assessment: Assessment, by: Person | User, *, high: bool = True, **given: Any) -> Assessment:
    asked = {"answered": "alone", "answers": answers_of(Axis.COPING, high=high), "now": NOW} | given
    return answer_as_family(assessment_id=assessment.pk, by=by, **asked)


def by_professional(assessment: Assessment, worker: User, *, high: bool = True) -> Assessment:
    answers = answers_of(Axis.DEMAND, high=high)
    return answer_demand(assessment_id=assessment.pk, worker=worker, answers=answers, now=NOW)


def decide(assessment: Assessment, worker: User, segment: str = "yhteistyo", **given: Any) -> Assessment:
    asked = {"reason": "Sovimme näin yhdessä", "now": NOW} | given
    return decide_segment(assessment_id=assessment.pk, worker=worker, segment=segment, **asked)


def accepted(cast: Cast, family: ClientRelationship, worker: User, role: str = "responsible") -> ResponsibleWorker:
    unit = cast.other_unit if worker == cast.outsider else cast.unit
    return ResponsibleWorker.objects.create(
        relationship=family, worker=worker, unit=unit, role=role, state="accepted", proposed_by=cast.worker,
        proposed_at=NOW, answered_at=NOW,
    )  # fmt: skip


def codes(family: ClientRelationship) -> list[str]:
    rows = AuditEvent.objects.filter(relationship_id=family.pk, code__startswith="segments.").order_by("pk")
    return [row.code.partition(".")[2] for row in rows]


# -- publishing -----------------------------------------------------------------------------------


def test_publishing_again_changes_nothing_and_a_number_is_one_content() -> None:
    version = publish()
    assert publish().pk == version.pk
    assert AuditEvent.objects.filter(code="segments.instrument.published").count() == 1
    with pytest.raises(errors.VersionTaken):
        publish(coping={"cut": "14"})
    second = publish(2, coping={"cut": "14"})
    version.refresh_from_db()
    assert version.retired_at == NOW and selectors.instrument_in_use("arjen-tuki") == second
    assert publish().pk == version.pk  # still there, still retired
    assert selectors.instrument_in_use("arjen-tuki") == second
    publish(4)
    with pytest.raises(errors.VersionTaken):
        publish(3)


def test_the_release_brings_its_packs_once() -> None:
    out = StringIO()
    call_command("publish_instruments", stdout=out)
    call_command("publish_instruments", stdout=out)
    assert out.getvalue() == "Published arjen-tuki 1\n"
    InstrumentVersion.objects.all().delete()
    publish(coping={"cut": "14"})
    with pytest.raises(CommandError, match="next number"):
        call_command("publish_instruments", stdout=out)


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


# -- what is decided stays ------------------------------------------------------------------------


def test_a_changed_instrument_never_changes_an_old_assessment(
    cast: Cast, eka: Person, begun: Assessment, family: ClientRelationship
) -> None:
    ones = {q["key"]: q["answers"][1]["key"] for q in PACK["axes"]["coping"]["questions"]}  # 18 points of 27
    publish(2, coping={"cut": "18.01"})
    assert by_family(begun, eka, answers=ones).coping == "good"  # by the version that it was begun with
    by_professional(begun, cast.worker)
    decide(begun, cast.worker)
    before = Assessment.objects.filter(pk=begun.pk).values().get()
    publish(3, coping={"cut": "27"}, demand={"cut": "27"})
    assert Assessment.objects.filter(pk=begun.pk).values().get() == before
    newer = start_assessment(relationship_id=family.pk, worker=cast.worker, unit=cast.unit, now=NOW)
    assert newer.instrument.number == 3
    assert by_family(newer, eka, answers=ones).coping == "weak"


def test_the_database_refuses_to_change_what_was(cast: Cast, begun: Assessment) -> None:
    version = InstrumentVersion.objects.filter(pk=begun.instrument_id)
    assessment = Assessment.objects.filter(pk=begun.pk)
    decide(begun, cast.worker, "universal")
    changes: tuple[tuple[Any, dict[str, Any]], ...] = (
        (version, {"content": {}}),
        (version, {"digest": "0" * 64}),
        (version, {"number": 9}),
        (assessment, {"decided": "verkosto"}),
        (assessment, {"decision_reason": "Muu"}),
        (assessment, {"state": "open", "decided": "", "decided_at": None}),
        (assessment, {"next_review_on": TODAY}),
    )
    for rows, change in changes:
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            rows.update(**change)
    assert version.update(retired_at=NOW) == 1


# -- lists ----------------------------------------------------------------------------------------


def test_breaches_have_a_day_and_an_owner(
    cast: Cast, eka: Person, begun: Assessment, family: ClientRelationship
) -> None:
    by_family(begun, eka)
    by_professional(begun, cast.worker)
    decide(begun, cast.worker)
    review = TODAY + 90 * DAY

    def found(day: dt.date, *units: int) -> list[tuple[str, dt.date, User | None]]:
        rows = selectors.open_breaches(units or [cast.unit.pk], today=day)
        assert {row.assessment.pk for row in rows} <= {begun.pk}
        return [(row.breach, row.since, row.owner) for row in rows]

    assert found(TODAY) == [("no_responsible", TODAY, None)]
    assert found(TODAY, cast.other_unit.pk) == []
    term = accepted(cast, family, cast.colleague)
    assert found(review) == []
    assert found(review + DAY) == [("review_overdue", review + DAY, cast.colleague)]
    Substitute.objects.create(
        term=term, worker=cast.worker, from_on=review, until_on=review + 2 * DAY, named_by=cast.colleague, named_at=NOW
    )
    assert found(review + DAY) == [("review_overdue", review + DAY, cast.worker)]
    assert found(review + 2 * DAY) == [("review_overdue", review + DAY, cast.colleague)]
    ResponsibleWorker.objects.filter(pk=term.pk).update(state="ended", ended_at=NOW + 30 * DAY)
    assert found(TODAY + 31 * DAY) == [("no_responsible", TODAY + 30 * DAY, None)]
    lighter = start_assessment(relationship_id=family.pk, worker=cast.worker, unit=cast.unit, now=NOW + 31 * DAY)
    decide(lighter, cast.worker, "universal", now=NOW + 31 * DAY)
    assert found(review + 2 * DAY) == []


def test_suggested_services_in_their_order_and_only_published(cast: Cast) -> None:
    provider = Provider.objects.create(name_fi="Perhekeskus")
    services = [
        Service.objects.create(slug=slug, name_fi=slug, provider=provider, status=status)
        for slug, status in (("kahvila", "published"), ("unineuvola", "published"), ("vanha", "draft"))
    ]
    for order, service in zip((2, 1, 0), services, strict=True):
        SegmentSuggestion.objects.create(segment="yhteiso", service=service, order=order)
    assert [service.slug for service in selectors.suggestions("yhteiso")] == ["unineuvola", "kahvila"]
    assert selectors.suggestions("verkosto") == []
