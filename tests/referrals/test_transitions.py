"""Every act from every state by every party: what the table allows, and nothing else."""

from itertools import product

import pytest

from referrals.models import Referral, ReferralStep
from referrals.transitions import (
    LIVE,
    OVER,
    TABLE,
    WITH_RECEIVER,
    Act,
    Clock,
    IllegalTransition,
    Turn,
    clock_of,
    transition,
    turn_of,
)

State, By, Kind = Referral.State, ReferralStep.By, Referral.Kind

# Written down a second time, by act: from where, by whom, to where.
ALLOWED = {
    (Act.SEND, "draft", "sender"): "sent",
    (Act.SEND, "returned", "sender"): "sent",
    (Act.RECEIVE, "sent", "receiver"): "received",
    (Act.ACCEPT, "sent", "receiver"): "accepted",
    (Act.ACCEPT, "received", "receiver"): "accepted",
    (Act.DECLINE, "sent", "receiver"): "declined",
    (Act.DECLINE, "received", "receiver"): "declined",
    (Act.RETURN, "sent", "receiver"): "returned",
    (Act.RETURN, "received", "receiver"): "returned",
    (Act.REROUTE, "sent", "receiver"): "sent",
    (Act.REROUTE, "received", "receiver"): "sent",
    (Act.START, "accepted", "receiver"): "started",
    (Act.COMPLETE, "started", "receiver"): "completed",
    (Act.LAPSE, "sent", "platform"): "lapsed",
    (Act.LAPSE, "received", "platform"): "lapsed",
} | {
    (Act.WITHDRAW, state, by): "withdrawn"
    for state in ("draft", "returned", "sent", "received", "accepted", "started")
    for by in ("sender", "family")
}


@pytest.mark.parametrize(("act", "state", "by"), list(product(Act, State.values, By.values)))
def test_an_act_is_allowed_exactly_where_it_says(act: Act, state: str, by: str) -> None:
    target = ALLOWED.get((act, state, by))
    if target is None:
        with pytest.raises(IllegalTransition):
            transition(act, state, by)
    else:
        assert transition(act, state, by).target == target


def test_every_act_has_one_row_and_every_state_is_reached() -> None:
    assert sorted(row.act for row in TABLE) == sorted(Act)
    assert {row.target for row in TABLE} == set(State)
    assert set(LIVE) | set(OVER) == set(State) and not set(LIVE) & set(OVER)


def test_what_is_over_stays_over() -> None:
    assert not {source for row in TABLE for source in row.sources} & set(OVER)


def test_content_moves_to_a_receiver_by_consent_alone_and_refusing_needs_none() -> None:
    towards_receiver = {row.act for row in TABLE if row.target in WITH_RECEIVER}
    assert {row.act for row in TABLE if row.consent} == towards_receiver
    assert {row.act for row in TABLE if row.words} == {
        Act.DECLINE, Act.RETURN, Act.REROUTE, Act.COMPLETE, Act.WITHDRAW,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("state", "turn"),
    [
        ("draft", Turn.SENDER), ("sent", Turn.RECEIVER), ("received", Turn.RECEIVER), ("accepted", Turn.RECEIVER),
        ("returned", Turn.SENDER), ("started", Turn.RECEIVER), ("completed", Turn.NOBODY), ("declined", Turn.SENDER),
        ("lapsed", Turn.SENDER), ("withdrawn", Turn.NOBODY),
    ],
)  # fmt: skip
def test_every_state_says_whose_turn_it_is(state: str, turn: Turn) -> None:
    assert turn_of(state) == turn
    asked = turn_of(state, consent_asked=True)
    assert asked == (Turn.FAMILY if state in ("draft", "returned") else turn)
    seen_to = turn_of(state, seen_to=True)
    assert seen_to == (Turn.NOBODY if state in ("declined", "lapsed") else turn)


@pytest.mark.parametrize("state", State.values)
def test_every_state_says_which_clock_runs(state: str) -> None:
    unanswered = Clock.ANSWER if state in ("sent", "received") else Clock.NONE
    assert clock_of(state, Kind.SERVICE) == unanswered
    of_law = {"accepted": Clock.START, "started": Clock.READY}.get(state, unanswered)
    assert clock_of(state, Kind.NEEDS_ASSESSMENT) == of_law
