"""Tries to reach somebody by telephone, and what follows from each."""

import datetime as dt
import uuid

from django.db import transaction

from accounts.models import User
from audit.codes import AuditCode
from audit.services import SYSTEM
from guidance import events
from guidance.callbacks import MAX_TRIES, next_try_for, number_waited_until, without_a_number
from guidance.models import CallbackAttempt, CallbackRequest, Contact
from guidance.services import wording
from guidance.services.actors import staff_actor
from guidance.services.callbacks import callback_locked, let_number_go
from guidance.services.closing import end_contact
from guidance.services.errors import AlreadyReached, FamilyLeft, NotYours, NumberMissing
from guidance.services.locking import locked, say
from guidance.services.recording import record_of_worker
from guidance.services.staff import own_open_contact

Outcome = CallbackAttempt.Outcome


def record_attempt(
    *, contact_id: uuid.UUID, worker: User, nonce: uuid.UUID, outcome: str, now: dt.datetime
) -> CallbackAttempt:
    """Write down a try: reached stays with the worker, to be closed by the sheet; a failed one goes back to the list
    with its next try, and the third failed one ends it. The same nonce is the same try.

    A wrong number is somebody else's: it goes at once, and the family is asked for the right one.
    Raises NotYours, ContactClosed, FamilyLeft, NotACallback, NumberMissing, AlreadyReached.
    """
    with transaction.atomic():
        contact = locked(contact_id)
        callback = callback_locked(contact)
        known = callback.attempts.filter(nonce=nonce).first()
        if known is not None:
            if known.worker_id != worker.pk:
                raise NotYours
            return known
        _check(contact_id, worker, callback)
        ordinal = callback.attempts.count() + 1
        attempt = CallbackAttempt.objects.create(
            callback=callback, ordinal=ordinal, nonce=nonce, worker=worker, outcome=outcome, at=now
        )
        record_of_worker(AuditCode.CALLBACK_ATTEMPTED, worker, contact, now, ordinal=attempt.ordinal, outcome=outcome)
        if outcome == Outcome.REACHED:
            _reached(contact, callback, worker, now)
        elif attempt.ordinal >= MAX_TRIES:
            _given_up(contact, callback, outcome, worker, now)
        else:
            _to_be_tried_again(contact, callback, outcome, now)
    return attempt


def _check(contact_id: uuid.UUID, worker: User, callback: CallbackRequest) -> None:
    contact = own_open_contact(contact_id, worker)
    if contact.left_at is not None:
        raise FamilyLeft
    if callback.attempts.filter(outcome=Outcome.REACHED).exists():
        raise AlreadyReached
    if not callback.number_sealed:
        raise NumberMissing


def _reached(contact: Contact, callback: CallbackRequest, worker: User, now: dt.datetime) -> None:
    say(contact, "callback_reached", wording.callback_reached(contact, worker.first_name, now), now)
    _next_try(callback, None)
    if contact.first_response_at is None:
        contact.first_response_at = max(now, contact.first_client_at or contact.opened_at)
        contact.first_response_by, contact.first_response_unit = worker, contact.unit
        contact.save(update_fields=["first_response_at", "first_response_by", "first_response_unit"])
    events.announce_state(contact, callback=Outcome.REACHED)


def _to_be_tried_again(contact: Contact, callback: CallbackRequest, outcome: str, now: dt.datetime) -> None:
    if outcome == Outcome.WRONG_NUMBER:
        until = number_waited_until(contact, now)
        say(contact, "callback_wrong_number", wording.callback_wrong_number(contact, now, until), now)
        let_number_go([contact.pk])
        _next_try(callback, None)
        contact.turn = Contact.Turn.CLIENT
    else:
        again = next_try_for(contact, callback, now)
        say(contact, "callback_missed", wording.callback_missed(contact, now, again), now)
        _next_try(callback, again)
    contact.state, contact.worker, contact.taken_at = Contact.State.WAITING, None, None
    contact.save(update_fields=["state", "worker", "taken_at", "turn"])
    events.announce_state(contact, worker=None, callback=outcome)


def _given_up(contact: Contact, callback: CallbackRequest, outcome: str, worker: User, now: dt.datetime) -> None:
    if outcome == Outcome.WRONG_NUMBER:
        let_number_go([contact.pk])
    _next_try(callback, None)
    say(contact, "closed", wording.callback_given_up(contact, now), now)
    end_contact(contact, Contact.Outcome.WENT_SILENT, now, staff_actor(worker, contact))


def close_without_a_number(*, contact_id: uuid.UUID, now: dt.datetime) -> bool:
    """The number was wrong, the family was asked for the right one, and the time for it is over: the callback ends, as
    after the third try. False when somebody has done something meanwhile, or there is time left."""
    with transaction.atomic():
        contact = locked(contact_id)
        if not without_a_number(now).filter(pk=contact.pk).exists():
            return False
        asked_at = CallbackAttempt.objects.filter(callback=contact.pk, outcome=Outcome.WRONG_NUMBER).latest("at").at
        until = number_waited_until(contact, asked_at)
        if until is None or now < until:
            return False
        say(contact, "closed", wording.callback_never_corrected(contact, asked_at), now)
        end_contact(contact, Contact.Outcome.WENT_SILENT, now, SYSTEM)
    return True


def _next_try(callback: CallbackRequest, when: dt.datetime | None) -> None:
    callback.next_try_at = when
    callback.save(update_fields=["next_try_at"])
