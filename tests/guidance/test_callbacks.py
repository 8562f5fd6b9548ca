"""A wish to be called, from the family's number to the third try that failed."""

import datetime as dt
import uuid
from typing import Any

import pytest

from audit.models import AuditEvent
from chat.upkeep import close_callbacks_without_a_number
from core.opening_hours import HELSINKI, OpeningHours, WeeklyWindow
from core.sealing import unseal
from guidance.callbacks import calling_order, next_try, taken_without_attempt, without_a_number
from guidance.models import CallbackRequest, Contact, Message, ServiceWindow
from guidance.phone_numbers import NumberRefused
from guidance.retention import callback_numbers, erase_numbers
from guidance.selectors import desk_lists
from guidance.services import (
    AlreadyReached,
    ContactClosed,
    ContactRefused,
    FamilyLeft,
    NotACallback,
    NotYours,
    NumberMissing,
    call_wish,
    carry_over,
    change_number,
    leave_contact,
    open_contact,
    record_attempt,
    release_contact,
    show_number,
)
from guidance.services.erasing import take_out_relationship
from tests.cast import NOW, TEXT, Cast, Visitor, close, make_visitor, open_chat, say, take

pytestmark = pytest.mark.django_db
NUMBER, END = "+46701740605", "605"
HOUR = dt.timedelta(hours=1)


def ask_call(
    visitor: Visitor, *, number: str = NUMBER, wishes: tuple[str, ...] = (), now: dt.datetime = NOW, **more: Any
) -> Contact:
    return open_contact(
        visitor_key=visitor.key,
        channel="callback",
        call=call_wish(number, wishes),
        now=now,
        **{"nonce": uuid.uuid4(), "body": "", "language": "fi"} | more,
    ).contact


def tried(contact: Contact, worker: Any, outcome: str, now: dt.datetime = NOW, nonce: uuid.UUID | None = None) -> Any:
    return record_attempt(contact_id=contact.pk, worker=worker, nonce=nonce or uuid.uuid4(), outcome=outcome, now=now)


def told(contact: Contact) -> list[str]:
    return list(Message.objects.filter(contact=contact).order_by("seq").values_list("code", flat=True))


def audited(contact: Contact) -> list[str]:
    return list(AuditEvent.objects.filter(object_id=str(contact.pk)).order_by("pk").values_list("code", flat=True))


@pytest.fixture(autouse=True)
def hours(cast: Cast) -> None:
    """Calls are made on weekdays from 9 to 16."""
    for weekday in range(1, 6):
        ServiceWindow.objects.create(
            unit=cast.unit, channel="callback", weekday=weekday, opens_minute=9 * 60, closes_minute=16 * 60
        )


@pytest.fixture
def callback(cast: Cast, visitor: Visitor) -> Contact:
    return ask_call(visitor)


# -- asking ---------------------------------------------------------------------------------------


def test_a_number_is_enough_and_stands_nowhere_in_clear(cast: Cast, visitor: Visitor) -> None:
    nonce = uuid.uuid4()
    contact = ask_call(visitor, nonce=nonce, wishes=("afternoon", "morning", "yöllä"))
    row = CallbackRequest.objects.get(pk=contact.pk)
    assert (contact.state, contact.last_seq, told(contact)) == ("waiting", 1, ["callback_asked"])
    assert (contact.first_client_at, contact.due_at is not None) == (NOW, True)
    assert (row.number_end, row.wishes) == (END, ["morning", "afternoon"])
    assert NUMBER[-6:] not in row.number_sealed and unseal(row.number_sealed) == NUMBER
    again = ask_call(visitor, nonce=nonce, number="+46701740699")
    assert (again.pk, CallbackRequest.objects.get().number_end) == (contact.pk, END), "the same opening is one"
    everything = str(list(Message.objects.values())) + str(list(AuditEvent.objects.values()))
    assert NUMBER[-6:] not in everything


def test_a_word_may_go_with_it(cast: Cast, visitor: Visitor) -> None:
    contact = ask_call(visitor, body=TEXT)
    assert told(contact) == ["", "callback_asked"]
    assert Message.objects.get(contact=contact, kind="client").body == TEXT


def test_a_bad_number_opens_nothing(cast: Cast, visitor: Visitor) -> None:
    with pytest.raises(NumberRefused):
        ask_call(visitor, number="0600 12345")
    assert not Contact.objects.exists()


def test_a_chat_that_nobody_takes_becomes_a_callback_without_retyping(cast: Cast, visitor: Visitor) -> None:
    chat = open_chat(visitor)
    later = NOW + HOUR
    contact = carry_over(contact=chat, call=call_wish(NUMBER, ["forenoon"]), now=later, by=visitor.author)
    chat.refresh_from_db()
    assert (chat.state, chat.outcome) == ("closed", "continues")
    assert (contact.channel, contact.state, contact.follows_id) == ("callback", "waiting", chat.pk)
    assert Message.objects.get(contact=contact, kind="client").body == TEXT
    assert CallbackRequest.objects.get(pk=contact.pk).wishes == ["forenoon"]
    again = carry_over(contact=chat, call=call_wish(NUMBER), now=later, by=visitor.author)
    assert (again.pk, Contact.objects.count()) == (contact.pk, 2)
    with pytest.raises(ContactClosed):
        carry_over(contact=chat, now=later, by=visitor.author)


# -- the number -----------------------------------------------------------------------------------


def test_the_number_is_shown_to_whoever_calls_and_each_time_audited(cast: Cast, callback: Contact) -> None:
    def show(worker: Any) -> Any:
        return show_number(contact_id=callback.pk, worker=worker, now=NOW)

    with pytest.raises(NotYours):
        show(cast.worker)
    take(callback, cast.worker)
    with pytest.raises(NotYours):
        show(cast.colleague)
    assert "guidance.callback.number_shown" not in audited(callback)
    assert show(cast.worker).e164 == NUMBER
    event = AuditEvent.objects.get(code="guidance.callback.number_shown")
    assert (event.actor_id, event.relationship_id, NUMBER in str(event.data)) == (
        cast.worker.pk, callback.relationship_id, False,
    )  # fmt: skip


def test_other_channels_have_no_number(cast: Cast, visitor: Visitor) -> None:
    chat = take(open_chat(visitor), cast.worker)
    with pytest.raises(NotACallback):
        show_number(contact_id=chat.pk, worker=cast.worker, now=NOW)
    with pytest.raises(NotACallback):
        tried(chat, cast.worker, "reached")
    with pytest.raises(NotACallback):
        change_number(contact=chat, number=NUMBER, visitor_key=visitor.key, now=NOW)


def test_the_family_changes_its_number_until_the_end(cast: Cast, visitor: Visitor, callback: Contact) -> None:
    def change(number: str) -> CallbackRequest:
        return change_number(contact=callback, number=number, visitor_key=visitor.key, now=NOW)

    with pytest.raises(NumberRefused):
        change("123")
    assert change("+46 70-174 06 99").number_end == "699"
    assert audited(callback)[-1] == "guidance.callback.number_changed"
    close(take(callback, cast.worker), cast.worker, cast.topic)
    with pytest.raises(ContactClosed):
        change(NUMBER)


def test_cancelling_takes_the_number_away_at_once(cast: Cast, visitor: Visitor, callback: Contact) -> None:
    left = leave_contact(contact=callback, visitor_key=visitor.key, now=NOW)
    row = CallbackRequest.objects.get(pk=callback.pk)
    assert (left.state, left.outcome, row.number_sealed, row.number_end) == ("closed", "left_queue", "", "")
    other = make_visitor()
    taken = take(ask_call(other), cast.worker)
    leave_contact(contact=taken, visitor_key=other.key, now=NOW)
    for act in (lambda: show_number(contact_id=taken.pk, worker=cast.worker, now=NOW),
                lambda: tried(taken, cast.worker, "no_answer")):  # fmt: skip
        with pytest.raises(FamilyLeft):
            act()
    assert CallbackRequest.objects.get(pk=taken.pk).number_sealed == ""


def test_the_number_goes_after_its_time_and_when_the_family_is_erased(cast: Cast, callback: Contact) -> None:
    close(take(callback, cast.worker), cast.worker, cast.topic, NOW + HOUR)
    assert not callback_numbers(NOW + HOUR).exists(), "not before the time"
    due = list(callback_numbers(NOW + 2 * HOUR).values_list("pk", flat=True))
    assert due == [callback.pk]
    erase_numbers(due, NOW)
    assert CallbackRequest.objects.get(pk=callback.pk).number_end == ""
    assert not callback_numbers(NOW + 2 * HOUR).exists()
    take_out_relationship(callback.family.pk)
    assert not CallbackRequest.objects.exists() and not Contact.objects.exists()


# -- trying ---------------------------------------------------------------------------------------


def test_missed_twice_then_reached(cast: Cast, callback: Contact) -> None:
    """Noon on Monday; tries two hours apart at least, in the hours of service."""
    for hour, worker in ((0, cast.worker), (2, cast.colleague)):
        now = NOW + hour * HOUR
        take(callback, worker, now)
        tried(callback, worker, "no_answer", now)
        callback.refresh_from_db()
        assert (callback.state, callback.worker) == ("waiting", None)
        assert CallbackRequest.objects.get(pk=callback.pk).next_try_at > now + HOUR
    now = NOW + dt.timedelta(days=1)
    take(callback, cast.worker, now)
    tried(callback, cast.worker, "reached", now)
    callback.refresh_from_db()
    assert (callback.state, callback.worker, callback.outcome) == ("open", cast.worker, "")
    assert (callback.first_response_at, callback.first_response_by) == (now, cast.worker)
    assert CallbackRequest.objects.get(pk=callback.pk).next_try_at is None
    with pytest.raises(AlreadyReached):
        tried(callback, cast.worker, "no_answer", now)
    close(callback, cast.worker, cast.topic, now, step="Soitamme neuvolaan.")
    assert told(callback) == [
        "callback_asked", "worker_joined", "callback_missed", "worker_joined", "callback_missed", "worker_joined",
        "callback_reached", "closed",
    ]  # fmt: skip
    attempts = AuditEvent.objects.filter(code="guidance.callback.attempted").order_by("pk")
    assert [event.data["outcome"] for event in attempts] == ["no_answer", "no_answer", "reached"]


def test_the_third_failure_ends_it_with_a_word(cast: Cast, callback: Contact) -> None:
    for number in range(3):
        now = NOW + 2 * number * HOUR
        take(callback, cast.worker, now)
        tried(callback, cast.worker, "no_answer", now)
    callback.refresh_from_db()
    assert (callback.state, callback.outcome, told(callback)[-1]) == ("closed", "went_silent", "closed")
    assert "kolmas kerta" in Message.objects.filter(contact=callback).latest("seq").body


def test_a_wrong_number_goes_at_once_and_the_family_is_asked(cast: Cast, visitor: Visitor, callback: Contact) -> None:
    take(callback, cast.worker)
    tried(callback, cast.worker, "wrong_number")
    row = CallbackRequest.objects.get(pk=callback.pk)
    callback.refresh_from_db()
    assert (row.number_sealed, callback.state, callback.turn) == ("", "waiting", "client")
    assert told(callback)[-1] == "callback_wrong_number"
    assert list(without_a_number(NOW + HOUR)) == [callback] and not without_a_number(NOW).exists()
    take(callback, cast.worker)
    with pytest.raises(NumberMissing):
        show_number(contact_id=callback.pk, worker=cast.worker, now=NOW)
    with pytest.raises(NumberMissing):
        tried(callback, cast.worker, "no_answer")
    release_contact(contact_id=callback.pk, worker=cast.worker, now=NOW)
    change_number(contact=callback, number=NUMBER, visitor_key=visitor.key, now=NOW)
    callback.refresh_from_db()
    assert callback.turn == "worker" and not without_a_number(NOW + HOUR).exists()


@pytest.fixture
def without_number(cast: Cast, hours: None, callback: Contact) -> Contact:
    """Its number was wrong on Monday at noon, and calls are made on weekdays until four."""
    take(callback, cast.worker)
    tried(callback, cast.worker, "wrong_number")
    return callback


def _end_by_itself(contact: Contact, now: dt.datetime) -> tuple[int, str]:
    done = close_callbacks_without_a_number(now=now)
    contact.refresh_from_db()
    return done, contact.state


def test_a_wrong_number_that_nobody_puts_right_is_waited_for_a_working_week(without_number: Contact) -> None:
    closing = dt.datetime(2026, 11, 30, 16, 0, tzinfo=HELSINKI)
    assert "viimeistään maanantaina 30.11. klo 16" in Message.objects.filter(contact=without_number).latest("seq").body
    assert _end_by_itself(without_number, closing - HOUR) == (0, "waiting")
    assert _end_by_itself(without_number, closing) == (1, "closed")
    assert (without_number.outcome, told(without_number)[-1]) == ("went_silent", "closed")
    assert "emme saaneet sitä" in Message.objects.filter(contact=without_number).latest("seq").body
    ended = AuditEvent.objects.filter(object_id=str(without_number.pk), code="guidance.contact.closed")
    assert list(ended.values_list("actor_kind", flat=True)) == ["system"]
    assert _end_by_itself(without_number, closing + 24 * HOUR) == (0, "closed"), "once"


@pytest.mark.parametrize("what", ["number", "words", "danger", "taken", "no hours"])
def test_whoever_did_something_keeps_the_callback(
    cast: Cast, visitor: Visitor, without_number: Contact, what: str
) -> None:
    if what == "number":
        change_number(contact=without_number, number=NUMBER, visitor_key=visitor.key, now=NOW + HOUR)
    elif what == "words":
        say(without_number, visitor.author, "En muista uutta numeroani", at=NOW + HOUR)
    elif what == "danger":
        Contact.objects.filter(pk=without_number.pk).update(priority="confirmed")
    elif what == "taken":
        take(without_number, cast.worker, NOW + HOUR)
    else:
        ServiceWindow.objects.all().delete()
    assert _end_by_itself(without_number, NOW + 30 * 24 * HOUR)[0] == 0
    assert without_number.state != "closed"


def test_the_same_try_twice_is_one(cast: Cast, callback: Contact) -> None:
    nonce = uuid.uuid4()
    take(callback, cast.worker)
    first = tried(callback, cast.worker, "no_answer", nonce=nonce)
    assert tried(callback, cast.worker, "no_answer", nonce=nonce) == first
    with pytest.raises(NotYours):
        tried(callback, cast.colleague, "no_answer", nonce=nonce)
    with pytest.raises(NotYours):
        tried(callback, cast.worker, "no_answer")
    assert callback.callback.attempts.count() == 1 and told(callback).count("callback_missed") == 1


def test_only_whoever_has_it_writes_down_a_try(cast: Cast, callback: Contact) -> None:
    for worker in (cast.worker, cast.outsider):
        with pytest.raises(ContactRefused):
            tried(callback, worker, "reached")
    take(callback, cast.worker)
    with pytest.raises(NotYours):
        tried(callback, cast.colleague, "reached")
    assert not callback.callback.attempts.exists()


# -- when and in which order ----------------------------------------------------------------------

WEEKDAYS = OpeningHours(WeeklyWindow(day, 9 * 60, 16 * 60) for day in range(1, 6))
EARLY = OpeningHours(WeeklyWindow(day, 8 * 60, 9 * 60) for day in range(1, 6))


def helsinki(day: int, hour: int, minute: int = 0, month: int = 11) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, minute, tzinfo=HELSINKI)


@pytest.mark.parametrize(
    ("hours", "wishes", "now", "again"),
    [
        (WEEKDAYS, [], helsinki(23, 10), helsinki(23, 12)),  # after the pause, the same day
        (WEEKDAYS, [], helsinki(23, 14, 30), helsinki(24, 9)),  # the pause reaches past the closing
        (WEEKDAYS, [], helsinki(27, 15), helsinki(30, 9)),  # Friday, then Monday
        (WEEKDAYS, ["forenoon"], helsinki(23, 10), helsinki(24, 10)),
        (WEEKDAYS, ["afternoon"], helsinki(23, 10, 30), helsinki(23, 12, 30)),
        (WEEKDAYS, ["morning", "late_afternoon"], helsinki(23, 11), helsinki(23, 14)),
        (WEEKDAYS, ["morning"], helsinki(23, 11), helsinki(24, 9)),  # wished from 8, open from 9
        (EARLY, ["late_afternoon"], helsinki(23, 8, 30), helsinki(24, 8)),  # nobody works then: the hours of service
        (WEEKDAYS, [], helsinki(23, 15, month=12), helsinki(28, 9, month=12)),  # Christmas Eve to Boxing Day are closed
        (WEEKDAYS, ["forenoon"], helsinki(23, 23, 59, month=10), helsinki(26, 10, month=10)),  # over the clock change
        (OpeningHours([]), [], helsinki(23, 10), None),
    ],
)
def test_when_to_try_again(hours: OpeningHours, wishes: list[str], now: dt.datetime, again: dt.datetime | None) -> None:
    if now.month == 12:  # a day of service lies between only if the calendar says so
        assert not hours.is_open(helsinki(24, 10, month=12)) and not hours.is_open(helsinki(25, 10, month=12))
    assert next_try(hours, wishes, now) == again


def test_the_list_begins_with_what_was_promised_and_ends_with_what_cannot_be_called(cast: Cast) -> None:
    def asked(name: str, **more: Any) -> Contact:
        contact = ask_call(make_visitor(), **more)
        names[contact.pk] = name
        return contact

    names: dict[Any, str] = {}
    late = asked("late")
    Contact.objects.filter(pk=late.pk).update(due_at=NOW - HOUR)
    asked("in the morning", wishes=("morning",))  # it is noon
    asked("at noon", wishes=("afternoon",), now=NOW + dt.timedelta(minutes=1))
    later = asked("missed")
    take(later, cast.worker)
    tried(later, cast.worker, "no_answer")
    wrong = asked("wrong")
    take(wrong, cast.worker)
    tried(wrong, cast.worker, "wrong_number")
    mine = asked("mine")
    take(mine, cast.worker)
    lists = desk_lists(cast.worker, NOW)
    assert [names[row.pk] for row in lists["callbacks"]] == ["late", "at noon", "missed", "in the morning", "wrong"]
    assert [names[row.pk] for row in lists["mine"]] == ["mine"]
    assert not any(desk_lists(cast.outsider, NOW).values())
    assert calling_order(late, NOW) < calling_order(later, NOW)


def test_taken_and_forgotten_is_found(cast: Cast, callback: Contact) -> None:
    other = ask_call(make_visitor())
    for contact in (callback, other):
        take(contact, cast.worker)
    tried(other, cast.worker, "reached", NOW + dt.timedelta(minutes=5))
    assert list(taken_without_attempt(NOW + HOUR)) == [callback]
    assert not taken_without_attempt(NOW).exists()
