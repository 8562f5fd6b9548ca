"""Handing a service of the catalogue over to a family, inside the conversation."""

import datetime as dt
import uuid

from django.db import transaction

from accounts.models import User
from audit.codes import AuditCode, AuditGround
from audit.services import record
from catalogue.cards import cards_of, text_with_card
from core.text import clean_body
from core.translations import localized
from guidance.message_log import Author, Entry, Outcome, Written
from guidance.models import Contact, Signpost
from guidance.services.actors import staff_actor
from guidance.services.drafts import write_by_hand
from guidance.services.errors import ServiceUnknown


def hand_over_service(
    *,
    contact: Contact,
    worker: User,
    session_key: str | None,
    slug: str,
    nonce: uuid.UUID,
    words: str,
    now: dt.datetime,
) -> Written:
    """Write what the worker says (may be nothing) and the service below it as one message, and keep what was told.

    The message is the writer's to judge: its outcome says whether it was written, had been before, or was refused.
    Raises ServiceUnknown for a service that has no page, BodyRefused.
    """
    card = cards_of([slug], now).get(slug)
    if card is None or not card.has_page:
        raise ServiceUnknown
    body = clean_body(text_with_card(words, card, contact.language))
    author = Author("worker", staff_id=worker.pk, session_key=session_key)
    with transaction.atomic():
        written = write_by_hand(Entry(contact.pk, nonce, body, author, now))
        if written.outcome is Outcome.WRITTEN:
            name = localized(card.service, "name", contact.language)
            Signpost.objects.create(
                contact=contact, nonce=nonce, service=card.service, name=name, by=worker, at=now
            )  # fmt: skip
            record(
                code=AuditCode.SERVICE_HANDED_OVER,
                actor=staff_actor(worker, contact),
                object_type="contact",
                object_id=contact.pk,
                relationship_id=contact.relationship_id,
                ground=AuditGround.TASK,
                now=now,
                data={"service": card.service.pk},
            )
    return written
