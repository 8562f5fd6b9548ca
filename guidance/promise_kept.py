"""How the public promises were kept: the share that was answered (in the chat: joined; of callbacks: called) in time.

Counted are families' contacts whose promise ran out in the last 30 days. One that its family ended before that, without
an answer, says nothing of the promise and is left out.
"""

import datetime as dt
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Case, Count, F, Min, OuterRef, Q, Subquery, When

from guidance.models import CallbackAttempt, Contact, CustomerPromise

DAYS = 30
FEWEST = 5  # a share of fewer contacts would speak of single families
CACHED_S = 300

Channel = Contact.Channel


@dataclass(frozen=True)
class Kept:
    """A channel's promise and how it was kept. `share`: whole per cent; None when too few to tell."""

    promise: CustomerPromise
    share: int | None


def promises_kept(now: dt.datetime) -> list[Kept]:
    """Every promise in the order in which channels stand, with its share over the last 30 days, counted anew every few
    minutes."""
    shares: dict[str, int | None] = cache.get_or_set("promises-kept", lambda: _shares(now), CACHED_S) or {}
    order = {channel: place for place, channel in enumerate(Channel.values)}
    promises = sorted(CustomerPromise.objects.all(), key=lambda promise: order[promise.channel])
    return [Kept(promise, shares.get(promise.channel)) for promise in promises]


def _shares(now: dt.datetime) -> dict[str, int | None]:
    counted = _promised(now).values("channel").annotate(n=Count("pk"), kept=Count("pk", Q(done_at__lte=F("due_at"))))
    return {row["channel"]: round(100 * row["kept"] / row["n"]) if row["n"] >= FEWEST else None for row in counted}


def _promised(now: dt.datetime):  # type: ignore[no-untyped-def]
    calls = CallbackAttempt.objects.filter(callback=OuterRef("pk")).order_by().values("callback")
    first_call = Subquery(calls.annotate(first=Min("at")).values("first"))
    done = Case(
        When(channel=Channel.CHAT, then=F("joined_at")),
        When(channel=Channel.CALLBACK, then=first_call),
        default=F("first_response_at"),
    )
    ended_before = Q(done_at__isnull=True, closed_at__isnull=False, closed_at__lte=F("due_at"))
    of_families = Contact.objects.of_families().filter(due_at__gt=now - dt.timedelta(days=DAYS), due_at__lte=now)
    return of_families.annotate(done_at=done).exclude(ended_before)
