"""The doors of the start page: which channel is open now, until when, and how long one waits."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings

from accounts.models import Unit
from accounts.selectors import front_door
from chat.queue import UnitQueue
from guidance.hours import UnitHours, hours_for
from guidance.models import Contact
from guidance.promises import Promises

Channel = Contact.Channel
# The doors that families have, in the order they stand.
CHANNELS = (Channel.CHAT, Channel.MESSAGE, Channel.CALLBACK)


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
    doors = _Doors(unit, now)
    return [doors.state(channel) for channel in CHANNELS]


def door_state(channel: str, now: dt.datetime) -> DoorState | None:
    """One channel's door; None on a platform without a unit that new contacts come to."""
    try:
        return _Doors(front_door(), now).state(channel)
    except Unit.DoesNotExist:
        return None


def open_beside(shut: DoorState, now: dt.datetime) -> list[DoorState]:
    """The doors that are open now beside one that is not."""
    return [state for state in door_states(now) if state.is_open and state.channel != shut.channel]


def is_open_by_hours(unit: Unit, channel: str, now: dt.datetime) -> bool:
    """What the calendar says, whatever the demo's door does."""
    return hours_for(unit, channel).is_open(now)


class _Doors:
    """The doors of one unit, from one look at its hours and promises."""

    def __init__(self, unit: Unit, now: dt.datetime) -> None:
        self.unit, self.now = unit, now
        self.hours = UnitHours(unit)
        self.promises = Promises(self.hours)

    def state(self, channel: str) -> DoorState:
        return self._chat() if channel == Channel.CHAT else self._always_open(channel)

    def _chat(self) -> DoorState:
        hours, now = self.hours.open(Channel.CHAT), self.now
        by_hours = hours.is_open(now)
        forced = settings.DEMO_MODE and settings.DEMO_DOORS == "open" and not by_hours
        queue = UnitQueue(self.unit.pk, now)
        in_hours = by_hours or forced
        full = in_hours and self.unit.queue_limit is not None and queue.length >= self.unit.queue_limit
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
            promise_at=self.promises.due_at(Channel.CHAT, now) if is_open else None,
        )

    def _always_open(self, channel: str) -> DoorState:
        """A message, or a wish to be called, can be left at any time."""
        waiting = Contact.objects.waiting().filter(unit=self.unit, channel=channel).count()
        return DoorState(channel=channel, waiting=waiting, promise_at=self.promises.due_at(channel, self.now))
