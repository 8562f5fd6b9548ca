from referrals.services.consenting import (
    ask_consent,
    cancel_consent,
    give_consent,
    record_spoken_consent,
    refuse_consent,
    revoke_consent,
)
from referrals.services.feeling import tell_feeling
from referrals.services.linking import end_link, enter_link, leave_link, look_by_link, make_code, renew_link
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
    "end_link",
    "enter_link",
    "give_consent",
    "hand_over_warmly",
    "leave_link",
    "look_by_link",
    "make_code",
    "make_draft",
    "receive",
    "record_spoken_consent",
    "record_look",
    "refer",
    "refuse_consent",
    "renew_link",
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
