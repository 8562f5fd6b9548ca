"""How a contact ends: by a worker's closing sheet or by silence."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.codes import AuditCode
from audit.services import SYSTEM, AuditActor, record
from catalogue.models import Topic
from core.text import BodyRefused, clean_body
from guidance import events
from guidance.identification import is_identification_under_way
from guidance.models import Contact
from guidance.services import wording
from guidance.services.actors import staff_actor
from guidance.services.drafts import drop_drafts
from guidance.services.errors import SheetIncomplete
from guidance.services.identification import withdraw_at_the_end
from guidance.services.locking import locked, say
from guidance.services.staff import own_open_contact

State, Outcome, Channel = Contact.State, Contact.Outcome, Contact.Channel

# What a worker can choose; the rest come about by themselves.
SHEET_OUTCOMES = (Outcome.RESOLVED, Outcome.REFERRED, Outcome.CONTINUES, Outcome.SIGNPOSTED, Outcome.MISUSE)

NEXT_STEP_LIMIT = 2_000  # it becomes a part of the thread's closing line, which has a limit of its own


def close_contact(
    *,
    contact_id: uuid.UUID,
    worker: User,
    outcome: str,
    topic: Topic | None,
    next_step: str = "",
    next_step_owner: str = "",
    now: dt.datetime,
) -> Contact:
    """The closing sheet, the same for every channel. `next_step` is a sentence that the family reads.

    Raises NotYours, ContactClosed, SheetIncomplete for an outcome or topic that is missing, BodyRefused.
    """
    next_step = checked_sheet(outcome, topic, next_step, next_step_owner)
    with transaction.atomic():
        contact = own_open_contact(contact_id, worker)
        say(contact, "closed", wording.closed(contact, worker.first_name, next_step), now)
        contact.topic, contact.next_step, contact.next_step_owner = topic, next_step, next_step_owner
        end_contact(contact, outcome, now, staff_actor(worker, contact))
    return contact


def checked_sheet(outcome: str, topic: Topic | None, next_step: str, next_step_owner: str) -> str:
    """The next step as it will be stored. Raises SheetIncomplete, BodyRefused."""
    if outcome not in SHEET_OUTCOMES or topic is None:
        raise SheetIncomplete
    if next_step_owner not in ("", *Contact.NextStepOwner.values):
        raise SheetIncomplete
    next_step = clean_body(next_step).strip() if next_step.strip() else ""
    if len(next_step) > NEXT_STEP_LIMIT:
        raise BodyRefused("too_long", _("Seuraava askel on liian pitkä. Enintään 2 000 merkkiä mahtuu."))
    return next_step


def warn_of_silence(*, contact_id: uuid.UUID, minutes_left: int, silent_since: dt.datetime, now: dt.datetime) -> bool:
    """Ask a silent family whether they are there. False when something was written meanwhile."""
    with transaction.atomic():
        contact = locked(contact_id)
        if not _still_silent(contact, silent_since, now) or contact.idle_warned_at is not None:
            return False
        say(contact, "silence_warning", wording.silence_warning(contact, minutes_left), now)
        Contact.objects.filter(pk=contact.pk).update(idle_warned_at=now)
    return True


def close_silent_contact(*, contact_id: uuid.UUID, silent_since: dt.datetime, now: dt.datetime) -> bool:
    """Close a chat whose family has not answered within the limit after the worker wrote, or has left it."""
    with transaction.atomic():
        contact = locked(contact_id)
        if not _still_silent(contact, silent_since, now):
            return False
        say(contact, "closed", wording.closed_silent(contact), now)
        end_contact(contact, Outcome.WENT_SILENT, now, SYSTEM)
    return True


def _still_silent(contact: Contact, silent_since: dt.datetime, now: dt.datetime) -> bool:
    """Somebody who is away identifying themselves is not silent: they come back to the same place."""
    waits_for_family = contact.turn == Contact.Turn.CLIENT or contact.left_at is not None
    newest = contact.last_message_at or contact.opened_at
    since = contact.idle_warned_at or newest
    silent = contact.state == State.OPEN and waits_for_family and min(since, newest) <= silent_since
    return silent and not is_identification_under_way(contact, now)


def end_contact(
    contact: Contact, outcome: str, now: dt.datetime, actor: AuditActor, *, continued_as: str | None = None
) -> None:
    """The end of a locked contact, of whatever kind; its last words have been said."""
    contact.state, contact.outcome = State.CLOSED, outcome
    contact.closed_at = max(moment for moment in (now, contact.opened_at, contact.joined_at) if moment is not None)
    contact.save(
        update_fields=["state", "outcome", "closed_at", "topic", "next_step", "next_step_owner"],
    )
    withdraw_at_the_end(contact, now)
    drop_drafts(contact)
    record(
        code=AuditCode.CONTACT_CLOSED,
        actor=actor,
        object_type="contact",
        object_id=contact.pk,
        relationship_id=contact.relationship_id,
        now=now,
        data={"outcome": outcome},
    )
    changed = {"outcome": outcome, "next_step": contact.next_step, "next_step_owner": contact.next_step_owner}
    if continued_as:
        changed["continued_as"] = continued_as
    events.announce_state(contact, **changed)
