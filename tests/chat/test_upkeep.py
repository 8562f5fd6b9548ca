"""What the platform does by itself: nobody is left hanging, and nothing is done twice."""

import datetime as dt
from typing import Any

import pytest

from chat import upkeep
from chat.presence import give_sign_of_life, set_presence
from chat.tasks import keep_chats
from core.opening_hours import HELSINKI
from guidance.models import Contact, Message, ServiceWindow
from guidance.services import leave_contact
from tests.cast import NOW, Cast, Visitor, close, open_chat, say, sign_in, staff_author, take

pytestmark = pytest.mark.django_db


def after(**span: float) -> dt.datetime:
    return NOW + dt.timedelta(**span)


def fresh(contact: Contact) -> Contact:
    return Contact.objects.get(pk=contact.pk)


def codes(contact: Contact) -> list[str]:
    return list(Message.objects.filter(contact=contact, kind="system").order_by("seq").values_list("code", flat=True))


# -- a worker who vanishes ------------------------------------------------------------------------


def test_a_vanished_workers_chat_returns_to_the_head_after_the_grace_time(
    cast: Cast, chat: Contact, visitor: Visitor
) -> None:
    waiting_longer = open_chat(visitor, now=NOW - dt.timedelta(minutes=5))
    set_presence(user=cast.worker, state="available", now=NOW)
    take(chat, cast.worker)
    assert upkeep.return_abandoned_chats(now=after(seconds=59)) == 0
    assert upkeep.return_abandoned_chats(now=after(seconds=61)) == 1
    assert (fresh(chat).state, codes(chat)[-1]) == ("waiting", "worker_vanished")
    assert list(Contact.objects.waiting().in_queue_order()) == [chat, waiting_longer]
    assert upkeep.return_abandoned_chats(now=after(seconds=75)) == 0
    assert codes(chat).count("worker_vanished") == 1


def test_a_sign_of_life_keeps_the_chat_even_on_a_pause(cast: Cast, chat: Contact) -> None:
    set_presence(user=cast.worker, state="available", now=NOW)
    take(chat, cast.worker)
    set_presence(user=cast.worker, state="paused", pause_reason="break", now=NOW)
    give_sign_of_life(user=cast.worker, now=after(seconds=50))
    assert upkeep.return_abandoned_chats(now=after(seconds=100)) == 0
    assert upkeep.return_abandoned_chats(now=after(seconds=111)) == 1


def test_a_worker_who_has_never_been_at_the_desk_is_given_the_grace_time(cast: Cast, chat: Contact) -> None:
    take(chat, cast.worker)
    assert upkeep.return_abandoned_chats(now=after(seconds=30)) == 0
    assert upkeep.return_abandoned_chats(now=after(seconds=61)) == 1


def test_messages_and_left_chats_stay_with_their_worker(cast: Cast, chat: Contact, visitor: Visitor) -> None:
    message = take(open_chat(visitor, channel="message"), cast.worker)
    take(chat, cast.worker)
    leave_contact(contact=chat, visitor_key=visitor.key, now=NOW)
    assert upkeep.return_abandoned_chats(now=after(hours=5)) == 0
    assert (fresh(message).state, fresh(chat).state) == ("open", "open")


# -- silence --------------------------------------------------------------------------------------


@pytest.fixture
def answered(cast: Cast, chat: Contact) -> Contact:
    take(chat, cast.worker)
    say(chat, staff_author(cast.worker, sign_in(cast.worker)), "Hei, olen tässä", at=NOW)
    return chat


def test_idle_chats_are_warned_then_closed_as_went_silent(answered: Contact) -> None:
    assert upkeep.attend_to_silence(now=after(minutes=9)) == 0
    assert upkeep.attend_to_silence(now=after(minutes=10)) == 1
    assert codes(answered)[-1] == "silence_warning"
    assert upkeep.attend_to_silence(now=after(minutes=15)) == 0, "warned once"
    assert upkeep.attend_to_silence(now=after(minutes=21)) == 1
    closed = fresh(answered)
    assert (closed.state, closed.outcome, closed.closed_at) == ("closed", "went_silent", after(minutes=21))
    assert upkeep.attend_to_silence(now=after(minutes=40)) == 0


def test_an_answer_after_the_warning_starts_the_time_anew(answered: Contact, visitor: Visitor, cast: Cast) -> None:
    upkeep.attend_to_silence(now=after(minutes=10))
    say(answered, visitor.author, "Joo olen", at=after(minutes=12))
    assert upkeep.attend_to_silence(now=after(minutes=60)) == 0, "now it is the worker's turn"
    say(answered, staff_author(cast.worker, sign_in(cast.worker)), at=after(minutes=60))
    assert upkeep.attend_to_silence(now=after(minutes=69)) == 0
    assert upkeep.attend_to_silence(now=after(minutes=70)) == 1
    assert codes(answered).count("silence_warning") == 2


def test_a_late_task_still_gives_the_family_its_time_after_the_warning(answered: Contact) -> None:
    assert upkeep.attend_to_silence(now=after(hours=3)) == 1
    assert fresh(answered).state == "open", "warned now, closed only later"
    assert upkeep.attend_to_silence(now=after(hours=3, minutes=11)) == 1
    assert fresh(answered).outcome == "went_silent"


def test_messages_are_never_closed_for_silence(cast: Cast, visitor: Visitor) -> None:
    message = take(open_chat(visitor, channel="message"), cast.worker)
    say(message, staff_author(cast.worker, sign_in(cast.worker)))
    assert upkeep.attend_to_silence(now=after(days=3)) == 0
    assert fresh(message).state == "open"


def test_a_left_chat_that_nobody_closes_is_closed_without_a_warning(
    cast: Cast, chat: Contact, visitor: Visitor
) -> None:
    take(chat, cast.worker)
    leave_contact(contact=chat, visitor_key=visitor.key, now=NOW)
    assert upkeep.attend_to_silence(now=after(minutes=19)) == 0
    assert upkeep.attend_to_silence(now=after(minutes=21)) == 1
    assert (fresh(chat).outcome, "silence_warning" in codes(chat)) == ("went_silent", False)


# -- closing time ---------------------------------------------------------------------------------

CLOSING = dt.datetime(2026, 11, 23, 16, 0, tzinfo=HELSINKI)


@pytest.fixture
def hours(cast: Cast, settings: Any) -> None:
    settings.DEMO_DOORS = "hours"
    ServiceWindow.objects.create(unit=cast.unit, channel="chat", weekday=1, opens_minute=480, closes_minute=960)


def test_those_who_wait_at_closing_time_go_on_as_messages(hours: None, chat: Contact) -> None:
    assert upkeep.carry_over_after_closing(now=CLOSING - dt.timedelta(seconds=1)) == 0
    assert upkeep.carry_over_after_closing(now=CLOSING) == 1
    assert fresh(chat).outcome == "continues"
    message = Contact.objects.get(follows=chat)
    assert (message.channel, message.state) == ("message", "waiting")
    assert Message.objects.filter(contact=message, kind="client").count() == 1
    assert upkeep.carry_over_after_closing(now=CLOSING) == 0
    assert Contact.objects.count() == 2


def test_while_somebody_is_there_they_are_still_served_for_a_while(hours: None, cast: Cast, chat: Contact) -> None:
    soon = CLOSING + dt.timedelta(minutes=10)
    set_presence(user=cast.worker, state="available", now=soon)
    assert upkeep.carry_over_after_closing(now=soon) == 0
    late = CLOSING + dt.timedelta(minutes=16)
    set_presence(user=cast.worker, state="available", now=late)
    assert upkeep.carry_over_after_closing(now=late) == 1


def test_an_open_conversation_goes_on_after_closing_time(hours: None, cast: Cast, chat: Contact) -> None:
    take(chat, cast.worker)
    assert upkeep.carry_over_after_closing(now=CLOSING + dt.timedelta(hours=1)) == 0
    assert fresh(chat).state == "open"


def test_the_demos_open_door_leaves_the_queue_alone(hours: None, chat: Contact, settings: Any) -> None:
    settings.DEMO_DOORS = "open"
    assert upkeep.carry_over_after_closing(now=CLOSING + dt.timedelta(hours=3)) == 0
    assert fresh(chat).state == "waiting"


def test_the_task_does_all_three_and_twice_is_once(
    hours: None, cast: Cast, answered: Contact, visitor: Visitor, time_machine: Any
) -> None:
    waiting = open_chat(visitor)
    finished = close(take(open_chat(visitor), cast.worker), cast.worker, cast.topic)
    time_machine.move_to(CLOSING + dt.timedelta(hours=1), tick=False)
    keep_chats()
    keep_chats()
    assert fresh(answered).state == "waiting" or fresh(answered).outcome == "continues"
    assert fresh(waiting).outcome == "continues"
    assert fresh(finished) == finished
    assert Message.objects.filter(contact=answered, code="worker_vanished").count() == 1
