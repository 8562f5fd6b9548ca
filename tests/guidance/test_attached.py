"""What rooms above hang on a relationship leaves with it, the family can take it along, and the database refuses what
contradicts itself."""

import datetime as dt
import json
from collections import Counter
from typing import Any

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, models, transaction

from catalogue.models import Provider
from guidance.attached import Attached, attach
from guidance.models import ClientRelationship, CorrectionRequest, ResponsibleWorker, Substitute
from guidance.own_data import export_own_data
from guidance.services.erasing import take_out_relationship
from referrals.models import Consent, Receiver, ReceiverLink, Referral, ReferralFeeling, ReferralStep
from segments.models import Assessment, Goal, GoalReview, InstrumentVersion, Plan, PlanReview, PlanVersion, Step
from tests.cast import NOW, Cast, make_person, make_visitor
from tests.guidance.test_erasing import relationship_of, speaks_for

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
HANGING: tuple[type[models.Model], ...] = (
    Assessment, Plan, PlanVersion, PlanReview, Goal, GoalReview, Step, Referral, ReferralStep, ReferralFeeling, Consent,
    ReceiverLink, ResponsibleWorker, Substitute, CorrectionRequest,
)  # fmt: skip


def make_instrument() -> InstrumentVersion:
    return InstrumentVersion.objects.create(
        slug="koe", number=1, content={"questions": []}, digest="0" * 64, licence="EUPL-1.2", source="Perhekeskus",
        published_at=NOW,
    )  # fmt: skip


def decided(cast: Cast, relationship: ClientRelationship) -> Assessment:
    return Assessment.objects.create(
        relationship=relationship, instrument=make_instrument(), unit=cast.unit, state="decided",
        started_by=cast.worker, started_at=NOW, client_answers={"uni": "huono"}, client_answered="alone",
        client_answered_at=NOW, client_view="Tarvitsen unta", decided="yhteistyo", decision_reason="Sovimme niin",
        decided_by=cast.worker, decided_at=NOW,
    )  # fmt: skip


def full_path(cast: Cast, relationship: ClientRelationship) -> None:
    """One row of everything that can hang on an identified relationship above its contacts."""
    decided(cast, relationship)
    plan = Plan.objects.create(
        relationship=relationship, unit=cast.unit, kind="written", made_by=cast.worker, made_at=NOW, changed_at=NOW
    )
    goal = Goal.objects.create(plan=plan, order=1, words="Nukumme taas")
    Step.objects.create(goal=goal, order=1, words="Unineuvola", who="family")
    PlanVersion.objects.create(plan=plan, number=1, content={}, confirmed_at=NOW)
    review = PlanReview.objects.create(plan=plan, at=NOW, by=cast.worker, with_family=True)
    GoalReview.objects.create(review=review, goal=goal, nearness=2)
    receiver = Receiver.objects.create(name_fi="Perhetyö", provider=Provider.objects.first(), email="apu@example.org")
    referral = Referral.objects.create(
        relationship=relationship, receiver=receiver, unit=cast.unit, made_by=cast.worker, made_at=NOW,
        summary="Perhe tarvitsee unta",
    )  # fmt: skip
    Referral.objects.create(
        relationship=relationship, receiver=receiver, unit=cast.unit, made_by=cast.worker, made_at=NOW, follows=referral
    )
    ReferralStep.objects.create(
        referral=referral, transition="make", to_state="draft", by="sender", receiver=receiver, at=NOW
    )
    ReferralFeeling.objects.create(referral=referral, feeling=4, word="Toiveikas", at=NOW)
    Consent.objects.create(
        referral=referral, receiver=receiver, items=["summary"], until_on=(NOW + DAY).date(), asked_by=cast.worker,
        asked_at=NOW,
    )  # fmt: skip
    ReceiverLink.objects.create(referral=referral, receiver=receiver, made_at=NOW, expires_at=NOW + DAY)
    term = ResponsibleWorker.objects.create(
        relationship=relationship, worker=cast.worker, unit=cast.unit, role="responsible", state="accepted",
        proposed_by=cast.colleague, proposed_at=NOW, answered_at=NOW,
    )  # fmt: skip
    ResponsibleWorker.objects.create(
        relationship=relationship, worker=cast.colleague, unit=cast.unit, role="responsible", replaces=term,
        proposed_by=cast.worker, proposed_at=NOW,
    )  # fmt: skip
    Substitute.objects.create(
        term=term, worker=cast.colleague, from_on=NOW.date(), until_on=(NOW + DAY).date(), named_by=cast.worker,
        named_at=NOW,
    )  # fmt: skip
    CorrectionRequest.objects.create(relationship=relationship, body="Osoite on väärä", asked_at=NOW, due_on=NOW.date())


def test_all_that_hangs_on_a_relationship_leaves_with_it(cast: Cast) -> None:
    gone, stays = relationship_of(make_person("Eka Huoltaja")), relationship_of(make_person("Toka Huoltaja"))
    full_path(cast, gone)
    ResponsibleWorker.objects.create(
        relationship=stays, worker=cast.worker, unit=cast.unit, role="responsible", proposed_by=cast.worker,
        proposed_at=NOW,
    )  # fmt: skip
    for model in HANGING:
        assert model._default_manager.exists(), f"{model.__name__} hangs on nothing: the test proves nothing of it"
    rows = take_out_relationship(gone.pk)
    assert rows["referral"] == 2 and rows["responsibleworker"] == 2 and rows["goalreview"] == 1
    left = {model.__name__: model._default_manager.count() for model in HANGING if model._default_manager.exists()}
    assert left == {"ResponsibleWorker": 1}
    assert ClientRelationship.objects.filter(pk=stays.pk).exists()


def test_the_family_takes_its_path_along_and_not_anothers(cast: Cast) -> None:
    person, other = make_person("Eka Huoltaja"), make_person("Toka Huoltaja")
    visitor, stranger = make_visitor(), make_visitor()
    speaks_for(visitor, person)
    speaks_for(stranger, other)
    relationship_of(other)
    full_path(cast, relationship_of(person))
    text = json.dumps(export_own_data(key=visitor.key, now=NOW), cls=DjangoJSONEncoder, ensure_ascii=False)
    for words in ("Nukumme taas", "Unineuvola", "Perhe tarvitsee unta", "Toiveikas", "Sovimme niin", "Osoite on väärä"):
        assert words in text
    theirs = json.dumps(export_own_data(key=stranger.key, now=NOW), cls=DjangoJSONEncoder, ensure_ascii=False)
    assert "Nukumme" not in theirs and "unta" not in theirs and "Osoite" not in theirs


def test_a_room_is_attached_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        attach(Attached("segments", lambda _pk: Counter(), lambda _row: None))


def _accepted(cast: Cast, relationship: ClientRelationship, **other: Any) -> ResponsibleWorker:
    row = {"worker": cast.worker, "unit": cast.unit, "role": "responsible", "state": "accepted", "answered_at": NOW}
    return ResponsibleWorker.objects.create(
        relationship=relationship, proposed_by=cast.worker, proposed_at=NOW, **(row | other)
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"answered_at": None},
        {"state": "declined"},
        {"state": "ended"},
        {"decline_reason": "En ehdi"},
        {"answered_at": NOW - DAY},
        {"role": "boss"},
    ],
)
def test_a_term_that_contradicts_itself_cannot_be_stored(cast: Cast, wrong: dict[str, Any]) -> None:
    relationship = relationship_of(make_person())
    with pytest.raises(IntegrityError), transaction.atomic():
        _accepted(cast, relationship, **wrong)
    _accepted(cast, relationship)


def test_one_person_answers_at_a_time(cast: Cast) -> None:
    relationship = relationship_of(make_person())
    _accepted(cast, relationship)
    with pytest.raises(IntegrityError, match="responsible_one_stands"), transaction.atomic():
        _accepted(cast, relationship, worker=cast.colleague)


def test_what_was_published_and_decided_stays(cast: Cast) -> None:
    row = decided(cast, relationship_of(make_person()))
    for found, change in (
        (InstrumentVersion.objects.all(), {"content": {"questions": ["muu"]}}),
        (Assessment.objects.filter(pk=row.pk), {"decided": "omatoimi"}),
    ):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            found.update(**change)  # type: ignore[attr-defined]
    assert InstrumentVersion.objects.update(retired_at=NOW) == 1, "it can be taken out of use"
