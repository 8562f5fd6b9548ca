"""What a worker does with a contact while it lives."""

import datetime as dt
import uuid

from django.db import transaction

from accounts.models import Unit, User
from accounts.selectors import Role, unit_ids
from audit.codes import AuditCode
from audit.services import SYSTEM, record
from core.realtime import recheck_rights
from core.text import clean_body
from guidance import events
from guidance.common_queue import unit_in_common_queue, units_of_common_queue, waits_in_common
from guidance.models import Contact, Draft, Note
from guidance.services import wording
from guidance.services.drafts import drop_draft
from guidance.services.errors import AlreadyTaken, ContactClosed, FamilyLeft, NotReachable, NotYours
from guidance.services.locking import locked, say
from guidance.services.recording import record_of_worker

State = Contact.State


def person_shown(worker: User, contact: Contact) -> dict[str, str]:
    """The worker as families see one: first name and role in the contact's language."""
    return {"name": worker.first_name, "role": worker.role_name(contact.language)}


def take_contact(*, contact_id: uuid.UUID, worker: User, now: dt.datetime) -> Contact:
    """Take a waiting contact of one's unit, or one from the common queue. Of two at once one gets it; the other gets
    AlreadyTaken. Taking again one's own is nothing new. Raises ContactClosed."""
    with transaction.atomic():
        contact = locked(contact_id)
        if contact.is_closed:
            raise ContactClosed
        if contact.state == State.OPEN:
            if contact.worker_id == worker.pk:
                return contact
            raise AlreadyTaken(contact.worker.first_name if contact.worker else None)
        from_unit = _unit_left(contact, worker)
        moment, pooled = max(now, contact.queued_at), contact.pooled_at is not None
        contact.state, contact.worker = State.OPEN, worker
        contact.joined_at = contact.joined_at or moment
        contact.taken_at, contact.returned_at, contact.pooled_at = moment, None, None
        contact.save(update_fields=["state", "worker", "unit", "joined_at", "taken_at", "returned_at", "pooled_at"])
        say(contact, "worker_joined", wording.joined(contact, worker.first_name, now), now)
        record_of_worker(AuditCode.CONTACT_TAKEN, worker, contact, now)
        events.announce_state(contact, worker=person_shown(worker, contact), queue=None)
        events.announce_queue(contact.unit_id)
        if from_unit is not None:
            record_of_worker(AuditCode.CONTACT_TRANSFERRED, worker, contact, now, from_unit=from_unit)
            recheck_rights(contact=contact.pk)
            events.announce_queue(from_unit)
        if pooled:
            events.announce_desks(units_of_common_queue())
    return contact


def _unit_left(contact: Contact, worker: User) -> int | None:
    """The unit that loses a chat to somebody who takes it from the common queue: it becomes the taker's unit's. None
    when it is the taker's already. Raises AlreadyTaken for what does not (or no longer) wait for them."""
    if contact.unit_id in unit_ids(worker, Role.WORKER, Role.SUPERVISOR):
        return None
    to_unit = unit_in_common_queue(worker)
    if to_unit is None or not Contact.objects.filter(waits_in_common(), pk=contact.pk).exists():
        raise AlreadyTaken
    from_unit, contact.unit = contact.unit_id, Unit.objects.get(pk=to_unit)
    return from_unit


def release_contact(*, contact_id: uuid.UUID, worker: User, now: dt.datetime) -> Contact:
    """Give one's own contact back to the head of the queue. Raises NotYours, ContactClosed, FamilyLeft."""
    with transaction.atomic():
        contact = _own_with_family(contact_id, worker)
        _to_queue(contact, now)
        say(contact, "released", wording.released(contact, worker.first_name), now)
        record_of_worker(AuditCode.CONTACT_RELEASED, worker, contact, now)
        _announce_waiting(contact)
    return contact


def return_to_queue(*, contact_id: uuid.UUID, vanished: User, now: dt.datetime) -> bool:
    """The platform takes a chat back whose worker has vanished. False when somebody else has it by now."""
    with transaction.atomic():
        contact = locked(contact_id)
        if contact.state != State.OPEN or contact.worker_id != vanished.pk:
            return False
        _to_queue(contact, now)
        say(contact, "worker_vanished", wording.worker_vanished(contact, vanished.first_name), now)
        record(
            code=AuditCode.CONTACT_RETURNED,
            actor=SYSTEM,
            object_type="contact",
            object_id=contact.pk,
            relationship_id=contact.relationship_id,
            now=now,
            data={"worker": vanished.pk},
        )
        _announce_waiting(contact)
    return True


def transfer_contact(
    *,
    contact_id: uuid.UUID,
    worker: User,
    to_worker: User | None = None,
    to_unit: Unit | None = None,
    now: dt.datetime,
) -> Contact:
    """Hand one's own contact over to a colleague of the unit, or to the head of another unit's queue.

    Raises NotYours, ContactClosed, FamilyLeft, NotReachable when the colleague does not work in the contact's unit.
    """
    with transaction.atomic():
        contact = _own_with_family(contact_id, worker)
        from_unit = contact.unit_id
        if to_worker is not None:
            _hand_to_worker(contact, worker, to_worker, now)
        elif to_unit is not None:
            contact.unit = to_unit
            contact.save(update_fields=["unit"])
            _to_queue(contact, now)
            say(contact, "transferred", wording.transferred_to_unit(contact, worker.first_name), now)
            _announce_waiting(contact)
        else:
            raise NotReachable
        record_of_worker(AuditCode.CONTACT_TRANSFERRED, worker, contact, now, from_unit=from_unit)
        recheck_rights(contact=contact.pk)
        if contact.unit_id != from_unit:
            events.announce_desks([from_unit])
    return contact


def _hand_to_worker(contact: Contact, worker: User, to_worker: User, now: dt.datetime) -> None:
    if contact.unit_id not in unit_ids(to_worker, Role.WORKER) or to_worker.pk == worker.pk:
        raise NotReachable
    contact.worker, contact.taken_at = to_worker, now
    contact.save(update_fields=["worker", "taken_at"])
    body = wording.transferred_to_worker(contact, worker.first_name, to_worker.first_name)
    say(contact, "transferred", body, now)
    events.announce_state(contact, worker=person_shown(to_worker, contact))


def add_note(*, contact: Contact, worker: User, body: str, now: dt.datetime) -> Note:
    """A staff-only note on the contact's relationship, which a binding may be changing just now. Raises BodyRefused."""
    body = clean_body(body)
    with transaction.atomic():
        contact = locked(contact.pk)
        drop_draft(contact_id=contact.pk, user=worker, room=Draft.Room.NOTE)
        note = Note.objects.create(relationship=contact.family, contact=contact, author=worker, body=body, at=now)
        record_of_worker(AuditCode.NOTE_WRITTEN, worker, contact, now, note=note.pk)
    return note


def own_open_contact(contact_id: uuid.UUID, worker: User) -> Contact:
    """The worker's own open contact, locked. Raises NotYours, ContactClosed. Call in a transaction."""
    contact = locked(contact_id)
    if contact.is_closed:
        raise ContactClosed
    if contact.worker_id != worker.pk:
        raise NotYours
    return contact


def _own_with_family(contact_id: uuid.UUID, worker: User) -> Contact:
    """As own_open_contact, and the family is still there: one that has left waits in no queue."""
    contact = own_open_contact(contact_id, worker)
    if contact.left_at is not None:
        raise FamilyLeft
    return contact


def _to_queue(contact: Contact, now: dt.datetime) -> None:
    contact.state, contact.worker, contact.taken_at, contact.returned_at = State.WAITING, None, None, now
    contact.pooled_at = None
    contact.save(update_fields=["state", "worker", "taken_at", "returned_at", "pooled_at"])


def _announce_waiting(contact: Contact) -> None:
    events.announce_state(contact, worker=None)
    events.announce_queue(contact.unit_id)
