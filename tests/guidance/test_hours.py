"""Rows of the database into opening hours."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Unit
from core.opening_hours import HELSINKI
from guidance.hours import answering_hours, hours_for
from guidance.models import HoursException, ServiceWindow

pytestmark = pytest.mark.django_db
TUESDAY = dt.date(2026, 11, 24)


def at(hour: int, minute: int = 0, day: dt.date = TUESDAY) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), HELSINKI)


@pytest.fixture
def unit(db: None) -> Unit:
    return Unit.objects.create(slug="asiakasohjaus", name_fi="Asiakasohjaus", is_front_door=True)


@pytest.fixture
def other_unit(db: None) -> Unit:
    return Unit.objects.create(slug="pohjoinen", name_fi="Pohjoinen asiakasohjaus")


def open_on_weekdays(unit: Unit, channel: str = "chat", opens: int = 8, closes: int = 16) -> None:
    for weekday in range(1, 6):
        ServiceWindow.objects.create(
            unit=unit, channel=channel, weekday=weekday, opens_minute=opens * 60, closes_minute=closes * 60
        )


def exception(unit: Unit | None, channel: str, opens: int | None = None, closes: int | None = None) -> None:
    HoursException.objects.create(
        unit=unit,
        channel=channel,
        date=TUESDAY,
        opens_minute=None if opens is None else opens * 60,
        closes_minute=None if closes is None else closes * 60,
        reason_fi="Syy",
        reason_sv="Orsak",
        reason_en="Reason",
    )


def test_a_unit_has_its_own_hours(unit: Unit, other_unit: Unit) -> None:
    open_on_weekdays(unit)
    open_on_weekdays(other_unit, opens=12)
    assert hours_for(unit, "chat").is_open(at(9))
    assert not hours_for(other_unit, "chat").is_open(at(9))
    assert hours_for(other_unit, "chat").is_open(at(12))


def test_a_channel_without_windows_is_shut(unit: Unit) -> None:
    open_on_weekdays(unit)
    assert hours_for(unit, "callback").opens_next(at(9)) is None


def test_a_message_can_always_be_written(unit: Unit) -> None:
    hours = hours_for(unit, "message")
    assert hours.is_open(at(3))
    assert hours.is_open(at(12, day=dt.date(2026, 12, 24)))
    assert hours.closes_at(at(3)) is None


def test_messages_are_answered_in_their_own_hours_or_the_chats(unit: Unit) -> None:
    open_on_weekdays(unit)
    assert answering_hours(unit, "message").next_service_day_close(at(9)) == at(16, day=dt.date(2026, 11, 25))
    open_on_weekdays(unit, "message", 9, 15)
    assert answering_hours(unit, "message").next_service_day_close(at(9)) == at(15, day=dt.date(2026, 11, 25))


def test_the_more_specific_exception_wins(unit: Unit, other_unit: Unit) -> None:
    open_on_weekdays(unit)
    assert hours_for(unit, "chat").is_open(at(13))
    exception(None, "")
    assert hours_for(unit, "chat").spans_on(TUESDAY) == ()
    exception(None, "chat", 8, 9)
    assert hours_for(unit, "chat").spans_on(TUESDAY) == ((at(8), at(9)),)
    exception(unit, "", 10, 11)
    assert hours_for(unit, "chat").spans_on(TUESDAY) == ((at(10), at(11)),)
    exception(unit, "chat", 12, 13)
    exception(unit, "chat", 14, 24)
    assert hours_for(unit, "chat").spans_on(TUESDAY) == ((at(12), at(13)), (at(14), at(0, day=dt.date(2026, 11, 25))))


def test_exceptions_of_others_do_not_touch_this_door(unit: Unit, other_unit: Unit) -> None:
    open_on_weekdays(unit)
    exception(other_unit, "")
    exception(unit, "callback")
    assert hours_for(unit, "chat").is_open(at(9))


def test_the_reason_in_three_languages(unit: Unit) -> None:
    exception(unit, "chat")
    (row,) = hours_for(unit, "chat").exceptions_in(TUESDAY, TUESDAY)
    assert [row.reason(language) for language in ("fi", "sv", "en")] == ["Syy", "Orsak", "Reason"]


def test_two_queries_however_many_rows(unit: Unit, django_assert_num_queries: object) -> None:
    open_on_weekdays(unit)
    with django_assert_num_queries(2):  # type: ignore[operator]
        hours_for(unit, "chat").opens_next(at(17))


def test_impossible_rows_cannot_be_stored(unit: Unit) -> None:
    window = {"unit": unit, "channel": "chat"}
    for bad in (
        {"weekday": 1, "opens_minute": 900, "closes_minute": 900},
        {"weekday": 1, "opens_minute": 900, "closes_minute": 1441},
        {"weekday": 8, "opens_minute": 0, "closes_minute": 60},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            ServiceWindow.objects.create(**window, **bad)
    with pytest.raises(IntegrityError), transaction.atomic():
        HoursException.objects.create(date=TUESDAY, opens_minute=480, closes_minute=480, reason_fi="Tyhjä hetki")
