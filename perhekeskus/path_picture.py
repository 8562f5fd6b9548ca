"""A family's path as a picture: where each mark, line and word stands; templates/partials/path.html draws it.

A lane for each channel and provider, in the order in which they came; time from left to right. Days that were full of
touchpoints take as much room as quiet months: the distance between two marks grows with the time between them, but
only within limits, so that no two lie on each other and nothing is too far away to see.
"""

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.opening_hours import local_date
from core.templatetags.words import lasted, short_day
from guidance.path import Touch

MOST = 40  # touchpoints in one picture, the newest; the table beside it has all
EDGE = 24
NEAREST, FARTHEST, A_DAY = 68, 160, 6
LANE, FEELINGS, FEELING_STEP, AXIS = 84, 150, 22, 60
SHORTEST = 12
LETTER = 9


@dataclass(frozen=True)
class Lane:
    y: int
    channel: str
    provider: str

    @property
    def words_y(self) -> int:
        return self.y - 26

    @property
    def words_width(self) -> int:
        """About as wide as the words are at most, so that none is cut."""
        return LETTER * (len(self.channel) + len(self.provider) + 1)


@dataclass(frozen=True)
class Mark:
    x: int
    y: int
    touch: Touch


@dataclass(frozen=True)
class Bar:
    """A wait or a help on a lane; `words` how long the family has waited in all, at the first wait."""

    x: int
    y: int
    to_x: int
    is_wait: bool
    goes_on: bool
    words: str

    @property
    def words_y(self) -> int:
        return self.y + 28


@dataclass(frozen=True)
class Felt:
    x: int
    y: int
    feeling: int


@dataclass(frozen=True)
class Day:
    x: int
    words: str
    year: str


@dataclass(frozen=True)
class Picture:
    width: int
    height: int
    lanes: list[Lane]
    bars: list[Bar]
    marks: list[Mark]
    felt: list[Felt]
    days: list[Day]
    now_x: int
    top: int
    axis_y: int
    left_out: int
    touches: list[Touch]

    @property
    def line(self) -> str:
        """The corners of the line through the feelings."""
        return " ".join(f"{felt.x},{felt.y}" for felt in self.felt)


def picture_of(touches: Sequence[Touch], now: dt.datetime) -> Picture | None:
    """`touches` oldest first; None when there is nothing to draw."""
    shown = list(touches[-MOST:])
    if not shown:
        return None
    scale = _Scale([touch.at for touch in shown], now)
    top = FEELINGS if any(touch.feeling for touch in shown) else 0
    lanes = _lanes(shown, top, now)
    placed = [
        Mark(scale.x_of(touch.at, n), lane.y, touch) for n, (touch, lane) in enumerate(zip(shown, lanes, strict=True))
    ]
    drawn = sorted(set(lanes), key=lambda lane: lane.y)
    axis = top + LANE * len(drawn) + 16
    return Picture(
        width=max(scale.now_x + EDGE, *(EDGE + lane.words_width for lane in drawn)) + 16,
        height=axis + AXIS,
        lanes=drawn,
        bars=[bar for mark in placed for bar in _bars(mark, scale, now)],
        marks=placed,
        felt=[Felt(m.x, _feeling_y(m.touch.feeling), m.touch.feeling) for m in placed if m.touch.feeling],
        days=_days(placed),
        now_x=scale.now_x,
        top=top,
        axis_y=axis,
        left_out=len(touches) - len(shown),
        touches=list(touches),
    )


def _lanes(touches: Sequence[Touch], top: int, now: dt.datetime) -> list[Lane]:
    """Each touchpoint's lane: its channel's and provider's, or another such while that one is still going on."""
    found: list[Lane] = []
    busy_until: dict[Lane, dt.datetime] = {}
    for touch in touches:
        theirs = (lane for lane in busy_until if (lane.channel, lane.provider) == (touch.channel, touch.provider))
        lane = next((lane for lane in theirs if busy_until[lane] <= touch.at), None)
        lane = lane or Lane(top + 52 + LANE * len(busy_until), touch.channel, touch.provider)
        busy_until[lane] = touch.ended_at or max(now, touch.at + dt.timedelta(microseconds=1))
        found.append(lane)
    return found


class _Scale:
    """Where a moment stands: marks at their own places, any other moment between its neighbours."""

    def __init__(self, moments: list[dt.datetime], now: dt.datetime) -> None:
        self._moments = [*moments, max(now, moments[-1])]
        self._places = [EDGE]
        for before, after in zip(self._moments, self._moments[1:], strict=False):
            days = (after - before) / dt.timedelta(days=1)
            self._places.append(self._places[-1] + min(FARTHEST, NEAREST + int(days * A_DAY)))

    @property
    def now_x(self) -> int:
        return self._places[-1]

    def x_of(self, moment: dt.datetime, number: int | None = None) -> int:
        """`number`: of the mark whose moment it is, since two may have the same."""
        if number is not None:
            return self._places[number]
        after = bisect_right(self._moments, moment)
        if after >= len(self._moments):
            return self.now_x
        if after == 0:
            return self._places[0]
        since, until = self._moments[after - 1], self._moments[after]
        share = (moment - since) / (until - since)
        return int(self._places[after - 1] + share * (self._places[after] - self._places[after - 1]))


def _bars(mark: Mark, scale: _Scale, now: dt.datetime) -> Iterable[Bar]:
    """The first wait says how long all of the touchpoint's waits have been together."""
    words = lasted(mark.touch.waited(now))
    for stretch in mark.touch.stretches:
        begins = max(mark.x, scale.x_of(stretch.since)) if stretch.since > mark.touch.at else mark.x
        ends = max(scale.x_of(stretch.until or now), begins + SHORTEST)
        yield Bar(begins, mark.y, ends, stretch.is_wait, stretch.until is None, words if stretch.is_wait else "")
        words = "" if stretch.is_wait else words


def _feeling_y(feeling: int | None) -> int:
    return 44 + (5 - (feeling or 3)) * FEELING_STEP


def _days(marks: list[Mark]) -> list[Day]:
    """Each day once, at its first mark; the year where it begins or changes."""
    days: list[Day] = []
    seen: dt.date | None = None
    for mark in marks:
        day = local_date(mark.touch.at)
        if day != seen:
            year = str(day.year) if seen is None or day.year != seen.year else ""
            days.append(Day(mark.x, short_day(day), year))
        seen = day
    return days
