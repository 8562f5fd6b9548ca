"""Breaking the glass: who may, what it opens, for how long, and who is told."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import Http404

from accounts.models import Membership, User
from audit.models import AuditEvent
from core.text import BodyRefused
from guidance.models import BreakGlass, Contact
from guidance.rights import MAY_READ
from guidance.selectors import contact_by_reference, contact_for_reader, contact_for_worker, notes_of
from guidance.services import (
    GlassReviewed,
    OwnGlass,
    UnknownReference,
    add_note,
    break_glass,
    review_glass,
)
from tests.cast import NOW, Cast, make_visitor, open_chat, say, sign_in, staff_author

pytestmark = pytest.mark.django_db
REASON = "Lapsi on kadonnut, ja poliisi kysyy tietoja heti."
HOUR = dt.timedelta(hours=1)


def opened(cast: Cast, chat: Contact, user: User | None = None, now: dt.datetime = NOW) -> BreakGlass:
    user = user or cast.outsider
    assert break_glass(user=user, reference=chat.reference, reason=REASON, now=now) == chat.pk
    return BreakGlass.objects.get(user=user)


def may_read(user: User, chat: Contact, session: str, now: dt.datetime) -> bool:
    asked = {"contact": chat.pk, "key": None, "staff": user.pk, "session": session, "at": now}
    with connection.cursor() as cursor:
        cursor.execute(MAY_READ, asked)
        return bool(cursor.fetchone()[0])


def test_a_foreign_contact_can_be_read_for_an_hour_and_no_longer(cast: Cast, chat: Contact) -> None:
    session = sign_in(cast.outsider)
    with pytest.raises(Http404):
        contact_for_reader(cast.outsider, chat.pk, NOW)
    assert not may_read(cast.outsider, chat, session, NOW)
    glass = opened(cast, chat)
    assert (glass.unit, glass.until) == (cast.other_unit, NOW + HOUR)
    for moment, expected in ((NOW, True), (NOW + HOUR - dt.timedelta(seconds=1), True), (NOW + HOUR, False)):
        assert may_read(cast.outsider, chat, session, moment) is expected
        if expected:
            assert contact_for_reader(cast.outsider, chat.pk, moment) == chat
        else:
            with pytest.raises(Http404):
                contact_for_reader(cast.outsider, chat.pk, moment)


def test_it_opens_one_contact_to_one_person_to_read(cast: Cast, chat: Contact) -> None:
    other = open_chat(make_visitor())
    opened(cast, chat)
    for user, contact in ((cast.outsider, other), (cast.professional, chat)):
        with pytest.raises(Http404):
            contact_for_reader(user, contact.pk, NOW)
    with pytest.raises(Http404):
        contact_for_worker(cast.outsider, chat.pk)
    written = say(chat, staff_author(cast.outsider, sign_in(cast.outsider)))
    assert written.message is None, "reading is not writing"


def test_the_end_of_the_role_ends_it_at_once(cast: Cast, chat: Contact) -> None:
    session = sign_in(cast.outsider)
    opened(cast, chat)
    assert may_read(cast.outsider, chat, session, NOW)
    Membership.objects.filter(user=cast.outsider).update(ended_at=NOW)
    assert not may_read(cast.outsider, chat, session, NOW)
    with pytest.raises(Http404):
        contact_for_reader(User.objects.get(pk=cast.outsider.pk), chat.pk, NOW)


def test_it_is_audited_with_the_readers_own_unit_and_without_the_reason(cast: Cast, chat: Contact) -> None:
    glass = opened(cast, chat)
    event = AuditEvent.objects.get(code="guidance.break_glass.opened")
    assert (event.actor_id, event.unit_id, event.role, event.ground) == (
        cast.outsider.pk, cast.other_unit.pk, "worker", "break_glass",
    )  # fmt: skip
    assert (event.object_id, event.relationship_id, event.data) == (
        str(chat.pk), chat.relationship_id, {"glass": glass.pk},
    )  # fmt: skip


def test_the_desks_of_the_contacts_unit_are_told_at_once(
    cast: Cast, chat: Contact, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    told: list[list[int]] = []
    monkeypatch.setattr("core.realtime.announce_desk", lambda units: told.append(list(units)))
    with django_capture_on_commit_callbacks(execute=True):
        opened(cast, chat)
    assert told == [[cast.unit.pk]]


def test_opening_again_within_the_hour_is_the_same_opening(cast: Cast, chat: Contact) -> None:
    opened(cast, chat)
    opened(cast, chat, now=NOW + HOUR / 2)
    assert BreakGlass.objects.count() == 1


def test_nothing_is_broken_before_ones_own_contact(cast: Cast, chat: Contact) -> None:
    assert break_glass(user=cast.worker, reference=chat.reference, reason=REASON, now=NOW) == chat.pk
    assert not BreakGlass.objects.exists()


@pytest.mark.parametrize("reason", ["", "Koska haluan", " " * 30, "x" * 501])
def test_a_reason_must_say_something(cast: Cast, chat: Contact, reason: str) -> None:
    with pytest.raises(BodyRefused):
        break_glass(user=cast.outsider, reference=chat.reference, reason=reason, now=NOW)
    assert not BreakGlass.objects.exists()


@pytest.mark.parametrize("reference", ["", "12", "zzzzzzzz", "00000000", "%" * 8, str(uuid.UUID(int=0)), "x" * 60])
def test_an_unknown_reference_opens_nothing_and_is_recorded(cast: Cast, chat: Contact, reference: str) -> None:
    with pytest.raises(UnknownReference):
        break_glass(user=cast.outsider, reference=reference, reason=REASON, now=NOW)
    [event] = AuditEvent.objects.filter(code="guidance.break_glass.refused")
    assert (event.actor_id, event.data, event.object_type) == (cast.outsider.pk, {}, "user")


def test_two_contacts_that_begin_alike_need_the_whole_id(cast: Cast) -> None:
    first, second = open_chat(make_visitor()), open_chat(make_visitor())
    twin = uuid.UUID(first.reference + second.pk.hex[8:])
    values = {field.attname: getattr(second, field.attname) for field in Contact._meta.concrete_fields}
    Contact.objects.create(**values | {"id": twin, "open_nonce": uuid.uuid4(), "last_seq": 0, "client_seen_seq": 0})
    assert contact_by_reference(first.reference) is None
    assert contact_by_reference(f" {str(first.pk).upper()} ") == first
    assert contact_by_reference(second.reference) == second


def test_only_the_notes_written_with_the_contact_are_seen(cast: Cast, chat: Contact) -> None:
    add_note(contact=chat, worker=cast.worker, body="Tästä", now=NOW)
    second = open_chat(make_visitor())
    Contact.objects.filter(pk=second.pk).update(relationship=chat.relationship)
    second.refresh_from_db()
    add_note(contact=second, worker=cast.worker, body="Toisesta", now=NOW)
    assert [note.body for note in notes_of(chat, this_only=True)] == ["Tästä"]
    assert len(notes_of(chat)) == 2


def test_a_supervisor_reviews_it_once_and_nobody_their_own(cast: Cast, chat: Contact) -> None:
    glass = opened(cast, chat)
    with pytest.raises(OwnGlass):
        review_glass(glass=glass, by=cast.outsider, now=NOW)
    review_glass(glass=glass, by=cast.supervisor, now=NOW + HOUR)
    glass.refresh_from_db()
    assert (glass.reviewed_by, glass.reviewed_at) == (cast.supervisor, NOW + HOUR)
    event = AuditEvent.objects.get(code="guidance.break_glass.reviewed")
    assert (event.actor_id, event.role, event.ground) == (cast.supervisor.pk, "supervisor", "supervision")
    with pytest.raises(GlassReviewed):
        review_glass(glass=glass, by=cast.supervisor, now=NOW + HOUR)
    with pytest.raises(IntegrityError), transaction.atomic():
        BreakGlass.objects.filter(pk=glass.pk).update(reviewed_by=cast.outsider)
