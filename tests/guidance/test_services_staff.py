"""What a worker does with a contact: take, release, hand over, close, note; and what each leaves behind."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from audit.models import AuditEvent
from core import realtime
from core.realtime import Event
from core.text import BodyRefused
from guidance.models import Contact, Message, Note
from guidance.services import (
    AlreadyTaken,
    ContactClosed,
    FamilyLeft,
    NotReachable,
    NotYours,
    SheetIncomplete,
    add_note,
    close_contact,
    close_silent_contact,
    leave_contact,
    mark_seen,
    record_look,
    release_contact,
    return_to_queue,
    take_contact,
    transfer_contact,
    warn_of_silence,
)
from tests.cast import NOW, Cast, Visitor, close, say, sign_in, staff_author, take

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(minutes=5)


def fresh(contact: Contact) -> Contact:
    return Contact.objects.get(pk=contact.pk)


def last_code(contact: Contact) -> str:
    return Message.objects.filter(contact=contact).latest("seq").code


def audited(contact: Contact, code: str) -> AuditEvent:
    return AuditEvent.objects.get(object_id=str(contact.pk), code=code)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    heard: list[Event] = []
    monkeypatch.setattr(realtime, "publish", heard.extend)
    monkeypatch.setattr(realtime, "_to_groups", lambda groups: None)
    return heard


# -- take -----------------------------------------------------------------------------------------


def test_taking_joins_tells_and_audits(
    cast: Cast, chat: Contact, told: list[Event], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        taken = take(chat, cast.worker, LATER)
    assert (taken.state, taken.worker, taken.joined_at, taken.taken_at) == ("open", cast.worker, LATER, LATER)
    assert last_code(chat) == "worker_joined"
    record = audited(chat, "guidance.contact.taken")
    assert (record.actor_kind, record.actor_id, record.unit_id) == ("staff", cast.worker.pk, cast.unit.pk)
    state = next(event.frame for event in told if event.kind == "frame")
    assert state == {
        "v": 1, "type": "state", "contact": str(chat.pk), "state": "open",
        "worker": {"name": "Maija", "role": "perheohjaaja"}, "queue": None,
    }  # fmt: skip
    assert "Lehtonen" not in str(told), "families see a first name"


def test_a_taken_chat_is_taken(cast: Cast, chat: Contact) -> None:
    take(chat, cast.worker)
    with pytest.raises(AlreadyTaken) as refusal:
        take(chat, cast.colleague)
    assert (refusal.value.code, refusal.value.http_status) == ("taken", 409)
    assert "Maija" in refusal.value.detail
    assert fresh(chat).worker == cast.worker
    before = fresh(chat).last_seq
    assert take(chat, cast.worker).worker == cast.worker, "one's own again is nothing new"
    assert fresh(chat).last_seq == before


def test_a_closed_chat_cannot_be_taken(cast: Cast, chat: Contact, visitor: Visitor) -> None:
    leave_contact(contact=chat, visitor_key=visitor.key, now=NOW)
    with pytest.raises(ContactClosed):
        take(chat, cast.worker)


def test_a_refusal_leaves_no_trace(cast: Cast, chat: Contact) -> None:
    take(chat, cast.worker)
    messages, events = Message.objects.count(), AuditEvent.objects.count()
    for act in (
        lambda: take(chat, cast.colleague),
        lambda: release_contact(contact_id=chat.pk, worker=cast.colleague, now=LATER),
        lambda: close(chat, cast.colleague, cast.topic),
        lambda: transfer_contact(contact_id=chat.pk, worker=cast.colleague, to_unit=cast.other_unit, now=LATER),
    ):
        with pytest.raises((AlreadyTaken, NotYours)):
            act()
    assert (Message.objects.count(), AuditEvent.objects.count()) == (messages, events)


# -- release, return, transfer --------------------------------------------------------------------


def test_releasing_goes_to_the_head_of_the_queue(cast: Cast, chat: Contact) -> None:
    take(chat, cast.worker)
    released = release_contact(contact_id=chat.pk, worker=cast.worker, now=LATER)
    assert (released.state, released.worker, released.returned_at) == ("waiting", None, LATER)
    assert released.joined_at == NOW, "when somebody first joined is kept"
    assert last_code(chat) == "released"
    audited(chat, "guidance.contact.released")
    assert take(chat, cast.colleague, LATER).joined_at == NOW


def test_a_vanished_workers_chat_goes_back_and_the_family_is_told(cast: Cast, chat: Contact) -> None:
    take(chat, cast.worker)
    assert return_to_queue(contact_id=chat.pk, vanished=cast.worker, now=LATER)
    assert (fresh(chat).state, fresh(chat).returned_at) == ("waiting", LATER)
    assert last_code(chat) == "worker_vanished"
    record = audited(chat, "guidance.contact.returned")
    assert (record.actor_kind, record.data) == ("system", {"worker": cast.worker.pk})
    assert not return_to_queue(contact_id=chat.pk, vanished=cast.worker, now=LATER), "twice changes nothing twice"
    take(chat, cast.colleague)
    assert not return_to_queue(contact_id=chat.pk, vanished=cast.worker, now=LATER), "somebody else has it by now"


def test_handing_over_to_a_colleague(cast: Cast, chat: Contact) -> None:
    take(chat, cast.worker)
    moved = transfer_contact(contact_id=chat.pk, worker=cast.worker, to_worker=cast.colleague, now=LATER)
    assert (moved.state, moved.worker, moved.taken_at) == ("open", cast.colleague, LATER)
    assert last_code(chat) == "transferred"
    audited(chat, "guidance.contact.transferred")
    with pytest.raises(NotYours):
        release_contact(contact_id=chat.pk, worker=cast.worker, now=LATER)


@pytest.mark.parametrize("who", ["outsider", "professional", "supervisor", "catalogue_admin", "worker"])
def test_a_chat_can_be_handed_only_to_another_worker_of_the_unit(cast: Cast, chat: Contact, who: str) -> None:
    take(chat, cast.worker)
    with pytest.raises(NotReachable):
        transfer_contact(contact_id=chat.pk, worker=cast.worker, to_worker=getattr(cast, who), now=LATER)
    assert fresh(chat).worker == cast.worker


def test_a_chat_is_not_handed_to_somebody_whose_account_has_ended(cast: Cast, chat: Contact) -> None:
    take(chat, cast.worker)
    cast.colleague.is_active = False
    cast.colleague.save()
    with pytest.raises(NotReachable):
        transfer_contact(contact_id=chat.pk, worker=cast.worker, to_worker=cast.colleague, now=LATER)


def test_handing_over_to_a_unit_puts_it_at_the_head_of_that_queue(cast: Cast, chat: Contact) -> None:
    take(chat, cast.worker)
    moved = transfer_contact(contact_id=chat.pk, worker=cast.worker, to_unit=cast.other_unit, now=LATER)
    assert (moved.state, moved.unit, moved.worker, moved.returned_at) == ("waiting", cast.other_unit, None, LATER)
    assert take(chat, cast.outsider, LATER).worker == cast.outsider


def test_a_hand_over_without_a_target_is_refused(cast: Cast, chat: Contact) -> None:
    take(chat, cast.worker)
    with pytest.raises(NotReachable):
        transfer_contact(contact_id=chat.pk, worker=cast.worker, now=LATER)


# -- closing --------------------------------------------------------------------------------------


def test_closing_tells_the_family_what_happens_next(
    cast: Cast, chat: Contact, told: list[Event], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    take(chat, cast.worker)
    with django_capture_on_commit_callbacks(execute=True):
        closed = close_contact(
            contact_id=chat.pk, worker=cast.worker, outcome="referred", topic=cast.topic,
            next_step="Neuvola soittaa tiistaina.", next_step_owner="service", now=LATER,
        )  # fmt: skip
    assert (closed.state, closed.outcome, closed.closed_at, closed.topic) == ("closed", "referred", LATER, cast.topic)
    assert "Neuvola soittaa tiistaina." in Message.objects.filter(contact=chat).latest("seq").body
    state = [event.frame for event in told if event.kind == "frame"][-1]
    assert state is not None
    assert (state["state"], state["outcome"], state["next_step"], state["next_step_owner"]) == (
        "closed", "referred", "Neuvola soittaa tiistaina.", "service",
    )  # fmt: skip
    assert audited(chat, "guidance.contact.closed").data == {"outcome": "referred"}


@pytest.mark.parametrize("outcome", ["", "went_silent", "left_queue", "vanished"])
def test_a_worker_cannot_choose_an_outcome_that_comes_by_itself(cast: Cast, chat: Contact, outcome: str) -> None:
    take(chat, cast.worker)
    with pytest.raises(SheetIncomplete):
        close(chat, cast.worker, cast.topic, outcome=outcome)
    assert fresh(chat).state == "open"


def test_a_closing_sheet_without_a_topic_is_incomplete(cast: Cast, chat: Contact) -> None:
    take(chat, cast.worker)
    with pytest.raises(SheetIncomplete):
        close(chat, cast.worker, None)  # type: ignore[arg-type]


def test_a_next_step_that_cannot_be_stored_closes_nothing(cast: Cast, chat: Contact) -> None:
    take(chat, cast.worker)
    with pytest.raises(BodyRefused):
        close(chat, cast.worker, cast.topic, step="a\x00")
    assert fresh(chat).state == "open"


def test_the_longest_next_step_closes_and_a_longer_one_is_refused(cast: Cast, chat: Contact) -> None:
    """The thread's closing line has room for the step and a name before it."""
    take(chat, cast.worker)
    with pytest.raises(BodyRefused) as refusal:
        close(chat, cast.worker, cast.topic, step="a" * 2_001)
    assert refusal.value.code == "too_long"
    assert fresh(chat).state == "open"
    close(chat, cast.worker, cast.topic, step="a" * 2_000)
    assert fresh(chat).next_step == "a" * 2_000


def test_a_closed_contact_is_never_reopened(cast: Cast, chat: Contact) -> None:
    take(chat, cast.worker)
    close(chat, cast.worker, cast.topic)
    for act in (
        lambda: take_contact(contact_id=chat.pk, worker=cast.worker, now=LATER),
        lambda: release_contact(contact_id=chat.pk, worker=cast.worker, now=LATER),
        lambda: close(chat, cast.worker, cast.topic, LATER),
    ):
        with pytest.raises(ContactClosed):
            act()


# -- silence --------------------------------------------------------------------------------------


def test_silence_is_warned_of_once_and_then_closes(cast: Cast, chat: Contact) -> None:
    take(chat, cast.worker)
    say(chat, staff_author(cast.worker, sign_in(cast.worker)), at=NOW)
    assert not warn_of_silence(contact_id=chat.pk, minutes_left=10, silent_since=NOW - dt.timedelta(1), now=LATER)
    assert warn_of_silence(contact_id=chat.pk, minutes_left=10, silent_since=NOW, now=LATER)
    assert not warn_of_silence(contact_id=chat.pk, minutes_left=10, silent_since=LATER, now=LATER)
    assert (last_code(chat), fresh(chat).idle_warned_at) == ("silence_warning", LATER)
    assert close_silent_contact(contact_id=chat.pk, silent_since=LATER, now=LATER)
    assert fresh(chat).outcome == "went_silent"
    assert audited(chat, "guidance.contact.closed").actor_kind == "system"


def test_a_family_whose_turn_it_is_not_is_not_silent(cast: Cast, chat: Contact) -> None:
    take(chat, cast.worker)
    assert not warn_of_silence(contact_id=chat.pk, minutes_left=10, silent_since=LATER, now=LATER)
    assert not close_silent_contact(contact_id=chat.pk, silent_since=LATER, now=LATER)


def test_a_word_from_the_family_takes_the_warning_back(cast: Cast, chat: Contact, visitor: Visitor) -> None:
    take(chat, cast.worker)
    worker = staff_author(cast.worker, sign_in(cast.worker))
    say(chat, worker)
    assert warn_of_silence(contact_id=chat.pk, minutes_left=10, silent_since=NOW, now=NOW)
    say(chat, visitor.author, at=LATER)
    assert fresh(chat).idle_warned_at is None
    say(chat, worker, at=LATER)
    assert not close_silent_contact(contact_id=chat.pk, silent_since=NOW, now=LATER)


# -- notes, looks, seen ---------------------------------------------------------------------------


def test_a_note_is_of_the_relationship_and_in_no_thread(cast: Cast, chat: Contact) -> None:
    before = Message.objects.count()
    note = add_note(contact=chat, worker=cast.worker, body="Soitettava huomenna", now=NOW)
    assert (note.relationship, note.author) == (chat.relationship, cast.worker)
    assert Message.objects.count() == before
    assert audited(chat, "guidance.note.written").data == {"note": note.pk}
    with pytest.raises(BodyRefused):
        add_note(contact=chat, worker=cast.worker, body=" ", now=NOW)
    assert Note.objects.count() == 1


def test_every_look_is_written_and_a_reconnect_is_no_new_look(cast: Cast, chat: Contact) -> None:
    for minutes in (0, 1, 9, 11):
        record_look(contact=chat, worker=cast.worker, now=NOW + dt.timedelta(minutes=minutes))
    record_look(contact=chat, worker=cast.supervisor, now=NOW)
    looks = AuditEvent.objects.filter(code="guidance.contact.viewed", object_id=str(chat.pk)).order_by("at", "id")
    assert [(look.actor_id, look.at - NOW) for look in looks] == [
        (cast.worker.pk, dt.timedelta(0)),
        (cast.supervisor.pk, dt.timedelta(0)),
        (cast.worker.pk, dt.timedelta(minutes=11)),
    ]


def test_only_the_reading_of_the_one_who_has_it_counts(cast: Cast, chat: Contact) -> None:
    take(chat, cast.worker)
    assert mark_seen(contact_id=chat.pk, kind="worker", staff_id=cast.colleague.pk, seq=2) is None
    assert fresh(chat).worker_seen_seq == 0
    assert mark_seen(contact_id=chat.pk, kind="worker", staff_id=cast.worker.pk, seq=99) == 2, "at most what is there"
    assert mark_seen(contact_id=chat.pk, kind="worker", staff_id=cast.worker.pk, seq=1) == 2, "never backwards"


def test_a_family_that_has_left_waits_in_no_queue(cast: Cast, visitor: Visitor, chat: Contact) -> None:
    take(chat, cast.worker)
    leave_contact(contact=chat, visitor_key=visitor.key, now=LATER)
    with pytest.raises(FamilyLeft):
        release_contact(contact_id=chat.pk, worker=cast.worker, now=LATER)
    with pytest.raises(FamilyLeft):
        transfer_contact(contact_id=chat.pk, worker=cast.worker, to_worker=cast.colleague, now=LATER)
    assert fresh(chat).state == Contact.State.OPEN
    assert fresh(chat).worker == cast.worker
