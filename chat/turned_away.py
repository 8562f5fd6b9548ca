"""Those who came to a door that let nobody in, and which other door they took: counted, and nobody is known.

A row's id travels in the address and in the page's forms, so that one visit is one row: no cookie, no device.
"""

import datetime as dt
import uuid

from django.http import HttpRequest

from accounts.models import User
from accounts.selectors import front_door
from chat.doors import DoorState
from chat.models import TurnedAway
from core.throttling import turned_away_per_address

FIELD = "turned"
# A page that has stood open for longer is another visit.
VISIT = dt.timedelta(hours=1)


def visit_of(request: HttpRequest) -> uuid.UUID | None:
    """The visit that the page's address or form carries."""
    given = request.POST if request.method == "POST" else request.GET
    try:
        return uuid.UUID(given.get(FIELD, ""))
    except ValueError:
        return None


def turned_away(
    request: HttpRequest, door: DoorState, *, visit: uuid.UUID | None, language: str, now: dt.datetime
) -> uuid.UUID | None:
    """The visit of whoever sent this request to a shut door. Staff looking at the page, whoever asks only for the
    headers, and a flood from one address are not counted: None."""
    if door.is_open or isinstance(request.user, User) or request.method == "HEAD":
        return None
    if visit is not None and TurnedAway.objects.filter(pk=visit, at__gt=now - VISIT).exists():
        return visit
    if turned_away_per_address.exceeded(request.META.get("REMOTE_ADDR", "")):
        return None
    return note_turned_away(door=door, language=language, now=now)


def note_turned_away(*, door: DoorState, language: str, now: dt.datetime) -> uuid.UUID:
    """Somebody came to this shut door: a new visit."""
    reason = TurnedAway.Reason.FULL if door.full else TurnedAway.Reason.CLOSED
    row = TurnedAway(at=now, channel=door.channel, unit=front_door(), reason=reason, language=language)
    row.save(force_insert=True)
    return row.pk


def note_door_taken(*, visit: uuid.UUID | None, channel: str, now: dt.datetime) -> None:
    """They came in through another door, or later through the same one. Only the first door counts."""
    if visit is not None:
        TurnedAway.objects.filter(pk=visit, took_channel="", at__lte=now, at__gt=now - VISIT).update(
            took_channel=channel, took_at=now
        )


def turned_away_before(before: dt.datetime):  # type: ignore[no-untyped-def]
    """Rows that have passed their time."""
    return TurnedAway.objects.filter(at__lt=before)
