"""A contact as the API and the socket show it."""

import datetime as dt
from typing import Any

from chat.callbacks_shown import callback_shown
from chat.queue import QueuePlace, UnitQueue
from core.translations import localized
from guidance.consultations import asked_name, consultation_shown
from guidance.events import iso
from guidance.identification import identification_shown
from guidance.models import Contact
from guidance.selectors import continued_in


def contact_summary(contact: Contact, *, now: dt.datetime, for_staff: bool = False) -> dict[str, Any]:
    """The contact's JSON. `topic` is its id (slug). Staff also get what only a desk needs (`unread`, `turn`)."""
    next_contact = continued_in(contact)
    summary: dict[str, Any] = {
        "id": str(contact.pk),
        "channel": contact.channel,
        "state": contact.state,
        "topic": contact.topic.slug if contact.topic else None,
        "language": contact.language,
        "seq": contact.last_seq,
        "worker": worker_shown(contact),
        "queue": queue_shown(contact, now),
        "identified": contact.person is not None,
        "identification": identification_shown(contact),
        "follows": str(contact.follows_id) if contact.follows_id else None,
        "opened_at": iso(contact.opened_at),
        "due_at": iso(contact.due_at),
        "joined_at": iso(contact.joined_at),
        "closed_at": iso(contact.closed_at),
        "left": contact.left_at is not None,
        "outcome": contact.outcome or None,
        "next_step": contact.next_step,
        "next_step_owner": contact.next_step_owner or None,
        "continued_as": str(next_contact.pk) if next_contact else None,
        "help": contact.priority != Contact.Priority.NONE,
        "callback": callback_shown(contact),
        "seen": {"client": contact.client_seen_seq, "worker": contact.worker_seen_seq},
    }
    if for_staff:
        summary |= {"unread": contact.unread, "turn": contact.turn, "priority": contact.priority}
        if contact.is_consultation:
            # Who has read what is each reader's own there, and no side's.
            summary |= {"consultation": consultation_shown(contact), "seen": {"client": 0, "worker": 0}}
    return summary


def worker_shown(contact: Contact) -> dict[str, str] | None:
    """First name and role of the worker who has the contact; nobody else's."""
    if contact.worker is None:
        return None
    return {"name": contact.worker.first_name, "role": contact.worker.role_name(contact.language)}


def queue_shown(contact: Contact, now: dt.datetime) -> dict[str, int | None] | None:
    """Place and estimate of a chat that waits; null for anything else."""
    if contact.state != Contact.State.WAITING or contact.channel != Contact.Channel.CHAT:
        return None
    return place_shown(UnitQueue(contact.unit_id, now).place(contact))


def place_shown(place: QueuePlace | None) -> dict[str, int | None] | None:
    return {"position": place.position, "estimated_wait_s": place.estimated_wait_s} if place else None


def desk_row(contact: Any, *, me: int) -> dict[str, Any]:
    """A row of the desk's lists. `name` is null for somebody without a name. Of what waits in the common queue from
    another unit (`pool` names it) the row tells that somebody waits, and nothing of who or what they wrote."""
    person = None if contact.foreign else contact.person
    row = {
        "id": str(contact.pk),
        "channel": contact.channel,
        "state": contact.state,
        "topic": localized(contact.topic, "name") if contact.topic else None,
        "language": contact.language,
        "identified": person is not None,
        "name": person.full_name if person else None,
        "worker": {"name": contact.worker.full_name, "me": contact.worker_id == me} if contact.worker else None,
        "waiting_since": iso(
            contact.waiting_since if contact.state == Contact.State.WAITING else contact.last_message_at
        ),
        "unread": contact.unread,
        "turn": contact.turn,
        "priority": contact.priority,
        "pool": localized(contact.unit, "name") if contact.foreign else None,
        "last_words": contact.last_words,
        "seq": contact.last_seq,
    }
    if contact.is_consultation:
        row |= {
            "unread": contact.unread_here,
            "title": contact.consultation.title,
            "to": asked_name(contact),
            "asked_by": contact.asked_by.full_name,
            "seat": contact.has_seat,
        }
    return row
