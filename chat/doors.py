"""The doors of the start page: which channel is open now, until when, and how long one waits."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings

from accounts.models import Unit
from accounts.selectors import front_door
from chat.queue import UnitQueue
from guidance.hours import answering_hours, hours_for
from guidance.models import Contact

Channel = Contact.Channel
# The doors that families have in this version, in the order they stand.
CHANNELS = (Channel.CHAT, Channel.MESSAGE)


@dataclass(frozen=True)
class DoorState:
    """One channel now. `ignores_hours`: the demo keeps the door open although its hours say closed.
    `promise_at`: a message written now is answered by then."""

    channel: str
    is_open: bool
    opens_next: dt.datetime | None
    closes_at: dt.datetime | None
    waiting: int
    estimated_wait_s: int | None
    staffed: bool
    ignores_hours: bool
    promise_at: dt.datetime | None


def door_states(now: dt.datetime) -> list[DoorState]:
    """Every door of the unit that new contacts come to; none on a platform without such a unit."""
    try:
        unit = front_door()
    except Unit.DoesNotExist:
        return []
    return [_chat_door(unit, now), _message_door(unit, now)]


def door_state(channel: str, now: dt.datetime) -> DoorState | None:
    return next((state for state in door_states(now) if state.channel == channel), None)


def is_open_by_hours(unit: Unit, channel: str, now: dt.datetime) -> bool:
    """What the calendar says, whatever the demo's door does."""
    return hours_for(unit, channel).is_open(now)


def promise_at(unit: Unit, now: dt.datetime) -> dt.datetime | None:
    """A message that arrives now is answered by the end of the next service day; None without any service day."""
    return answering_hours(unit, Channel.MESSAGE).next_service_day_close(now)


def _chat_door(unit: Unit, now: dt.datetime) -> DoorState:
    hours = hours_for(unit, Channel.CHAT)
    by_hours = hours.is_open(now)
    forced = settings.DEMO_MODE and settings.DEMO_DOORS == "open" and not by_hours
    queue = UnitQueue(unit.pk, now)
    return DoorState(
        channel=Channel.CHAT,
        is_open=by_hours or forced,
        opens_next=None if by_hours or forced else hours.opens_next(now),
        closes_at=hours.closes_at(now) if by_hours else None,
        waiting=queue.length,
        estimated_wait_s=queue.estimate(queue.length + 1) if by_hours or forced else None,
        staffed=queue.seats.workers > 0,
        ignores_hours=forced,
        promise_at=None,
    )


def _message_door(unit: Unit, now: dt.datetime) -> DoorState:
    waiting = Contact.objects.waiting().filter(unit=unit, channel=Channel.MESSAGE).count()
    return DoorState(
        channel=Channel.MESSAGE,
        is_open=True,
        opens_next=None,
        closes_at=None,
        waiting=waiting,
        estimated_wait_s=None,
        staffed=True,
        ignores_hours=False,
        promise_at=promise_at(unit, now),
    )
