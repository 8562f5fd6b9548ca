"""Who may stand before a family's matter, and what each of them is answered: worked out from the declared rules, for
the page of permissions and for the tests that hold every address to it."""

from dataclasses import dataclass
from enum import StrEnum

from core.permissions import AMONG_STAFF, Reach, Rule

FAMILY = "client"


class Answer(StrEnum):
    YES = "yes"
    SIGN_IN = "sign in"  # staff's address, and nobody is signed in: 401, or to the page for signing in
    IDENTIFY = "identify"  # in a thread's pages the way to identification and nothing of the thread, elsewhere 404
    UNKNOWN = "404"  # the same as for what does not exist
    NOT_YOURS = "409"  # staff who may read the contact, and somebody else has it


@dataclass(frozen=True)
class Standing:
    """Somebody's role (`client` for families, empty for whoever has none) and how they stand to the matter."""

    words: str
    role: str
    reach: tuple[Reach, ...] = ()
    signed_in: bool = True


def staff(words: str, role: str, *reach: Reach) -> Standing:
    return Standing(words, role, reach)


STANDINGS = (
    Standing("the family itself", FAMILY, (Reach.OWN,), signed_in=False),
    Standing("the family, identification over or on another device", FAMILY, (Reach.GATE,), signed_in=False),
    Standing("a person it is shared with", FAMILY, (Reach.SHARED,), signed_in=False),
    Standing("a receiver outside, by the link of a live referral and its code", FAMILY, (Reach.LINK,), signed_in=False),
    Standing("any other family or visitor", FAMILY, signed_in=False),
    staff("worker who has it", "worker", Reach.HELD, Reach.UNIT),
    staff("worker of its unit", "worker", Reach.UNIT),
    staff("supervisor of its unit", "supervisor", Reach.UNIT),
    staff("professional of its unit", "professional", Reach.UNIT),
    staff("catalogue admin of its unit", "catalogue_admin", Reach.UNIT),
    staff("worker of another unit", "worker"),
    staff("the same, while it waits in the common queue", "worker", Reach.POOL),
    staff("supervisor of another unit", "supervisor"),
    staff("worker of another unit, glass broken", "worker", Reach.GLASS),
    staff("responsible worker, or today's substitute", "worker", Reach.RESPONSIBLE),
    staff("worker of the unit that a live referral was sent to", "worker", Reach.RECEIVER),
    staff("worker with a seat in the consultation", "worker", Reach.SEAT),
    staff("professional with a seat in the consultation", "professional", Reach.SEAT),
    staff("supervisor with a seat in the consultation", "supervisor", Reach.SEAT),
    staff("professional whom a waiting consultation asks", "professional", Reach.ASKED),
    staff("worker of the hand-over room's unit", "worker", Reach.ROOM),
    staff("staff without a role", ""),
)


def answer_to(rule: Rule, standing: Standing) -> Answer:
    """What the rule answers to somebody who stands so."""
    by_role = standing.role in rule.roles
    if FAMILY not in rule.roles and not by_role:
        return Answer.UNKNOWN if standing.signed_in else Answer.SIGN_IN
    if not rule.reach:
        return Answer.YES
    reach = set(standing.reach)
    if standing.role in rule.among_staff:
        reach &= set(AMONG_STAFF)
    if by_role and set(rule.reach) & reach:
        return Answer.YES
    if by_role and Reach.GATE in reach and Reach.OWN in rule.reach:
        return Answer.IDENTIFY
    holds_only = Reach.HELD in rule.reach and Reach.UNIT not in rule.reach
    if by_role and holds_only and Reach.UNIT in reach:
        return Answer.NOT_YOURS
    return Answer.UNKNOWN
