"""A call or a visit, written down afterwards: a contact that has been, in the same history as all others."""

import datetime as dt
import uuid

from django.db import transaction

from accounts.models import User
from accounts.selectors import Role, unit_ids
from accounts.visitors import create_nameless_visitor
from audit.codes import AuditCode, AuditGround
from audit.services import record
from catalogue.models import Topic
from core.text import clean_body
from guidance.models import ClientRelationship, Contact, Note
from guidance.services import wording
from guidance.services.actors import staff_actor
from guidance.services.closing import checked_sheet
from guidance.services.errors import LogIncomplete
from guidance.services.locking import say

Channel = Contact.Channel
CHANNELS = (Channel.PHONE, Channel.VISIT)
MINUTES = (5, 10, 20, 30, 60)  # to choose from; any number up to the limit is good
LONGEST = 600
OLDEST = dt.timedelta(days=7)


def log_contact(
    *,
    worker: User,
    channel: str,
    minutes: int,
    outcome: str,
    topic: Topic | None,
    nonce: uuid.UUID,
    started_at: dt.datetime | None = None,
    next_step: str = "",
    next_step_owner: str = "",
    note: str = "",
    beside: Contact | None = None,
    language: str = "fi",
    now: dt.datetime,
) -> Contact:
    """Write down what was talked, with the closing sheet's answers; without `started_at` it has just ended. `beside` is
    a contact of the same family, which the new one follows; without it the family is nameless and has no way back here.
    The same nonce of the same worker is the same contact. Raises LogIncomplete, SheetIncomplete, BodyRefused.
    """
    next_step = checked_sheet(outcome, topic, next_step, next_step_owner)
    note = clean_body(note) if note.strip() else ""
    if channel not in CHANNELS or not 1 <= minutes <= LONGEST:
        raise LogIncomplete
    length = dt.timedelta(minutes=minutes)
    started = started_at or now - length
    if not now - OLDEST <= started <= now:
        raise LogIncomplete
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=worker.pk)  # one worker writes down one call at a time
        known = Contact.objects.filter(worker=worker, open_nonce=nonce, channel__in=CHANNELS).first()
        if known is not None:
            return known
        relationship = _relationship(beside, now)
        contact = Contact.objects.create(
            relationship=relationship,
            visitor_id=relationship.visitor_id,
            about_child_id=beside.about_child_id if beside else None,
            channel=channel,
            state=Contact.State.CLOSED,
            unit_id=beside.unit_id if beside else unit_ids(worker, Role.WORKER)[0],
            topic=topic,
            language=beside.language if beside else language,
            worker=worker,
            follows=beside,
            open_nonce=nonce,
            opened_at=started,
            queued_at=started,
            joined_at=started,
            taken_at=started,
            first_client_at=started,
            first_response_at=started,
            first_response_by=worker,
            first_response_unit_id=beside.unit_id if beside else unit_ids(worker, Role.WORKER)[0],
            closed_at=min(now, started + length),
            outcome=outcome,
            next_step=next_step,
            next_step_owner=next_step_owner,
        )
        say(contact, "logged", wording.logged(contact, worker.first_name, minutes, next_step), now)
        if note:
            Note.objects.create(relationship=relationship, contact=contact, author=worker, body=note, at=now)
        record(
            code=AuditCode.CONTACT_LOGGED,
            actor=staff_actor(worker, contact),
            object_type="contact",
            object_id=contact.pk,
            relationship_id=relationship.pk,
            ground=AuditGround.TASK,
            now=now,
            data={"channel": channel, "note": bool(note)},
        )
    contact.refresh_from_db()
    return contact


def _relationship(beside: Contact | None, now: dt.datetime) -> ClientRelationship:
    """The family's, which a binding may be changing just now; or a new one of nobody."""
    if beside is None:
        return ClientRelationship.objects.create(visitor=create_nameless_visitor(now=now), created_at=now)
    Contact.objects.select_for_update(no_key=True).only("pk").get(pk=beside.pk)
    return Contact.objects.select_related("relationship").get(pk=beside.pk).family
