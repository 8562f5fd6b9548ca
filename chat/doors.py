"""The doors of the start page: which channel is open now, until when, and how long one waits."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings

from accounts.models import Unit
from accounts.selectors import front_door
from chat.queue import UnitQueue
from guidance.hours import hours_for
from guidance.models import Contact
from guidance.promises import due_at

Channel = Contact.Channel
# The doors that families have, in the order they stand.
CHANNELS = (Channel.CHAT, Channel.MESSAGE)


@dataclass(frozen=True)
class DoorState:
    """One channel now. `full`: open by its hours, but as many wait already as the unit can promise to answer.
    `ignores_hours`: the demo keeps the door open although its hours say closed. `promise_at`: who comes now is answered
    (or called) by then."""

    channel: str
    is_open: bool = True
    opens_next: dt.datetime | None = None
    closes_at: dt.datetime | None = None
    waiting: int = 0
    estimated_wait_s: int | None = None
    staffed: bool = True
    full: bool = False
    ignores_hours: bool = False
    promise_at: dt.datetime | None = None


def door_states(now: dt.datetime) -> list[DoorState]:
    """Every door of the unit that new contacts come to; none on a platform without such a unit."""
    try:
        unit = front_door()
    except Unit.DoesNotExist:
        return []
    return [_door(unit, channel, now) for channel in CHANNELS]


def door_state(channel: str, now: dt.datetime) -> DoorState | None:
    """One channel's door; None on a platform without a unit that new contacts come to."""
    try:
        return _door(front_door(), channel, now)
    except Unit.DoesNotExist:
        return None


def open_beside(shut: DoorState, now: dt.datetime) -> list[DoorState]:
    """The doors that are open now beside one that is not."""
    return [state for state in door_states(now) if state.is_open and state.channel != shut.channel]


def is_open_by_hours(unit: Unit, channel: str, now: dt.datetime) -> bool:
    """What the calendar says, whatever the demo's door does."""
    return hours_for(unit, channel).is_open(now)


def _door(unit: Unit, channel: str, now: dt.datetime) -> DoorState:
    return _chat_door(unit, now) if channel == Channel.CHAT else _always_open(unit, channel, now)


def _chat_door(unit: Unit, now: dt.datetime) -> DoorState:
    hours = hours_for(unit, Channel.CHAT)
    by_hours = hours.is_open(now)
    forced = settings.DEMO_MODE and settings.DEMO_DOORS == "open" and not by_hours
    queue = UnitQueue(unit.pk, now)
    in_hours = by_hours or forced
    full = in_hours and unit.queue_limit is not None and queue.length >= unit.queue_limit
    is_open = in_hours and not full
    return DoorState(
        channel=Channel.CHAT,
        is_open=is_open,
        opens_next=None if in_hours else hours.opens_next(now),
        closes_at=hours.closes_at(now) if by_hours else None,
        waiting=queue.length,
        estimated_wait_s=queue.estimate(queue.length + 1) if is_open else None,
        staffed=queue.seats.workers > 0,
        full=full,
        ignores_hours=forced,
        promise_at=due_at(unit, Channel.CHAT, now) if is_open else None,
    )


def _always_open(unit: Unit, channel: str, now: dt.datetime) -> DoorState:
    """A message, or a wish to be called, can be left at any time."""
    waiting = Contact.objects.waiting().filter(unit=unit, channel=channel).count()
    return DoorState(channel=channel, waiting=waiting, promise_at=due_at(unit, channel, now))
