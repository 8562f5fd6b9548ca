"""Who may what with referrals."""

from enum import StrEnum

from core.permissions import Reach, Rule, declare
from guidance.permissions import anybody


class Action(StrEnum):
    READ_OWN_REFERRAL = "referrals.read_own_referral"
    ANSWER_CONSENT = "referrals.answer_consent"
    END_OWN_REFERRAL = "referrals.end_own_referral"
    TELL_FEELING = "referrals.tell_feeling"


OWN = (Reach.OWN,)

declare(
    Rule(Action.READ_OWN_REFERRAL, ("client",), "the identified person whose referral it is", anybody, OWN),
    Rule(Action.ANSWER_CONSENT, ("client",), "the identified person whose consent is asked", anybody, OWN),
    Rule(Action.END_OWN_REFERRAL, ("client",), "the identified person whose referral it is", anybody, OWN),
    Rule(Action.TELL_FEELING, ("client",), "the identified person whose referral it is", anybody, OWN),
)
