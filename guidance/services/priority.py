"""Danger: words that may tell of it are noticed by the platform, and a person says whether they do."""

import datetime as dt
import uuid

from django.db import transaction
from django.db.models import F

from accounts.models import User
from audit.codes import AuditCode, AuditGround
from audit.services import SYSTEM, record
from guidance import events
from guidance.danger import may_tell_of_danger
from guidance.models import Contact, Message
from guidance.services.actors import staff_actor
from guidance.services.errors import ContactClosed, NothingSuspected, PriorityDecided
from guidance.services.locking import locked

Priority, State = Contact.Priority, Contact.State
DECISIONS = (Priority.CONFIRMED, Priority.DISMISSED)
AT_A_TIME = 200


def look_for_danger(*, now: dt.datetime) -> int:
    """Look at what families have written since the last look in everything that waits or goes on. Returns how many
    contacts are suspected now that were not."""
    unread = Contact.objects.of_families().exclude(state=State.CLOSED).filter(last_seq__gt=F("priority_checked_seq"))
    found = unread.order_by("last_message_at").values_list("pk", flat=True)[:AT_A_TIME]
    return sum(heed_danger(contact_id=contact_id, now=now) for contact_id in list(found))


def heed_danger(*, contact_id: uuid.UUID, now: dt.datetime) -> bool:
    """Look at what the family has written here since the last look. True when it is suspected now and was not."""
    checked = Contact.objects.values_list("priority_checked_seq", "last_seq").get(pk=contact_id)
    lines = Message.objects.filter(contact=contact_id, seq__gt=checked[0], seq__lte=checked[1])
    bodies = lines.filter(kind=Message.Kind.CLIENT).values_list("body", flat=True)
    if any(may_tell_of_danger(body) for body in bodies):
        return _suspect(contact_id, checked[1], now)
    Contact.objects.filter(pk=contact_id, priority_checked_seq__lt=checked[1]).update(priority_checked_seq=checked[1])
    return False


def _suspect(contact_id: uuid.UUID, seq: int, now: dt.datetime) -> bool:
    with transaction.atomic():
        contact = locked(contact_id)
        if contact.is_closed or contact.priority_checked_seq >= seq:
            return False
        suspected = contact.priority in (Priority.NONE, Priority.DISMISSED)
        contact.priority_checked_seq = seq
        if suspected:
            contact.priority = Priority.SUSPECTED
        contact.save(update_fields=["priority", "priority_checked_seq"])
        if suspected:
            record(
                code=AuditCode.PRIORITY_SUSPECTED,
                actor=SYSTEM,
                ground=AuditGround.PLATFORM,
                object_type="contact",
                object_id=contact.pk,
                relationship_id=contact.relationship_id,
                now=now,
                data={"seq": seq},
            )
            # The family's page shows where help is near, and nothing of what staff are asked.
            events.announce_state(contact, help=True)
            events.announce_to_staff(contact, priority=contact.priority)
    return suspected


def decide_priority(*, contact_id: uuid.UUID, worker: User, decision: str, now: dt.datetime) -> Contact:
    """A person has read it: confirmed danger goes to the head of the queue, anything else waits in its place.

    The same decision again is nothing new. Raises ContactClosed, NothingSuspected for a dismissal of nothing, and
    PriorityDecided when a colleague has confirmed what this one would dismiss; who has the contact may calm it.
    """
    with transaction.atomic():
        contact = locked(contact_id)
        if contact.is_closed:
            raise ContactClosed
        if decision == contact.priority:
            return contact
        if decision == Priority.DISMISSED and contact.priority == Priority.NONE:
            raise NothingSuspected
        if decision == Priority.DISMISSED and contact.priority == Priority.CONFIRMED and contact.worker_id != worker.pk:
            raise PriorityDecided
        contact.priority = Priority(decision)
        contact.save(update_fields=["priority"])
        record(
            code=AuditCode.PRIORITY_DECIDED,
            actor=staff_actor(worker, contact),
            ground=AuditGround.TASK if contact.worker_id == worker.pk else AuditGround.UNIT,
            object_type="contact",
            object_id=contact.pk,
            relationship_id=contact.relationship_id,
            now=now,
            data={"decision": str(decision)},
        )
        events.announce_state(contact, help=True)
        events.announce_to_staff(contact, priority=contact.priority)
        events.announce_queue(contact.unit_id)
    return contact
