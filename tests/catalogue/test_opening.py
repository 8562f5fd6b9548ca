"""When a place is open: seasons, holidays, exceptions of ours and of a source; and the same said in SQL."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.models import ExceptionalDay, Location, Service, ServiceLocation, WeeklyHours
from catalogue.opening import has_hours, is_open, next_opening, now_at, open_services
from core.opening_hours import HELSINKI
from tests.services import make_service

pytestmark = pytest.mark.django_db
MORNING = {"opens_minute": 8 * 60, "closes_minute": 12 * 60}
MONDAY = dt.date(2026, 11, 23)


def at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, hour, minute, tzinfo=HELSINKI)


@pytest.fixture
def place(db: None) -> Location:
    place = Location.objects.create(slug="talo", name_fi="Talo")
    WeeklyHours.objects.bulk_create(WeeklyHours(location=place, weekday=day, **MORNING) for day in range(1, 6))
    return place


def test_an_ordinary_week(place: Location) -> None:
    assert is_open(place, now=at(MONDAY, 8)) and not is_open(place, now=at(MONDAY, 12))
    told = now_at(place, now=at(MONDAY, 9))
    assert told is not None and told.is_open
    assert (told.closes_at, told.opens_next) == (at(MONDAY, 12), at(MONDAY + dt.timedelta(days=1), 8))
    friday_night = at(MONDAY + dt.timedelta(days=4), 20)
    assert next_opening(place, now=friday_night) == at(MONDAY + dt.timedelta(days=7), 8)


def test_nobody_has_told_the_hours(db: None) -> None:
    place = Location.objects.create(slug="talo", name_fi="Talo")
    assert not has_hours(place)
    assert now_at(place, now=at(MONDAY, 9)) is None
    assert next_opening(place, now=at(MONDAY, 9)) is None


def test_a_holiday_shuts_what_does_not_say_otherwise(place: Location) -> None:
    christmas_friday = at(dt.date(2026, 12, 25), 9)
    assert not is_open(place, now=christmas_friday)
    place.open_on_holidays = True
    assert is_open(place, now=christmas_friday)


def test_what_is_written_here_holds_over_the_source(place: Location) -> None:
    ExceptionalDay.objects.create(location=place, date=MONDAY, local=False)
    assert not is_open(place, now=at(MONDAY, 9))
    ExceptionalDay.objects.create(location=place, date=MONDAY, opens_minute=9 * 60, closes_minute=10 * 60)
    assert is_open(place, now=at(MONDAY, 9)) and not is_open(place, now=at(MONDAY, 11))


def test_the_next_opening_is_in_the_next_season(place: Location) -> None:
    place.weekly.update(valid_to=MONDAY)
    WeeklyHours.objects.create(
        location=place, weekday=3, opens_minute=600, closes_minute=660, valid_from=dt.date(2027, 6, 1)
    )
    assert not is_open(place, now=at(MONDAY + dt.timedelta(days=1), 9))
    assert next_opening(place, now=at(MONDAY, 13)) == at(dt.date(2027, 6, 2), 10)


def test_open_over_midnight_opens_next_after_it_has_closed(place: Location) -> None:
    place.weekly.all().delete()
    for weekday, opens, closes in ((1, 18 * 60, 24 * 60), (2, 0, 6 * 60)):
        WeeklyHours.objects.create(location=place, weekday=weekday, opens_minute=opens, closes_minute=closes)
    told = now_at(place, now=at(MONDAY, 20))
    assert told is not None
    assert told.closes_at == at(MONDAY + dt.timedelta(days=1), 6)
    assert told.opens_next == at(MONDAY + dt.timedelta(days=7), 18)


minutes = st.tuples(st.integers(0, 22), st.integers(1, 6)).map(lambda at: (at[0] * 60, min(at[0] + at[1], 24) * 60))
days = st.sampled_from([MONDAY, dt.date(2026, 12, 6), dt.date(2026, 12, 25), dt.date(2027, 3, 28)])
seasons = st.sampled_from([(None, None), (dt.date(2026, 12, 1), None), (None, dt.date(2026, 12, 24))])


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    weekly=st.lists(st.tuples(st.integers(1, 7), minutes, seasons), max_size=6),
    exceptions=st.lists(st.tuples(days, st.none() | minutes, st.booleans()), max_size=4),
    on_holidays=st.booleans(),
    day=days,
    hour=st.integers(0, 23),
)
def test_sql_says_the_same(db: None, weekly, exceptions, on_holidays, day, hour) -> None:  # type: ignore[no-untyped-def]
    Service.objects.all().delete()
    Location.objects.all().delete()
    place = Location.objects.create(slug="talo", name_fi="Talo", open_on_holidays=on_holidays)
    for weekday, (opens, closes), (valid_from, valid_to) in weekly:
        WeeklyHours.objects.create(
            location=place, weekday=weekday, opens_minute=opens, closes_minute=closes,
            valid_from=valid_from, valid_to=valid_to,
        )  # fmt: skip
    for date, window, local in exceptions:
        opens, closes = window or (None, None)
        ExceptionalDay.objects.create(location=place, date=date, opens_minute=opens, closes_minute=closes, local=local)
    service = make_service("palvelu")
    ServiceLocation.objects.create(service=service, location=place)
    now = at(day, hour)
    assert Service.objects.filter(open_services(now)).exists() == is_open(place, now=now)
