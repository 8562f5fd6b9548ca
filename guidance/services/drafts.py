"""What a member of staff has begun to write: theirs alone, on any device, until it is sent or the contact ends."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from accounts.models import User
from core.text import clean_body
from guidance.message_log import Entry, Written, write
from guidance.models import Contact, Draft, Message
from guidance.services.errors import ContactClosed

Room = Draft.Room


@dataclass(frozen=True)
class KeptDraft:
    """A draft as its page knows it; `version` is empty when there is none."""

    body: str = ""
    version: str = ""

    @classmethod
    def of(cls, draft: Draft) -> "KeptDraft":
        return cls(draft.body, draft.saved_at.isoformat())


def drafts_of(user: User, contact: Contact) -> dict[str, KeptDraft]:
    """One's own drafts in this thread, by room. Nobody else's are ever read, nor one that has been sent since: a page
    that sent it over the socket may have been closed before it could say so."""
    sent = Message.objects.filter(contact=contact, staff=user, body=OuterRef("body"), at__gte=OuterRef("saved_at"))
    drafts = Draft.objects.filter(user=user, contact=contact).exclude(Exists(sent), room=Room.THREAD)
    return {room.value: KeptDraft() for room in Room} | {draft.room: KeptDraft.of(draft) for draft in drafts}


def save_draft(
    *, contact: Contact, user: User, room: str, body: str, version: str, now: dt.datetime
) -> tuple[KeptDraft, KeptDraft | None]:
    """Keep what is being written; an empty text keeps nothing. `version` is the one that the page knows.

    The newest wins. Returns what is kept now, and the other text when another device had written one meanwhile; an
    empty field never takes away what another device has written. Raises ContactClosed, BodyRefused.
    """
    body = clean_body(body) if body.strip() else ""
    with transaction.atomic():
        if room == Room.THREAD and Contact.objects.filter(pk=contact.pk, state=Contact.State.CLOSED).exists():
            raise ContactClosed
        drafts = Draft.objects.filter(user=user, contact=contact, room=room)
        earlier = drafts.select_for_update().first()
        known = KeptDraft.of(earlier) if earlier is not None else KeptDraft()
        other = known if known.version != version and known.body not in ("", body) else None
        if not body:
            if other is None:
                drafts.delete()
            return KeptDraft(), other
        draft, _created = Draft.objects.update_or_create(
            user=user, contact=contact, room=room, defaults={"body": body, "saved_at": now}
        )
    return KeptDraft.of(draft), other


def drop_draft(*, contact_id: uuid.UUID, user: User, room: str) -> None:
    """It was sent. Call in the transaction of the sending."""
    Draft.objects.filter(user=user, contact=contact_id, room=room).delete()


def write_by_hand(entry: Entry) -> Written:
    """Write one message, and with it let its author's draft go: both or neither."""
    staff_id = entry.author.staff_id
    if staff_id is None:
        return write(entry)
    try:
        return _write_and_drop(entry, staff_id)
    except IntegrityError:  # the same message is arriving twice at once, and the other was first
        return _write_and_drop(entry, staff_id)


@transaction.atomic
def _write_and_drop(entry: Entry, staff_id: int) -> Written:
    written = write(entry)
    if written.message is not None:
        Draft.objects.filter(user=staff_id, contact=entry.contact_id, room=Room.THREAD).delete()
    return written


def drop_drafts(contact: Contact) -> None:
    """The contact has ended."""
    Draft.objects.filter(contact=contact).delete()
