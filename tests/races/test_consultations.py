"""Consultations, two at once: one answers, nobody writes after leaving, and a hand-over while closing leaves one truth;
controls show the faults first."""

import threading
import uuid
from collections import Counter
from contextlib import suppress

import pytest

from audit.models import AuditEvent
from core import realtime
from guidance.message_log import Outcome
from guidance.models import Consultation, ConsultationMember, Contact, Message
from guidance.services import consultations, leave_consultation, open_room, staff, transfer_contact
from tests.cast import (
    NOW,
    Cast,
    answer,
    close,
    consult,
    make_cast,
    make_visitor,
    open_chat,
    say,
    sign_in,
    staff_author,
    take,
)
from tests.races.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = range(5)


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


def unlocked(contact_id: uuid.UUID) -> Contact:
    """The row without its lock; both have read it before either goes on."""
    found = Contact.objects.with_row_details().get(pk=contact_id)
    with suppress(threading.BrokenBarrierError):
        MEET.wait(3)
    return found


MEET = threading.Barrier(2)


def test_two_colleagues_answer_one_question_and_one_gets_it(cast: Cast) -> None:
    for _round in ROUNDS:
        contact = consult(cast.professional, unit=cast.unit)
        results = at_once(lambda: answer(contact, cast.worker), lambda: answer(contact, cast.colleague))  # noqa: B023
        assert Counter(getattr(result, "code", "got it") for result in results) == {"got it": 1, "taken": 1}
        assert codes(contact) == ["consultation_answered"]
        assert ConsultationMember.objects.filter(consultation=contact.pk).count() == 2
        assert AuditEvent.objects.filter(object_id=str(contact.pk), code="guidance.contact.taken").count() == 1


def test_without_the_lock_both_would_answer(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same race, the row read without its lock."""
    monkeypatch.setattr(consultations, "locked", unlocked)
    MEET.reset()
    contact = consult(cast.professional, unit=cast.unit)
    results = at_once(lambda: answer(contact, cast.worker), lambda: answer(contact, cast.colleague))
    assert [isinstance(result, Contact) for result in results] == [True, True]
    assert ConsultationMember.objects.filter(consultation=contact.pk).count() == 3


def test_who_leaves_while_writing_has_written_before_or_not_at_all(cast: Cast) -> None:
    for _round in ROUNDS:
        contact = answer(consult(cast.professional, unit=cast.unit), cast.worker)
        author = staff_author(cast.worker, sign_in(cast.worker))
        said, _left = at_once(
            lambda: say(contact, author, "Vielä yksi asia"),  # noqa: B023
            lambda: leave_consultation(contact_id=contact.pk, user=cast.worker, now=NOW),  # noqa: B023
        )
        lines = list(Message.objects.filter(contact=contact).order_by("seq").values_list("kind", "code"))
        assert said.outcome in (Outcome.WRITTEN, Outcome.UNKNOWN)
        assert lines.index(("system", "consultation_left")) == (3 if said.outcome is Outcome.WRITTEN else 2), lines
        assert say(contact, author, "Ja toinen").outcome is Outcome.UNKNOWN


def test_the_room_of_the_day_opened_twice_at_once_is_one(cast: Cast) -> None:
    first, second = at_once(
        lambda: open_room(unit=cast.unit, user=cast.worker, now=NOW),
        lambda: open_room(unit=cast.unit, user=cast.colleague, now=NOW),
    )
    assert first == second
    assert (Consultation.objects.count(), Contact.objects.count()) == (1, 1)


def test_a_hand_over_while_closing_leaves_one_truth(cast: Cast) -> None:
    for _round in ROUNDS:
        contact = take(open_chat(make_visitor()), cast.worker)
        results = hand_over_while_closing(cast, contact)
        ends = [code for code in codes(contact) if code in ("closed", "transferred")]
        after = Contact.objects.get(pk=contact.pk)
        assert [isinstance(result, Contact) for result in results].count(True) == 1
        assert (ends, after.state) in [(["closed"], "closed"), (["transferred"], "open")]
        assert after.worker == (cast.worker if after.state == "closed" else cast.colleague)


def test_without_the_lock_a_contact_would_be_handed_over_and_closed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: both are told that they have done it, and the colleague has been given what is over."""
    monkeypatch.setattr(staff, "locked", unlocked)
    MEET.reset()
    contact = take_as_before(open_chat(make_visitor()), cast)
    results = hand_over_while_closing(cast, contact)
    assert [isinstance(result, Contact) for result in results] == [True, True]
    assert {"closed", "transferred"} <= set(codes(contact))


def take_as_before(contact: Contact, cast: Cast) -> Contact:
    """A worker has it, without the service whose lock is taken away."""
    Contact.objects.filter(pk=contact.pk).update(state="open", worker=cast.worker, joined_at=NOW, taken_at=NOW)
    return Contact.objects.get(pk=contact.pk)


def hand_over_while_closing(cast: Cast, contact: Contact) -> list[object]:
    return at_once(
        lambda: transfer_contact(contact_id=contact.pk, worker=cast.worker, to_worker=cast.colleague, now=NOW),
        lambda: close(contact, cast.worker, cast.topic),
    )
