"""What can be done with a contact: one verb a function, in one transaction with its audit record."""

from guidance.services.closing import (
    SHEET_OUTCOMES,
    carry_over_as_message,
    close_contact,
    close_silent_contact,
    warn_of_silence,
)
from guidance.services.errors import (
    AlreadyTaken,
    ContactClosed,
    ContactRefused,
    FamilyLeft,
    FeedbackNotAsked,
    NotFollowable,
    NotReachable,
    NotYours,
    SheetIncomplete,
)
from guidance.services.family import (
    OpenedContact,
    choose_topic,
    forget_device,
    give_feedback,
    leave_contact,
    may_give_feedback,
    open_contact,
    renew_return_code,
)
from guidance.services.seen import mark_seen
from guidance.services.staff import (
    add_note,
    record_look,
    release_contact,
    return_to_queue,
    take_contact,
    transfer_contact,
)

__all__ = [
    "SHEET_OUTCOMES",
    "AlreadyTaken",
    "ContactClosed",
    "ContactRefused",
    "FamilyLeft",
    "FeedbackNotAsked",
    "NotFollowable",
    "NotReachable",
    "NotYours",
    "OpenedContact",
    "SheetIncomplete",
    "add_note",
    "carry_over_as_message",
    "choose_topic",
    "close_contact",
    "close_silent_contact",
    "forget_device",
    "give_feedback",
    "leave_contact",
    "mark_seen",
    "may_give_feedback",
    "open_contact",
    "record_look",
    "release_contact",
    "renew_return_code",
    "return_to_queue",
    "take_contact",
    "transfer_contact",
    "warn_of_silence",
]
