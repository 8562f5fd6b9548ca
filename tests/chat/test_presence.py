"""Presence, capacity and signs of life."""

import datetime as dt
from typing import Any

import pytest

from audit.models import AuditEvent
from chat.models import Presence
from chat.presence import PresenceRefused, Seats, colleagues_in, give_sign_of_life, presence_of, seats_of, set_presence
from tests.cast import NOW, Cast, Visitor, open_chat, take

pytestmark = pytest.mark.django_db


def test_somebody_who_has_said_nothing_is_away(cast: Cast) -> None:
    assert presence_of(cast.worker, NOW).state == "away"
    assert seats_of(cast.unit.pk, NOW) == Seats(0, 0, 0)


@pytest.mark.parametrize(
    "asked",
    [
        {"state": "asleep"},
        {"state": "paused"},
        {"state": "paused", "pause_reason": "lunch"},
        {"state": "available", "capacity": 0},
        {"state": "available", "capacity": 9},
    ],
)
def test_what_makes_no_sense_is_refused(cast: Cast, asked: dict[str, Any]) -> None:
    with pytest.raises(PresenceRefused):
        set_presence(user=cast.worker, now=NOW, **asked)
    assert not AuditEvent.objects.filter(code="chat.presence.changed").exists()


def test_seats_are_capacity_less_open_chats(cast: Cast, visitor: Visitor) -> None:
    set_presence(user=cast.worker, state="available", capacity=4, now=NOW)
    set_presence(user=cast.colleague, state="available", capacity=2, now=NOW)
    set_presence(user=cast.outsider, state="available", capacity=8, now=NOW)
    take(open_chat(visitor), cast.worker)
    assert seats_of(cast.unit.pk, NOW) == Seats(workers=2, seats=6, free=5)
    set_presence(user=cast.worker, state="available", capacity=1, now=NOW)
    assert seats_of(cast.unit.pk, NOW) == Seats(workers=2, seats=3, free=2)


def test_a_pause_or_a_silent_desk_has_no_seats(cast: Cast) -> None:
    set_presence(user=cast.worker, state="available", now=NOW)
    assert seats_of(cast.unit.pk, NOW).workers == 1
    paused = set_presence(user=cast.worker, state="paused", pause_reason="meeting", now=NOW)
    assert (paused.pause_reason, seats_of(cast.unit.pk, NOW).workers) == ("meeting", 0)
    back = set_presence(user=cast.worker, state="available", now=NOW)
    assert (back.pause_reason, seats_of(cast.unit.pk, NOW).workers) == ("", 1)
    assert seats_of(cast.unit.pk, NOW + dt.timedelta(seconds=61)).workers == 0


def test_signs_of_life_are_written_at_most_every_ten_seconds_and_wake_nobody(cast: Cast) -> None:
    set_presence(user=cast.worker, state="available", now=NOW)
    for seconds, seen in ((5, 0), (11, 11), (15, 11)):
        give_sign_of_life(user=cast.worker, now=NOW + dt.timedelta(seconds=seconds))
        assert Presence.objects.get(user=cast.worker).last_seen_at == NOW + dt.timedelta(seconds=seen)
    give_sign_of_life(user=cast.colleague, now=NOW)
    assert Presence.objects.get(user=cast.colleague).state == "away", "an open page does not take chats by itself"
    set_presence(user=cast.worker, state="away", now=NOW)
    give_sign_of_life(user=cast.worker, now=NOW + dt.timedelta(minutes=1))
    assert Presence.objects.get(user=cast.worker).state == "away"


def test_since_tells_when_the_state_began(cast: Cast) -> None:
    set_presence(user=cast.worker, state="available", now=NOW)
    later = NOW + dt.timedelta(minutes=1)
    assert set_presence(user=cast.worker, state="available", capacity=5, now=later).since == NOW
    assert set_presence(user=cast.worker, state="away", now=later).since == later


def test_colleagues_are_of_the_own_unit_only(cast: Cast) -> None:
    set_presence(user=cast.colleague, state="available", now=NOW)
    found = colleagues_in(cast.unit.pk, cast.worker, NOW)
    assert [(user, presence is not None) for user, presence in found] == [(cast.colleague, True)]
    assert colleagues_in(cast.other_unit.pk, cast.outsider, NOW) == []
    assert colleagues_in(cast.unit.pk, cast.colleague, NOW) == [(cast.worker, None)]


def test_every_change_is_audited(cast: Cast) -> None:
    set_presence(user=cast.worker, state="paused", pause_reason="break", capacity=2, now=NOW)
    record = AuditEvent.objects.get(code="chat.presence.changed")
    assert (record.actor_id, record.data) == (cast.worker.pk, {"state": "paused", "capacity": 2, "reason": "break"})
