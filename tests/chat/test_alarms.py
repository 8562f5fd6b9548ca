"""What supervisors should know, and states that should not be."""

import datetime as dt
import uuid
from collections import Counter
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import Membership, Unit
from audit.models import AuditEvent
from chat.alarms import keep_alarms, unseen_alarms
from chat.models import Alarm, Presence
from chat.presence import set_presence
from chat.reconcile import TABLE, reconcile
from core.opening_hours import HELSINKI
from guidance.models import (
    CallbackAttempt,
    CallbackRequest,
    Consultation,
    ConsultationMember,
    Contact,
    IdentificationRequest,
    ServiceWindow,
)
from guidance.services import decide_priority, leave_contact
from tests.cast import Cast, Visitor, close, make_visitor, open_chat, say, sign_in, staff_author, take

pytestmark = pytest.mark.django_db
# A Monday, an hour after the door has opened.
NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=HELSINKI)


def minutes(n: float) -> dt.timedelta:
    return dt.timedelta(minutes=n)


@pytest.fixture(autouse=True)
def _now(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def hours(cast: Cast) -> None:
    ServiceWindow.objects.create(unit=cast.unit, channel="chat", weekday=1, opens_minute=480, closes_minute=960)


def lasting() -> list[str]:
    return sorted(Alarm.objects.filter(ended_at=None).values_list("kind", flat=True))


def desk(user: Any) -> Client:
    client = Client(headers={"accept-language": "fi"})
    client.cookies[django_settings.SESSION_COOKIE_NAME] = sign_in(user, NOW)
    return client


# -- alarms ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "there", "expected"),
    [
        ("7:59", None, []),
        ("8:05", None, []),  # open for five minutes only
        ("8:10", None, ["unmanned"]),
        ("15:59", None, ["unmanned"]),
        ("16:00", None, []),
        ("9:00", ("available", 0), []),
        ("9:00", ("available", 5), []),  # the desk has been silent for five minutes
        ("9:00", ("available", 11), ["unmanned"]),
        ("9:00", ("paused", 5), []),  # went on a break five minutes ago
        ("9:00", ("paused", 11), ["unmanned"]),
    ],
)
def test_a_door_that_is_open_and_unmanned(hours: None, cast: Cast, at: str, there: Any, expected: list[str]) -> None:
    hour, minute = map(int, at.split(":"))
    now = NOW.replace(hour=hour, minute=minute)
    set_presence(user=cast.outsider, state="available", now=now)  # another unit's worker is nobody here
    if there:
        reason = "break" if there[0] == "paused" else ""
        set_presence(user=cast.worker, state=there[0], pause_reason=reason, now=now - minutes(there[1]))
    keep_alarms(now=now)
    assert lasting() == expected


def test_an_alarm_is_one_while_it_lasts_and_ends_by_itself(hours: None, cast: Cast) -> None:
    assert [keep_alarms(now=NOW + minutes(n)) for n in (0, 1, 2)] == [1, 0, 0]
    set_presence(user=cast.worker, state="available", now=NOW + minutes(3))
    assert keep_alarms(now=NOW + minutes(3)) == 0
    alarm = Alarm.objects.get()
    assert (alarm.kind, alarm.unit, alarm.ended_at) == ("unmanned", cast.unit, NOW + minutes(3))
    assert keep_alarms(now=NOW + minutes(20)) == 1, "a new time is a new alarm"


def test_a_late_promise_until_somebody_answers(cast: Cast, visitor: Visitor) -> None:
    message = open_chat(visitor, channel="message", now=NOW - minutes(30))
    Contact.objects.filter(pk=message.pk).update(due_at=NOW)
    assert (keep_alarms(now=NOW), keep_alarms(now=NOW + minutes(1))) == (0, 1)
    assert Alarm.objects.get().contact == message
    take(message, cast.worker, NOW)
    keep_alarms(now=NOW + minutes(2))
    assert lasting() == ["promise_late"], "taken is not answered"
    say(message, staff_author(cast.worker, sign_in(cast.worker, NOW)), at=NOW + minutes(3))
    keep_alarms(now=NOW + minutes(3))
    assert lasting() == []


def test_a_callback_is_kept_by_the_first_try(cast: Cast, visitor: Visitor) -> None:
    wish = open_chat(visitor, channel="message", now=NOW - minutes(30))
    Contact.objects.filter(pk=wish.pk).update(due_at=NOW - minutes(1), channel="callback")
    callback = CallbackRequest.objects.create(contact=wish, number_sealed="x", number_end="1234")
    keep_alarms(now=NOW)
    assert lasting() == ["promise_late"]
    CallbackAttempt.objects.create(
        callback=callback, ordinal=1, nonce=uuid.uuid4(), worker=cast.worker, outcome="no_answer", at=NOW
    )
    keep_alarms(now=NOW)
    assert lasting() == []


def test_confirmed_danger_that_waits(cast: Cast, visitor: Visitor) -> None:
    chat = open_chat(visitor, now=NOW)
    decide_priority(contact_id=chat.pk, worker=cast.worker, decision="confirmed", now=NOW)
    assert [keep_alarms(now=NOW + minutes(n)) for n in (1, 2)] == [0, 1]
    take(chat, cast.worker, NOW + minutes(3))
    keep_alarms(now=NOW + minutes(3))
    assert lasting() == []


def test_a_supervisor_sees_them_counted_and_says_so_once(hours: None, cast: Cast) -> None:
    keep_alarms(now=NOW)
    alarm = Alarm.objects.get()
    client = desk(cast.supervisor)
    assert "Chat on auki, mutta kukaan ei päivystä" in client.get("/desk/alarms/").content.decode()
    assert "1 hälytys" in client.get("/desk/").content.decode()
    assert client.get("/api/v1/desk/").json()["to_review"] == 1
    for _twice in range(2):
        assert client.post(f"/desk/alarms/{alarm.pk}/seen/").status_code == 302
    alarm.refresh_from_db()
    assert (alarm.seen_by, alarm.seen_at, unseen_alarms(cast.supervisor, NOW)) == (cast.supervisor, NOW, 0)
    assert AuditEvent.objects.filter(code="chat.alarm.seen").count() == 1
    assert client.get("/api/v1/desk/").json()["to_review"] == 0
    assert desk(cast.worker).get("/desk/alarms/").status_code == 404


# -- states that should not be --------------------------------------------------------------------


def consultation_without_anybody(cast: Cast) -> Contact:
    contact = Contact.objects.create(
        channel="consultation", unit=cast.unit, asked_by=cast.professional, open_nonce=uuid.uuid4(), opened_at=NOW,
        queued_at=NOW,
    )  # fmt: skip
    room = Consultation.objects.create(contact=contact, title="Uni")
    ConsultationMember.objects.create(consultation=room, user=cast.professional, joined_at=NOW, left_at=NOW)
    return contact


def bad_state(code: str, cast: Cast) -> Contact:
    """A contact in the state that the table calls so, made past the services."""
    visitor = make_visitor(NOW)
    if code == "consultation_empty":
        return consultation_without_anybody(cast)
    if code == "worker_gone":
        contact = take(open_chat(visitor, now=NOW, channel="message"), cast.colleague, NOW)
        Membership.objects.filter(user=cast.colleague).update(ended_at=NOW)
        return contact
    if code == "callback_idle":
        contact = open_chat(visitor, now=NOW - minutes(300), channel="message")
        Contact.objects.filter(pk=contact.pk).update(channel="callback")
        CallbackRequest.objects.create(contact=contact, number_sealed="x", number_end="1234")
        return take(contact, cast.worker, NOW - minutes(260))
    if code == "request_open":
        contact = close(take(open_chat(visitor, now=NOW), cast.worker, NOW), cast.worker, cast.topic, NOW)
        IdentificationRequest.objects.create(contact=contact, asked_by=cast.worker, reason="Aika", asked_at=NOW)
        return contact
    if code == "unit_unstaffed":
        Membership.objects.filter(unit=cast.other_unit).update(ended_at=NOW)
        return open_chat(visitor, now=NOW, unit=cast.other_unit)
    assert code == "pooled_stray"
    contact = open_chat(visitor, now=NOW)
    Contact.objects.filter(pk=contact.pk).update(pooled_at=NOW)
    return contact


AFTER: dict[str, dict[str, Any]] = {
    "worker_gone": {"state": "waiting", "worker": None, "returned_at": NOW},
    "callback_idle": {"state": "waiting", "worker": None, "returned_at": NOW},
    "request_open": {"state": "closed"},
    "unit_unstaffed": {"state": "waiting", "pooled_at": None},
    "pooled_stray": {"state": "waiting", "pooled_at": None},
    "consultation_empty": {"state": "closed", "outcome": "went_silent"},
}


@pytest.mark.parametrize("code", [entry.code for entry in TABLE])
def test_each_bad_state_is_mended_once_told_once_and_then_left_alone(cast: Cast, code: str) -> None:
    contact, healthy = bad_state(code, cast), take(open_chat(make_visitor(NOW), now=NOW), cast.worker, NOW)
    assert reconcile(now=NOW) == Counter({code: 1})
    after = Contact.objects.get(pk=contact.pk)
    assert {name: getattr(after, name) for name in AFTER[code]} == AFTER[code]
    assert after.unit == cast.unit
    assert not IdentificationRequest.objects.filter(state="asked").exists()
    assert reconcile(now=NOW + minutes(5)) == Counter()
    told = AuditEvent.objects.get(code="guidance.contact.reconciled")
    assert (told.actor_kind, told.object_id, told.data) == ("system", str(contact.pk), {"state": code})
    alarm = Alarm.objects.get(kind="mended")
    assert (alarm.detail, alarm.contact, alarm.unit, alarm.ended_at) == (code, contact, cast.unit, NOW)
    assert Contact.objects.get(pk=healthy.pk).worker == cast.worker
    page = desk(cast.supervisor).get("/desk/alarms/").content.decode()
    assert str(next(entry.words for entry in TABLE if entry.code == code)) in page


def test_who_is_switched_off_holds_nothing_and_a_family_that_has_left_waits_nowhere(cast: Cast) -> None:
    visitor = make_visitor(NOW)
    chat, left = (take(open_chat(visitor, now=NOW), cast.worker, NOW) for _ in range(2))
    leave_contact(contact=left, visitor_key=visitor.key, now=NOW)
    type(cast.worker).objects.filter(pk=cast.worker.pk).update(is_active=False)
    assert reconcile(now=NOW) == Counter(worker_gone=2)
    found = {contact.pk: contact for contact in Contact.objects.all()}
    assert (found[chat.pk].state, found[left.pk].state, found[left.pk].outcome) == ("waiting", "closed", "went_silent")


def test_a_desk_forgotten_open_is_away_since_its_last_sign_of_life(cast: Cast) -> None:
    set_presence(user=cast.worker, state="available", now=NOW - minutes(31))
    set_presence(user=cast.colleague, state="available", now=NOW - minutes(29))
    assert reconcile(now=NOW) == Counter(presence_forgotten=1)
    assert reconcile(now=NOW) == Counter()
    presence = Presence.objects.get(user=cast.worker)
    assert (presence.state, presence.since) == ("away", NOW - minutes(31))
    assert Presence.objects.get(user=cast.colleague).state == "available"
    assert not Alarm.objects.exists(), "no supervisor needs to know"


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "waiting", "worker_id": 1},
        {"state": "closed"},
        {"state": "open", "worker_id": None},
        {"state": "waiting", "outcome": "resolved"},
    ],
)
def test_the_rest_of_them_the_database_refuses(cast: Cast, visitor: Visitor, wrong: dict[str, Any]) -> None:
    chat = take(open_chat(visitor, now=NOW), cast.worker, NOW)
    if wrong.get("worker_id"):
        wrong = wrong | {"worker_id": cast.worker.pk}
    with pytest.raises(IntegrityError), transaction.atomic():
        Contact.objects.filter(pk=chat.pk).update(**wrong)


def test_without_a_staffed_front_door_nothing_is_moved(cast: Cast) -> None:
    waiting = bad_state("unit_unstaffed", cast)
    Membership.objects.filter(unit=cast.unit).update(ended_at=NOW)
    assert reconcile(now=NOW) == Counter()
    assert Contact.objects.get(pk=waiting.pk).unit == Unit.objects.get(slug="pohjoinen")
