"""What a family does: open, leave, forget, choose a topic, rate; and that nothing about them is kept."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Visitor as VisitorRow
from accounts.models import VisitorKey
from accounts.visitors import UnknownReturnCode, find_key, new_secret, redeem_return_code
from audit.models import AuditEvent
from core import realtime
from core.realtime import Event
from core.text import BodyRefused
from guidance.models import ClientRelationship, Contact, Feedback, Message
from guidance.services import (
    ContactClosed,
    FeedbackNotAsked,
    NotFollowable,
    OpenedContact,
    carry_over,
    choose_topic,
    close_silent_contact,
    forget_device,
    give_feedback,
    leave_contact,
    open_contact,
    renew_return_code,
)
from tests.cast import NOW, TEXT, Cast, Visitor, close, make_visitor, open_chat, say, sign_in, staff_author, take

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(minutes=5)


def audits(contact: Contact, code: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(object_id=str(contact.pk), code=code))


def opened(**values: Any) -> OpenedContact:
    asked = {"visitor_key": None, "channel": "chat", "nonce": uuid.uuid4(), "body": TEXT, "language": "fi", "now": NOW}
    return open_contact(**(asked | values))


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """Every event that was announced, in order."""
    heard: list[Event] = []
    monkeypatch.setattr(realtime, "publish", heard.extend)
    monkeypatch.setattr(realtime, "_to_groups", lambda groups: None)
    return heard


# -- opening --------------------------------------------------------------------------------------


def test_opening_makes_visitor_relationship_contact_and_first_message(cast: Cast) -> None:
    result = opened()
    contact = result.contact
    assert result.created
    assert (contact.state, contact.unit, contact.last_seq, contact.turn) == ("waiting", cast.unit, 1, "worker")
    first = Message.objects.get(contact=contact)
    assert (first.body, first.kind, first.nonce) == (TEXT, "client", contact.open_nonce)
    assert result.return_code is not None and len(result.return_code) == 16 and result.return_code.isdigit()
    assert find_key(result.secret or "") == VisitorKey.objects.get()
    assert len(audits(contact, "guidance.contact.opened")) == 1


def test_only_keyed_hashes_of_secret_and_return_code_are_stored(cast: Cast) -> None:
    result = opened()
    key, visitor = VisitorKey.objects.get(), VisitorRow.objects.get()
    assert result.secret not in (key.secret_hash, visitor.return_code_hash)
    assert result.return_code not in (key.secret_hash, visitor.return_code_hash)
    assert len(key.secret_hash) == len(visitor.return_code_hash) == 64


def test_no_table_of_a_visitor_can_hold_a_name_an_address_or_a_browser() -> None:
    expected = {
        VisitorRow: {"id", "return_code_hash", "created_at"},
        VisitorKey: {"id", "visitor", "secret_hash", "created_at", "forgotten_at", "seen_on", "person", "person_until"},
        ClientRelationship: {"id", "visitor", "person", "created_at"},
    }
    for model, columns in expected.items():
        assert {field.name for field in model._meta.concrete_fields} == columns
    personal = ("ip", "address", "agent", "referer", "referrer", "email", "phone", "name")
    for column in (field.name for field in Contact._meta.concrete_fields):
        assert not any(word in column.split("_") for word in personal), column


def test_opening_again_with_the_same_nonce_is_the_same_contact(cast: Cast, visitor: Visitor) -> None:
    nonce = uuid.uuid4()
    first = opened(visitor_key=visitor.key, nonce=nonce)
    again = opened(visitor_key=visitor.key, nonce=nonce, body="muuta", now=LATER)
    assert (again.contact, again.created, again.return_code) == (first.contact, False, None)
    assert Message.objects.count() == 1


def test_an_answer_lost_on_the_way_opens_nothing_twice(cast: Cast) -> None:
    """The page gave the browser its secret before anything was stored; the retry comes with the same one."""
    secret, nonce = new_secret(), uuid.uuid4()
    first = opened(fresh_secret=secret, nonce=nonce)
    assert first.secret == secret
    again = opened(visitor_key=find_key(secret), fresh_secret=secret, nonce=nonce)
    assert (again.contact, again.created) == (first.contact, False)
    assert VisitorRow.objects.count() == 1


@pytest.mark.parametrize("secret", ["", "short", "a" * 42, "a" * 44, "ä" * 43, "a" * 42 + ";"])
def test_a_secret_that_is_none_of_ours_is_replaced(cast: Cast, secret: str) -> None:
    assert opened(fresh_secret=secret).secret != secret


def test_a_known_visitor_gets_no_second_return_code(cast: Cast, visitor: Visitor) -> None:
    result = opened(visitor_key=visitor.key)
    assert (result.return_code, result.secret) == (None, None)
    assert ClientRelationship.objects.get().visitor == visitor.key.visitor


def test_a_body_that_cannot_be_stored_opens_nothing(cast: Cast) -> None:
    for body in ("", "   \n", "a" * 8_001, "a\x00b", "\ud800"):
        with pytest.raises(BodyRefused):
            opened(body=body)
    assert not Contact.objects.exists()
    assert not VisitorRow.objects.exists(), "nothing is stored by halves"


def test_only_ones_own_contact_can_be_followed(cast: Cast, visitor: Visitor, stranger: Visitor) -> None:
    mine = open_chat(visitor)
    assert opened(visitor_key=visitor.key, follows=mine.pk).contact.follows == mine
    with pytest.raises(NotFollowable):
        opened(visitor_key=stranger.key, follows=mine.pk)
    with pytest.raises(NotFollowable):
        opened(follows=mine.pk)
    assert Contact.objects.filter(relationship__visitor=stranger.key.visitor).count() == 0


# -- coming back ----------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["{}", " {} ", "{:.4} {:.0}", "spaced"])
def test_the_return_code_opens_the_same_threads_on_another_device(cast: Cast, visitor: Visitor, written: str) -> None:
    code = visitor.code if written != "spaced" else "-".join(visitor.code[n : n + 4] for n in range(0, 16, 4))
    found, secret = redeem_return_code(code=f" {code} ", now=LATER)
    assert found == visitor.key.visitor
    new_key = find_key(secret)
    assert new_key is not None and new_key != visitor.key
    assert find_key(visitor.secret) == visitor.key, "the first device stays"
    assert AuditEvent.objects.filter(code="accounts.visitor.returned").count() == 1


@pytest.mark.parametrize("code", ["", "1", "1234 5678 9012 345", "x" * 16, "١" * 16])
def test_a_wrong_code_opens_nothing(visitor: Visitor, code: str) -> None:
    with pytest.raises(UnknownReturnCode):
        redeem_return_code(code=code, now=NOW)
    assert VisitorKey.objects.count() == 1


def test_a_renewed_code_replaces_the_old_one(visitor: Visitor) -> None:
    code = renew_return_code(visitor_key=visitor.key, now=NOW)
    with pytest.raises(UnknownReturnCode):
        redeem_return_code(code=visitor.code, now=NOW)
    assert redeem_return_code(code=code, now=NOW)[0] == visitor.key.visitor


# -- leaving and forgetting -----------------------------------------------------------------------


def test_leaving_the_queue_closes_as_left_queue(
    chat: Contact, visitor: Visitor, told: list[Event], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        left = leave_contact(contact=chat, visitor_key=visitor.key, now=LATER)
    assert (left.state, left.outcome, left.closed_at, left.joined_at) == ("closed", "left_queue", LATER, None)
    assert len(audits(chat, "guidance.contact.left")) == 1
    assert {"message", "frame", "queue", "access"} <= {event.kind for event in told}
    state = next(event.frame for event in told if event.kind == "frame")
    assert state is not None and (state["state"], state["outcome"]) == ("closed", "left_queue")


def test_leaving_a_conversation_tells_the_worker_who_then_closes_it(
    cast: Cast, chat: Contact, visitor: Visitor
) -> None:
    take(chat, cast.worker)
    left = leave_contact(contact=chat, visitor_key=visitor.key, now=LATER)
    assert (left.state, left.left_at, left.worker) == ("open", LATER, cast.worker)
    assert Message.objects.filter(contact=chat).latest("seq").code == "family_left"
    close(chat, cast.worker, cast.topic, LATER)
    assert Contact.objects.get(pk=chat.pk).outcome == "resolved"


def test_leaving_twice_is_leaving_once(chat: Contact, visitor: Visitor) -> None:
    leave_contact(contact=chat, visitor_key=visitor.key, now=LATER)
    leave_contact(contact=chat, visitor_key=visitor.key, now=LATER)
    assert len(audits(chat, "guidance.contact.left")) == 1


def test_a_family_that_leaves_after_its_worker_vanished_waits_in_no_queue(
    cast: Cast, chat: Contact, visitor: Visitor
) -> None:
    from guidance.services import return_to_queue

    take(chat, cast.worker)
    assert return_to_queue(contact_id=chat.pk, vanished=cast.worker, now=NOW)
    left = leave_contact(contact=chat, visitor_key=visitor.key, now=LATER)
    assert left.state == "closed", "nobody may be asked to take a conversation that its family has left"
    assert left.outcome == "went_silent", "it was joined once, so it is not left_queue"
    assert (left.closed_at, left.left_at) == (LATER, LATER)


def test_forgetting_the_device_leaves_its_chats_and_closes_the_door_behind(
    cast: Cast, chat: Contact, visitor: Visitor, stranger: Visitor
) -> None:
    message = open_chat(visitor, channel="message")
    others = open_chat(stranger)
    forget_device(visitor_key=visitor.key, now=LATER)
    assert find_key(visitor.secret) is None
    assert Contact.objects.get(pk=chat.pk).outcome == "left_queue"
    assert Contact.objects.get(pk=message.pk).state == "waiting", "a message is still answered: the code opens it"
    assert Contact.objects.get(pk=others.pk).state == "waiting"
    assert redeem_return_code(code=visitor.code, now=LATER)[0] == visitor.key.visitor
    assert AuditEvent.objects.filter(code="accounts.device.forgotten").count() == 1


# -- topic and feedback ---------------------------------------------------------------------------


def test_a_topic_can_be_chosen_and_taken_back_until_the_end(cast: Cast, chat: Contact, visitor: Visitor) -> None:
    assert choose_topic(contact=chat, topic=cast.topic, visitor_key=visitor.key, now=NOW).topic == cast.topic
    assert choose_topic(contact=chat, topic=None, visitor_key=visitor.key, now=NOW).topic is None
    leave_contact(contact=chat, visitor_key=visitor.key, now=NOW)
    with pytest.raises(ContactClosed):
        choose_topic(contact=chat, topic=cast.topic, visitor_key=visitor.key, now=NOW)


def rate(contact: Contact, visitor: Visitor, **values: Any) -> Feedback:
    asked = {"helped": "yes", "feeling": 4, "word": "Kiitos", "now": LATER} | values
    return give_feedback(contact=contact, visitor_key=visitor.key, **asked)


def test_feedback_is_given_once_after_a_conversation(cast: Cast, chat: Contact, visitor: Visitor) -> None:
    with pytest.raises(FeedbackNotAsked):
        rate(chat, visitor)
    take(chat, cast.worker)
    with pytest.raises(FeedbackNotAsked):
        rate(chat, visitor)
    close(chat, cast.worker, cast.topic)
    given = rate(chat, visitor)
    assert (given.helped, given.feeling, given.word) == ("yes", 4, "Kiitos")
    assert len(audits(chat, "guidance.feedback.given")) == 1
    with pytest.raises(FeedbackNotAsked):
        rate(chat, visitor, feeling=1)
    assert Feedback.objects.get().feeling == 4


def test_feedback_is_never_asked_after_automatic_closing(cast: Cast, chat: Contact, visitor: Visitor) -> None:
    take(chat, cast.worker)
    say(chat, staff_author(cast.worker, sign_in(cast.worker)))
    assert close_silent_contact(contact_id=chat.pk, silent_since=LATER, now=LATER)
    with pytest.raises(FeedbackNotAsked):
        rate(chat, visitor)


def test_a_free_word_that_cannot_be_stored_is_refused(cast: Cast, chat: Contact, visitor: Visitor) -> None:
    take(chat, cast.worker)
    close(chat, cast.worker, cast.topic)
    with pytest.raises(BodyRefused):
        rate(chat, visitor, word="a\x00")
    assert not Feedback.objects.exists()


# -- carrying over --------------------------------------------------------------------------------


def test_a_chat_that_nobody_takes_goes_on_as_a_message_without_retyping(chat: Contact, visitor: Visitor) -> None:
    say(chat, visitor.author, "Ja vielä tämä")
    carried = carry_over(contact=chat, now=LATER, by=visitor.author)
    chat.refresh_from_db()
    assert (chat.state, chat.outcome) == ("closed", "continues")
    assert (carried.channel, carried.state, carried.follows, carried.topic) == ("message", "waiting", chat, chat.topic)
    assert list(Message.objects.filter(contact=carried).order_by("seq").values_list("body", flat=True)) == [
        TEXT, "Ja vielä tämä",
    ]  # fmt: skip
    assert carry_over(contact=chat, now=LATER).pk == carried.pk, "twice is once"
    assert Contact.objects.count() == 2
    assert len(audits(carried, "guidance.contact.carried_over")) == 1


def test_a_chat_that_a_worker_has_is_not_carried_over(cast: Cast, chat: Contact, visitor: Visitor) -> None:
    take(chat, cast.worker)
    with pytest.raises(ContactClosed):
        carry_over(contact=chat, now=LATER)
    assert Contact.objects.count() == 1


def test_a_message_is_not_carried_over(visitor: Visitor, cast: Cast) -> None:
    message = open_chat(visitor, channel="message")
    with pytest.raises(ContactClosed):
        carry_over(contact=message, now=LATER)


def test_two_visitors_share_nothing(cast: Cast) -> None:
    assert make_visitor().code != make_visitor().code
    assert VisitorRow.objects.count() == 2
