"""What is done with a contact, as the audit keeps it: one way for a family's own acts, one for its workers'."""

import datetime as dt

from accounts.models import User
from audit.codes import AuditCode, AuditGround
from audit.services import AuditActor, record
from guidance.models import Contact
from guidance.services.actors import client_of, staff_actor


def record_of_family(code: AuditCode, contact: Contact, now: dt.datetime, **data: int | str) -> None:
    """An act of the family on its own contact."""
    record_of_contact(code, client_of(contact.family), AuditGround.OWN, contact, now, **data)


def record_of_worker(code: AuditCode, worker: User, contact: Contact, now: dt.datetime, **data: int | str) -> None:
    """An act of a worker on a contact that is a task of theirs."""
    record_of_contact(code, staff_actor(worker, contact), AuditGround.TASK, contact, now, **data)


def record_of_contact(
    code: AuditCode, actor: AuditActor, ground: AuditGround, contact: Contact, now: dt.datetime, **data: int | str
) -> None:
    record(
        code=code,
        actor=actor,
        object_type="contact",
        object_id=contact.pk,
        relationship_id=contact.relationship_id,
        ground=ground,
        now=now,
        data=data,
    )
