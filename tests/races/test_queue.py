"""Turns, two at once: chats of the common queue, workers who ask for the next together, a hand-over while closing."""

# ruff: noqa: B023 — the threads of a round end within it, so each lambda sees its own round.

import datetime as dt
import threading
import uuid
from contextlib import suppress
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models import QuerySet

from accounts.models import Membership, Unit, User
from audit.models import AuditEvent
from chat import take_next as turns
from chat.take_next import take_next
from core import realtime
from guidance.models import Contact, Message
from guidance.services import (
    AlreadyTaken,
    ContactRefused,
    decide_priority,
    pool_those_who_wait_long,
    staff,
    transfer_contact,
)
from tests.cast import NOW, Cast, close, make_cast, make_visitor, open_chat, take
from tests.races.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = range(6)


@pytest.fixture(autouse=True)
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens in these tests, and threads need no loops."""
    monkeypatch.setattr(realtime, "publish", lambda events: None)
    monkeypatch.setattr(realtime, "_to_groups", lambda groups: None)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    found = make_cast()
    Unit.objects.update(pool_after_minutes=10)
    return found


def pooled() -> Contact:
    contact = open_chat(make_visitor())
    Contact.objects.filter(pk=contact.pk).update(pooled_at=NOW)
    return contact


def joined(contact: Contact) -> int:
    return Message.objects.filter(contact=contact, code="worker_joined").count()


def unlocked_until_both_have_read(meet: threading.Barrier) -> Any:
    """In place of the lock: both read the row before either writes it."""

    def read(contact_id: uuid.UUID) -> Contact:
        found = Contact.objects.with_row_details().get(pk=contact_id)
        with suppress(threading.BrokenBarrierError):
            meet.wait(5)
        return found

    return read


def test_two_units_take_one_pooled_chat_and_one_has_it(cast: Cast) -> None:
    for _round in ROUNDS:
        contact = pooled()
        results = at_once(lambda: take(contact, cast.worker), lambda: take(contact, cast.outsider))
        assert sum(isinstance(result, AlreadyTaken) for result in results) == 1, results
        after = Contact.objects.get(pk=contact.pk)
        unit = {cast.worker: cast.unit, cast.outsider: cast.other_unit}[after.worker]
        assert (after.unit, after.pooled_at, joined(contact)) == (unit, None, 1)


def test_without_the_lock_two_units_would_have_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same race, the row read without its lock; both have been let in before either writes."""
    meet, let_in = threading.Barrier(2), staff._unit_left

    def until_both_are_let_in(contact: Contact, worker: User) -> int | None:
        unit = let_in(contact, worker)
        with suppress(threading.BrokenBarrierError):
            meet.wait(5)
        return unit

    monkeypatch.setattr(staff, "locked", lambda contact_id: Contact.objects.with_row_details().get(pk=contact_id))
    monkeypatch.setattr(staff, "_unit_left", until_both_are_let_in)
    contact = pooled()
    results = at_once(lambda: take(contact, cast.worker), lambda: take(contact, cast.outsider))
    assert [isinstance(result, Contact) for result in results] == [True, True]
    assert joined(contact) == 2


def test_a_chat_comes_into_the_common_queue_while_its_own_unit_takes_it(cast: Cast) -> None:
    for _round in ROUNDS:
        contact = open_chat(make_visitor(), now=NOW - dt.timedelta(minutes=20))
        at_once(lambda: take(contact, cast.worker), lambda: pool_those_who_wait_long(now=NOW))
        after = Contact.objects.get(pk=contact.pk)
        assert (after.state, after.worker, after.pooled_at) == ("open", cast.worker, None)


def workers(cast: Cast, count: int) -> list[User]:
    made = [User.objects.create(email=f"t{n}@demo.test", first_name=f"T{n}", last_name="T") for n in range(count)]
    Membership.objects.bulk_create(Membership(user=user, unit=cast.unit, role="worker") for user in made)
    return made


def test_eight_who_ask_for_the_next_at_once_get_eight_different_chats(cast: Cast) -> None:
    asking = workers(cast, 8)
    waiting = [open_chat(make_visitor(), now=NOW) for _ in range(9)]
    results = at_once(*[lambda worker=worker: take_next(worker=worker, now=NOW) for worker in asking])
    assert {result.pk for result in results} <= {contact.pk for contact in waiting}
    assert len({result.pk for result in results}) == 8, results
    assert {Contact.objects.get(pk=result.pk).worker for result in results} == set(asking)
    assert AuditEvent.objects.filter(code="guidance.contact.taken").count() == 8


def test_without_passing_by_they_would_run_for_the_same_one(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the first in turn, looked up without a lock."""
    meet = threading.Barrier(4)

    def first(waiting: QuerySet[Contact], *, skip_locked: bool) -> uuid.UUID | None:
        found = waiting.values_list("pk", flat=True).first()
        with suppress(threading.BrokenBarrierError):
            meet.wait(5)
        return found

    monkeypatch.setattr(turns, "_first", first)
    asking = workers(cast, 4)
    for _ in range(4):
        open_chat(make_visitor(), now=NOW)
    results = at_once(*[lambda worker=worker: take_next(worker=worker, now=NOW) for worker in asking])
    assert sum(isinstance(result, AlreadyTaken) for result in results) == 3, results


def test_the_last_one_is_got_though_its_row_is_held_a_moment(cast: Cast) -> None:
    """Somebody decides on the only chat that waits while two workers ask for the next: one gets it all the same."""
    for _round in ROUNDS:
        contact = open_chat(make_visitor(), now=NOW)
        first, second, _decided = at_once(
            lambda: take_next(worker=cast.worker, now=NOW),
            lambda: take_next(worker=cast.colleague, now=NOW),
            lambda: decide_priority(contact_id=contact.pk, worker=cast.colleague, decision="confirmed", now=NOW),
        )
        assert sum(isinstance(result, Contact) for result in (first, second)) == 1, (first, second)
        close(contact, Contact.objects.get(pk=contact.pk).worker, cast.topic)


def ends(contact: Contact) -> list[str]:
    said = Message.objects.filter(contact=contact, code__in=["transferred", "closed"])
    return list(said.values_list("code", flat=True))


def test_a_hand_over_to_another_unit_while_closing_leaves_one_truth(cast: Cast) -> None:
    for _round in ROUNDS:
        contact = take(open_chat(make_visitor()), cast.worker)
        at_once(
            lambda: transfer_contact(contact_id=contact.pk, worker=cast.worker, to_unit=cast.other_unit, now=NOW),
            lambda: close(contact, cast.worker, cast.topic),
        )
        after = Contact.objects.get(pk=contact.pk)
        expected = {"transferred": ("waiting", cast.other_unit), "closed": ("closed", cast.unit)}
        (end,) = ends(contact)
        assert (after.state, after.unit) == expected[end]


def test_without_the_lock_it_would_be_handed_over_and_closed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: both read the contact before either writes. Either both are done, or the second one is stopped only
    by the database, which refuses a closed contact in a queue; nobody is told that the other was quicker."""
    monkeypatch.setattr(staff, "locked", unlocked_until_both_have_read(threading.Barrier(2)))
    contact = take_with_lock(cast)
    results = at_once(
        lambda: transfer_contact(contact_id=contact.pk, worker=cast.worker, to_unit=cast.other_unit, now=NOW),
        lambda: close(contact, cast.worker, cast.topic),
    )
    assert not any(isinstance(result, ContactRefused) for result in results), results
    stopped = any(isinstance(result, IntegrityError) for result in results)
    assert stopped or sorted(ends(contact)) == ["closed", "transferred"]


def take_with_lock(cast: Cast) -> Contact:
    contact = open_chat(make_visitor())
    Contact.objects.filter(pk=contact.pk).update(state="open", worker=cast.worker, joined_at=NOW, taken_at=NOW)
    return contact
