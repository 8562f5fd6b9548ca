"""What a row of the desk says of its clock: words before colours, and a promise where one was given."""

import datetime as dt

import pytest
import time_machine

from chat.models import Presence
from guidance.models import Contact
from perhekeskus.templatetags.desk import new_messages, row_clock, seats
from tests.cast import NOW, Cast, Visitor, open_chat, say, sign_in, staff_author, take


@pytest.mark.parametrize(
    ("minutes", "words", "level"),
    [
        (0, "odottanut alle minuutin", ""),
        (4, "odottanut 4 min", ""),
        (5, "odottanut 5 min", "soon"),
        (10, "odottanut jo 10 min", "over"),
        (75, "odottanut jo 1 t 15 min", "over"),
    ],
)
def test_a_waiting_chat(chat: Contact, minutes: int, words: str, level: str) -> None:
    with time_machine.travel(NOW + dt.timedelta(minutes=minutes), tick=False):
        clock = row_clock(chat)
    assert (clock.words, clock.level, clock.since) == (words, level, NOW)


@pytest.mark.parametrize(("minutes", "level"), [(7, ""), (8, "soon"), (14, "soon"), (15, "over")])
def test_the_marks_of_a_waiting_chat_follow_its_promise(chat: Contact, minutes: int, level: str) -> None:
    chat.due_at = chat.opened_at + dt.timedelta(minutes=15)
    with time_machine.travel(NOW + dt.timedelta(minutes=minutes), tick=False):
        assert row_clock(chat).level == level


def test_whose_turn_it_is(cast: Cast, chat: Contact, visitor: Visitor) -> None:
    taken = take(chat, cast.worker)
    with time_machine.travel(NOW, tick=False):
        assert row_clock(taken).words == "vastaa nyt"
    say(taken, staff_author(cast.worker, sign_in(cast.worker)), "Hei")
    taken.refresh_from_db()
    with time_machine.travel(NOW, tick=False):
        assert row_clock(taken).words == "vuoro perheellä"
    with time_machine.travel(NOW + dt.timedelta(minutes=2), tick=False):
        assert row_clock(taken).words == "vuoro perheellä 2 min"


def test_a_message_without_hours_says_how_long_it_has_waited(cast: Cast, visitor: Visitor) -> None:
    message = open_chat(visitor, channel="message")
    with time_machine.travel(NOW + dt.timedelta(hours=3), tick=False):
        clock = row_clock(message)
    assert clock.level == "" and clock.words.startswith(("odottanut 3 t", "viimeistään"))


def test_small_words() -> None:
    assert [new_messages(1), new_messages(2)] == ["1 uusi", "2 uutta"]
    assert seats(Presence(capacity=3), 2) == [True, True, False]
    assert seats(Presence(capacity=1), 2) == [True, True]
