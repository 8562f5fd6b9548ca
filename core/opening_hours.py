"""When a door is open, and how much of a wait was service time.

Pure arithmetic: no ORM, no clock. Rows come in, aware datetimes go in and out. A window is minutes of a
Helsinki day, and the rule is the sign on the door: at an instant the door is open when the clock on the wall
shows a minute inside a window. So on the short day of spring a window over the missing hour is an hour shorter,
and on the long day of autumn a window over the doubled hour is an hour longer.

Which hours hold on a date, the first that exists:
exceptions for this unit and channel, for this unit, for this channel, for everyone; a Finnish holiday (closed);
the weekly windows.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from core.finnish_holidays import Words, finnish_holidays

HELSINKI = ZoneInfo("Europe/Helsinki")
DAY_MINUTES = 24 * 60
# A door that does not open for two years does not open: where a search ends.
HORIZON_DAYS = 731

Span = tuple[datetime, datetime]


class NeverOpen(Exception):
    """There is no opening within the horizon, so no moment can be promised."""


class Scope(IntEnum):
    """How closely an exception is meant for this door; the closest wins its date."""

    EVERYONE = 0
    CHANNEL = 1
    UNIT = 2
    UNIT_AND_CHANNEL = 3


def _check_minutes(opens: int, closes: int) -> None:
    if not 0 <= opens < closes <= DAY_MINUTES:
        raise ValueError(f"not a window of one day: {opens}–{closes} minutes")


@dataclass(frozen=True, slots=True)
class WeeklyWindow:
    """Open on a weekday (ISO, 1 is Monday) from `opens` to `closes`, minutes since midnight; 1440 is 24:00."""

    weekday: int
    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not 1 <= self.weekday <= 7:
            raise ValueError(f"not an ISO weekday: {self.weekday}")
        _check_minutes(self.opens, self.closes)


@dataclass(frozen=True, slots=True)
class HoursException:
    """Other hours on one date; `opens` and `closes` both None: closed all day. Several rows a date are allowed.

    Closed and a window in the same scope on the same date contradict each other: closed wins, since a shut door
    with a message box is better than an open one with nobody behind it.
    """

    on: date
    opens: int | None = None
    closes: int | None = None
    reasons: Words = field(default_factory=dict)
    scope: Scope = Scope.EVERYONE

    def __post_init__(self) -> None:
        if self.opens is None and self.closes is None:
            return
        if self.opens is None or self.closes is None:
            raise ValueError("an exception has both times or neither")
        _check_minutes(self.opens, self.closes)

    @property
    def is_closed_all_day(self) -> bool:
        return self.opens is None

    def reason(self, language: str) -> str:
        """The reason in `language`, in Finnish when there is none."""
        return self.reasons.get(language) or self.reasons.get("fi", "")


def no_holidays(_year: int) -> Mapping[date, Words]:
    """For doors that stay open on holidays too, such as an emergency service."""
    return {}


def minutes_as_text(minutes: int) -> str:
    """480 → "08:00", 1440 → "24:00"."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def local_date(at: datetime) -> date:
    """The Helsinki day of an instant."""
    return _in_utc(at).astimezone(HELSINKI).date()


def _in_utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("opening hours need an aware datetime")
    return at.astimezone(UTC)


def _midnight(on: date) -> datetime:
    # Helsinki changes its clocks at 3 and 4 in the morning, so a midnight is never missing and never doubled.
    return datetime.combine(on, time.min, HELSINKI).astimezone(UTC)


@lru_cache(maxsize=4096)
def _stretches(on: date) -> tuple[tuple[datetime, datetime, int], ...]:
    """A Helsinki day as stretches (from, to, minute on the wall at from) within which the wall clock runs evenly."""
    start, end = _midnight(on), _midnight(on + timedelta(days=1))
    if end - start == timedelta(days=1):
        return ((start, end, 0),)
    # One change in the day, on a whole hour: find where the offset turns.
    before = start.astimezone(HELSINKI).utcoffset()
    turn = start
    while turn < end and turn.astimezone(HELSINKI).utcoffset() == before:
        turn += timedelta(hours=1)
    after = turn.astimezone(HELSINKI)
    return ((start, turn, 0), (turn, end, after.hour * 60 + after.minute))


def _joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans in order, those that touch or overlap made one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


class OpeningHours:
    """The hours of one door. Every method takes aware datetimes; those that answer with one answer in UTC."""

    def __init__(
        self,
        weekly: Iterable[WeeklyWindow],
        exceptions: Iterable[HoursException] = (),
        holidays_of: Callable[[int], Mapping[date, Words]] = finnish_holidays,
    ) -> None:
        self.weekly = tuple(sorted(weekly, key=lambda window: (window.weekday, window.opens, window.closes)))
        self._holidays_of = holidays_of
        self._exceptions = self._closest(exceptions)
        self._spans: dict[date, tuple[Span, ...]] = {}

    @classmethod
    def always(cls) -> "OpeningHours":
        """Open at every moment, holidays included."""
        return cls((WeeklyWindow(day, 0, DAY_MINUTES) for day in range(1, 8)), holidays_of=no_holidays)

    @staticmethod
    def _closest(rows: Iterable[HoursException]) -> dict[date, tuple[HoursException, ...]]:
        by_date: dict[date, list[HoursException]] = {}
        for row in rows:
            by_date.setdefault(row.on, []).append(row)
        chosen = {}
        for on, of_date in by_date.items():
            scope = max(row.scope for row in of_date)
            closest = [row for row in of_date if row.scope == scope]
            closed = [row for row in closest if row.is_closed_all_day]
            chosen[on] = tuple(closed[:1] or sorted(closest, key=lambda row: (row.opens or 0, row.closes or 0)))
        return chosen

    # -- a day ------------------------------------------------------------------------------

    def exceptions_on(self, on: date) -> tuple[HoursException, ...]:
        """The exceptions that hold on a date, a holiday among them; empty on an ordinary day."""
        if on in self._exceptions:
            return self._exceptions[on]
        holiday = self._holidays_of(on.year).get(on)
        return (HoursException(on, reasons=holiday),) if holiday is not None else ()

    def exceptions_in(self, first: date, last: date) -> list[HoursException]:
        """The exceptions that hold on the days from `first` to `last`, both included, holidays among them."""
        days = (last - first).days + 1
        return [row for number in range(days) for row in self.exceptions_on(first + timedelta(days=number))]

    def spans_on(self, on: date) -> tuple[Span, ...]:
        """When the door is open within a Helsinki day: (opens, closes) in order, apart from each other."""
        if on not in self._spans:
            exceptions = self.exceptions_on(on)
            if exceptions:
                windows = [(row.opens, row.closes) for row in exceptions]
            else:
                windows = [(row.opens, row.closes) for row in self.weekly if row.weekday == on.isoweekday()]
            spans = []
            for opens, closes in windows:
                if opens is None or closes is None:
                    continue
                for start, end, minute in _stretches(on):
                    opens_at = max(start, start + timedelta(minutes=opens - minute))
                    closes_at = min(end, start + timedelta(minutes=closes - minute))
                    if opens_at < closes_at:
                        spans.append((opens_at, closes_at))
            self._spans[on] = _joined(spans)
        return self._spans[on]

    @property
    def is_always_open(self) -> bool:
        """No closing ever: every weekday whole, no exception, no holiday."""
        whole = {row.weekday for row in self.weekly if (row.opens, row.closes) == (0, DAY_MINUTES)}
        return len(whole) == 7 and not self._exceptions and self._holidays_of is no_holidays

    # -- a moment ---------------------------------------------------------------------------

    def is_open(self, at: datetime) -> bool:
        """Whether the door is open at an instant; the closing moment itself is shut."""
        at = _in_utc(at)
        return any(start <= at < end for start, end in self.spans_on(local_date(at)))

    def opens_next(self, after: datetime) -> datetime | None:
        """The next opening later than `after`; while the door is open, the one after its closing. None: never."""
        after = _in_utc(after)
        return next((start for start, _end in self._joined_spans_from(after) if start > after), None)

    def closes_at(self, at: datetime) -> datetime | None:
        """When the door that is open at `at` closes, windows that touch over midnight taken as one.

        None when it is shut, or open with no end in sight (`is_always_open`).
        """
        at = _in_utc(at)
        if not self.is_open(at) or self.is_always_open:
            return None
        _start, end = next(self._joined_spans_from(at))
        return end if end - at < timedelta(days=HORIZON_DAYS - 2) else None

    def _day_spans_from(self, at: datetime) -> Iterator[Span]:
        """Spans that end later than `at`, day by day, up to the horizon."""
        first = local_date(at)
        for number in range(HORIZON_DAYS):
            for start, end in self.spans_on(first + timedelta(days=number)):
                if end > at:
                    yield start, end

    def _joined_spans_from(self, at: datetime) -> Iterator[Span]:
        """As `_day_spans_from`, those that touch over midnight made one; the first reaches back a day at most."""
        held: Span | None = None
        before = self.spans_on(local_date(at) - timedelta(days=1))
        if before and before[-1][1] == _midnight(local_date(at)):
            held = before[-1]
        for start, end in self._day_spans_from(at):
            if held is None:
                held = (start, end)
            elif start <= held[1]:
                held = (held[0], max(end, held[1]))
            else:
                if held[1] > at:
                    yield held
                held = (start, end)
        if held is not None and held[1] > at:
            yield held

    # -- a stretch of time ------------------------------------------------------------------

    def service_seconds(self, start: datetime, end: datetime) -> float:
        """Seconds of open door between two instants; 0 when `end` is not later than `start`."""
        start, end = _in_utc(start), _in_utc(end)
        total = timedelta(0)
        day, last = local_date(start), local_date(end)
        while day <= last:
            for opens_at, closes_at in self.spans_on(day):
                total += max(timedelta(0), min(closes_at, end) - max(opens_at, start))
            day += timedelta(days=1)
        return total.total_seconds()

    def add_service_time(self, start: datetime, seconds: float) -> datetime:
        """The first instant by which `seconds` of open door have passed since `start`.

        Raises NeverOpen when the horizon has not that much, ValueError for a negative time.
        """
        if seconds < 0:
            raise ValueError("service time only runs forward")
        start = _in_utc(start)
        left = timedelta(seconds=seconds)
        if not left:
            return start
        for opens_at, closes_at in self._day_spans_from(start):
            opens_at = max(opens_at, start)
            if closes_at - opens_at >= left:
                return opens_at + left
            left -= closes_at - opens_at
        raise NeverOpen

    def next_service_day_close(self, arrived: datetime) -> datetime | None:
        """The closing of the next day of service after the day of arrival: "vastaamme viimeistään ti klo 16".

        The day of arrival never counts, however early in the day. None when no day of service is in sight.
        """
        day = local_date(arrived)
        for number in range(1, HORIZON_DAYS):
            spans = self.spans_on(day + timedelta(days=number))
            if spans:
                return spans[-1][1]
        return None

    def service_day_close(self, arrived: datetime, days: int) -> datetime | None:
        """The closing of the nth day of service after the day of arrival."""
        moment: datetime | None = arrived
        for _day in range(days):
            moment = self.next_service_day_close(moment) if moment is not None else None
        return moment
