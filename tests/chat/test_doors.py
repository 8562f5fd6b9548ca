"""The doors: open and closed by their hours, honest about the demo, silent about other units."""

import datetime as dt
from typing import Any

import pytest

from chat.doors import door_state, door_states
from chat.presence import set_presence
from core.opening_hours import HELSINKI
from guidance.models import HoursException, ServiceWindow
from tests.cast import NOW, Cast, Visitor, open_chat

pytestmark = pytest.mark.django_db
NIGHT = dt.datetime(2026, 11, 23, 22, 0, tzinfo=HELSINKI)


@pytest.fixture
def hours(cast: Cast) -> None:
    for weekday in range(1, 6):
        for channel in ("chat", "message"):
            ServiceWindow.objects.create(
                unit=cast.unit, channel=channel, weekday=weekday, opens_minute=8 * 60, closes_minute=16 * 60
            )


@pytest.fixture
def real_hours(settings: Any, hours: None) -> None:
    settings.DEMO_DOORS = "hours"


def chat_door(now: dt.datetime) -> Any:
    return door_state("chat", now)


def test_open_in_its_hours(real_hours: None) -> None:
    door = chat_door(NOW)
    assert (door.is_open, door.opens_next, door.ignores_hours) == (True, None, False)
    assert door.closes_at == dt.datetime(2026, 11, 23, 16, 0, tzinfo=HELSINKI)


def test_closed_outside_them_and_says_when_it_opens(real_hours: None) -> None:
    door = chat_door(NIGHT)
    assert (door.is_open, door.closes_at, door.estimated_wait_s) == (False, None, None)
    assert door.opens_next == dt.datetime(2026, 11, 24, 8, 0, tzinfo=HELSINKI)


def test_the_edges_are_half_open(real_hours: None) -> None:
    opens, closes = (dt.datetime(2026, 11, 23, hour, 0, tzinfo=HELSINKI) for hour in (8, 16))
    tick = dt.timedelta(microseconds=1)
    assert [chat_door(at).is_open for at in (opens - tick, opens, closes - tick, closes)] == [False, True, True, False]


def test_christmas_eve_is_closed_and_an_exception_opens_a_day(cast: Cast, real_hours: None) -> None:
    eve = dt.datetime(2026, 12, 24, 10, 0, tzinfo=HELSINKI)
    assert not chat_door(eve).is_open
    HoursException.objects.create(
        unit=cast.unit, channel="chat", date=eve.date(), opens_minute=540, closes_minute=720, reason_fi="Aatto"
    )
    assert chat_door(eve).is_open


def test_the_demo_keeps_its_door_open_and_says_so(hours: None, settings: Any) -> None:
    assert settings.DEMO_DOORS == "open"
    by_day, by_night = chat_door(NOW), chat_door(NIGHT)
    assert (by_day.is_open, by_day.ignores_hours) == (True, False)
    assert (by_night.is_open, by_night.ignores_hours, by_night.closes_at) == (True, True, None)


def test_production_knows_no_forced_door(hours: None, settings: Any) -> None:
    settings.DEMO_MODE = False
    assert not chat_door(NIGHT).is_open


def test_a_door_tells_who_is_there_and_how_many_wait(cast: Cast, visitor: Visitor, real_hours: None) -> None:
    assert (chat_door(NOW).waiting, chat_door(NOW).staffed) == (0, False)
    open_chat(visitor)
    open_chat(visitor, unit=cast.other_unit)
    set_presence(user=cast.worker, state="available", now=NOW)
    door = chat_door(NOW)
    assert (door.waiting, door.staffed, door.estimated_wait_s) == (1, True, 60)


def test_beside_a_closed_door_stands_an_open_one(real_hours: None) -> None:
    assert {door.channel: door.is_open for door in door_states(NIGHT)} == {
        "chat": False,
        "message": True,
        "callback": True,
    }


def test_a_message_is_promised_an_answer_by_the_end_of_the_next_service_day(real_hours: None) -> None:
    door = door_state("message", NIGHT)
    assert door is not None
    assert door.promise_at == dt.datetime(2026, 11, 24, 16, 0, tzinfo=HELSINKI)


def test_a_platform_without_a_front_door_has_no_doors(cast: Cast) -> None:
    cast.unit.is_front_door = False
    cast.unit.save()
    assert door_states(NOW) == []
