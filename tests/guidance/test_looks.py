"""Looks of staff: what is recorded with which ground, what a family reads of it, and what a supervisor is shown."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, User
from audit.codes import AuditCode, AuditGround
from audit.models import AuditEvent
from audit.services import record, staff_member
from core.text import BodyRefused
from guidance import unusual_looks as unusual
from guidance.look_words import FAMILY_WORDS, NOT_SHOWN
from guidance.looks import in_words, looks_of_key, shown_from
from guidance.models import Binding, Contact, LookReview, OlderLogRequest
from guidance.services import (
    PAGE,
    OlderLogAnswered,
    OlderLogAsked,
    OwnLooks,
    add_note,
    answer_older_log,
    ask_older_log,
    break_glass,
    parts_of_page,
    record_look,
    record_look_at_lists,
    review_looks,
)
from guidance.unusual_looks import UnusualLooks, matters_to_review, unusual_looks
from tests.cast import NOW, Cast, Visitor, close, make_person, make_visitor, open_chat, take
from tests.guidance.test_erasing import bind, speaks_for

pytestmark = pytest.mark.django_db
REASON = "Lapsi on kadonnut, ja poliisi kysyy tietoja heti."
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


def looks(**wanted: Any) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(code__endswith=".viewed", **wanted).order_by("pk"))


# -- recording -----------------------------------------------------------------------------------------


def test_a_page_is_a_look_at_the_thread_the_relationship_and_the_notes_once_in_ten_minutes(
    cast: Cast, chat: Contact
) -> None:
    record_look(contact=chat, worker=cast.worker, now=NOW)
    record_look(contact=chat, worker=cast.worker, now=NOW, parts=PAGE)
    record_look(contact=chat, worker=cast.worker, now=NOW + 9 * MINUTE, parts=PAGE)
    assert [row.code for row in looks()] == [
        "guidance.contact.viewed", "guidance.relationship.viewed", "guidance.notes.viewed",
    ]  # fmt: skip
    record_look(contact=chat, worker=cast.worker, now=NOW + 11 * MINUTE)
    assert len(looks()) == 4
    record_look(contact=chat, worker=cast.colleague, now=NOW)
    assert len(looks(actor_id=cast.colleague.pk)) == 1


def test_a_page_without_notes_and_other_contacts_shows_none(cast: Cast) -> None:
    assert [code.value for code in parts_of_page(others=False, notes=True)] == [
        "guidance.contact.viewed", "guidance.notes.viewed",
    ]  # fmt: skip
    assert parts_of_page(others=True, notes=True) == PAGE


def test_a_look_tells_role_unit_and_ground(cast: Cast, chat: Contact) -> None:
    taken = take(chat, cast.worker)
    for user in (cast.worker, cast.colleague, cast.supervisor):
        record_look(contact=taken, worker=user, now=NOW)
    assert [(row.actor_id, row.role, row.unit_id, row.ground) for row in looks()] == [
        (cast.worker.pk, "worker", cast.unit.pk, "task"),
        (cast.colleague.pk, "worker", cast.unit.pk, "unit"),
        (cast.supervisor.pk, "supervisor", cast.unit.pk, "supervision"),
    ]
    assert {row.data["state"] for row in looks()} == {"open"}


def test_a_look_through_broken_glass_is_from_the_readers_own_unit(cast: Cast, chat: Contact) -> None:
    break_glass(user=cast.outsider, reference=chat.reference, reason=REASON, now=NOW)
    record_look(contact=chat, worker=cast.outsider, now=NOW)
    [row] = looks()
    assert (row.unit_id, row.role, row.ground) == (cast.other_unit.pk, "worker", "break_glass")
    assert row.data["glass"]


def test_lists_are_one_look_for_each_unit_in_ten_minutes(cast: Cast, chat: Contact) -> None:
    for minutes in (0, 5, 11):
        record_look_at_lists(worker=cast.worker, now=NOW + minutes * MINUTE)
    record_look_at_lists(worker=cast.professional, now=NOW)
    rows = looks()
    assert [(row.code, row.unit_id, row.ground, row.relationship_id) for row in rows] == [
        ("guidance.lists.viewed", cast.unit.pk, "unit", None)
    ] * 2


# -- the family's page ----------------------------------------------------------------------------------


def test_every_code_is_either_in_words_or_no_familys_business() -> None:
    assert set(FAMILY_WORDS) | NOT_SHOWN == set(AuditCode)
    assert not set(FAMILY_WORDS) & NOT_SHOWN


def read(visitor: Visitor, now: dt.datetime = NOW + MINUTE) -> list[tuple[str, str, str]]:
    visitor.key.refresh_from_db()
    return [(look.who, look.what, look.why) for look in in_words(list(looks_of_key(visitor.key, now)))]


def test_a_family_reads_who_did_what_and_why_newest_first(cast: Cast, chat: Contact, visitor: Visitor) -> None:
    record_look(contact=chat, worker=cast.colleague, now=NOW)
    taken = take(chat, cast.worker, NOW + dt.timedelta(seconds=10))
    add_note(contact=taken, worker=cast.worker, body="Ei perheelle", now=NOW + dt.timedelta(seconds=20))
    rows = in_words(list(looks_of_key(visitor.key, NOW + MINUTE)))
    assert [row.what for row in rows if row.role] == [
        "Kirjoitti merkinnän muille työntekijöille", "Otti keskustelun hoitaakseen", "Luki keskustelun",
    ]  # fmt: skip
    assert (rows[0].who, rows[0].role, rows[0].unit, rows[0].why) == (
        cast.worker.full_name, "ohjaaja", cast.unit.name_fi, "hoitaa asiaasi",
    )  # fmt: skip
    assert rows[0].contact == chat
    assert not any(row.what == "Aloitti yhteydenoton" for row in rows), "one's own acts are no news"


def test_a_stranger_reads_nothing_of_it(cast: Cast, chat: Contact, visitor: Visitor, stranger: Visitor) -> None:
    record_look(contact=chat, worker=cast.worker, now=NOW)
    assert len(read(visitor)) > 0
    assert read(stranger) == []


def test_a_bound_contact_brings_what_was_seen_before_and_leaves_other_contacts_out(
    cast: Cast, chat: Contact, visitor: Visitor
) -> None:
    other = open_chat(visitor, now=NOW, body="Toinen asia")
    record_look(contact=chat, worker=cast.worker, now=NOW)
    record_look(contact=other, worker=cast.colleague, now=NOW)
    person = make_person()
    bind(chat, person, worker=cast.worker)
    chat.refresh_from_db()
    record_look(contact=chat, worker=cast.supervisor, now=NOW)
    phone = make_visitor()
    speaks_for(phone, person)
    whom = {who for who, what, _why in read(phone) if what == "Luki keskustelun"}
    assert whom == {cast.worker.full_name, cast.supervisor.full_name}


def test_a_contact_that_was_bound_by_mistake_is_not_the_persons_to_read(
    cast: Cast, chat: Contact, visitor: Visitor
) -> None:
    person = make_person()
    bind(chat, person, worker=cast.worker)
    chat.refresh_from_db()
    record_look(contact=chat, worker=cast.worker, now=NOW)
    phone = make_visitor()
    speaks_for(phone, person)
    assert any(what == "Luki keskustelun" for _who, what, _why in read(phone))
    binding = Binding.objects.get(contact=chat)
    Contact.objects.filter(pk=chat.pk).update(relationship=binding.from_relationship)
    Binding.objects.filter(pk=binding.pk).update(undone_at=NOW, undone_by=cast.worker, undo_reason="Väärä")
    assert not any(what == "Luki keskustelun" for _who, what, _why in read(phone))
    assert any(what == "Luki keskustelun" for _who, what, _why in read(visitor)), "it is the visitor's, all of it"


def test_a_look_at_the_identity_code_is_shown_to_its_person_only(cast: Cast, visitor: Visitor) -> None:

    person, another = make_person(), make_person("Toka Huoltaja")
    speaks_for(visitor, person)
    phone = make_visitor()
    speaks_for(phone, another)

    record(
        code=AuditCode.IDENTITY_CODE_SHOWN, actor=staff_member(cast.worker.pk, cast.unit.pk, "worker"),
        object_type="person", object_id=person.pk, ground=AuditGround.TASK, now=NOW,
    )  # fmt: skip
    assert read(visitor) == [(cast.worker.full_name, "Katsoi henkilötunnuksesi", "hoitaa asiaasi")]
    assert read(phone) == []


def test_the_number_of_questions_does_not_grow(cast: Cast, chat: Contact, visitor: Visitor) -> None:
    counts = []
    for n in (1, 30):
        for i in range(n):
            record_look(contact=chat, worker=cast.worker, now=NOW + (n + i) * 11 * MINUTE, parts=PAGE)
        with CaptureQueriesContext(connection) as asked:
            in_words(list(looks_of_key(visitor.key, NOW + DAY)[:50]))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 9


# -- older than two years --------------------------------------------------------------------------------


def old_look(cast: Cast, contact: Contact) -> None:
    record_look(contact=contact, worker=cast.worker, now=NOW - dt.timedelta(days=3 * 365))


def test_older_looks_are_shown_by_request_and_for_thirty_days(cast: Cast, chat: Contact, visitor: Visitor) -> None:
    old_look(cast, chat)
    assert not any(what == "Luki keskustelun" for _who, what, _why in read(visitor))
    request = ask_older_log(visitor_key=visitor.key, reason="Oikeudenkäynti", now=NOW)
    assert request.unit == cast.unit
    with pytest.raises(OlderLogAsked):
        ask_older_log(visitor_key=visitor.key, reason="Uudelleen", now=NOW)
    assert not any(what == "Luki keskustelun" for _who, what, _why in read(visitor))
    answer_older_log(request=request, by=cast.supervisor, grant=True, answer="", now=NOW)
    assert any(what == "Luki keskustelun" for _who, what, _why in read(visitor))
    assert shown_from(visitor.key, NOW + 31 * DAY) > NOW - dt.timedelta(days=3 * 365)
    with pytest.raises(OlderLogAnswered):
        answer_older_log(request=request, by=cast.supervisor, grant=False, answer="Ei", now=NOW)
    codes = AuditEvent.objects.filter(code__startswith="guidance.older_log").order_by("pk")
    assert [(row.code, row.actor_kind, row.data) for row in codes] == [
        ("guidance.older_log.asked", "client", {}),
        ("guidance.older_log.answered", "staff", {"granted": True}),
    ]


def test_a_refusal_needs_words_and_leaves_the_limit(cast: Cast, chat: Contact, visitor: Visitor) -> None:
    old_look(cast, chat)
    request = ask_older_log(visitor_key=visitor.key, reason="Uteliaisuus", now=NOW)
    with pytest.raises(BodyRefused):
        answer_older_log(request=request, by=cast.supervisor, grant=False, answer=" ", now=NOW)
    answer_older_log(request=request, by=cast.supervisor, grant=False, answer="Vaarantaisi toisen.", now=NOW)
    request.refresh_from_db()
    assert (request.state, request.answer, request.shown_until) == ("refused", "Vaarantaisi toisen.", None)
    assert not any(what == "Luki keskustelun" for _who, what, _why in read(visitor))
    assert any(what == "Vastasi pyyntöösi nähdä vanhempia merkintöjä" for _who, what, _why in read(visitor))


def test_somebody_without_contacts_has_nothing_to_ask(cast: Cast, visitor: Visitor) -> None:
    with pytest.raises(OlderLogAsked):
        ask_older_log(visitor_key=visitor.key, reason="Kiinnostaa", now=NOW)
    assert not OlderLogRequest.objects.exists()


# -- a supervisor's view ----------------------------------------------------------------------------------


def kinds(cast: Cast, now: dt.datetime = NOW + MINUTE) -> list[tuple[str, str]]:
    return [(row.kind.value, row.worker.full_name) for row in unusual_looks(cast.supervisor, now)]


def test_ordinary_looks_are_not_unusual(cast: Cast, chat: Contact) -> None:
    record_look(contact=chat, worker=cast.worker, now=NOW)  # it waits
    taken = take(chat, cast.worker)
    record_look(contact=taken, worker=cast.worker, now=NOW + 20 * MINUTE)  # their own
    record_look(contact=taken, worker=cast.supervisor, now=NOW + 20 * MINUTE)
    assert len(looks()) == 3
    assert kinds(cast, NOW + DAY) == []


def test_a_colleagues_contact_is_a_look_without_a_task(cast: Cast, chat: Contact) -> None:
    taken = take(chat, cast.worker)
    record_look(contact=taken, worker=cast.colleague, now=NOW)
    record_look(contact=taken, worker=cast.colleague, now=NOW + 20 * MINUTE)
    [row] = unusual_looks(cast.supervisor, NOW + DAY)
    assert (row.kind, row.worker, row.subject, len(row.looks)) == ("no_task", cast.colleague, str(chat.pk), 2)


def test_a_look_long_after_the_end_is_unusual_even_by_its_own_worker(cast: Cast, chat: Contact) -> None:
    take(chat, cast.worker)
    closed = close(chat, cast.worker, cast.topic)
    record_look(contact=closed, worker=cast.worker, now=NOW + 29 * DAY)
    assert kinds(cast, NOW + 30 * DAY) == []
    record_look(contact=closed, worker=cast.worker, now=NOW + 31 * DAY)
    assert kinds(cast, NOW + 32 * DAY) == [("long_closed", cast.worker.full_name)]


def many(cast: Cast, count: int, minutes_apart: float) -> None:
    for n in range(count):
        contact = open_chat(make_visitor())
        record_look(contact=contact, worker=cast.worker, now=NOW + n * minutes_apart * MINUTE)


def test_more_than_twenty_relationships_in_an_hour_are_unusual(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    many(cast, 21, 2.5)
    [row] = unusual_looks(cast.supervisor, NOW + DAY)
    assert (row.kind, row.worker, row.relationships) == ("many", cast.worker, 21)
    monkeypatch.setattr(unusual, "MANY", 21)
    assert kinds(cast, NOW + DAY) == []


def test_the_same_looks_over_a_longer_time_are_not(cast: Cast) -> None:
    many(cast, 25, 3.1)
    assert kinds(cast, NOW + DAY) == []


def test_an_hour_is_any_hour_and_not_the_clocks(cast: Cast) -> None:
    assert NOW.minute == 0
    many(cast, 42, 1.4)  # 58 minutes; nothing hangs on when the first one was
    assert [(row.kind.value, row.relationships) for row in unusual_looks(cast.supervisor, NOW + DAY)] == [("many", 42)]


def test_only_the_supervised_units_are_shown(cast: Cast, chat: Contact) -> None:
    foreign = open_chat(make_visitor(), unit=cast.other_unit)
    Contact.objects.filter(pk=foreign.pk).update(state="open", worker=cast.outsider, joined_at=NOW)
    foreign.refresh_from_db()

    Membership.objects.create(user=cast.colleague, unit=cast.other_unit, role="worker")
    record_look(contact=foreign, worker=User.objects.get(pk=cast.colleague.pk), now=NOW)
    assert looks(unit_id=cast.other_unit.pk, ground="unit")
    assert kinds(cast) == []
    assert unusual_looks(cast.worker, NOW + MINUTE) == [], "a worker supervises nothing"


def one_unusual(cast: Cast, chat: Contact) -> UnusualLooks:
    record_look(contact=take(chat, cast.worker), worker=cast.colleague, now=NOW)
    [row] = unusual_looks(cast.supervisor, NOW + MINUTE)
    return row


def test_what_was_gone_through_is_gone_and_later_looks_come_again(cast: Cast, chat: Contact) -> None:
    review = review_looks(row=one_unusual(cast, chat), by=cast.supervisor, now=NOW)
    assert kinds(cast) == []
    event = AuditEvent.objects.get(code=AuditCode.LOOKS_REVIEWED)
    assert (event.actor_id, event.object_id, event.data["up_to"]) == (
        cast.supervisor.pk, str(cast.colleague.pk), review.up_to,
    )  # fmt: skip
    chat.refresh_from_db()
    record_look(contact=chat, worker=cast.colleague, now=NOW + 20 * MINUTE)
    assert len(unusual_looks(cast.supervisor, NOW + DAY)) == 1


def test_many_that_were_gone_through_do_not_come_back_when_their_beginning_has_grown_old(cast: Cast) -> None:
    many(cast, 30, 1)
    [row] = unusual_looks(cast.supervisor, NOW + DAY)
    review_looks(row=row, by=cast.supervisor, now=NOW + DAY)
    assert kinds(cast, NOW + 30 * DAY + 5 * MINUTE) == [], "the first five have left the month, 25 are still in it"


def test_nobody_goes_through_their_own_looks(cast: Cast, chat: Contact) -> None:
    row = one_unusual(cast, chat)
    with pytest.raises(OwnLooks):
        review_looks(row=row, by=row.worker, now=NOW)
    assert not LookReview.objects.exists()


def test_the_mark_on_the_desk_counts_what_waits(cast: Cast, chat: Contact, visitor: Visitor) -> None:
    assert matters_to_review(cast.supervisor) == 0
    ask_older_log(visitor_key=visitor.key, reason="Syy", now=NOW)
    break_glass(user=cast.outsider, reference=str(chat.pk), reason=REASON, now=NOW)
    assert matters_to_review(cast.supervisor) == 2
    assert matters_to_review(cast.worker) == 0
