"""What is told of a contact to those who are listening, after the commit. One name and shape for each."""

import datetime as dt
from typing import Any

from django.db import transaction

from core import realtime
from guidance.common_queue import units_of_common_queue
from guidance.message_log import StoredMessage
from guidance.models import Contact


def iso(moment: dt.datetime | None) -> str | None:
    """ISO 8601 in UTC with Z, to the millisecond."""
    if moment is None:
        return None
    if moment.tzinfo is not dt.UTC:
        moment = moment.astimezone(dt.UTC)
    return f"{moment.isoformat(timespec='milliseconds')[:-6]}Z"


def message_frame(message: StoredMessage, *, me: bool) -> dict[str, Any]:
    """A `message` frame of the socket; without `v` and `type` it is also the API's message. Ids become text in JSON."""
    return {
        "v": 1,
        "type": "message",
        "contact": message.contact_id,
        "seq": message.seq,
        "nonce": message.nonce,
        "author": {"kind": message.kind, "name": message.name, "role": message.role, "me": me},
        "code": message.code,
        "body": message.body,
        "at": iso(message.at),
    }


def message_event(message: StoredMessage) -> realtime.Event:
    """`by` is the author as sockets know themselves: `client`, or `staff:ID`."""
    by = f"staff:{message.staff_id}" if message.kind == "worker" else message.kind
    return realtime.Event(
        "message", contact=str(message.contact_id), text=message_text(message), by=by, seq=message.seq
    )


def message_text(message: StoredMessage) -> str:
    """The frame in JSON, as everybody but its author gets it."""
    return realtime.to_json(message_frame(message, me=False))


def as_author_gets_it(text: str) -> str:
    """The same frame for its author. In JSON the quotes inside a text are escaped, so that only the key can match."""
    return text.replace('"me":false', '"me":true', 1)


def seen_event(contact_id: str, kind: str, by: str, seq: int) -> realtime.Event:
    """This side has read up to `seq`: for everybody but the reader, who is named as in message_event."""
    frame = {"v": 1, "type": "seen", "contact": contact_id, "seq": seq, "author": {"kind": kind}}
    return realtime.Event("frame", contact=contact_id, frame=frame, by=by)


def announce_messages(messages: list[StoredMessage], unit_id: int) -> None:
    """After the commit: the thread's sockets hear the messages, the unit's desks that something changed."""

    def tell() -> None:
        realtime.publish([message_event(message) for message in messages])
        realtime.announce_desk([unit_id])

    transaction.on_commit(tell)


def announce_state(contact: Contact, **changed: Any) -> None:
    """After the commit: what changed of the contact, to its sockets and to the desks that have it in a list."""
    frame = {"v": 1, "type": "state", "contact": str(contact.pk), "state": contact.state, **changed}
    units = sorted({contact.unit_id, *(units_of_common_queue() if contact.pooled_at is not None else ())})

    def tell() -> None:
        realtime.publish([realtime.Event("frame", contact=str(contact.pk), frame=frame, unit=contact.unit_id)])
        realtime.announce_desk(units)

    transaction.on_commit(tell)


def announce_to_staff(contact: Contact, **changed: Any) -> None:
    """After the commit: what only staff may know of the contact, to their sockets and to the unit's desks."""
    frame = {"v": 1, "type": "state", "contact": str(contact.pk), "state": contact.state, **changed}

    def tell() -> None:
        realtime.publish([realtime.Event("staff", contact=str(contact.pk), frame=frame)])
        realtime.announce_desk([contact.unit_id])

    transaction.on_commit(tell)


def announce_queue(unit_id: int) -> None:
    """After the commit: places in the unit's queue have moved; waiting sockets ask for theirs."""
    transaction.on_commit(lambda: realtime.publish([realtime.Event("queue", unit=unit_id)]))


def announce_desks(unit_ids: list[int]) -> None:
    """After the commit: the lists of these units' desks have changed."""
    transaction.on_commit(lambda: realtime.announce_desk(unit_ids))
