"""The queue of a unit's chat: places, and an estimate that says when it cannot know.

Estimate: with people there, the place in the queue times the time between two chats being taken. That time is what
it has been over the last hour (median of the gaps between joins) once there are three of them; before that it is 22
minutes of talk (the typical length of a family chat) shared by the seats that are there. A free seat means about a
minute. Only the seats of workers who serve in the family's language count for it. With nobody there it is unknown, and
the page says so.
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
    """1 is next. `estimated_wait_s` is null when nobody is there who serves in its language."""

    position: int
    estimated_wait_s: int | None


class UnitQueue:
    """One look at a unit's queue, for as many places as are asked."""

    def __init__(self, unit_id: int, now: dt.datetime) -> None:
        waiting = Contact.objects.waiting().filter(unit_id=unit_id, channel=Contact.Channel.CHAT)
        rows = list(waiting.in_queue_order().values_list("pk", "language"))
        self._order = {pk: index for index, (pk, _language) in enumerate(rows, 1)}
        self._languages = dict(rows)
        self.seats = seats_of(unit_id, now)
        self._serving = {
            language: seats_of(unit_id, now, language=language) for language in set(self._languages.values())
        }
        self._gap_s = _gap_between_joins(unit_id, now)

    @property
    def length(self) -> int:
        return len(self._order)

    def place(self, contact: Contact) -> QueuePlace | None:
        """None for a contact that does not wait in this queue."""
        return self.place_of(contact.pk)

    def place_of(self, contact_id: uuid.UUID) -> QueuePlace | None:
        """The same by the contact's id."""
        position = self._order.get(contact_id)
        if position is None:
            return None
        return QueuePlace(position, self.estimate(position, self._serving[self._languages[contact_id]]))

    def estimate(self, position: int, seats: Seats | None = None) -> int | None:
        """Seconds until the chat in this place is taken, by one of these seats (without them: any of the unit's)."""
        seats = seats or self.seats
        if seats.workers == 0:
            return None
        if position <= seats.free:
            return AT_ONCE_S
        gap_s = self._gap_s if self._gap_s is not None and seats == self.seats else TYPICAL_TALK_S / seats.seats
        return max(AT_ONCE_S, round((position - seats.free) * gap_s))


def queue_place(contact: Contact, now: dt.datetime) -> QueuePlace | None:
    return UnitQueue(contact.unit_id, now).place(contact)


def _gap_between_joins(unit_id: int, now: dt.datetime) -> float | None:
    """The median of the last hour's gaps; None for fewer than three of them."""
    joins = list(
        Contact.objects.filter(unit_id=unit_id, channel=Contact.Channel.CHAT, joined_at__range=(now - LOOK_BACK, now))
        .order_by("joined_at")
        .values_list("joined_at", flat=True)
    )
    times = [joined for joined in joins if joined is not None]
    gaps = [(later - earlier).total_seconds() for earlier, later in zip(times, times[1:], strict=False)]
    return max(30.0, statistics.median(gaps)) if len(gaps) >= 3 else None
