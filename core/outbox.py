"""Effects that leave the platform, decided inside a transaction and carried out after it."""

import datetime as dt
from typing import Any

from django.core.mail import send_mail
from django.db import transaction

from core.models import OutboxEntry

MAX_ATTEMPTS = 8


def enqueue(
    *, key: str, kind: OutboxEntry.Kind, payload: dict[str, Any], due_at: dt.datetime, now: dt.datetime
) -> None:
    """Decide on an effect. Call inside the transaction that it belongs to; the same key again changes nothing."""
    OutboxEntry.objects.bulk_create(
        [OutboxEntry(key=key, kind=kind, payload=payload, due_at=due_at, created_at=now)], ignore_conflicts=True
    )


def cancel(*, key: str, now: dt.datetime) -> bool:
    """Take an effect back. True when it had not been sent."""
    waiting = OutboxEntry.objects.filter(key=key, sent_at__isnull=True, cancelled_at__isnull=True)
    return waiting.update(cancelled_at=now) == 1


def send_due(*, now: dt.datetime, limit: int = 50) -> int:
    """Send what is due, one row a transaction, its lock held while sending so that two workers never send one."""
    sent = 0
    for _ in range(limit):
        with transaction.atomic():
            entry = (
                OutboxEntry.objects.select_for_update(skip_locked=True)
                .filter(due_at__lte=now, sent_at__isnull=True, cancelled_at__isnull=True, attempts__lt=MAX_ATTEMPTS)
                .order_by("due_at")
                .first()
            )
            if entry is None:
                return sent
            _attempt(entry, now)
            sent += entry.sent_at is not None
    return sent


def _attempt(entry: OutboxEntry, now: dt.datetime) -> None:
    entry.attempts += 1
    try:
        send_mail(entry.payload["subject"], entry.payload["body"], None, [entry.payload["to"]])
    except OSError:
        entry.due_at = now + dt.timedelta(minutes=2**entry.attempts)
    else:
        entry.sent_at = now
    entry.save(update_fields=["attempts", "due_at", "sent_at"])
