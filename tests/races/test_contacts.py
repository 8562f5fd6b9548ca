"""Two at once, with real threads and real transactions; a control shows the fault that the lock prevents."""

# ruff: noqa: B023 — the threads of a round end within it, so each lambda sees its own round.

import datetime as dt
import threading
import uuid
from collections import Counter
from contextlib import suppress
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from accounts.models import Visitor as VisitorRow
from accounts.models import VisitorKey
from accounts.visitors import find_key, new_secret
from audit.models import AuditEvent
from core import realtime
from guidance.message_log import Outcome
from guidance.models import Contact, Feedback, Message
from guidance.services import (
    ContactRefused,
    carry_over,
    close_silent_contact,
    give_feedback,
    leave_contact,
    locking,
    open_contact,
    release_contact,
    return_to_queue,
    staff,
    transfer_contact,
)
from tests.cast import NOW, TEXT, Cast, close, make_cast, make_visitor, open_chat, say, sign_in, staff_author, take
from tests.races.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens in these tests, and threads need no loops."""
    monkeypatch.setattr(realtime, "publish", lambda events: None)
    monkeypatch.setattr(realtime, "_to_groups", lambda groups: None)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


def codes(contact: Contact) -> list[str]:
    return list(Message.objects.filter(contact=contact, kind="system").order_by("seq").values_list("code", flat=True))


def numbers(contact: Contact) -> list[int]:
    return list(Message.objects.filter(contact=contact).order_by("seq").values_list("seq", flat=True))


ROUNDS = range(8)


def test_two_workers_take_one_chat_and_one_gets_it(cast: Cast) -> None:
    for _round in ROUNDS:
        contact = open_chat(make_visitor())
        first, second = at_once(lambda: take(contact, cast.worker), lambda: take(contact, cast.colleague))
        refusals = [result for result in (first, second) if isinstance(result, Exception)]
        assert [getattr(refusal, "code", refusal) for refusal in refusals] == ["taken"]
        winner = next(result for result in (first, second) if isinstance(result, Contact))
        assert Contact.objects.get(pk=contact.pk).worker == winner.worker
        assert codes(contact) == ["worker_joined"]
        assert AuditEvent.objects.filter(object_id=str(contact.pk), code="guidance.contact.taken").count() == 1


def test_without_the_lock_both_would_get_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same race, the row read without its lock."""
    meet = threading.Barrier(2)

    def unlocked(contact_id: uuid.UUID) -> Contact:
        found = Contact.objects.with_row_details().get(pk=contact_id)
        with suppress(threading.BrokenBarrierError):
            meet.wait(5)
        return found

    monkeypatch.setattr(staff, "locked", unlocked)
    contact = open_chat(make_visitor())
    results = at_once(lambda: take(contact, cast.worker), lambda: take(contact, cast.colleague))
    assert [isinstance(result, Contact) for result in results] == [True, True]
    assert codes(contact) == ["worker_joined", "worker_joined"]


def test_the_lock_is_a_lock(cast: Cast) -> None:
    contact = open_chat(make_visitor())
    with transaction.atomic():
        locking.locked(contact.pk)

        def second() -> None:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '200ms'")
                locking.locked(contact.pk)

        (result,) = at_once(second)
    assert isinstance(result, OperationalError)


def test_release_and_close_at_once_leave_one_truth(cast: Cast) -> None:
    for _round in ROUNDS:
        contact = take(open_chat(make_visitor()), cast.worker)
        at_once(
            lambda: release_contact(contact_id=contact.pk, worker=cast.worker, now=NOW),
            lambda: close(contact, cast.worker, cast.topic),
            lambda: transfer_contact(contact_id=contact.pk, worker=cast.worker, to_worker=cast.colleague, now=NOW),
        )
        ends = [code for code in codes(contact) if code != "worker_joined"]
        state = Contact.objects.get(pk=contact.pk)
        # A close may come before nothing, a release or hand-over takes the right to the rest away.
        assert len(ends) == 1, ends
        assert {"released": "waiting", "closed": "closed", "transferred": "open"}[ends[0]] == state.state
        assert numbers(contact) == [1, 2, 3]


def test_a_family_leaves_while_a_worker_takes(cast: Cast) -> None:
    seen = Counter()
    for _round in ROUNDS:
        visitor = make_visitor()
        contact = open_chat(visitor)
        at_once(
            lambda: take(contact, cast.worker),
            lambda: leave_contact(contact=contact, visitor_key=visitor.key, now=NOW),
        )
        after = Contact.objects.get(pk=contact.pk)
        if after.outcome == "left_queue":
            assert (after.worker, after.joined_at, codes(contact)) == (None, None, ["left_queue"])
        else:
            assert (after.state, after.worker, codes(contact)) == (
                "open",
                cast.worker,
                ["worker_joined", "family_left"],
            )
            assert after.left_at is not None
        seen[after.outcome] += 1
    assert sum(seen.values()) == len(ROUNDS)


def test_a_chat_is_taken_while_it_is_carried_over(cast: Cast) -> None:
    for _round in ROUNDS:
        contact = open_chat(make_visitor())
        at_once(
            lambda: take(contact, cast.worker),
            lambda: carry_over(contact=contact, now=NOW),
            lambda: carry_over(contact=contact, now=NOW),
        )
        after = Contact.objects.get(pk=contact.pk)
        followers = Contact.objects.filter(follows=contact).count()
        assert (after.state, followers) in [("open", 0), ("closed", 1)]


def test_a_worker_vanishes_twice_and_answers_meanwhile(cast: Cast) -> None:
    for _round in ROUNDS:
        contact = take(open_chat(make_visitor()), cast.worker)
        author = staff_author(cast.worker, sign_in(cast.worker))
        results = at_once(
            lambda: return_to_queue(contact_id=contact.pk, vanished=cast.worker, now=NOW),
            lambda: return_to_queue(contact_id=contact.pk, vanished=cast.worker, now=NOW),
            lambda: say(contact, author, "Olen täällä"),
        )
        assert sorted(results[:2]) == [False, True]
        assert results[2].outcome in (Outcome.WRITTEN, Outcome.NOT_YOURS)
        assert codes(contact).count("worker_vanished") == 1
        assert numbers(contact) == list(range(1, len(numbers(contact)) + 1))


def test_a_silent_family_speaks_at_the_last_moment(cast: Cast) -> None:
    for _round in ROUNDS:
        visitor = make_visitor()
        contact = take(open_chat(visitor), cast.worker)
        say(contact, staff_author(cast.worker, sign_in(cast.worker)))
        later = NOW + dt.timedelta(hours=1)
        closed, said = at_once(
            lambda: close_silent_contact(contact_id=contact.pk, silent_since=later, now=later),
            lambda: say(contact, visitor.author, "Olen tässä", at=later),
        )
        state = Contact.objects.get(pk=contact.pk).state
        if closed:
            assert (state, said.outcome) == ("closed", Outcome.CLOSED)
        else:
            assert (state, said.outcome) == ("open", Outcome.WRITTEN)


def test_many_writers_of_one_thread_leave_no_gap_and_no_double(cast: Cast) -> None:
    visitor = make_visitor()
    contact = open_chat(visitor)
    nonce = uuid.uuid4()
    acts = [lambda: say(contact, visitor.author, "Sama", nonce=nonce) for _n in range(4)]
    acts += [lambda: say(contact, visitor.author, "Oma") for _n in range(4)]
    results = at_once(*acts)
    assert Counter(result.outcome for result in results[:4]) == {Outcome.WRITTEN: 1, Outcome.DUPLICATE: 3}
    assert {result.message.seq for result in results[:4]} == {results[0].message.seq}
    assert numbers(contact) == list(range(1, 7))


def test_one_opening_sent_twice_at_once_is_one_contact_and_one_visitor(cast: Cast) -> None:
    for _round in ROUNDS:
        secret, nonce = new_secret(), uuid.uuid4()

        def opening(secret: str = secret, nonce: uuid.UUID = nonce) -> Any:
            return open_contact(
                visitor_key=find_key(secret), channel="chat", nonce=nonce, body=TEXT, language="fi",
                fresh_secret=secret, now=NOW,
            )  # fmt: skip

        results = at_once(opening, opening)
        assert [type(result).__name__ for result in results] == ["OpenedContact"] * 2, results
        assert results[0].contact == results[1].contact
        assert sorted(result.created for result in results) == [False, True]
    assert Contact.objects.count() == VisitorRow.objects.count() == VisitorKey.objects.count() == len(ROUNDS)


def test_feedback_given_twice_at_once_is_given_once(cast: Cast) -> None:
    visitor = make_visitor()
    contact = close(take(open_chat(visitor), cast.worker), cast.worker, cast.topic)

    def rate() -> Feedback:
        return give_feedback(contact=contact, visitor_key=visitor.key, helped="yes", feeling=5, word="", now=NOW)

    results = at_once(rate, rate)
    assert sorted(isinstance(result, ContactRefused) for result in results) == [False, True]
    assert Feedback.objects.count() == 1
