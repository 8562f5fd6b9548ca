"""A family keeps its conversation."""

import datetime as dt

from django.db import transaction

from audit.codes import AuditCode
from guidance.models import Contact
from guidance.services.recording import record_of_family
from guidance.transcripts import transcript_of


def save_transcript(*, contact: Contact, now: dt.datetime) -> str:
    """The conversation as a text for its family's own device."""
    with transaction.atomic():
        record_of_family(AuditCode.TRANSCRIPT_SAVED, contact, now)
        return transcript_of(contact, now)
