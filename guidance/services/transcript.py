"""A family keeps its conversation."""

import datetime as dt

from django.db import transaction

from audit.codes import AuditCode, AuditGround
from audit.services import record
from guidance.models import Contact
from guidance.services.actors import client_of
from guidance.transcripts import transcript_of


def save_transcript(*, contact: Contact, now: dt.datetime) -> str:
    """The conversation as a text for its family's own device."""
    with transaction.atomic():
        record(
            code=AuditCode.TRANSCRIPT_SAVED,
            actor=client_of(contact.family),
            ground=AuditGround.OWN,
            object_type="contact",
            object_id=contact.pk,
            relationship_id=contact.relationship_id,
            now=now,
        )
        return transcript_of(contact, now)
