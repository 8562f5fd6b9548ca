from referrals.services.consenting import (
    ask_consent,
    cancel_consent,
    give_consent,
    record_spoken_consent,
    refuse_consent,
    revoke_consent,
)
from referrals.services.feeling import tell_feeling
from referrals.services.looking import record_look
from referrals.services.receiving import accept, complete, decline, receive, reroute, return_for_more, start
from referrals.services.referring import Asking, ask, refer
from referrals.services.sending import (
    change_draft,
    hand_over_warmly,
    make_draft,
    see_to,
    send,
    withdraw,
    withdraw_as_family,
)

__all__ = [
    "Asking",
    "accept",
    "ask",
    "ask_consent",
    "cancel_consent",
    "change_draft",
    "complete",
    "decline",
    "give_consent",
    "hand_over_warmly",
    "make_draft",
    "receive",
    "record_spoken_consent",
    "record_look",
    "refer",
    "refuse_consent",
    "reroute",
    "return_for_more",
    "revoke_consent",
    "see_to",
    "send",
    "start",
    "tell_feeling",
    "withdraw",
    "withdraw_as_family",
]
