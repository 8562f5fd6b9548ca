"""States and times that contradict each other cannot be stored, whoever tries."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Unit
from guidance.models import Contact, Feedback, Note
from tests.cast import NOW, Cast, Visitor, open_chat, take

pytestmark = pytest.mark.django_db
BEFORE, AFTER = NOW - dt.timedelta(minutes=1), NOW + dt.timedelta(minutes=1)


def refused(contact: Contact, **values: Any) -> str:
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        Contact.objects.filter(pk=contact.pk).update(**values)
    assert refusal.value.__cause__ is not None
    return refusal.value.__cause__.diag.constraint_name or ""  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"state": "open"}, "contact_state_agrees"),
        ({"state": "open", "joined_at": AFTER}, "contact_state_agrees"),
        ({"state": "closed", "closed_at": AFTER}, "contact_state_agrees"),
        ({"state": "closed", "outcome": "resolved"}, "contact_state_agrees"),
        ({"state": "asleep"}, "contact_state_agrees"),
        ({"closed_at": AFTER}, "contact_state_agrees"),
        ({"outcome": "resolved"}, "contact_state_agrees"),
        ({"channel": "fax"}, "contact_channel_known"),
        ({"state": "closed", "closed_at": AFTER, "outcome": "vanished"}, "contact_outcome_known"),
        ({"queued_at": BEFORE}, "contact_times_in_order"),
        ({"joined_at": BEFORE}, "contact_times_in_order"),
        ({"state": "closed", "outcome": "resolved", "closed_at": BEFORE}, "contact_times_in_order"),
        (
            {"state": "closed", "outcome": "resolved", "joined_at": AFTER, "closed_at": NOW},
            "contact_times_in_order",
        ),
        (
            {"state": "closed", "outcome": "left_queue", "joined_at": NOW, "closed_at": AFTER},
            "contact_left_queue_unjoined",
        ),
        ({"first_response_at": AFTER}, "contact_first_response_agrees"),
        ({"client_seen_seq": 2}, "contact_seen_within"),
        ({"worker_seen_seq": 2}, "contact_seen_within"),
    ],
)
def test_a_contradiction_cannot_be_stored(chat: Contact, values: dict[str, Any], constraint: str) -> None:
    assert refused(chat, **values) == constraint


def test_a_waiting_contact_has_no_worker(cast: Cast, chat: Contact) -> None:
    assert refused(chat, worker=cast.worker) == "contact_state_agrees"


def test_a_first_response_is_not_before_the_first_question(cast: Cast, chat: Contact) -> None:
    values = {"first_response_by": cast.worker, "first_response_unit": cast.unit}
    assert refused(chat, first_response_at=BEFORE, **values) == "contact_first_response_agrees"
    Contact.objects.filter(pk=chat.pk).update(first_response_at=AFTER, **values)


def test_a_contact_does_not_follow_itself(chat: Contact) -> None:
    assert refused(chat, follows=chat) == "contact_follows_another"


def test_one_opening_is_one_contact(chat: Contact, visitor: Visitor) -> None:
    second = open_chat(visitor)
    assert refused(second, open_nonce=chat.open_nonce) == "contact_open_nonce"


def test_there_is_one_front_door(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="unit_one_front_door"), transaction.atomic():
        Unit.objects.filter(pk=cast.other_unit.pk).update(is_front_door=True)


def test_feedback_says_something_within_its_scale_and_once(cast: Cast, chat: Contact) -> None:
    for values in ({}, {"feeling": 0}, {"feeling": 6}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Feedback.objects.create(contact=chat, at=NOW, **values)
    Feedback.objects.create(contact=chat, at=NOW, feeling=5)
    with pytest.raises(IntegrityError), transaction.atomic():
        Feedback.objects.create(contact=chat, at=NOW, feeling=5)


def test_a_note_is_not_empty(cast: Cast, chat: Contact) -> None:
    with pytest.raises(IntegrityError, match="note_not_empty"), transaction.atomic():
        Note.objects.create(relationship=chat.relationship, author=cast.worker, body="", at=NOW)


def test_those_whose_worker_vanished_come_first_in_the_queue(cast: Cast, visitor: Visitor) -> None:
    first, second, third = (open_chat(visitor, now=NOW + dt.timedelta(minutes=n)) for n in range(3))
    take(third, cast.worker, NOW + dt.timedelta(minutes=4))
    Contact.objects.filter(pk=third.pk).update(state="waiting", worker=None, returned_at=NOW + dt.timedelta(minutes=5))
    assert list(Contact.objects.waiting().in_queue_order()) == [third, first, second]


def test_ids_tell_nothing(chat: Contact) -> None:
    assert isinstance(chat.pk, uuid.UUID)
    assert chat.pk.version == 4
