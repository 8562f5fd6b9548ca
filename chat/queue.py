"""The queue of a unit's chat: places, and an estimate that says when it cannot know.

Estimate: with people there, the place in the queue times the time between two chats being taken. That time is what
it has been over the last hour (median of the gaps between joins) once there are three of them; before that it is 22
minutes of talk (the typical length of a family chat) shared by the seats that are there. A free seat means about a
minute. With nobody there it is unknown, and the page says so.
"""

import datetime as dt
import statistics
import uuid
from dataclasses import dataclass

from chat.presence import Seats, seats_of
from guidance.models import Contact

TYPICAL_TALK_S = 22 * 60
LOOK_BACK = dt.timedelta(hours=1)
AT_ONCE_S = 60


@dataclass(frozen=True)
class QueuePlace:
    """1 is next. `estimated_wait_s` is null when nobody is there to take the chat."""

    position: int
    estimated_wait_s: int | None


class UnitQueue:
    """One look at a unit's queue, for as many places as are asked."""

    def __init__(self, unit_id: int, now: dt.datetime) -> None:
        waiting = Contact.objects.waiting().filter(unit_id=unit_id, channel=Contact.Channel.CHAT)
        self._order = {pk: index for index, pk in enumerate(waiting.in_queue_order().values_list("pk", flat=True), 1)}
        self.seats = seats_of(unit_id, now)
        self._gap_s = _gap_between_joins(unit_id, now, self.seats)

    @property
    def length(self) -> int:
        return len(self._order)

    def place(self, contact: Contact) -> QueuePlace | None:
        """None for a contact that does not wait in this queue."""
        return self.place_of(contact.pk)

    def place_of(self, contact_id: uuid.UUID) -> QueuePlace | None:
        """The same by the contact's id."""
        position = self._order.get(contact_id)
        return None if position is None else QueuePlace(position, self.estimate(position))

    def estimate(self, position: int) -> int | None:
        """Seconds until the chat in this place is taken."""
        if self.seats.workers == 0 or self._gap_s is None:
            return None
        if position <= self.seats.free:
            return AT_ONCE_S
        return max(AT_ONCE_S, round((position - self.seats.free) * self._gap_s))


def queue_place(contact: Contact, now: dt.datetime) -> QueuePlace | None:
    return UnitQueue(contact.unit_id, now).place(contact)


def _gap_between_joins(unit_id: int, now: dt.datetime, seats: Seats) -> float | None:
    joins = list(
        Contact.objects.filter(unit_id=unit_id, channel=Contact.Channel.CHAT, joined_at__range=(now - LOOK_BACK, now))
        .order_by("joined_at")
        .values_list("joined_at", flat=True)
    )
    times = [joined for joined in joins if joined is not None]
    gaps = [(later - earlier).total_seconds() for earlier, later in zip(times, times[1:], strict=False)]
    if len(gaps) >= 3:
        return max(30.0, statistics.median(gaps))
    return TYPICAL_TALK_S / seats.seats if seats.seats else None
