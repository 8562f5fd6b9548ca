"""Who answers for a family: proposed by those who know it, answered only by whom it was asked of, never two at once."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Membership, User
from audit.models import AuditEvent
from core.text import BodyRefused
from guidance.models import ClientRelationship, Contact, ResponsibleWorker, Substitute
from guidance.responsible import (
    Load,
    days_to_naming,
    load_of,
    proposals_waiting_for,
    relationships_of_staff,
    who_answers,
)
from guidance.services import responsible as acts
from guidance.services import responsible_errors as no
from guidance.services.errors import ContactRefused, NotIdentified
from tests.cast import NOW, Cast, Visitor, bind, make_person, take
from tests.guidance.test_erasing import relationship_of

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
TODAY = NOW.date()
Role, State = ResponsibleWorker.Role, ResponsibleWorker.State
STAFF = ("worker", "colleague", "supervisor", "outsider", "professional", "catalogue_admin")


@pytest.fixture
def family(cast: Cast, chat: Contact, visitor: Visitor) -> ClientRelationship:
    """An identified family with a contact at the front door."""
    return bind(take(chat, cast.worker), visitor, cast.worker).relationship  # type: ignore[return-value]


def user_of(cast: Cast, name: str) -> User:
    return User.objects.get(pk=getattr(cast, name).pk)


def propose(cast: Cast, family: ClientRelationship, by: str = "worker", to: str = "colleague", **more: Any) -> Any:
    words = {"unit": cast.unit, "role": Role.RESPONSIBLE, "now": NOW} | more
    return acts.propose_responsible(relationship=family, worker=user_of(cast, to), by=user_of(cast, by), **words)


def stand(cast: Cast, family: ClientRelationship, who: str = "colleague") -> ResponsibleWorker:
    return acts.accept_responsible(term=propose(cast, family, to=who), by=user_of(cast, who), now=NOW)


def may(act: Callable[[], object], refusal: type[ContactRefused]) -> bool:
    try:
        act()
    except refusal:
        return False
    return True


Act = Callable[[Cast, ClientRelationship, User], Any]
ACTS: dict[str, tuple[Act, type[ContactRefused], set[str]]] = {
    "propose": (
        lambda cast, family, by: propose(cast, family, by=STAFF[[getattr(cast, n).pk for n in STAFF].index(by.pk)]),
        no.NotYoursToName,
        {"worker", "colleague", "supervisor"},
    ),
    "accept": (
        lambda cast, family, by: acts.accept_responsible(term=propose(cast, family), by=by, now=NOW),
        no.NotAskedOfYou,
        {"colleague"},
    ),
    "decline": (
        lambda cast, family, by: acts.decline_responsible(term=propose(cast, family), by=by, reason="En ehdi", now=NOW),
        no.NotAskedOfYou,
        {"colleague"},
    ),
    "withdraw": (
        lambda cast, family, by: acts.withdraw_proposal(term=propose(cast, family), by=by, now=NOW),
        no.TermNotYours,
        {"worker", "supervisor"},
    ),
    "end": (
        lambda cast, family, by: acts.end_responsible(term=stand(cast, family), by=by, reason="Muutto", now=NOW),
        no.TermNotYours,
        {"colleague", "supervisor"},
    ),
    "substitute": (
        lambda cast, family, by: acts.name_substitute(
            term=stand(cast, family), worker=cast.worker, from_on=TODAY, until_on=TODAY + DAY, by=by, now=NOW
        ),
        no.TermNotYours,
        {"colleague", "supervisor"},
    ),
}


@pytest.mark.parametrize("name", STAFF)
@pytest.mark.parametrize("act", ACTS)
def test_every_role_and_act(cast: Cast, family: ClientRelationship, act: str, name: str) -> None:
    do, refusal, allowed = ACTS[act]
    assert may(lambda: do(cast, family, user_of(cast, name)), refusal) == (name in allowed)


@pytest.mark.parametrize("name", STAFF)
def test_asked_may_be_whoever_works_in_the_unit(cast: Cast, family: ClientRelationship, name: str) -> None:
    works = name in {"worker", "colleague", "supervisor"}
    assert may(lambda: propose(cast, family, to=name), no.CannotAnswer) == works


def test_an_anonymous_family_has_nobody(cast: Cast, chat: Contact) -> None:
    with pytest.raises(NotIdentified):
        propose(cast, chat.relationship)  # type: ignore[arg-type]
    assert not ResponsibleWorker.objects.exists()


def test_handing_over_leaves_nobody_without(cast: Cast, family: ClientRelationship) -> None:
    first = stand(cast, family)
    second = propose(cast, family, by="colleague", to="outsider", unit=cast.other_unit, now=NOW + DAY)
    answering = who_answers(family, NOW + DAY)
    assert second.replaces == first and answering is not None and answering.worker == cast.colleague
    acts.accept_responsible(term=second, by=cast.outsider, now=NOW + 2 * DAY)
    first.refresh_from_db()
    answering = who_answers(family, NOW + 2 * DAY)
    assert answering is not None and answering.worker == cast.outsider
    assert (first.state, first.ended_at) == (State.ENDED, NOW + 2 * DAY)
    with pytest.raises(no.TermOver):
        acts.end_responsible(term=first, by=cast.colleague, reason="Loppu", now=NOW)
    codes = AuditEvent.objects.filter(object_type="responsible_worker", relationship_id=family.pk).order_by("pk")
    assert [code.rpartition(".")[2] for code in codes.values_list("code", flat=True)] == [
        "proposed", "accepted", "proposed", "ended", "accepted",
    ]  # fmt: skip


def test_one_proposal_at_a_time_and_answered_once(cast: Cast, family: ClientRelationship) -> None:
    term = propose(cast, family)
    with pytest.raises(no.AlreadyProposed):
        propose(cast, family, to="worker")
    for reason, refusal in (("  ", no.ReasonMissing), ("a" * 2001, no.ReasonTooLong), ("a\x00", BodyRefused)):
        with pytest.raises(refusal):
            acts.decline_responsible(term=term, by=cast.colleague, reason=reason, now=NOW)
    acts.decline_responsible(term=term, by=cast.colleague, reason="En ehdi", now=NOW)
    with pytest.raises(no.ProposalAnswered):
        acts.accept_responsible(term=term, by=cast.colleague, now=NOW)
    with pytest.raises(no.ProposalAnswered):
        acts.withdraw_proposal(term=term, by=cast.worker, now=NOW)
    stand(cast, family)
    with pytest.raises(no.AlreadyResponsible):
        propose(cast, family)


def test_whoever_left_the_unit_neither_accepts_nor_opens(cast: Cast, family: ClientRelationship) -> None:
    def opens() -> bool:
        user = User.objects.get(pk=cast.colleague.pk)  # afresh: what it remembers of its roles is of one request
        return ClientRelationship.objects.filter(relationships_of_staff(user, NOW), pk=family.pk).exists()

    term = propose(cast, family)
    assert opens()
    Membership.objects.filter(user=cast.colleague).update(ended_at=NOW)
    with pytest.raises(no.CannotAnswer):
        acts.accept_responsible(term=term, by=cast.colleague, now=NOW)
    assert not opens()


def test_substitutes_of_the_day(cast: Cast, family: ClientRelationship) -> None:
    term = stand(cast, family)

    def name(first: int, last: int, who: str = "worker") -> Substitute:
        days = {"from_on": TODAY + first * DAY, "until_on": TODAY + last * DAY}
        return acts.name_substitute(term=term, worker=user_of(cast, who), by=cast.colleague, now=NOW, **days)

    turn = name(1, 3)
    for first, last in ((0, 2), (2, 4), (1, 3), (0, 9)):
        with pytest.raises(no.SubstituteThen):
            name(first, last)
    for wrong in ((2, 2), (5, 4), (-3, 0)):
        with pytest.raises(no.DaysWrong):
            name(*wrong)
    for who in ("colleague", "outsider", "professional"):
        with pytest.raises(no.CannotAnswer):
            name(3, 4, who)
    name(3, 4, "supervisor")
    answering = [who_answers(family, NOW + days * DAY) for days in range(5)]
    assert [found.worker for found in answering if found] == [
        cast.colleague, cast.worker, cast.worker, cast.supervisor, cast.colleague,
    ]  # fmt: skip
    # Helsinki's midnight, not the clock's of UTC, begins the day.
    eve = dt.datetime(2026, 11, 23, 21, 59, tzinfo=dt.UTC)
    around = [who_answers(family, eve + dt.timedelta(minutes=later)) for later in (0, 1)]
    assert [found.worker for found in around if found] == [cast.colleague, cast.worker]
    acts.cancel_substitute(substitute=turn, by=cast.colleague, now=NOW)
    today = who_answers(family, NOW + DAY)
    assert today is not None and today.worker == cast.colleague


def test_what_staff_may_open(cast: Cast, family: ClientRelationship) -> None:
    other = relationship_of(make_person("Toka Huoltaja"))

    def opens(name: str, now: dt.datetime = NOW) -> set[int]:
        found = ClientRelationship.objects.filter(relationships_of_staff(user_of(cast, name), now))
        return set(found.values_list("pk", flat=True))

    Contact.objects.filter(relationship=other).update(unit=cast.other_unit)
    assert family.pk in opens("worker") and family.pk in opens("supervisor")
    assert family.pk not in opens("outsider") and opens("professional") == opens("catalogue_admin") == set()
    term = propose(cast, family, to="outsider", unit=cast.other_unit)
    assert family.pk not in opens("outsider"), "a proposal opens nothing"
    acts.accept_responsible(term=term, by=cast.outsider, now=NOW)
    assert family.pk in opens("outsider")
    acts.end_responsible(term=term, by=cast.outsider, reason="Muutto", now=NOW)
    assert family.pk not in opens("outsider")


def test_load_waiting_and_days_to_naming(cast: Cast, family: ClientRelationship) -> None:
    assert days_to_naming(family) is None and who_answers(family, NOW) is None
    term = propose(cast, family)
    assert list(proposals_waiting_for(cast.colleague)) == [term] and not proposals_waiting_for(cast.worker).exists()
    people = [cast.worker, cast.colleague]
    assert load_of(people) == {cast.worker.pk: Load(), cast.colleague.pk: Load(proposed=1)}
    acts.decline_responsible(term=term, by=cast.colleague, reason="En ehdi", now=NOW + DAY)
    assert days_to_naming(family) is None, "a refusal names nobody"
    again = propose(cast, family, now=NOW + 2 * DAY)
    acts.accept_responsible(term=again, by=cast.colleague, now=NOW + 5 * DAY)
    assert load_of(people)[cast.colleague.pk] == Load(accepted=1)
    assert days_to_naming(family) == 5
    assert (days_to_naming(family, NOW + 3 * DAY), days_to_naming(family, NOW + 9 * DAY)) == (2, 0)
