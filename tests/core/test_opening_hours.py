"""The arithmetic of opening hours, case by named case, and against an oracle that only knows the wall clock."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.opening_hours import (
    DAY_MINUTES,
    HELSINKI,
    HORIZON_DAYS,
    HoursException,
    NeverOpen,
    OpeningHours,
    Scope,
    WeeklyWindow,
    minutes_as_text,
    no_holidays,
)


def hel(text: str, fold: int = 0) -> datetime:
    """An aware Helsinki moment from "2026-03-29 08:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=HELSINKI, fold=fold)


def window(weekday: int, opens: float, closes: float) -> WeeklyWindow:
    return WeeklyWindow(weekday, int(opens * 60), int(closes * 60))


def closed(on: str, scope: Scope = Scope.EVERYONE) -> HoursException:
    return HoursException(date.fromisoformat(on), scope=scope)


def other_hours(on: str, opens: float, closes: float, scope: Scope = Scope.EVERYONE) -> HoursException:
    return HoursException(date.fromisoformat(on), int(opens * 60), int(closes * 60), scope=scope)


OFFICE = [*(window(day, 8, 16) for day in range(1, 5)), window(5, 9, 15)]
NIGHTS = [  # Monday evening over midnight to Tuesday morning, and Sunday evening to Monday morning.
    window(1, 20, 24),
    window(2, 0, 6),
    window(7, 22, 24),
    window(1, 0, 2),
]
AROUND_THE_CLOCK = [window(day, 0, 24) for day in range(1, 8)]
office = OpeningHours(OFFICE)
nights = OpeningHours(NIGHTS)
around_the_clock = OpeningHours(AROUND_THE_CLOCK, holidays_of=no_holidays)


@pytest.mark.parametrize(
    ("hours", "at", "expected"),
    [
        pytest.param(office, hel("2026-11-23 07:59:59"), False, id="a second before opening"),
        pytest.param(office, hel("2026-11-23 08:00"), True, id="the opening moment is open"),
        pytest.param(office, hel("2026-11-23 15:59:59"), True, id="a second before closing"),
        pytest.param(office, hel("2026-11-23 16:00"), False, id="the closing moment is shut"),
        pytest.param(office, hel("2026-11-27 08:30"), False, id="Friday opens later"),
        pytest.param(office, hel("2026-11-28 12:00"), False, id="Saturday"),
        pytest.param(office, hel("2026-12-24 10:00"), False, id="Christmas Eve"),
        pytest.param(office, hel("2026-12-25 10:00"), False, id="Christmas Day on a Friday"),
        pytest.param(office, hel("2026-05-01 10:00"), False, id="Vappu on a Friday"),
        pytest.param(office, hel("2026-04-30 10:00"), True, id="the eve of Vappu is an ordinary day"),
        pytest.param(office, hel("2026-06-19 10:00"), False, id="Midsummer Eve"),
        pytest.param(office, hel("2026-04-03 10:00"), False, id="Good Friday"),
        pytest.param(office, hel("2027-01-06 10:00"), False, id="Epiphany on a Wednesday"),
        pytest.param(nights, hel("2026-11-23 23:59:59"), True, id="before midnight"),
        pytest.param(nights, hel("2026-11-24 00:00"), True, id="midnight itself"),
        pytest.param(nights, hel("2026-11-24 06:00"), False, id="the morning after"),
        pytest.param(office, datetime(2026, 7, 1, 5, 0, tzinfo=UTC), True, id="summer: 5 UTC is 8 in Helsinki"),
        pytest.param(office, datetime(2026, 11, 23, 5, 0, tzinfo=UTC), False, id="winter: 5 UTC is 7 in Helsinki"),
    ],
)
def test_is_open(hours: OpeningHours, at: datetime, expected: bool) -> None:
    assert hours.is_open(at) is expected


@pytest.mark.parametrize(
    ("hours", "after", "expected"),
    [
        pytest.param(office, hel("2026-11-23 06:00"), hel("2026-11-23 08:00"), id="this morning"),
        pytest.param(office, hel("2026-11-23 08:00"), hel("2026-11-24 08:00"), id="open just now: the one after"),
        pytest.param(office, hel("2026-11-27 15:00"), hel("2026-11-30 08:00"), id="over the weekend"),
        pytest.param(office, hel("2026-12-23 16:00"), hel("2026-12-28 08:00"), id="Christmas Eve to Monday"),
        pytest.param(office, hel("2026-04-30 16:00"), hel("2026-05-04 08:00"), id="Vappu and a weekend"),
        pytest.param(nights, hel("2026-11-23 21:00"), hel("2026-11-29 22:00"), id="one night, not two openings"),
        pytest.param(office, hel("2026-03-27 15:00"), hel("2026-03-30 08:00"), id="over the clock change of spring"),
        pytest.param(office, hel("2026-10-23 15:00"), hel("2026-10-26 08:00"), id="over the clock change of autumn"),
        pytest.param(OpeningHours([]), hel("2026-11-23 12:00"), None, id="a door without hours"),
        pytest.param(OpeningHours.always(), hel("2026-11-23 12:00"), None, id="a door that never shuts"),
    ],
)
def test_opens_next(hours: OpeningHours, after: datetime, expected: datetime | None) -> None:
    assert hours.opens_next(after) == expected


@pytest.mark.parametrize(
    ("hours", "at", "expected"),
    [
        pytest.param(office, hel("2026-11-23 12:00"), hel("2026-11-23 16:00"), id="today"),
        pytest.param(office, hel("2026-11-23 17:00"), None, id="shut already"),
        pytest.param(nights, hel("2026-11-23 21:00"), hel("2026-11-24 06:00"), id="over midnight"),
        pytest.param(nights, hel("2026-11-24 01:00"), hel("2026-11-24 06:00"), id="asked after midnight"),
        pytest.param(
            OpeningHours([window(1, 8, 12), window(1, 12, 16), window(1, 15, 18)]),
            hel("2026-11-23 09:00"),
            hel("2026-11-23 18:00"),
            id="windows that touch and overlap are one",
        ),
        pytest.param(
            OpeningHours(AROUND_THE_CLOCK),
            hel("2026-12-22 09:00"),
            hel("2026-12-24 00:00"),
            id="around the clock until Christmas Eve",
        ),
        pytest.param(around_the_clock, hel("2026-12-22 09:00"), None, id="no end in sight"),
    ],
)
def test_closes_at(hours: OpeningHours, at: datetime, expected: datetime | None) -> None:
    assert hours.closes_at(at) == expected


def h(hours: float) -> float:
    return hours * 3600


@pytest.mark.parametrize(
    ("hours", "start", "end", "expected"),
    [
        pytest.param(office, hel("2026-11-23 07:00"), hel("2026-11-23 09:30"), h(1.5), id="from before opening"),
        pytest.param(office, hel("2026-11-23 15:00"), hel("2026-11-24 09:00"), h(2), id="over a night"),
        pytest.param(office, hel("2026-11-23 00:00"), hel("2026-11-30 00:00"), h(38), id="an ordinary week"),
        pytest.param(office, hel("2026-12-23 15:00"), hel("2026-12-28 09:00"), h(2), id="over Christmas"),
        pytest.param(office, hel("2026-11-23 10:00"), hel("2026-11-23 10:00"), 0, id="no time"),
        pytest.param(office, hel("2026-11-23 12:00"), hel("2026-11-23 10:00"), 0, id="backwards"),
        pytest.param(office, hel("2026-03-27 14:00"), hel("2026-03-30 09:00"), h(2), id="weekend of the spring change"),
        pytest.param(
            around_the_clock, hel("2026-03-29 00:00"), hel("2026-03-30 00:00"), h(23), id="clock change of spring"
        ),
        pytest.param(
            around_the_clock, hel("2026-10-25 00:00"), hel("2026-10-26 00:00"), h(25), id="clock change of autumn"
        ),
        pytest.param(
            OpeningHours([window(7, 2, 5)]), hel("2026-03-29 00:00"), hel("2026-03-29 12:00"), h(2),
            id="spring: a window over the missing hour",
        ),
        pytest.param(
            OpeningHours([window(7, 3, 3.5)]), hel("2026-03-29 00:00"), hel("2026-03-29 12:00"), 0,
            id="spring: a window inside the missing hour",
        ),
        pytest.param(
            OpeningHours([window(7, 2, 5)]), hel("2026-10-25 00:00"), hel("2026-10-25 12:00"), h(4),
            id="autumn: a window over the doubled hour",
        ),
        pytest.param(
            OpeningHours([window(7, 3, 3.5)]), hel("2026-10-25 00:00"), hel("2026-10-25 12:00"), h(1),
            id="autumn: half an hour, twice",
        ),
        pytest.param(nights, hel("2026-11-23 12:00"), hel("2026-11-24 12:00"), h(10), id="a night over midnight"),
    ],
)  # fmt: skip
def test_service_seconds(hours: OpeningHours, start: datetime, end: datetime, expected: float) -> None:
    assert hours.service_seconds(start, end) == expected


def test_the_doubled_hour_of_autumn_is_told_apart() -> None:
    late_first_half = OpeningHours([window(7, 3, 3.5)])
    assert late_first_half.is_open(hel("2026-10-25 03:15", fold=0))
    assert not late_first_half.is_open(hel("2026-10-25 03:45", fold=0))
    assert late_first_half.is_open(hel("2026-10-25 03:15", fold=1))
    assert late_first_half.opens_next(hel("2026-10-25 03:45", fold=0)) == datetime(2026, 10, 25, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "seconds", "expected"),
    [
        pytest.param(hel("2026-11-23 09:00"), 600, hel("2026-11-23 09:10"), id="within the day"),
        pytest.param(hel("2026-11-23 15:55"), 600, hel("2026-11-24 08:05"), id="over the night"),
        pytest.param(hel("2026-11-23 15:50"), 600, hel("2026-11-23 16:00"), id="to the very closing"),
        pytest.param(hel("2026-12-23 15:30"), h(1), hel("2026-12-28 08:30"), id="over Christmas"),
        pytest.param(hel("2026-11-28 12:00"), 0, hel("2026-11-28 12:00"), id="nothing to add"),
        pytest.param(hel("2026-11-28 12:00"), 1, hel("2026-11-30 08:00:01"), id="from a weekend"),
    ],
)
def test_add_service_time(start: datetime, seconds: float, expected: datetime) -> None:
    assert office.add_service_time(start, seconds) == expected


def test_service_time_that_never_comes() -> None:
    with pytest.raises(NeverOpen):
        OpeningHours([]).add_service_time(hel("2026-11-23 12:00"), 1)
    with pytest.raises(ValueError, match="forward"):
        office.add_service_time(hel("2026-11-23 12:00"), -1)


@pytest.mark.parametrize(
    ("arrived", "expected"),
    [
        pytest.param(hel("2026-11-23 06:00"), hel("2026-11-24 16:00"), id="early on Monday: Tuesday at 16"),
        pytest.param(hel("2026-11-23 23:59"), hel("2026-11-24 16:00"), id="late on Monday: still Tuesday"),
        pytest.param(hel("2026-11-24 00:00"), hel("2026-11-25 16:00"), id="past midnight it is Tuesday's message"),
        pytest.param(hel("2026-11-26 10:00"), hel("2026-11-27 15:00"), id="Friday closes at 15"),
        pytest.param(hel("2026-11-27 10:00"), hel("2026-11-30 16:00"), id="Friday: Monday"),
        pytest.param(hel("2026-12-23 10:00"), hel("2026-12-28 16:00"), id="before Christmas Eve"),
        pytest.param(hel("2026-04-30 10:00"), hel("2026-05-04 16:00"), id="before Vappu"),
        pytest.param(hel("2026-10-23 10:00"), hel("2026-10-26 16:00"), id="over the clock change of autumn"),
    ],
)
def test_promise_by_the_close_of_the_next_service_day(arrived: datetime, expected: datetime) -> None:
    assert office.next_service_day_close(arrived) == expected


def test_no_promise_without_hours() -> None:
    assert OpeningHours([]).next_service_day_close(hel("2026-11-23 12:00")) is None


TUESDAY = "2026-11-24"


@pytest.mark.parametrize(
    ("exceptions", "expected"),
    [
        pytest.param([other_hours(TUESDAY, 10, 12)], [(10, 12)], id="other hours"),
        pytest.param(
            [other_hours(TUESDAY, 13, 14), other_hours(TUESDAY, 9, 10)], [(9, 10), (13, 14)], id="two windows"
        ),
        pytest.param([closed(TUESDAY)], [], id="closed all day"),
        pytest.param(
            [closed(TUESDAY), other_hours(TUESDAY, 9, 10, Scope.CHANNEL)], [(9, 10)], id="channel over everyone"
        ),
        pytest.param(
            [closed(TUESDAY, Scope.UNIT), other_hours(TUESDAY, 9, 10, Scope.CHANNEL)], [], id="unit over channel"
        ),
        pytest.param(
            [closed(TUESDAY, Scope.UNIT), other_hours(TUESDAY, 9, 10, Scope.UNIT_AND_CHANNEL)],
            [(9, 10)],
            id="unit and channel over unit",
        ),
        pytest.param([other_hours(TUESDAY, 9, 10), closed(TUESDAY)], [], id="in one scope closed wins"),
        pytest.param([other_hours(TUESDAY, 22, 24)], [(22, 24)], id="until midnight"),
    ],
)
def test_overlapping_exceptions(exceptions: list[HoursException], expected: list[tuple[int, int]]) -> None:
    midnight = hel(f"{TUESDAY} 00:00")
    spans = OpeningHours(OFFICE, exceptions).spans_on(date.fromisoformat(TUESDAY))
    assert spans == tuple((midnight + timedelta(hours=a), midnight + timedelta(hours=b)) for a, b in expected)


def test_an_exception_opens_a_holiday() -> None:
    eve = OpeningHours(OFFICE, [other_hours("2026-12-24", 9, 12)])
    assert eve.is_open(hel("2026-12-24 10:00"))
    assert eve.closes_at(hel("2026-12-24 10:00")) == hel("2026-12-24 12:00")


def test_a_long_closure() -> None:
    july = [HoursException(date(2026, 7, day)) for day in range(1, 32)]
    summer = OpeningHours(OFFICE, july)
    assert summer.opens_next(hel("2026-06-30 16:00")) == hel("2026-08-03 08:00")
    assert summer.next_service_day_close(hel("2026-06-30 12:00")) == hel("2026-08-03 16:00")
    assert summer.add_service_time(hel("2026-06-30 15:59"), 120) == hel("2026-08-03 08:01")
    assert summer.service_seconds(hel("2026-06-30 16:00"), hel("2026-08-03 08:00")) == 0


def test_exceptions_in_a_range_name_the_holidays_in_three_languages() -> None:
    rows = OpeningHours(OFFICE, [other_hours("2026-12-23", 8, 12)]).exceptions_in(
        date(2026, 12, 20), date(2026, 12, 26)
    )
    assert [row.on.day for row in rows] == [23, 24, 25, 26]
    eve = rows[1]
    assert eve.is_closed_all_day
    assert [eve.reason(language) for language in ("fi", "sv", "en")] == ["Jouluaatto", "Julafton", "Christmas Eve"]
    assert eve.reason("se") == "Jouluaatto"


def test_an_exception_hides_the_holiday_of_its_date() -> None:
    rows = OpeningHours(OFFICE, [other_hours("2026-12-24", 9, 12)]).exceptions_in(
        date(2026, 12, 24), date(2026, 12, 24)
    )
    assert [(row.opens, row.closes) for row in rows] == [(9 * 60, 12 * 60)]


@pytest.mark.parametrize("row", [(0, 8, 9), (8, 8, 9), (1, 9, 9), (1, 10, 9), (1, 8, 25)])
def test_impossible_windows_are_refused(row: tuple[int, float, float]) -> None:
    with pytest.raises(ValueError, match="not "):
        window(*row)


def test_an_exception_has_both_times_or_neither() -> None:
    with pytest.raises(ValueError, match="both"):
        HoursException(date(2026, 11, 24), opens=480)


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        office.is_open(datetime(2026, 11, 23, 12, 0))  # noqa: DTZ001


def test_minutes_as_text() -> None:
    assert [minutes_as_text(value) for value in (0, 485, 1440)] == ["00:00", "08:05", "24:00"]


# -- properties -------------------------------------------------------------------------------

moments = st.integers(
    min_value=int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()),
    max_value=int(datetime(2027, 12, 31, tzinfo=UTC).timestamp()),
).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
# Half of the moments near a clock change, where the mistakes live.
near_a_change = st.tuples(
    st.sampled_from([datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)]),
    st.integers(min_value=-2 * 86400, max_value=2 * 86400),
).map(lambda pair: pair[0] + timedelta(seconds=pair[1]))
any_moment = st.one_of(moments, near_a_change)
minute_pairs = st.tuples(st.integers(0, DAY_MINUTES), st.integers(0, DAY_MINUTES)).filter(
    lambda pair: pair[0] < pair[1]
)
windows = st.builds(lambda weekday, pair: WeeklyWindow(weekday, *pair), st.integers(1, 7), minute_pairs)
some_hours = st.builds(
    OpeningHours,
    st.lists(windows, min_size=1, max_size=6),
    st.lists(
        st.builds(
            lambda day, pair, scope: HoursException(
                date(2026, 3, 25) + timedelta(days=day), *(pair or ()), scope=scope
            ),
            st.integers(0, 10),
            st.none() | minute_pairs,
            st.sampled_from(Scope),
        ),
        max_size=4,
    ),
)


@given(some_hours, any_moment)
def test_open_as_the_wall_clock_says(hours: OpeningHours, at: datetime) -> None:
    wall = at.astimezone(HELSINKI)
    minute = wall.hour * 60 + wall.minute
    rows = hours.exceptions_on(wall.date()) or [row for row in hours.weekly if row.weekday == wall.isoweekday()]
    expected = any(row.opens is not None and row.opens <= minute < row.closes for row in rows)
    assert hours.is_open(at) is expected


@given(some_hours, st.lists(any_moment, min_size=3, max_size=3).map(sorted))
def test_service_seconds_add_up(hours: OpeningHours, three: list[datetime]) -> None:
    first, middle, last = three
    parts = hours.service_seconds(first, middle) + hours.service_seconds(middle, last)
    assert hours.service_seconds(first, last) == parts
    assert 0 <= hours.service_seconds(first, last) <= (last - first).total_seconds()


@given(some_hours, any_moment, st.integers(0, 40 * 3600))
def test_add_service_time_is_the_inverse(hours: OpeningHours, start: datetime, seconds: int) -> None:
    in_sight = hours.service_seconds(start, start + timedelta(days=HORIZON_DAYS - 2))
    try:
        end = hours.add_service_time(start, seconds)
    except NeverOpen:  # hours of a minute a week hold no forty hours in two years
        assert in_sight < seconds
        return
    assert hours.service_seconds(start, end) == seconds
    if seconds:  # the first such moment: a second earlier it was not yet full
        assert hours.service_seconds(start, end - timedelta(seconds=1)) == seconds - 1


@given(some_hours, any_moment)
def test_doors_turn_at_their_own_word(hours: OpeningHours, at: datetime) -> None:
    second = timedelta(seconds=1)
    closes = hours.closes_at(at)
    if closes is not None:
        assert hours.is_open(at)
        assert hours.is_open(closes - second)
        assert not hours.is_open(closes)
        assert hours.service_seconds(at, closes) == (closes - at).total_seconds()
    opens = hours.opens_next(at)
    if opens is not None:
        assert opens > at
        assert hours.is_open(opens)
        assert not hours.is_open(opens - second)
