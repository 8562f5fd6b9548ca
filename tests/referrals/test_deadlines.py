"""Deadlines over weekends, Finnish holidays, month ends, leap days and both clock changes."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.opening_hours import OpeningHours, WeeklyWindow
from referrals.deadlines import answer_due_at, is_weekday, ready_due_on, start_due_on

HELSINKI = ZoneInfo("Europe/Helsinki")
OFFICE = OpeningHours([WeeklyWindow(day, 8 * 60, 16 * 60) for day in range(1, 6)])


def helsinki(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=HELSINKI).astimezone(dt.UTC)


@pytest.mark.parametrize(
    ("arrived", "due"),
    [
        ("2026-11-10 09:00", "2026-11-19"),  # Tuesday: the Thursday of next week, as THL's handbook counts
        ("2026-11-13 15:59", "2026-11-24"),  # Friday
        ("2026-11-14 10:00", "2026-11-24"),  # Saturday: counting begins on Monday all the same
        ("2026-11-15 23:59", "2026-11-24"),  # the last minute of Sunday in Helsinki
        ("2026-11-16 00:00", "2026-11-25"),  # the first of Monday, while it is Sunday in UTC
        ("2026-12-18 12:00", "2026-12-31"),  # over Christmas Eve, Christmas Day and Boxing Day
        ("2027-12-01 12:00", "2027-12-13"),  # Independence Day on a Monday
        ("2027-03-22 12:00", "2027-04-02"),  # Good Friday and Easter Monday
        ("2026-04-28 12:00", "2026-05-08"),  # May Day on a Friday
        ("2027-06-21 12:00", "2027-07-01"),  # Midsummer Eve
        ("2026-12-28 12:00", "2027-01-08"),  # New Year's Day and Epiphany
        ("2028-02-24 12:00", "2028-03-06"),  # a leap day is a weekday as any other
        ("2027-03-25 12:00", "2027-04-07"),  # over the clock change of spring and Easter
        ("2026-10-23 12:00", "2026-11-03"),  # over the clock change of autumn; All Saints' is a Saturday
    ],
)
def test_an_assessment_starts_by_the_seventh_weekday(arrived: str, due: str) -> None:
    assert start_due_on(helsinki(arrived)) == dt.date.fromisoformat(due)


@pytest.mark.parametrize(
    ("arrived", "due"),
    [
        ("2026-11-10 09:00", "2027-02-10"),
        ("2026-11-30 09:00", "2027-02-28"),  # February has no 30th
        ("2027-11-30 09:00", "2028-02-29"),  # but a 29th in a leap year
        ("2027-01-31 09:00", "2027-04-30"),
        ("2026-10-31 23:59", "2027-01-31"),
        ("2026-09-25 12:00", "2026-12-25"),  # Christmas Day: the authority's own term is not moved
        ("2026-12-31 22:30", "2027-03-31"),
        ("2027-01-01 00:30", "2027-04-01"),  # still the old year in UTC
        ("2028-02-29 12:00", "2028-05-29"),
    ],
)
def test_an_assessment_is_ready_in_three_months(arrived: str, due: str) -> None:
    assert ready_due_on(helsinki(arrived)) == dt.date.fromisoformat(due)


@given(st.dates(dt.date(2020, 1, 1), dt.date(2040, 1, 1)), st.integers(0, 1439))
def test_the_seventh_weekday_is_a_weekday_with_six_before_it(day: dt.date, minute: int) -> None:
    due = start_due_on(dt.datetime.combine(day, dt.time(minute // 60, minute % 60), HELSINKI))
    between = [day + dt.timedelta(days=n) for n in range(1, (due - day).days + 1)]
    assert is_weekday(due) and sum(map(is_weekday, between)) == 7


@pytest.mark.parametrize(
    ("sent", "days", "urgency", "due"),
    [
        ("2026-11-23 10:00", 5, "normal", "2026-11-30 16:00"),
        ("2026-11-23 10:00", 5, "soon", "2026-11-30 16:00"),
        ("2026-11-23 10:00", 5, "urgent", "2026-11-26 16:00"),  # half of five, rounded up
        ("2026-11-23 10:00", 1, "urgent", "2026-11-24 16:00"),  # never less than a day
        ("2026-11-27 17:00", 1, "normal", "2026-11-30 16:00"),  # over the weekend
        ("2026-12-23 10:00", 2, "normal", "2026-12-29 16:00"),  # over Christmas
        ("2027-03-24 10:00", 2, "normal", "2027-03-30 16:00"),  # over Easter and the clock change
        ("2026-10-23 10:00", 1, "normal", "2026-10-26 16:00"),  # over the clock change of autumn
    ],
)
def test_an_answer_is_due_in_the_receivers_days_of_service(sent: str, days: int, urgency: str, due: str) -> None:
    assert answer_due_at(OFFICE, helsinki(sent), days, urgency) == helsinki(due)


def test_without_days_of_service_weekdays_count() -> None:
    assert answer_due_at(OpeningHours([]), helsinki("2026-11-23 10:00"), 5, "normal") == helsinki("2026-11-30 16:00")
    assert answer_due_at(OpeningHours([]), helsinki("2026-12-04 10:00"), 1, "urgent") == helsinki("2026-12-07 16:00")
