"""Effects that leave the platform, decided inside a transaction and carried out after it, at most once.

An entry names what happened by ids, never what was said. Its letter is made at the moment of sending, by the app that
decided on it (`register`), so that an address that was taken away gets nothing and what was read meanwhile is not
told. The entry is claimed in a transaction of its own before the mail server hears of it: after a crash in between
nobody knows whether the letter went, and so it never goes again by itself (`uncertain`, docs/operations.md).
"""

import base64
import datetime as dt
import hashlib
import json
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from core.letters import Delivered, Letter, deliver
from core.models import OutboxEntry

log = logging.getLogger("perhekeskus.outbox")
State = OutboxEntry.State

MAX_ATTEMPTS = 8
# Far longer than any conversation with a mail server takes with its timeouts.
LOST_AFTER = dt.timedelta(minutes=10)
LETTER = "letter"

Payload = dict[str, Any]
# The letter; or a later moment for it; or None when there is nothing to tell any more.
Made = Letter | dt.datetime | None


@dataclass(frozen=True)
class Maker:
    """How letters of a kind come about: `letter` in the transaction of the claim; `refused` when the mail server would
    not take the address."""

    letter: Callable[[Payload, dt.datetime], Made]
    refused: Callable[[Payload, dt.datetime], None] = lambda payload, now: None


_MAKERS: dict[str, Maker] = {}


def register(kind: str, maker: Maker) -> None:
    """Once for each kind, when its app is ready."""
    _MAKERS[kind] = maker


def enqueue(
    *, key: str, kind: str, payload: Payload, due_at: dt.datetime, now: dt.datetime, recipient: str = ""
) -> None:
    """Decide on an effect. Call inside the transaction that it belongs to; the same key again changes nothing.

    What is due for the same `recipient` at the same time goes as one letter.
    """
    entry = OutboxEntry(key=key, kind=kind, payload=payload, recipient=recipient, due_at=due_at, created_at=now)
    OutboxEntry.objects.bulk_create([entry], ignore_conflicts=True)


def enqueue_letter(*, key: str, letter: Letter, now: dt.datetime) -> None:
    """As enqueue, for a letter that cannot be made again later: sealed until it is sent, and gone then."""
    enqueue(key=key, kind=LETTER, payload={"sealed": sealed(letter)}, due_at=now, now=now)


def cancel(*, key: str, now: dt.datetime) -> bool:
    """Take an effect back. True when nobody had begun to send it."""
    waiting = OutboxEntry.objects.filter(key=key, state=State.WAITING)
    return waiting.update(state=State.CANCELLED, ended_at=now, payload={}, recipient="") == 1


def cancel_alike(*, kind: str, payload: Payload, now: dt.datetime) -> None:
    """Take back what waits with this very payload, whatever its key."""
    waiting = OutboxEntry.objects.filter(kind=kind, payload=payload, state=State.WAITING)
    waiting.update(state=State.CANCELLED, ended_at=now, payload={}, recipient="")


def send_due(*, now: dt.datetime, limit: int = 50) -> int:
    """Send what is due; returns how many letters went. Several workers may do this at once."""
    note_lost(now=now)
    sent = 0
    for _n in range(limit):
        claimed = _claim(now)
        if claimed is None:
            break
        entries, letter = claimed
        if letter is not None:
            sent += _send(entries, letter, now)
    return sent


def note_lost(*, now: dt.datetime) -> int:
    """Claims whose sender has vanished: whether those letters went is for a person to find out."""
    lost = OutboxEntry.objects.filter(state=State.CLAIMED, claimed_at__lt=now - LOST_AFTER)
    number = lost.update(state=State.UNCERTAIN, reason="sender_vanished")
    if number:
        log.error("%s letters may or may not have been sent: manage.py outbox", number)
    return number


def settle(*, key: str, sent: bool, now: dt.datetime) -> bool:
    """Somebody has found out about an uncertain letter: it went, or it goes again. False when it is not uncertain."""
    uncertain = OutboxEntry.objects.filter(key=key, state=State.UNCERTAIN)
    if sent:
        return uncertain.update(state=State.SENT, ended_at=now, payload={}, recipient="") == 1
    return uncertain.update(state=State.WAITING, claimed_at=None, reason="", due_at=now) == 1


# -- claiming and sending -----------------------------------------------------------------------------


def _claim(now: dt.datetime) -> tuple[list[OutboxEntry], Letter | None] | None:
    """Take the first that is due, and whatever else is due for the same recipient. None when nothing is."""
    with transaction.atomic():
        first = _due(now).order_by("due_at", "pk").first()
        if first is None:
            return None
        letter = _made(first, now)
        if letter is None:
            return [], None
        entries = [first]
        if first.recipient:
            others = _due(now).filter(recipient=first.recipient).exclude(pk=first.pk)
            entries += [other for other in others if _made(other, now) is not None]
        for entry in entries:
            entry.state, entry.claimed_at = State.CLAIMED, now
            entry.attempts += 1
            entry.save(update_fields=["state", "claimed_at", "attempts"])
    return entries, letter


def _due(now: dt.datetime) -> QuerySet[OutboxEntry]:
    return OutboxEntry.objects.select_for_update(skip_locked=True).filter(state=State.WAITING, due_at__lte=now)


def _made(entry: OutboxEntry, now: dt.datetime) -> Letter | None:
    """The entry's letter; None when it is not for now, which the entry then says."""
    try:
        with transaction.atomic():
            made = _MAKERS[entry.kind].letter(entry.payload, now)
    except Exception as error:  # one letter's trouble must not hold up all others
        log.error("a letter of kind %s could not be made: %s", entry.kind, type(error).__name__)
        entry.attempts += 1
        _later([entry], "not_made", now)
        return None
    if made is None:
        _end([entry], State.CANCELLED, "not_needed", now)
    elif isinstance(made, dt.datetime):
        OutboxEntry.objects.filter(pk=entry.pk).update(due_at=made)
    else:
        return made
    return None


def _send(entries: list[OutboxEntry], letter: Letter, now: dt.datetime) -> bool:
    answer = deliver(letter)
    if answer.outcome is Delivered.SENT:
        _end(entries, State.SENT, "", now)
        return True
    if answer.outcome is Delivered.LATER:
        _later(entries, answer.reason, now)
    elif answer.outcome is Delivered.REFUSED:
        log.warning("a letter was refused: %s", answer.reason)
        if answer.address_refused:
            for entry in entries:
                _MAKERS[entry.kind].refused(entry.payload, now)
        _end(entries, State.GIVEN_UP, answer.reason, now)
    else:
        log.error("a letter may or may not have been sent: %s; manage.py outbox", answer.reason)
        _rows(entries).update(state=State.UNCERTAIN, reason=answer.reason)
    return False


def _later(entries: list[OutboxEntry], reason: str, now: dt.datetime) -> None:
    """Again after a pause that grows, and not for ever."""
    for entry in entries:
        if entry.attempts >= MAX_ATTEMPTS:
            _end([entry], State.GIVEN_UP, reason, now)
            continue
        due_at = now + dt.timedelta(minutes=2**entry.attempts)
        _rows([entry]).update(
            state=State.WAITING, claimed_at=None, due_at=due_at, reason=reason, attempts=entry.attempts
        )


def _end(entries: list[OutboxEntry], state: OutboxEntry.State, reason: str, now: dt.datetime) -> None:
    _rows(entries).update(state=state, ended_at=now, reason=reason, payload={}, recipient="")


def _rows(entries: list[OutboxEntry]) -> QuerySet[OutboxEntry]:
    return OutboxEntry.objects.filter(pk__in=[entry.pk for entry in entries])


# -- letters that are kept as they are ------------------------------------------------------------------


def sealed(letter: Letter) -> str:
    return _seals().encrypt(json.dumps(asdict(letter)).encode()).decode()


def _unsealed(payload: Payload, now: dt.datetime) -> Letter | None:
    try:
        return Letter(**json.loads(_seals().decrypt(payload["sealed"].encode())))
    except InvalidToken:
        log.error("a sealed letter does not open any more")  # SECRET_KEY was changed without a fallback
        return None


def _seals() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (hashlib.sha256(f"outbox:{key}".encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


register(LETTER, Maker(_unsealed))
