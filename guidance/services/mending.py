"""Putting right what should not be. Each looks again under the contact's lock, and does nothing when all is well."""

import datetime as dt
import uuid

from django.db import transaction

from accounts.models import Membership, Unit, User
from accounts.selectors import Role
from audit.codes import AuditCode, AuditGround
from audit.services import SYSTEM, record
from core.realtime import recheck_rights
from guidance import events
from guidance.callbacks import taken_without_attempt
from guidance.models import ConsultationMember, Contact
from guidance.services.closing import end_contact
from guidance.services.identification import withdraw_at_the_end
from guidance.services.locking import locked
from guidance.services.staff import return_to_queue

State, Outcome = Contact.State, Contact.Outcome


def works_there(user: User, unit_id: int) -> bool:
    """Whether this account still has a role that may hold contacts of the unit."""
    roles = user.memberships.filter(unit=unit_id, ended_at__isnull=True, role__in=[Role.WORKER, Role.SUPERVISOR])
    return user.is_active and roles.exists()


def is_staffed(unit_id: int) -> bool:
    workers = Membership.objects.filter(unit=unit_id, role=Role.WORKER, ended_at__isnull=True, user__is_active=True)
    return workers.exists()


def mend_gone_worker(*, contact_id: uuid.UUID, now: dt.datetime) -> Contact | None:
    """Who had it may not hold it any more: back to the head of the queue, or, when the family has left too, over."""
    with transaction.atomic():
        contact = locked(contact_id)
        if contact.state != State.OPEN or contact.worker is None or works_there(contact.worker, contact.unit_id):
            return None
        if contact.left_at is None:
            return_to_queue(contact_id=contact.pk, vanished=contact.worker, now=now)
        else:
            end_contact(contact, Outcome.WENT_SILENT, now, SYSTEM)
        recheck_rights(contact=contact.pk)
        return _mended(contact, "worker_gone", now)


def mend_idle_callback(*, contact_id: uuid.UUID, taken_before: dt.datetime, now: dt.datetime) -> Contact | None:
    """Taken long ago and not called: back, for somebody who calls."""
    with transaction.atomic():
        contact = locked(contact_id)
        if contact.worker is None or not taken_without_attempt(taken_before).filter(pk=contact.pk).exists():
            return None
        return_to_queue(contact_id=contact.pk, vanished=contact.worker, now=now)
        return _mended(contact, "callback_idle", now)


def mend_open_request(*, contact_id: uuid.UUID, now: dt.datetime) -> Contact | None:
    """What has ended asks nobody to identify themselves."""
    with transaction.atomic():
        contact = locked(contact_id)
        if not contact.is_closed or not contact.identification_requests.filter(state="asked").exists():
            return None
        withdraw_at_the_end(contact, now)
        return _mended(contact, "request_open", now)


def mend_unstaffed_unit(*, contact_id: uuid.UUID, front_door: Unit, now: dt.datetime) -> Contact | None:
    """Nobody works where it waits: it waits at the front door instead, in the place that its time gives it."""
    with transaction.atomic():
        contact = locked(contact_id)
        from_unit = contact.unit_id
        if contact.state != State.WAITING or from_unit == front_door.pk or is_staffed(from_unit):
            return None
        contact.unit, contact.pooled_at = front_door, None
        contact.save(update_fields=["unit", "pooled_at"])
        recheck_rights(contact=contact.pk)
        events.announce_state(contact)
        for unit_id in (from_unit, front_door.pk):
            events.announce_queue(unit_id)
        events.announce_desks([from_unit])
        return _mended(contact, "unit_unstaffed", now)


def mend_stray_pooled(*, contact_id: uuid.UUID, now: dt.datetime) -> Contact | None:
    """In the common queue by its row, though its unit takes no part in it any more, or it does not wait as a chat."""
    with transaction.atomic():
        contact = locked(contact_id)
        belongs = contact.state == State.WAITING and contact.unit.pool_after_minutes is not None
        if contact.pooled_at is None or contact.is_closed or belongs:
            return None
        contact.pooled_at = None
        contact.save(update_fields=["pooled_at"])
        return _mended(contact, "pooled_stray", now)


def mend_empty_consultation(*, contact_id: uuid.UUID, now: dt.datetime) -> Contact | None:
    """Everybody has left it: nobody can write or close it any more, so it is over."""
    with transaction.atomic():
        contact = locked(contact_id)
        seats = ConsultationMember.objects.filter(consultation=contact.pk, left_at__isnull=True)
        if contact.is_closed or contact.asked_by_id is None or seats.filter(user__is_active=True).exists():
            return None
        end_contact(contact, Outcome.WENT_SILENT, now, SYSTEM)
        recheck_rights(contact=contact.pk)
        return _mended(contact, "consultation_empty", now)


def _mended(contact: Contact, code: str, now: dt.datetime) -> Contact:
    record(
        code=AuditCode.CONTACT_RECONCILED,
        actor=SYSTEM,
        ground=AuditGround.PLATFORM,
        object_type="contact",
        object_id=contact.pk,
        relationship_id=contact.relationship_id,
        now=now,
        data={"state": code},
    )
    return contact
