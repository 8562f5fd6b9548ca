"""A message goes on as a chat: once, by its worker, while the family is there; nothing is asked or typed again."""

import datetime as dt
import uuid
from typing import Any

import pytest

from audit.codes import AuditCode
from audit.models import AuditEvent
from guidance.models import Contact
from guidance.selectors import continued_in, gone_live_from, messages_after
from guidance.services import (
    AlreadyTaken,
    ContactClosed,
    ContactRefused,
    FamilyLeft,
    FamilyNotHere,
    NotAMessage,
    NotYours,
    go_live,
    leave_contact,
    release_contact,
    take_contact,
)
from tests.cast import NOW, Cast, Visitor, bind, close, open_chat, say, sign_in, staff_author, take

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(hours=20)


@pytest.fixture
def message(cast: Cast, visitor: Visitor) -> Contact:
    """A message that its worker has answered."""
    opened = open_chat(visitor, channel="message", body="Ei kiirettä")
    take(opened, cast.worker)
    say(opened, staff_author(cast.worker, sign_in(cast.worker)), "Vastaus")
    opened.refresh_from_db()
    return opened


def live(message: Contact, worker: Any, *, here: bool = True) -> Contact:
    return go_live(contact_id=message.pk, worker=worker, family_is_here=here, now=LATER)


def test_the_chat_follows_with_all_that_is_known(cast: Cast, message: Contact, visitor: Visitor) -> None:
    message.topic = cast.topic
    message.save()
    chat = live(message, cast.worker)
    message.refresh_from_db()
    assert (message.state, message.outcome, getattr(continued_in(message), "pk", None)) == (
        "closed",
        "continues",
        chat.pk,
    )
    assert (chat.state, chat.worker, chat.topic, chat.unit) == ("open", cast.worker, cast.topic, message.unit)
    assert (chat.relationship_id, chat.visitor_id) == (message.relationship_id, visitor.key.visitor_id)
    assert (chat.due_at, chat.joined_at, gone_live_from(chat)) == (None, LATER, message)
    assert [line.code for line in messages_after(message)][-1] == "went_live"
    assert [line.code for line in messages_after(chat)] == ["worker_joined"]
    event = AuditEvent.objects.get(code=AuditCode.CONTACT_WENT_LIVE)
    assert (event.object_id, event.actor_id, event.data) == (str(chat.pk), cast.worker.pk, {"from": str(message.pk)})


def test_both_write_on_and_the_first_response_is_the_one_after_the_family(
    cast: Cast, message: Contact, visitor: Visitor
) -> None:
    chat = live(message, cast.worker)
    worker = staff_author(cast.worker, sign_in(cast.worker, LATER))
    minute = dt.timedelta(minutes=1)
    for author, at in ((worker, LATER), (visitor.author, LATER + minute), (worker, LATER + 2 * minute)):
        assert say(chat, author, at=at).message is not None
        chat.refresh_from_db()
        assert (chat.first_response_at is None) == (at < LATER + 2 * minute)
    assert (chat.first_client_at, chat.first_response_at) == (LATER + minute, LATER + 2 * minute)
    assert chat.first_response_by == cast.worker
    assert say(message, visitor.author, at=LATER).message is None, "the thread before is over"


def test_twice_is_once(cast: Cast, message: Contact) -> None:
    assert live(message, cast.worker) == live(message, cast.worker, here=False)
    assert Contact.objects.count() == 2 and AuditEvent.objects.filter(code=AuditCode.CONTACT_WENT_LIVE).count() == 1


def _as_it_is(message: Contact, cast: Cast, visitor: Visitor) -> None:
    pass


def _left(message: Contact, cast: Cast, visitor: Visitor) -> None:
    leave_contact(contact=message, visitor_key=visitor.key, now=LATER)


def _closed(message: Contact, cast: Cast, visitor: Visitor) -> None:
    close(message, cast.worker, cast.topic, LATER)


def _released(message: Contact, cast: Cast, visitor: Visitor) -> None:
    release_contact(contact_id=message.pk, worker=cast.worker, now=LATER)


@pytest.mark.parametrize(
    ("first", "who", "here", "refusal"),
    [
        (_as_it_is, "worker", False, FamilyNotHere),
        (_as_it_is, "colleague", True, NotYours),
        (_as_it_is, "outsider", True, NotYours),
        (_left, "worker", True, FamilyLeft),
        (_closed, "worker", True, ContactClosed),
        (_released, "worker", True, NotYours),
    ],
)
def test_refused_and_nothing_happens(
    cast: Cast, message: Contact, visitor: Visitor, first: Any, who: str, here: bool, refusal: type[ContactRefused]
) -> None:
    first(message, cast, visitor)
    before = AuditEvent.objects.count()
    with pytest.raises(refusal):
        live(message, getattr(cast, who), here=here)
    assert Contact.objects.count() == 1 and AuditEvent.objects.count() == before


def test_a_chat_is_live_already(cast: Cast, chat: Contact) -> None:
    take(chat, cast.worker)
    with pytest.raises(NotAMessage):
        live(chat, cast.worker)


def test_a_second_worker_finds_it_closed(cast: Cast, message: Contact) -> None:
    live(message, cast.worker)
    with pytest.raises(ContactClosed):
        live(message, cast.colleague)
    with pytest.raises((ContactClosed, AlreadyTaken)):
        take_contact(contact_id=message.pk, worker=cast.colleague, now=LATER)


def test_the_thread_before_stays_with_whom_it_was(cast: Cast, message: Contact, visitor: Visitor) -> None:
    """Bound to a person, the chat hangs on another relationship: what was nameless is not shown above it."""
    chat = live(message, cast.worker)
    bound = bind(chat, visitor, cast.worker, now=LATER)
    assert gone_live_from(bound) is None


def test_no_other_chat_has_a_thread_before_it(cast: Cast, message: Contact, visitor: Visitor) -> None:
    close(message, cast.worker, cast.topic, LATER)
    follower = open_chat(visitor, now=LATER, nonce=uuid.uuid4())
    Contact.objects.filter(pk=follower.pk).update(follows=message)
    follower.refresh_from_db()
    assert gone_live_from(follower) is None
