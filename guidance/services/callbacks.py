"""A wish to be called: the number that is kept for it, changed, shown to whoever calls, and let go."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from accounts.models import User, VisitorKey
from audit.codes import AuditCode
from core.sealing import seal, unseal
from guidance import events
from guidance.models import CallbackRequest, Contact
from guidance.phone_numbers import PhoneNumber, parse_number
from guidance.services import wording
from guidance.services.errors import ContactClosed, FamilyLeft, NotACallback, NumberMissing
from guidance.services.locking import locked, say
from guidance.services.recording import record_of_family, record_of_worker
from guidance.services.staff import own_open_contact


@dataclass(frozen=True)
class CallWish:
    """Where and when to call, as the family typed it and after it has been looked at."""

    number: PhoneNumber
    wishes: tuple[str, ...] = ()


def call_wish(number: str, wishes: Iterable[str] = ()) -> CallWish:
    """Raises NumberRefused; an unknown wish is no wish."""
    wanted = set(wishes)
    return CallWish(parse_number(number), tuple(wish for wish in CallbackRequest.Wish.values if wish in wanted))


def keep_wish(contact: Contact, wish: CallWish, now: dt.datetime) -> CallbackRequest:
    """Beside a contact that has just been made, in its transaction."""
    callback = CallbackRequest.objects.create(
        contact=contact, number_sealed=seal(wish.number.e164), number_end=wish.number.end, wishes=list(wish.wishes)
    )
    say(contact, "callback_asked", wording.callback_asked(contact), now)
    return callback


def change_number(*, contact: Contact, number: str, visitor_key: VisitorKey, now: dt.datetime) -> CallbackRequest:
    """The family puts its number right; it can be called at once. Raises NumberRefused, NotACallback, ContactClosed."""
    wanted = parse_number(number)
    with transaction.atomic():
        contact = locked(contact.pk)
        callback = callback_locked(contact)
        if contact.is_closed or contact.left_at is not None:
            raise ContactClosed
        callback.number_sealed, callback.number_end = seal(wanted.e164), wanted.end
        callback.next_try_at = None
        callback.save(update_fields=["number_sealed", "number_end", "next_try_at"])
        contact.turn = Contact.Turn.WORKER
        contact.save(update_fields=["turn"])
        say(contact, "callback_number_changed", wording.callback_number_changed(contact), now)
        record_of_family(AuditCode.CALLBACK_NUMBER_CHANGED, contact, now)
        events.announce_state(contact, callback="number_changed")
    return callback


def show_number(*, contact_id: uuid.UUID, worker: User, now: dt.datetime) -> PhoneNumber:
    """The clear number, for the one who calls. Raises NotYours, ContactClosed, FamilyLeft, NotACallback,
    NumberMissing."""
    with transaction.atomic():
        contact = own_open_contact(contact_id, worker)
        callback = callback_locked(contact)
        if contact.left_at is not None:
            raise FamilyLeft
        if not callback.number_sealed:
            raise NumberMissing
        number = PhoneNumber(unseal(callback.number_sealed))
        record_of_worker(AuditCode.CALLBACK_NUMBER_SHOWN, worker, contact, now)
    return number


def callback_locked(contact: Contact) -> CallbackRequest:
    """The wish beside a contact whose row is locked; that lock is the wish's own. Raises NotACallback."""
    callback = CallbackRequest.objects.filter(pk=contact.pk).first()
    if callback is None:
        raise NotACallback
    return callback


def let_number_go(contact_ids: Iterable[uuid.UUID]) -> None:
    """Nobody is going to call any more: the number goes, the rest of the wish stays with its contact."""
    CallbackRequest.objects.filter(pk__in=list(contact_ids)).update(number_sealed="", number_end="")
