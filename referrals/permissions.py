"""Who may what with referrals."""

from enum import StrEnum

from core.permissions import Reach, Rule, declare
from guidance.permissions import anybody, reads_contacts


class Action(StrEnum):
    READ_OWN_REFERRAL = "referrals.read_own_referral"
    ANSWER_CONSENT = "referrals.answer_consent"
    END_OWN_REFERRAL = "referrals.end_own_referral"
    TELL_FEELING = "referrals.tell_feeling"
    LIST_REFERRALS = "referrals.list_referrals"
    MAKE_REFERRAL = "referrals.make_referral"
    READ_REFERRAL = "referrals.read_referral"
    SEND_REFERRAL = "referrals.send_referral"
    ANSWER_REFERRAL = "referrals.answer_referral"
    USE_LINK = "referrals.use_link"


OWN = (Reach.OWN,)
STAFF = ("worker", "supervisor")
SENDERS = (Reach.UNIT, Reach.RESPONSIBLE)

declare(
    Rule(Action.READ_OWN_REFERRAL, ("client",), "the identified person whose referral it is", anybody, OWN),
    Rule(Action.ANSWER_CONSENT, ("client",), "the identified person whose consent is asked", anybody, OWN),
    Rule(Action.END_OWN_REFERRAL, ("client",), "the identified person whose referral it is", anybody, OWN),
    Rule(Action.TELL_FEELING, ("client",), "the identified person whose referral it is", anybody, OWN),
    Rule(Action.LIST_REFERRALS, STAFF, "what the own units have sent, and what waits for them", reads_contacts),
    Rule(
        Action.MAKE_REFERRAL,
        STAFF,
        "identified contacts of the own units",
        reads_contacts,
        (Reach.HELD, Reach.UNIT),
    ),
    Rule(
        Action.READ_REFERRAL,
        STAFF,
        "the unit that made it and whoever answers for the family; the receiver's unit while it is with them, what the "
        "family's living consent names",
        reads_contacts,
        (*SENDERS, Reach.RECEIVER),
    ),
    Rule(
        Action.SEND_REFERRAL, STAFF, "the unit that made it and whoever answers for the family", reads_contacts, SENDERS
    ),
    Rule(
        Action.ANSWER_REFERRAL,
        STAFF,
        "the receiver's unit, while it is with them and the family's consent lives",
        reads_contacts,
        (Reach.RECEIVER,),
    ),
    Rule(
        Action.USE_LINK,
        ("client",),
        "a receiver outside the platform: the link of a referral that is with it, and the code that the sender said, "
        "while the family's consent lives",
        anybody,
        (Reach.LINK,),
    ),
)
