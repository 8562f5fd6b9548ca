"""What a family does: open, leave, forget, choose a topic, rate."""

import datetime as dt
import re
import uuid
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from accounts import visitors
from accounts.models import VisitorKey
from audit.codes import AuditCode
from catalogue.models import Topic
from core.realtime import recheck_rights
from core.text import clean_body
from guidance import events, message_log
from guidance.message_log import Author, Entry
from guidance.models import ClientRelationship, Contact, Feedback
from guidance.promises import due_at
from guidance.routing import unit_for
from guidance.selectors import contacts_of_key
from guidance.services import wording
from guidance.services.callbacks import CallWish, keep_wish, let_number_go
from guidance.services.drafts import drop_drafts
from guidance.services.errors import ContactClosed, FeedbackNotAsked, NotFollowable
from guidance.services.identification import withdraw_at_the_end
from guidance.services.locking import locked, say
from guidance.services.priority import heed_danger
from guidance.services.recording import record_of_family

State, Outcome, Channel = Contact.State, Contact.Outcome, Contact.Channel
SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
AUTOMATIC = (Outcome.WENT_SILENT, Outcome.LEFT_QUEUE, Outcome.MISUSE)


@dataclass(frozen=True)
class OpenedContact:
    """`return_code` and `secret` only when this opening made the visitor; neither can be read again."""

    contact: Contact
    created: bool
    return_code: str | None
    secret: str | None


def open_contact(
    *,
    visitor_key: VisitorKey | None,
    channel: str,
    nonce: uuid.UUID,
    body: str,
    topic: Topic | None = None,
    language: str,
    follows: uuid.UUID | None = None,
    call: CallWish | None = None,
    fresh_secret: str = "",
    now: dt.datetime,
) -> OpenedContact:
    """Open a contact with its first message. The same nonce from the same visitor is the same contact. A callback has
    `call`, and needs no message.

    `fresh_secret` is a secret that the page gave a new visitor's browser before anything was stored, so that an
    answer lost on the way does not open a second contact. Raises BodyRefused, NotFollowable.
    """
    assert (call is not None) == (channel == Channel.CALLBACK)
    body = clean_body(body) if body.strip() or call is None else ""
    opening = _Opening(channel, nonce, body, topic, language, follows, call, now)
    try:
        return _open(visitor_key, fresh_secret, opening)
    except IntegrityError:  # the same opening is arriving twice at once; the other one has it
        return _open(visitor_key or visitors.find_key(fresh_secret), "", opening)


def opened_before(
    *, visitor_key: VisitorKey | None, fresh_secret: str = "", nonce: uuid.UUID, now: dt.datetime
) -> bool:
    """Whether this opening has been answered once already: a door that has shut since does not undo it."""
    key = visitor_key or visitors.find_key(fresh_secret)
    return key is not None and contacts_of_key(key, now).filter(open_nonce=nonce).exists()


@dataclass(frozen=True)
class _Opening:
    channel: str
    nonce: uuid.UUID
    body: str
    topic: Topic | None
    language: str
    follows: uuid.UUID | None
    call: CallWish | None
    now: dt.datetime


@transaction.atomic
def _open(visitor_key: VisitorKey | None, fresh_secret: str, opening: _Opening) -> OpenedContact:
    code: str | None = None
    secret: str | None = None
    if visitor_key is None:
        visitor_key, secret, code = visitors.create_visitor(now=opening.now, secret=_usable(fresh_secret))
    own = contacts_of_key(visitor_key, opening.now)
    known = own.filter(open_nonce=opening.nonce).first()
    if known is not None:
        return OpenedContact(known, False, None, None)
    earlier = None
    if opening.follows is not None:
        earlier = own.filter(pk=opening.follows).first()
        if earlier is None:
            raise NotFollowable
    contact = _create(relationship_of_key(visitor_key, opening.now), opening, earlier)
    if opening.body:
        _write_first(contact, visitor_key, opening)
        heed_danger(contact_id=contact.pk, now=opening.now)
    if opening.call is not None:
        keep_wish(contact, opening.call, opening.now)
    contact.refresh_from_db()
    return OpenedContact(contact, True, code, secret)


def relationship_of_key(key: VisitorKey, now: dt.datetime) -> ClientRelationship:
    """The relationship that this device speaks for now: the identified person's, or the anonymous visitor's."""
    owner = {"person_id": key.person_id} if key.speaks_for_person(now) else {"visitor_id": key.visitor_id}
    return ClientRelationship.objects.get_or_create(**owner, defaults={"created_at": now})[0]


def _usable(secret: str) -> str:
    return secret if SECRET.fullmatch(secret) else visitors.new_secret()


def _create(relationship: ClientRelationship, opening: _Opening, follows: Contact | None) -> Contact:
    unit = unit_for(opening.channel, opening.language, opening.topic)
    contact = Contact.objects.create(
        relationship=relationship,
        visitor_id=relationship.visitor_id,
        channel=opening.channel,
        unit=unit,
        topic=opening.topic,
        language=opening.language,
        follows=follows,
        open_nonce=opening.nonce,
        opened_at=opening.now,
        queued_at=opening.now,
        first_client_at=opening.now if opening.call else None,  # asking to be called is a first word, too
        due_at=due_at(unit, opening.channel, opening.now),
    )
    record_of_family(AuditCode.CONTACT_OPENED, contact, opening.now, channel=opening.channel)
    return contact


def _write_first(contact: Contact, key: VisitorKey, opening: _Opening) -> None:
    author = Author("client", key_id=key.pk)
    result = message_log.write(Entry(contact.pk, opening.nonce, opening.body, author, opening.now))
    assert result.message is not None
    events.announce_messages([result.message], contact.unit_id)


def leave_contact(*, contact: Contact, visitor_key: VisitorKey, now: dt.datetime) -> Contact:
    """The family leaves: a waiting contact closes (`left_queue`, or `went_silent` when a worker had joined before); in
    an open one the worker is told and closes it."""
    with transaction.atomic():
        contact = locked(contact.pk)
        if contact.is_closed or contact.left_at is not None:
            return contact
        if contact.state == State.WAITING:
            say(contact, "left_queue", wording.left_queue(contact), now)
            # Back in the queue after somebody had joined: that is no leaving of the queue in the figures' sense.
            outcome = Outcome.LEFT_QUEUE if contact.joined_at is None else Outcome.WENT_SILENT
            closed_at = max(now, contact.joined_at or contact.opened_at)
            left_at = None if contact.joined_at is None else now
            Contact.objects.filter(pk=contact.pk).update(
                state=State.CLOSED, outcome=outcome, closed_at=closed_at, left_at=left_at
            )
        else:
            say(contact, "family_left", wording.family_left(contact), now)
            Contact.objects.filter(pk=contact.pk).update(left_at=now)
        if contact.channel == Channel.CALLBACK:
            let_number_go([contact.pk])
        withdraw_at_the_end(contact, now)
        if contact.state == State.WAITING:
            drop_drafts(contact)
        record_of_family(AuditCode.CONTACT_LEFT, contact, now)
        contact.refresh_from_db()
        events.announce_state(contact, outcome=contact.outcome or None, left=True)
        events.announce_queue(contact.unit_id)
        recheck_rights(contact=contact.pk)
    return contact


def forget_device(*, visitor_key: VisitorKey, now: dt.datetime) -> None:
    """End and forget on this device: what its visitor has live is left, and the cookie opens nothing from now on. An
    identified person's chats on other devices go on."""
    with transaction.atomic():
        own = contacts_of_key(visitor_key, now).filter(visitor_id=visitor_key.visitor_id)
        live = own.filter(channel=Channel.CHAT).exclude(state=State.CLOSED)
        for contact in live:
            leave_contact(contact=contact, visitor_key=visitor_key, now=now)
        visitors.forget_key(key=visitor_key, now=now)
        recheck_rights(key=visitor_key.pk)


def renew_return_code(*, visitor_key: VisitorKey, now: dt.datetime) -> str:
    """A new return code; the old one opens nothing from now on."""
    return visitors.renew_code(visitor=visitor_key.visitor, now=now)


def choose_topic(*, contact: Contact, topic: Topic | None, visitor_key: VisitorKey, now: dt.datetime) -> Contact:
    """The family says what it is about, or takes that back. Raises ContactClosed."""
    with transaction.atomic():
        contact = locked(contact.pk)
        if contact.is_closed:
            raise ContactClosed
        contact.topic = topic
        contact.save(update_fields=["topic"])
        record_of_family(AuditCode.TOPIC_CHOSEN, contact, now)
        events.announce_state(contact, topic=topic.slug if topic else None)
    return contact


def asks_feedback(contact: Contact) -> bool:
    """After a conversation with a person that did not end by itself; whether it has been given already is another
    question."""
    ended = contact.is_closed or contact.left_at is not None
    return ended and contact.joined_at is not None and contact.outcome not in AUTOMATIC


def may_give_feedback(contact: Contact) -> bool:
    """Asked once."""
    return asks_feedback(contact) and not Feedback.objects.filter(contact=contact).exists()


def give_feedback(
    *, contact: Contact, visitor_key: VisitorKey, helped: str, feeling: int | None, word: str, now: dt.datetime
) -> Feedback:
    """Two questions and a free word, once. Raises FeedbackNotAsked, BodyRefused for an unstorable word."""
    word = clean_body(word) if word.strip() else ""
    with transaction.atomic():
        contact = locked(contact.pk)
        if not may_give_feedback(contact):
            raise FeedbackNotAsked
        feedback = Feedback.objects.create(contact=contact, helped=helped, feeling=feeling, word=word, at=now)
        record_of_family(AuditCode.FEEDBACK_GIVEN, contact, now)
    return feedback
