"""A thread's messages as one reader sees them: what is mine, and whether the other side has seen it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from catalogue.cards import ServiceCard, card_in, cards_of
from guidance.message_log import StoredMessage
from guidance.models import Contact


@dataclass(frozen=True)
class ThreadRow:
    """What templates/partials/message.html shows. `state` is of my own messages: sent or seen. With a `card`, `words`
    are what is said beside it."""

    kind: str
    mine: bool
    name: str = ""
    seq: int | str = ""
    nonce: str = ""
    body: str = ""
    at: dt.datetime | None = None
    state: str = "sent"
    card: ServiceCard | None = None
    words: str = ""


def with_cards(rows: list[ThreadRow], now: dt.datetime) -> list[ThreadRow]:
    """The rows, each with the service that staff hand over in it; nothing is asked where there is none."""
    texts = [card_in(row.body) if row.kind == "worker" else None for row in rows]
    cards = cards_of((text.slug for text in texts if text), now)
    return [
        replace(row, card=cards[text.slug], words=text.words) if text and text.slug in cards else row
        for row, text in zip(rows, texts, strict=True)
    ]


def family_rows(contact: Contact, messages: Iterable[StoredMessage], now: dt.datetime) -> list[ThreadRow]:
    """The thread as its family reads it."""
    rows = [
        ThreadRow(
            kind=message.kind,
            mine=message.kind == "client",
            name=message.name or _("Ohjaaja"),
            seq=message.seq,
            nonce=str(message.nonce),
            body=message.body,
            at=message.at,
            state="seen" if message.seq <= contact.worker_seen_seq else "sent",
        )
        for message in messages
    ]
    return with_cards(rows, now)


def shared_rows(messages: Iterable[StoredMessage], client: str, now: dt.datetime) -> list[ThreadRow]:
    """The thread as somebody reads it with whom `client` has shared it: nothing in it is the reader's."""
    rows = [
        ThreadRow(
            kind=message.kind,
            mine=False,
            name=message.name or client,
            seq=message.seq,
            nonce=str(message.nonce),
            body=message.body,
            at=message.at,
        )
        for message in messages
    ]
    return with_cards(rows, now)


def staff_rows(
    contact: Contact, messages: Iterable[StoredMessage], reader_id: int, now: dt.datetime
) -> list[ThreadRow]:
    """The thread as this member of staff reads it; a colleague's messages are a colleague's."""
    person = contact.person
    client = person.full_name if person else _("Nimetön")
    rows = [
        ThreadRow(
            kind=message.kind,
            mine=message.staff_id == reader_id,
            name=message.name or client,
            seq=message.seq,
            nonce=str(message.nonce),
            body=message.body,
            at=message.at,
            state="seen" if message.seq <= contact.client_seen_seq else "sent",
        )
        for message in messages
    ]
    return with_cards(rows, now)


def consultation_rows(
    messages: Iterable[StoredMessage], reader_id: int, seen: int, now: dt.datetime
) -> list[ThreadRow]:
    """The thread between colleagues as one of them reads it; `seen` is how far another has read."""
    rows = [
        ThreadRow(
            kind=message.kind,
            mine=message.staff_id == reader_id,
            name=", ".join(part for part in (message.name, message.role) if part),
            seq=message.seq,
            nonce=str(message.nonce),
            body=message.body,
            at=message.at,
            state="seen" if message.seq <= seen else "sent",
        )
        for message in messages
    ]
    return with_cards(rows, now)


def blank_rows(other_kind: str = "worker") -> dict[str, ThreadRow]:
    """Empty messages for the page's template elements, from which the live thread makes its own."""
    return {
        "mine": ThreadRow(kind="own", mine=True, state="sending"),
        "theirs": ThreadRow(kind=other_kind, mine=False),
        "house": ThreadRow(kind="system", mine=False),
    }
