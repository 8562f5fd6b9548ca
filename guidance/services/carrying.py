"""A chat that nobody took goes on in another channel: what was written goes along, nothing is typed again."""

import datetime as dt
import uuid

from django.db import transaction
from django.db.models import QuerySet

from audit.codes import AuditCode
from audit.services import SYSTEM, record
from guidance import events, message_log
from guidance.message_log import CARRIED_AUTHOR, Author, Entry
from guidance.models import Contact, Message
from guidance.promises import due_at
from guidance.routing import unit_going_on
from guidance.services import wording
from guidance.services.actors import client_of
from guidance.services.callbacks import CallWish, keep_wish
from guidance.services.closing import end_contact
from guidance.services.errors import ContactClosed
from guidance.services.locking import locked, say

State, Outcome, Channel = Contact.State, Contact.Outcome, Contact.Channel


def carry_over(
    *, contact: Contact, call: CallWish | None = None, now: dt.datetime, by: Author | None = None
) -> Contact:
    """A waiting chat becomes a message, or with `call` a callback; `by` is the family, else the platform does it.

    The chat closes as `continues`; the new contact follows it and holds the same texts. Carrying the same chat over
    twice gives the same contact. Raises ContactClosed when a worker has it or it ended otherwise.
    """
    channel = Channel.CALLBACK if call else Channel.MESSAGE
    with transaction.atomic():
        contact = locked(contact.pk)
        known = contact.followed_by.filter(channel=channel, open_nonce=_carried_open_nonce(contact)).first()
        if known is not None:
            return known
        if contact.state != State.WAITING or contact.channel != Channel.CHAT:
            raise ContactClosed
        follower = _follower(contact, channel, now)
        _copy_texts(contact, follower)
        if call is not None:
            keep_wish(follower, call, now)
        actor = client_of(contact.family) if by else SYSTEM
        say(contact, "carried_over", wording.carried_over(contact, channel), now)
        end_contact(contact, Outcome.CONTINUES, now, actor, continued_as=str(follower.pk))
        record(
            code=AuditCode.CONTACT_CARRIED_OVER,
            actor=actor,
            object_type="contact",
            object_id=follower.pk,
            relationship_id=follower.relationship_id,
            now=now,
            data={"channel": channel},
        )
        events.announce_queue(contact.unit_id)
    return follower


def _carried_open_nonce(contact: Contact) -> uuid.UUID:
    return message_log.carried_nonce(contact.pk, contact.open_nonce)


def _follower(chat: Contact, channel: str, now: dt.datetime) -> Contact:
    unit = unit_going_on(chat, channel)
    return Contact.objects.create(
        relationship_id=chat.relationship_id,
        visitor_id=chat.visitor_id,
        about_child_id=chat.about_child_id,
        channel=channel,
        unit=unit,
        topic_id=chat.topic_id,
        language=chat.language,
        follows=chat,
        open_nonce=_carried_open_nonce(chat),
        opened_at=now,
        queued_at=now,
        first_client_at=now if channel == Channel.CALLBACK else None,
        due_at=due_at(unit, channel, now),
        priority=chat.priority,
        priority_checked_seq=_texts(chat).filter(seq__lte=chat.priority_checked_seq).count(),
    )


def _texts(chat: Contact) -> QuerySet[Message]:
    return chat.messages.filter(kind=Message.Kind.CLIENT).order_by("seq")


def _copy_texts(chat: Contact, follower: Contact) -> None:
    for line in _texts(chat):
        nonce = message_log.carried_nonce(chat.pk, line.nonce)
        message_log.write(Entry(follower.pk, nonce, line.body, CARRIED_AUTHOR, line.at))
