"""What the demo's workers told of the catalogue: services named in the threads' content, and the record of it."""

import datetime as dt
from typing import Any

from accounts.models import Membership
from audit.codes import AuditCode, AuditGround
from audit.models import AuditEvent
from catalogue.cards import ServiceCard, card_in, cards_of, text_with_card
from core.translations import localized
from guidance.models import Message, Signpost

Json = dict[str, Any]


def with_services(threads: list[Json], now: dt.datetime) -> list[Json]:
    """The threads with the lines that name a service (`[worker, words, slug]`) as the messages they were."""
    slugs = {line[2] for thread in threads for line in thread["lines"] if len(line) > 2}
    cards = cards_of(slugs, now)
    return [
        thread | {"lines": [_said(line, thread["language"], cards) for line in thread["lines"]]} for thread in threads
    ]


def _said(line: list[str], language: str, cards: dict[str, ServiceCard]) -> list[str]:
    kind, words, *slug = line
    return [kind, text_with_card(words, cards[slug[0]], language) if slug else words]


def keep_what_was_told(now: dt.datetime) -> None:
    """The record beside the messages, as handing over makes it."""
    named = Message.objects.filter(kind="worker", body__contains="/services/").select_related("contact", "staff")
    told = [(message, text.slug) for message in named.order_by("at") if (text := card_in(message.body))]
    cards = cards_of((slug for _message, slug in told), now)
    Signpost.objects.bulk_create(
        Signpost(
            contact=message.contact, nonce=message.nonce, service=cards[slug].service, by=message.staff,
            at=message.at, name=localized(cards[slug].service, "name", message.contact.language),
        )
        for message, slug in told
    )  # fmt: skip
    AuditEvent.objects.bulk_create(
        AuditEvent(
            at=message.at, code=AuditCode.SERVICE_HANDED_OVER, object_type="contact",
            object_id=str(message.contact_id), relationship_id=message.contact.relationship_id,
            data={"service": cards[slug].service.pk}, actor_kind=AuditEvent.Actor.STAFF, actor_id=message.staff_id,
            unit_id=message.contact.unit_id, role=Membership.Role.WORKER, ground=AuditGround.TASK,
        )
        for message, slug in told
    )  # fmt: skip
