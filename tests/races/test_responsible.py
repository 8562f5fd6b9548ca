"""Two acts on one responsibility at the same moment: one of them happens, and the other is told."""

from collections.abc import Callable
from typing import Any

import pytest

from guidance.models import ClientRelationship, ResponsibleWorker
from guidance.services import responsible as acts
from guidance.services.responsible_errors import AlreadyProposed, ProposalAnswered, TermOver
from tests.cast import NOW, Cast, bind, make_cast, make_visitor, open_chat, take
from tests.races.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)
State = ResponsibleWorker.State


def family(cast: Cast) -> ClientRelationship:
    visitor = make_visitor()
    bound = bind(take(open_chat(visitor), cast.worker), visitor, cast.worker)
    assert bound.relationship is not None
    return bound.relationship


def propose(cast: Cast, relationship: ClientRelationship, to: Any) -> ResponsibleWorker:
    role = ResponsibleWorker.Role.RESPONSIBLE
    return acts.propose_responsible(
        relationship=relationship, worker=to, unit=cast.unit, role=role, by=cast.worker, now=NOW
    )


def accept(cast: Cast, term: ResponsibleWorker) -> ResponsibleWorker:
    return acts.accept_responsible(term=term, by=cast.colleague, now=NOW)


OTHERS: dict[str, Callable[[Cast, ResponsibleWorker], Any]] = {
    "accept twice": accept,
    "accept and withdraw": lambda cast, term: acts.withdraw_proposal(term=term, by=cast.worker, now=NOW),
    "accept and decline": lambda cast, term: acts.decline_responsible(
        term=term, by=cast.colleague, reason="En ehdi", now=NOW
    ),
}


@pytest.mark.parametrize("other", OTHERS)
def test_a_proposal_is_answered_once(other: str) -> None:
    cast = make_cast()
    term = propose(cast, family(cast), cast.colleague)
    assert term.state == State.PROPOSED, "the control: both could be done"
    results = at_once(lambda: accept(cast, term), lambda: OTHERS[other](cast, term))
    assert sorted(type(result).__name__ for result in results) == ["ProposalAnswered", "ResponsibleWorker"]
    assert any(isinstance(result, ProposalAnswered) for result in results)
    term.refresh_from_db()
    assert term.state == next(result.state for result in results if isinstance(result, ResponsibleWorker))


def test_two_proposals_at_once_are_one() -> None:
    cast = make_cast()
    relationship = family(cast)
    assert not ResponsibleWorker.objects.exists(), "the control: nobody is proposed"
    results = at_once(
        lambda: propose(cast, relationship, cast.colleague), lambda: propose(cast, relationship, cast.supervisor)
    )
    assert sum(isinstance(result, AlreadyProposed) for result in results) == 1
    assert ResponsibleWorker.objects.get().state == State.PROPOSED


def test_handing_over_while_it_is_ended() -> None:
    cast = make_cast()
    relationship = family(cast)
    first = acts.accept_responsible(term=propose(cast, relationship, cast.supervisor), by=cast.supervisor, now=NOW)
    second = propose(cast, relationship, cast.colleague)
    assert second.replaces_id == first.pk and first.state == State.ACCEPTED, "the control"
    accepted, ended = at_once(
        lambda: accept(cast, second),
        lambda: acts.end_responsible(term=first, by=cast.supervisor, reason="Muutto", now=NOW),
    )
    assert isinstance(accepted, ResponsibleWorker), accepted
    assert isinstance(ended, ResponsibleWorker | TermOver), ended
    states = dict(ResponsibleWorker.objects.values_list("pk", "state"))
    assert states == {first.pk: State.ENDED, second.pk: State.ACCEPTED}
