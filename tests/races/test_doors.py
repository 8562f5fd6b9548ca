"""A message that two want to answer, and one that goes live while it is closed; each with the control that shows what
the lock prevents."""

# ruff: noqa: B023 — the threads of a round end within it, so each lambda sees its own round.

import threading
import uuid
from collections import Counter
from contextlib import suppress

import pytest

from accounts.models import User
from core import realtime
from guidance.message_log import Outcome, Written
from guidance.models import Contact, Message
from guidance.services import ContactRefused, go_live, going_live, staff
from tests.cast import NOW, Cast, close, make_cast, make_visitor, open_chat, say, sign_in, staff_author, take
from tests.races.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = range(8)


@pytest.fixture(autouse=True)
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens in these tests, and threads need no loops."""
    monkeypatch.setattr(realtime, "publish", lambda events: None)
    monkeypatch.setattr(realtime, "_to_groups", lambda groups: None)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture
def without_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both read the row before either has written it."""
    meet = threading.Barrier(2)

    def unlocked(contact_id: uuid.UUID) -> Contact:
        found = Contact.objects.with_row_details().get(pk=contact_id)
        with suppress(threading.BrokenBarrierError):
            meet.wait(5)
        return found

    monkeypatch.setattr(staff, "locked", unlocked)
    monkeypatch.setattr(going_live, "locked", lambda pk: Contact.objects.with_row_details().get(pk=pk))


def a_message() -> Contact:
    return open_chat(make_visitor(), channel="message")


def answer(message: Contact, worker: User, session: str) -> Written | None:
    """Take it and answer, as a worker does who saw it wait. None: somebody else has it."""
    with suppress(ContactRefused):
        take(message, worker)
        return say(message, staff_author(worker, session), f"Hei, olen {worker.first_name}")
    return None


def answers_at_once(cast: Cast, message: Contact) -> list[Written | None]:
    sessions = {worker.pk: sign_in(worker) for worker in (cast.worker, cast.colleague)}
    return at_once(
        lambda: answer(message, cast.worker, sessions[cast.worker.pk]),
        lambda: answer(message, cast.colleague, sessions[cast.colleague.pk]),
    )


def joined(message: Contact) -> int:
    return Message.objects.filter(contact=message, code="worker_joined").count()


def test_two_workers_answer_one_message_and_the_family_hears_one(cast: Cast) -> None:
    for _round in ROUNDS:
        message = a_message()
        written = [result for result in answers_at_once(cast, message) if result is not None]
        assert [result.outcome for result in written] == [Outcome.WRITTEN]
        message.refresh_from_db()
        [words] = Message.objects.filter(contact=message, kind="worker")
        assert words.staff == message.worker == message.first_response_by
        assert joined(message) == 1


def test_without_the_lock_both_would_join(cast: Cast, without_lock: None) -> None:
    message = a_message()
    answers_at_once(cast, message)
    assert joined(message) == 2


def live_and_close(cast: Cast, message: Contact) -> list[object]:
    return at_once(
        lambda: go_live(contact_id=message.pk, worker=cast.worker, family_is_here=True, now=NOW),
        lambda: close(message, cast.worker, cast.topic),
    )


def test_going_live_while_closing_leaves_one_truth(cast: Cast) -> None:
    ends: Counter[str] = Counter()
    for _round in ROUNDS:
        message = take(a_message(), cast.worker)
        results = live_and_close(cast, message)
        assert [getattr(result, "code", "") for result in results if isinstance(result, Exception)] == ["closed"]
        message.refresh_from_db()
        assert message.followed_by.count() == (message.outcome == "continues")
        ends[message.outcome] += 1
    assert set(ends) <= {"continues", "resolved"}


def test_without_the_lock_a_closed_message_would_go_on(cast: Cast, without_lock: None) -> None:
    message = a_message()
    Contact.objects.filter(pk=message.pk).update(state="open", worker=cast.worker, joined_at=NOW, taken_at=NOW)
    assert [isinstance(result, Contact) for result in live_and_close(cast, message)] == [True, True]
    codes = Message.objects.filter(contact=message, kind="system").values_list("code", flat=True)
    assert {"went_live", "closed"} <= set(codes)


def test_going_live_twice_at_once_is_one_chat(cast: Cast) -> None:
    for _round in ROUNDS:
        message = take(a_message(), cast.worker)
        act = lambda: go_live(contact_id=message.pk, worker=cast.worker, family_is_here=True, now=NOW)  # noqa: E731
        first, second = at_once(act, act)
        assert first == second and message.followed_by.count() == 1
