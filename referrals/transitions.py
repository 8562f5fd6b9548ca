"""A referral's states: which may follow which, by whose act; whose turn it is in each, and which clock runs.

The one table of it. Services ask `transition` before they write, pages ask `turn_of` and `clock_of`, and
docs/referrals.md is made from it.
"""

from dataclasses import dataclass
from enum import StrEnum

from referrals.models import Referral, ReferralStep

State, By = Referral.State, ReferralStep.By


class Turn(StrEnum):
    """Who has to do something next."""

    SENDER = "sender"
    FAMILY = "family"
    RECEIVER = "receiver"
    NOBODY = "nobody"


class Clock(StrEnum):
    """What runs meanwhile."""

    NONE = "none"
    ANSWER = "answer"  # the receiver answers by `answer_due_at`
    START = "start"  # by `start_due_on`: the seventh weekday, of a service-needs assessment
    READY = "ready"  # by `ready_due_on`: three months, of a service-needs assessment


class Act(StrEnum):
    MAKE = "make"
    SEND = "send"
    RECEIVE = "receive"
    ACCEPT = "accept"
    DECLINE = "decline"
    RETURN = "return"
    REROUTE = "reroute"
    START = "start"
    COMPLETE = "complete"
    LAPSE = "lapse"
    WITHDRAW = "withdraw"


@dataclass(frozen=True)
class Transition:
    """`consent`: only while the family's consent to this receiver lives. `words`: only with a reason or an outcome;
    the family owes nobody a reason."""

    act: Act
    sources: tuple[str, ...]
    target: str
    by: tuple[str, ...]
    consent: bool = False
    words: bool = False


class IllegalTransition(Exception):
    """The act does not follow from the state, or is not this party's to do."""


# Until it has an answer; and as long as it lives at all.
UNANSWERED = (State.SENT, State.RECEIVED)
WITH_RECEIVER = (*UNANSWERED, State.ACCEPTED, State.STARTED)
LIVE = (State.DRAFT, State.RETURNED, *WITH_RECEIVER)
OVER = (State.COMPLETED, State.DECLINED, State.LAPSED, State.WITHDRAWN)

TABLE = (
    Transition(Act.MAKE, (), State.DRAFT, (By.SENDER,)),
    Transition(Act.SEND, (State.DRAFT, State.RETURNED), State.SENT, (By.SENDER,), consent=True),
    Transition(Act.RECEIVE, (State.SENT,), State.RECEIVED, (By.RECEIVER,), consent=True),
    Transition(Act.ACCEPT, UNANSWERED, State.ACCEPTED, (By.RECEIVER,), consent=True),
    Transition(Act.DECLINE, UNANSWERED, State.DECLINED, (By.RECEIVER,), words=True),
    Transition(Act.RETURN, UNANSWERED, State.RETURNED, (By.RECEIVER,), words=True),
    Transition(Act.REROUTE, UNANSWERED, State.SENT, (By.RECEIVER,), consent=True, words=True),
    Transition(Act.START, (State.ACCEPTED,), State.STARTED, (By.RECEIVER,), consent=True),
    Transition(Act.COMPLETE, (State.STARTED,), State.COMPLETED, (By.RECEIVER,), words=True),
    Transition(Act.LAPSE, UNANSWERED, State.LAPSED, (By.PLATFORM,)),
    # The family's own end is the consent that it takes back once it has been sent.
    Transition(Act.WITHDRAW, LIVE, State.WITHDRAWN, (By.SENDER, By.FAMILY), words=True),
)
_BY_ACT = {row.act: row for row in TABLE}

_TURNS = {
    State.DRAFT: Turn.SENDER,
    State.SENT: Turn.RECEIVER,
    State.RECEIVED: Turn.RECEIVER,
    State.ACCEPTED: Turn.RECEIVER,
    State.RETURNED: Turn.SENDER,
    State.STARTED: Turn.RECEIVER,
    State.COMPLETED: Turn.NOBODY,
    # Somebody has to see to what comes next.
    State.DECLINED: Turn.SENDER,
    State.LAPSED: Turn.SENDER,
    State.WITHDRAWN: Turn.NOBODY,
}


def transition(act: Act, state: str, by: str) -> Transition:
    """The row of the table for this act from this state by this party. Raises IllegalTransition where there is none."""
    row = _BY_ACT[act]
    if act == Act.MAKE or state not in row.sources or by not in row.by:
        raise IllegalTransition(f"{by} cannot {act} from {state}")
    return row


def turn_of(state: str, *, consent_asked: bool = False, seen_to: bool = False) -> Turn:
    """Whose turn it is. `consent_asked`: the family has been asked and has not answered. `seen_to`: somebody has
    already seen to what follows one that ended without the service."""
    if state in (State.DRAFT, State.RETURNED) and consent_asked:
        return Turn.FAMILY
    if state in (State.DECLINED, State.LAPSED) and seen_to:
        return Turn.NOBODY
    return _TURNS[State(state)]


def clock_of(state: str, kind: str) -> Clock:
    if state in UNANSWERED:
        return Clock.ANSWER
    if kind == Referral.Kind.NEEDS_ASSESSMENT:
        return {State.ACCEPTED: Clock.START, State.STARTED: Clock.READY}.get(State(state), Clock.NONE)
    return Clock.NONE
