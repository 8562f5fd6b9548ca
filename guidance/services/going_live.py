"""A message thread goes live as a chat, when the family and its worker are both there."""

import datetime as dt
import uuid

from django.db import transaction

from accounts.models import User
from audit.codes import AuditCode, AuditGround
from audit.services import record
from guidance import events, message_log
from guidance.models import Contact
from guidance.services import wording
from guidance.services.actors import staff_actor
from guidance.services.closing import end_contact
from guidance.services.errors import FamilyLeft, FamilyNotHere, NotAMessage
from guidance.services.locking import locked, say
from guidance.services.staff import own_open_contact, person_shown

State, Outcome, Channel = Contact.State, Contact.Outcome, Contact.Channel


def go_live(*, contact_id: uuid.UUID, worker: User, family_is_here: bool, now: dt.datetime) -> Contact:
    """The worker's own message goes on as a chat: nothing is asked or typed again.

    The message closes as `continues`, and an open chat of the same worker follows it, above which the earlier thread
    is shown. Going live twice gives the same chat. Raises NotYours, ContactClosed, FamilyLeft, NotAMessage,
    FamilyNotHere.
    """
    with transaction.atomic():
        message = locked(contact_id)
        nonce = message_log.carried_nonce(message.pk, message.open_nonce)
        known = message.followed_by.filter(channel=Channel.CHAT, open_nonce=nonce, worker=worker).first()
        if known is not None:
            return known
        own_open_contact(contact_id, worker)
        if message.channel != Channel.MESSAGE:
            raise NotAMessage
        if message.left_at is not None:
            raise FamilyLeft
        if not family_is_here:
            raise FamilyNotHere
        chat = _chat_after(message, worker, nonce, now)
        actor = staff_actor(worker, message)
        say(message, "went_live", wording.went_live(message, worker.first_name), now)
        end_contact(message, Outcome.CONTINUES, now, actor, continued_as=str(chat.pk))
        say(chat, "worker_joined", wording.joined(chat, worker.first_name, now), now)
        record(
            code=AuditCode.CONTACT_WENT_LIVE,
            actor=actor,
            object_type="contact",
            object_id=chat.pk,
            relationship_id=chat.relationship_id,
            ground=AuditGround.TASK,
            now=now,
            data={"from": str(message.pk)},
        )
        events.announce_state(chat, worker=person_shown(worker, chat))
    return chat


def _chat_after(message: Contact, worker: User, nonce: uuid.UUID, now: dt.datetime) -> Contact:
    """Nobody waits for it, so nothing is promised."""
    moment = max(now, message.joined_at or now)
    return Contact.objects.create(
        relationship_id=message.relationship_id,
        visitor_id=message.visitor_id,
        about_child_id=message.about_child_id,
        channel=Channel.CHAT,
        state=State.OPEN,
        unit_id=message.unit_id,
        worker=worker,
        topic_id=message.topic_id,
        language=message.language,
        follows=message,
        open_nonce=nonce,
        opened_at=moment,
        queued_at=moment,
        joined_at=moment,
        taken_at=moment,
    )
