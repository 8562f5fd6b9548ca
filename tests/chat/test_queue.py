"""Places in the queue and an estimate that is honest: unknown while nobody is there."""

import datetime as dt

import pytest

from chat.presence import set_presence
from chat.queue import QueuePlace, UnitQueue, queue_place
from guidance.models import Contact
from guidance.services import release_contact
from tests.cast import NOW, Cast, Visitor, open_chat, take

pytestmark = pytest.mark.django_db


def minutes(n: float) -> dt.timedelta:
    return dt.timedelta(minutes=n)


@pytest.fixture
def waiting(cast: Cast, visitor: Visitor) -> list[Contact]:
    return [open_chat(visitor, now=NOW + minutes(n)) for n in range(3)]


def test_first_come_first_served(waiting: list[Contact]) -> None:
    later = NOW + minutes(5)
    assert [queue_place(contact, later) for contact in waiting] == [QueuePlace(n, None) for n in (1, 2, 3)]


def test_nobody_there_means_no_estimate(cast: Cast, waiting: list[Contact]) -> None:
    place = queue_place(waiting[0], NOW)
    assert place is not None and place.estimated_wait_s is None
    set_presence(user=cast.outsider, state="available", now=NOW)
    place = queue_place(waiting[0], NOW)
    assert place is not None and place.estimated_wait_s is None, "another unit's worker is nobody here"


def test_a_free_seat_is_about_a_minute_and_then_a_share_of_a_typical_talk(cast: Cast, waiting: list[Contact]) -> None:
    set_presence(user=cast.worker, state="available", capacity=2, now=NOW)
    places = [queue_place(contact, NOW) for contact in waiting]
    assert [place.estimated_wait_s for place in places if place] == [60, 60, 22 * 60 / 2]


def test_with_three_gaps_in_the_last_hour_the_estimate_is_what_has_been(cast: Cast, visitor: Visitor) -> None:
    set_presence(user=cast.worker, state="available", capacity=4, now=NOW)
    for n in (0, 4, 10, 16):  # gaps of 4, 6 and 6 minutes
        take(open_chat(visitor, now=NOW - minutes(30)), cast.worker, NOW - minutes(20) + minutes(n))
    queued = [open_chat(visitor, now=NOW + minutes(n)) for n in range(2)]
    queue = UnitQueue(cast.unit.pk, NOW)
    assert [queue.place(contact) for contact in queued] == [QueuePlace(1, 360), QueuePlace(2, 720)]


def test_old_joins_say_nothing_of_now(cast: Cast, visitor: Visitor) -> None:
    set_presence(user=cast.worker, state="available", capacity=4, now=NOW)
    for n in range(4):
        take(open_chat(visitor, now=NOW - minutes(200)), cast.worker, NOW - minutes(90 + n))
    contact = open_chat(visitor)
    place = queue_place(contact, NOW)
    assert place is not None and place.estimated_wait_s == 330


def test_a_released_chat_is_first(cast: Cast, waiting: list[Contact]) -> None:
    take(waiting[2], cast.worker, NOW + minutes(4))
    release_contact(contact_id=waiting[2].pk, worker=cast.worker, now=NOW + minutes(5))
    assert queue_place(waiting[2], NOW + minutes(6)) == QueuePlace(1, None)
    assert queue_place(waiting[0], NOW + minutes(6)) == QueuePlace(2, None)


def test_what_does_not_wait_for_a_chat_has_no_place(cast: Cast, waiting: list[Contact], visitor: Visitor) -> None:
    assert queue_place(open_chat(visitor, channel="message"), NOW) is None
    assert queue_place(take(waiting[0], cast.worker), NOW) is None
    assert queue_place(waiting[1], NOW) == QueuePlace(1, None), "and those behind move up"
