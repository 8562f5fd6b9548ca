"""A thread's messages as one reader sees them: what is mine, and whether the other side has seen it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from guidance.message_log import StoredMessage
from guidance.models import Contact


@dataclass(frozen=True)
class ThreadRow:
    """What templates/partials/message.html shows. `state` is of my own messages: sent or seen."""

    kind: str
    mine: bool
    name: str = ""
    seq: int | str = ""
    nonce: str = ""
    body: str = ""
    at: dt.datetime | None = None
    state: str = "sent"


def family_rows(contact: Contact, messages: Iterable[StoredMessage]) -> list[ThreadRow]:
    """The thread as its family reads it."""
    return [
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


def shared_rows(contact: Contact, messages: Iterable[StoredMessage], client: str) -> list[ThreadRow]:
    """The thread as somebody reads it with whom `client` has shared it: nothing in it is the reader's."""
    return [
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


def staff_rows(contact: Contact, messages: Iterable[StoredMessage], reader_id: int) -> list[ThreadRow]:
    """The thread as this member of staff reads it; a colleague's messages are a colleague's."""
    person = contact.person
    client = person.full_name if person else _("Nimetön")
    return [
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


def consultation_rows(messages: Iterable[StoredMessage], reader_id: int, seen: int) -> list[ThreadRow]:
    """The thread between colleagues as one of them reads it; `seen` is how far another has read."""
    return [
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


def blank_rows(other_kind: str = "worker") -> dict[str, ThreadRow]:
    """Empty messages for the page's template elements, from which the live thread makes its own."""
    return {
        "mine": ThreadRow(kind="own", mine=True, state="sending"),
        "theirs": ThreadRow(kind=other_kind, mine=False),
        "house": ThreadRow(kind="system", mine=False),
    }
