"""Two at once around a call, with real threads; controls show what the lock of the contact's row prevents."""

# ruff: noqa: B023 — the threads of a round end within it, so each lambda sees its own round.

import uuid
from typing import Any

import pytest
from django.db import IntegrityError

from core import realtime
from guidance.models import CallbackAttempt, CallbackRequest, Contact, Message
from guidance.services import (
    AlreadyTaken,
    CallWish,
    ContactClosed,
    ContactRefused,
    call_wish,
    calls,
    carry_over,
    leave_contact,
    locking,
    log_contact,
    record_attempt,
    show_number,
    staff,
)
from tests.cast import NOW, Cast, make_cast, make_visitor, open_chat, take
from tests.guidance.test_callbacks import NUMBER, ask_call
from tests.races.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = range(6)


@pytest.fixture(autouse=True)
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens in these tests, and threads need no loops."""
    monkeypatch.setattr(realtime, "publish", lambda events: None)
    monkeypatch.setattr(realtime, "_to_groups", lambda groups: None)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


def unlocked(contact_id: uuid.UUID) -> Contact:
    return Contact.objects.with_row_details().get(pk=contact_id)


def missed(contact: Contact, worker: Any) -> Any:
    return record_attempt(contact_id=contact.pk, worker=worker, nonce=uuid.uuid4(), outcome="no_answer", now=NOW)


def takers(contact: Contact) -> int:
    return Message.objects.filter(contact=contact, code="worker_joined").count()


def test_a_callback_taken_twice_has_one_caller(cast: Cast) -> None:
    for _round in ROUNDS:
        contact = ask_call(make_visitor())
        results = at_once(lambda: take(contact, cast.worker), lambda: take(contact, cast.colleague))
        assert sorted(type(result) is AlreadyTaken for result in results) == [False, True]
        assert takers(contact) == 1


def test_without_the_lock_both_would_call(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staff, "locked", unlocked)
    both = 0
    for _round in range(25):
        contact = ask_call(make_visitor())
        results = at_once(lambda: take(contact, cast.worker), lambda: take(contact, cast.colleague))
        both += not any(isinstance(result, Exception) for result in results)
    assert both, "the control shows the fault"


def test_two_tries_written_at_once_are_one(cast: Cast) -> None:
    for _round in ROUNDS:
        contact = take(ask_call(make_visitor()), cast.worker)
        results = at_once(lambda: missed(contact, cast.worker), lambda: missed(contact, cast.worker))
        assert sorted(isinstance(result, ContactRefused) for result in results) == [False, True]
        assert CallbackAttempt.objects.filter(callback=contact.pk).count() == 1


def test_without_the_lock_the_second_try_would_be_a_fault(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "locked", unlocked)
    monkeypatch.setattr(calls, "own_open_contact", lambda contact_id, worker: unlocked(contact_id))
    faults = 0
    for _round in range(25):
        contact = take(ask_call(make_visitor()), cast.worker)
        results = at_once(lambda: missed(contact, cast.worker), lambda: missed(contact, cast.worker))
        faults += any(isinstance(result, IntegrityError) for result in results)
        faults += CallbackAttempt.objects.filter(callback=contact.pk).count() > 1
    assert faults, "the control shows the fault"
    assert locking.locked is not unlocked


def test_a_family_cancels_while_the_number_is_asked_for(cast: Cast) -> None:
    for _round in ROUNDS:
        visitor = make_visitor()
        contact = take(ask_call(visitor), cast.worker)
        shown, left = at_once(
            lambda: show_number(contact_id=contact.pk, worker=cast.worker, now=NOW),
            lambda: leave_contact(contact=contact, visitor_key=visitor.key, now=NOW),
        )
        assert left.left_at == NOW and CallbackRequest.objects.get(pk=contact.pk).number_sealed == ""
        assert isinstance(shown, ContactRefused) or shown.e164 == NUMBER


def test_a_chat_is_carried_into_both_channels_at_once(cast: Cast) -> None:
    wish: CallWish = call_wish(NUMBER)
    for _round in ROUNDS:
        chat = open_chat(make_visitor())
        results = at_once(
            lambda: carry_over(contact=chat, now=NOW), lambda: carry_over(contact=chat, call=wish, now=NOW)
        )
        assert sorted(isinstance(result, ContactClosed) for result in results) == [False, True]
        assert Contact.objects.filter(follows=chat).count() == 1


def test_a_call_logged_twice_at_once_is_one(cast: Cast) -> None:
    nonce = uuid.uuid4()

    def log() -> Contact:
        return log_contact(
            worker=cast.worker, channel="phone", minutes=5, outcome="resolved", topic=cast.topic, nonce=nonce, now=NOW
        )

    first, second = at_once(log, log)
    assert first == second and Contact.objects.filter(channel="phone").count() == 1
