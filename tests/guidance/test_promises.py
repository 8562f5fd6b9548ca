"""Promises and the doors they stand beside, in tables: clock changes, holidays, midnight, exceptions within exceptions;
and how the promises were kept."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.core.cache import cache

from accounts.models import Unit
from chat.doors import door_state
from core.opening_hours import HELSINKI
from guidance.models import CallbackAttempt, CallbackRequest, Contact, CustomerPromise, HoursException, ServiceWindow
from guidance.promise_kept import FEWEST, promises_kept
from guidance.promises import due_at
from guidance.services import carry_over
from tests.cast import NOW, Cast, Visitor, make_visitor, open_chat, say, sign_in, staff_author, take

pytestmark = pytest.mark.django_db
OFFICE = {1: (480, 960), 2: (480, 960), 3: (480, 960), 4: (480, 960), 5: (540, 900)}


def hel(text: str) -> dt.datetime:
    """A Helsinki clock time. "…+1": the second of the two when the clocks go back."""
    text, _plus, second = text.partition("+")
    return dt.datetime.fromisoformat(text).replace(tzinfo=HELSINKI, fold=int(second or 0))


def weekly(unit: Unit, channel: str, week: dict[int, tuple[int, int]]) -> None:
    ServiceWindow.objects.bulk_create(
        ServiceWindow(unit=unit, channel=channel, weekday=day, opens_minute=opens, closes_minute=closes)
        for day, (opens, closes) in week.items()
    )


def promise(channel: str, within: int, measure: str = "service_days") -> CustomerPromise:
    return CustomerPromise.objects.create(channel=channel, within=within, measure=measure, text_fi="Lupaus")


@pytest.fixture
def office(cast: Cast, settings: Any) -> Unit:
    settings.DEMO_DOORS = "hours"
    weekly(cast.unit, "chat", OFFICE)
    return cast.unit


# -- by when ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arrived", "one_day", "two_days"),
    [
        pytest.param("2026-11-23 07:59", "2026-11-24 16:00", "2026-11-25 16:00", id="before opening"),
        pytest.param("2026-11-23 16:00", "2026-11-24 16:00", "2026-11-25 16:00", id="at the minute of closing"),
        pytest.param("2026-11-23 23:59", "2026-11-24 16:00", "2026-11-25 16:00", id="a minute before midnight"),
        pytest.param("2026-11-24 00:00", "2026-11-25 16:00", "2026-11-26 16:00", id="midnight is the next day"),
        pytest.param("2026-11-26 12:00", "2026-11-27 15:00", "2026-11-30 16:00", id="Friday closes at 15"),
        pytest.param("2026-11-27 18:00", "2026-11-30 16:00", "2026-12-01 16:00", id="Friday evening"),
        pytest.param("2026-11-28 12:00", "2026-11-30 16:00", "2026-12-01 16:00", id="Saturday"),
        pytest.param("2026-12-23 12:00", "2026-12-28 16:00", "2026-12-29 16:00", id="Christmas: Thursday to Sunday"),
        pytest.param("2026-12-24 12:00", "2026-12-28 16:00", "2026-12-29 16:00", id="on Christmas Eve itself"),
        pytest.param("2026-12-31 12:00", "2027-01-04 16:00", "2027-01-05 16:00", id="New Year and a weekend"),
        pytest.param("2027-01-05 12:00", "2027-01-07 16:00", "2027-01-08 15:00", id="Epiphany in mid-week"),
        pytest.param("2026-04-01 12:00", "2026-04-02 16:00", "2026-04-07 16:00", id="Easter: Friday to Monday"),
        pytest.param("2026-04-02 12:00", "2026-04-07 16:00", "2026-04-08 16:00", id="on Maundy Thursday"),
        pytest.param("2026-04-30 12:00", "2026-05-04 16:00", "2026-05-05 16:00", id="Vappu is a Friday"),
        pytest.param("2026-06-18 12:00", "2026-06-22 16:00", "2026-06-23 16:00", id="Midsummer Eve is a Friday"),
        pytest.param("2026-03-27 12:00", "2026-03-30 16:00", "2026-03-31 16:00", id="over the clock change of spring"),
        pytest.param("2026-03-29 03:30", "2026-03-30 16:00", "2026-03-31 16:00", id="in the hour that is missing"),
        pytest.param("2026-10-23 12:00", "2026-10-26 16:00", "2026-10-27 16:00", id="over the clock change of autumn"),
        pytest.param("2026-10-25 03:30+1", "2026-10-26 16:00", "2026-10-27 16:00", id="in the hour that comes twice"),
    ],
)  # fmt: skip
def test_service_days(office: Unit, arrived: str, one_day: str, two_days: str) -> None:
    assert due_at(office, "message", hel(arrived)) == hel(one_day), "one day is what holds while nothing is written"
    promise("message", 2)
    promise("callback", 1)
    assert due_at(office, "message", hel(arrived)) == hel(two_days)
    assert due_at(office, "callback", hel(arrived)) == hel(one_day)


@pytest.mark.parametrize(
    ("arrived", "due"),
    [
        pytest.param("2026-11-23 15:55", "2026-11-23 16:05", id="over the closing time"),
        pytest.param("2026-11-23 23:55", "2026-11-24 00:05", id="over midnight"),
        pytest.param("2026-03-29 02:55", "2026-03-29 04:05", id="over the missing hour"),
        pytest.param("2026-10-25 03:55", "2026-10-25 03:05+1", id="into the second of the doubled hours"),
        pytest.param("2026-12-31 23:55", "2027-01-01 00:05", id="over New Year"),
    ],
)
def test_minutes_are_of_the_wall_clock(office: Unit, arrived: str, due: str) -> None:
    assert due_at(office, "chat", hel(arrived)) is None, "nothing is promised in the chat while nothing is written"
    promise("chat", 10, "minutes")
    assert due_at(office, "chat", hel(arrived)) == hel(due).astimezone(dt.UTC)


def test_no_promise_without_a_service_day_to_come(cast: Cast) -> None:
    promise("message", 1)
    assert due_at(cast.unit, "message", NOW) is None


def test_a_promise_holds_as_it_was_given(office: Unit, visitor: Visitor) -> None:
    given = promise("message", 2)
    message = open_chat(visitor, channel="message")
    given.within = 1
    given.save()
    message.refresh_from_db()
    assert message.due_at == hel("2026-11-25 16:00")


# -- the doors --------------------------------------------------------------------------------------

NIGHT_WEEK = dict.fromkeys(range(1, 8), (0, 1440))


@pytest.mark.parametrize(
    ("at", "is_open", "opens_next", "closes_at"),
    [
        pytest.param("2026-11-23 07:59:59", False, "2026-11-23 08:00", None, id="a second before opening"),
        pytest.param("2026-11-23 08:00", True, None, "2026-11-23 16:00", id="at the very minute of opening"),
        pytest.param("2026-11-23 15:59:59", True, None, "2026-11-23 16:00", id="a second before closing"),
        pytest.param("2026-11-23 16:00", False, "2026-11-24 08:00", None, id="at the very minute of closing"),
        pytest.param("2026-11-27 15:00", False, "2026-11-30 08:00", None, id="Friday afternoon"),
        pytest.param("2026-11-24 00:00", False, "2026-11-24 08:00", None, id="midnight"),
        pytest.param("2026-12-24 10:00", False, "2026-12-28 08:00", None, id="Christmas Eve"),
        pytest.param("2026-04-03 10:00", False, "2026-04-07 08:00", None, id="Good Friday"),
        pytest.param("2026-05-01 10:00", False, "2026-05-04 08:00", None, id="Vappu"),
        pytest.param("2026-03-30 08:00", True, None, "2026-03-30 16:00", id="the first morning of summer time"),
        pytest.param("2026-10-26 07:59", False, "2026-10-26 08:00", None, id="the first morning of winter time"),
    ],
)
def test_the_chat_by_its_hours(
    office: Unit, at: str, is_open: bool, opens_next: str | None, closes_at: str | None
) -> None:
    door = door_state("chat", hel(at))
    assert door is not None
    expected = (is_open, opens_next and hel(opens_next), closes_at and hel(closes_at))
    assert (door.is_open, door.opens_next, door.closes_at) == expected
    message = door_state("message", hel(at))
    assert message is not None and message.is_open and message.promise_at is not None


@pytest.mark.parametrize(
    ("at", "open_hours"),
    [
        pytest.param("2026-03-29 12:00", 23, id="the day of 23 hours"),
        pytest.param("2026-10-25 12:00", 25, id="the day of 25 hours"),
    ],
)
def test_a_door_that_never_shuts_is_open_through_a_clock_change(cast: Cast, at: str, open_hours: int) -> None:
    weekly(cast.unit, "chat", {7: (0, 1440)})
    begins = hel(at[:10] + " 00:00").astimezone(dt.UTC)
    ticks = [begins + dt.timedelta(minutes=30 * n) for n in range(-2, 54)]
    states = [door_state("chat", tick) for tick in ticks]
    # The demo's own door stays open by force outside the hours: what the calendar says is what counts here.
    by_hours = [state is not None and state.is_open and not state.ignores_hours for state in states]
    assert sum(by_hours) == 2 * open_hours and not by_hours[0] and by_hours[2]


# (exception rows as (unit?, channel, opens, closes)) from the widest to the closest: the closest one holds.
CLOSED = (None, None)
LAYERS = [
    ([("", "", *CLOSED)], False, None),
    ([("", "", *CLOSED), ("", "chat", 600, 660)], True, "11:00"),
    ([("", "", *CLOSED), ("", "chat", 600, 660), ("unit", "", *CLOSED)], False, None),
    ([("", "", *CLOSED), ("", "chat", 600, 660), ("unit", "", *CLOSED), ("unit", "chat", 600, 720)], True, "12:00"),
    ([("", "", 480, 960), ("unit", "", 480, 960), ("unit", "chat", *CLOSED)], False, None),
    ([("unit", "message", *CLOSED)], True, "16:00"),
]


@pytest.mark.parametrize(("rows", "is_open", "closes"), LAYERS)
def test_an_exception_within_an_exception(
    office: Unit, rows: list[tuple[str, str, int | None, int | None]], is_open: bool, closes: str | None
) -> None:
    for unit, channel, opens, shuts in rows:
        HoursException.objects.create(
            unit=office if unit else None, channel=channel, date=dt.date(2026, 11, 24),
            opens_minute=opens, closes_minute=shuts, reason_fi="Poikkeus",
        )  # fmt: skip
    door = door_state("chat", hel("2026-11-24 10:30"))
    assert door is not None
    assert (door.is_open, door.closes_at) == (is_open, closes and hel(f"2026-11-24 {closes}"))


def test_a_day_that_an_exception_shuts_is_no_service_day(office: Unit) -> None:
    tuesday = {"date": dt.date(2026, 11, 24), "reason_fi": "Koulutus"}
    HoursException.objects.create(unit=office, channel="chat", **tuesday)
    assert due_at(office, "message", NOW) == hel("2026-11-24 16:00"), (
        "the message is answered although the chat is shut"
    )
    HoursException.objects.create(unit=office, channel="", **tuesday)
    assert due_at(office, "message", NOW) == hel("2026-11-25 16:00")
    HoursException.objects.create(unit=office, channel="message", opens_minute=600, closes_minute=720, **tuesday)
    assert due_at(office, "message", NOW) == hel("2026-11-24 12:00"), "the closest one opens it again for messages"


# -- a full door ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("limit", "is_open", "full"), [(None, True, False), (3, True, False), (2, False, True)])
def test_a_door_is_full_with_so_many_waiting(office: Unit, limit: int | None, is_open: bool, full: bool) -> None:
    office.queue_limit = limit
    office.save()
    first, _second = open_chat(make_visitor()), open_chat(make_visitor())
    door = door_state("chat", NOW)
    assert door is not None and (door.is_open, door.full, door.waiting) == (is_open, full, 2)
    night = door_state("chat", hel("2026-11-23 22:00"))
    assert night is not None and not night.full, "a closed door is closed, not full"
    carry_over(contact=first, now=NOW)
    door = door_state("chat", NOW)
    assert door is not None and door.is_open, "a place is free again"


# -- how they were kept -----------------------------------------------------------------------------


def _answered(cast: Cast, contact: Contact, after: dt.timedelta) -> None:
    take(contact, cast.worker, contact.opened_at + after)
    session = sign_in(cast.worker, contact.opened_at + after)
    say(contact, staff_author(cast.worker, session), "Hei", at=contact.opened_at + after)


def test_the_share_kept_in_thirty_days(cast: Cast, office: Unit) -> None:
    promise("chat", 10, "minutes"), promise("message", 1), promise("callback", 1)
    monday, minute = NOW - dt.timedelta(days=7), dt.timedelta(minutes=1)
    late = open_chat(make_visitor(), now=monday)
    _answered(cast, late, 11 * minute)
    for _n in range(3):
        _answered(cast, open_chat(make_visitor(), now=monday), 10 * minute)
    unanswered = open_chat(make_visitor(), now=monday)
    left_in_time = open_chat(make_visitor(), now=monday)
    Contact.objects.filter(pk=left_in_time.pk).update(state="closed", outcome="left_queue", closed_at=monday + minute)
    too_old = open_chat(make_visitor(), now=NOW - dt.timedelta(days=31))
    open_chat(make_visitor(), now=NOW)  # its time has not run out
    for _n in range(FEWEST - 1):
        open_chat(make_visitor(), now=monday, channel="message")
    shares = {kept.promise.channel: kept.share for kept in promises_kept(NOW)}
    assert shares == {"chat": 60, "message": None, "callback": None}, "3 of 5; one that left in time is not counted"
    open_chat(make_visitor(), now=monday, channel="message")
    assert {kept.promise.channel: kept.share for kept in promises_kept(NOW)} == shares, "kept for some minutes"
    cache.clear()
    assert {kept.promise.channel: kept.share for kept in promises_kept(NOW)}["message"] == 0
    assert unanswered.due_at and too_old.due_at


def test_a_callback_is_kept_by_the_first_call(cast: Cast, office: Unit) -> None:
    promise("callback", 1)
    monday = NOW - dt.timedelta(days=7)
    for hours in (1, 2, 3, 28, 29):  # due on Tuesday at 16: 28 hours after noon
        contact = open_chat(make_visitor(), now=monday, channel="message")
        Contact.objects.filter(pk=contact.pk).update(channel="callback", due_at=due_at(office, "callback", monday))
        request = CallbackRequest.objects.create(contact_id=contact.pk, number_sealed="x", number_end="80")
        attempt = {"callback": request, "worker": cast.worker, "outcome": "no_answer", "nonce": uuid.uuid4()}
        CallbackAttempt.objects.create(ordinal=1, at=monday + dt.timedelta(hours=hours), **attempt)
    assert [(kept.promise.channel, kept.share) for kept in promises_kept(NOW)] == [("callback", 80)]
