"""Consultations: who may open, answer, read and write one, what becomes of it, and that no family can come near it."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import connection
from django.http import Http404

from accounts.models import Profession, User
from audit.models import AuditEvent
from guidance.consultations import consultation_shown, consultations_beside, members_of, telltales
from guidance.message_log import Author, Outcome
from guidance.models import ClientRelationship, Consultation, ConsultationMember, Contact, Message
from guidance.retention import ended_consultations, erase_consultations, past_rooms
from guidance.rights import MAY_READ
from guidance.selectors import (
    consultation_for_member,
    consultation_for_reader,
    contact_of_key,
    desk_lists,
    thread_for_reader,
)
from guidance.services import (
    AlreadyTaken,
    Asked,
    ContactClosed,
    ContactRefused,
    NotLinkable,
    close_consultation,
    invite_to_consultation,
    leave_consultation,
    link_consultation,
    mark_seen,
    open_consultation,
    open_room,
    record_look,
    take_consultation,
    unlink_consultation,
)
from guidance.services.erasing import take_out_relationship
from tests.cast import (
    NOW,
    Cast,
    Visitor,
    answer,
    bind,
    consult,
    make_person,
    make_visitor,
    open_chat,
    say,
    sign_in,
    staff_author,
    take,
)

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(minutes=5)


@pytest.fixture
def psychologists(cast: Cast) -> Profession:
    """The professional and the worker of another unit are both psychologists."""
    profession = Profession.objects.get(slug="psykologi")
    User.objects.filter(pk__in=[cast.professional.pk, cast.outsider.pk]).update(profession=profession)
    for user in (cast.professional, cast.outsider):
        user.refresh_from_db()
    return profession


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def codes(contact: Contact) -> list[str]:
    return list(Message.objects.filter(contact=contact, kind="system").order_by("seq").values_list("code", flat=True))


def listed(user: User) -> list[Any]:
    return [row.pk for row in desk_lists(fresh(user), NOW)["consultations"]]


# -- opening --------------------------------------------------------------------------------------------


def test_a_professional_asks_a_unit_and_the_same_nonce_is_the_same_question(cast: Cast) -> None:
    nonce = uuid.uuid4()
    asked = {"asker": cast.professional, "asked": Asked(unit=cast.other_unit), "nonce": nonce, "now": NOW}
    opened = open_consultation(**asked, title="  Uni  ", body="Miten neuvoisitte?")  # type: ignore[arg-type]
    again = open_consultation(**asked, title="Muu", body="Toisin sanoin")  # type: ignore[arg-type]
    contact = opened.contact
    assert (opened.created, again.created, again.contact) == (True, False, contact)
    assert (contact.channel, contact.state, contact.unit, contact.relationship, contact.last_seq) == (
        "consultation", "waiting", cast.other_unit, None, 1,
    )  # fmt: skip
    assert (contact.consultation.title, members_of(contact)) == ("Uni", [cast.professional])
    assert (contact.turn, contact.first_client_at, contact.first_response_at) == ("worker", NOW, None)
    events = AuditEvent.objects.filter(object_id=str(contact.pk))
    assert {event.code for event in events} == {"guidance.contact.opened", "guidance.message.written"}
    assert {event.relationship_id for event in events} == {None}


def test_beside_a_familys_contact_nothing_of_the_family_goes_in(cast: Cast, chat: Contact) -> None:
    contact = consult(cast.worker, about=chat)
    assert (contact.consultation.about, contact.relationship, contact.visitor, contact.unit) == (
        chat, None, None, chat.unit,
    )  # fmt: skip
    assert consultation_shown(contact)["about"] == chat.reference


@pytest.mark.parametrize("whom", ["nobody", "two", "oneself", "no_role"])
def test_whom_one_cannot_ask(cast: Cast, whom: str) -> None:
    asked = {
        "nobody": Asked(),
        "two": Asked(user=cast.colleague, unit=cast.unit),
        "oneself": Asked(user=cast.worker),
        "no_role": Asked(user=cast.catalogue_admin),
    }[whom]
    with pytest.raises(ContactRefused) as refusal:
        open_consultation(asker=cast.worker, asked=asked, body="Kysymys", nonce=uuid.uuid4(), now=NOW)
    assert refusal.value.http_status == 400
    assert not Contact.objects.exists()


def test_what_may_tell_whose_it_is(cast: Cast, visitor: Visitor, chat: Contact) -> None:
    bound = bind(take(chat, cast.worker), visitor, cast.worker, make_person("Aino Kuusela"))
    for text, found in (
        ("Miten neuvoisitte?", []),
        ("Kuuselan perhe kysyy", ["name"]),
        ("aino soitti", ["name"]),
        ("Tunnus 010190-999P", ["identity_code"]),
        ("Numero on 040 123 4567 tai +358401234567", ["telephone"]),
        ("Sovittiin 24.11.2026 klo 12.30, viite 1a2b3c4d", []),
    ):
        assert telltales(text, bound) == found, text
    assert telltales("Aino soitti", None) == []


# -- who may read, write and answer ------------------------------------------------------------------------


def readers(contact: Contact, users: list[User]) -> dict[str, tuple[bool, bool, bool]]:
    """By account: may read by the list's rule, by the statement, and write."""
    found = {}
    for user in map(fresh, users):
        session = sign_in(user)
        try:
            by_list = thread_for_reader(user, contact.pk, NOW) == contact
        except Http404:
            by_list = False
        with connection.cursor() as cursor:
            asked = {"key": None, "staff": user.pk, "session": session, "at": NOW, "contact": contact.pk}
            cursor.execute(MAY_READ, asked)
            by_statement = bool(cursor.fetchone()[0])
        wrote = say(contact, staff_author(user, session)).outcome == Outcome.WRITTEN
        found[user.email.partition("@")[0]] = (by_list, by_statement, wrote)
    return found


YES, READS, NO = (True, True, True), (True, True, False), (False, False, False)


@pytest.mark.parametrize("case", ["unit", "user", "profession", "room", "answered", "left", "closed"])
def test_the_list_and_the_statement_agree_about_consultations(cast: Cast, psychologists: Profession, case: str) -> None:
    everybody = [
        cast.worker, cast.colleague, cast.outsider, cast.professional, cast.supervisor, cast.catalogue_admin,
    ]  # fmt: skip
    wanted = dict.fromkeys((user.email.partition("@")[0] for user in everybody), NO)
    if case == "room":
        contact = open_room(unit=cast.unit, user=cast.worker, now=NOW)
        wanted |= {"ohjaaja1": YES, "ohjaaja2": YES, "esihenkilo1": YES}
    elif case == "unit":
        contact = consult(cast.worker, unit=cast.unit)
        wanted |= {"ohjaaja1": YES, "ohjaaja2": READS, "ammattilainen1": READS}
    elif case == "user":
        contact = consult(cast.worker, user=cast.professional)
        wanted |= {"ohjaaja1": YES, "ammattilainen1": READS}
    else:
        contact = consult(cast.worker, profession=psychologists)
        wanted |= {"ohjaaja1": YES, "ammattilainen1": READS, "ohjaaja3": READS}
    if case in ("answered", "left", "closed"):
        answer(contact, fresh(cast.outsider))
        wanted |= {"ohjaaja3": YES, "ammattilainen1": NO}
    if case == "left":
        invite_to_consultation(contact_id=contact.pk, user=cast.worker, invited=cast.supervisor, now=NOW)
        leave_consultation(contact_id=contact.pk, user=cast.outsider, now=NOW)
        wanted |= {"esihenkilo1": YES, "ohjaaja3": NO}
    if case == "closed":
        close_consultation(contact_id=contact.pk, user=cast.worker, outcome="resolved", topic=cast.topic, now=NOW)
        wanted |= {"ohjaaja1": READS, "ohjaaja3": READS}
    assert readers(contact, everybody) == wanted


@pytest.mark.parametrize("is_bound", [False, True])
def test_no_familys_key_comes_near_even_when_it_is_about_their_contact(
    cast: Cast, visitor: Visitor, is_bound: bool
) -> None:
    chat = take(open_chat(visitor), cast.worker)
    if is_bound:
        chat = bind(chat, visitor, cast.worker)
    contact = consult(cast.worker, about=chat)
    link_consultation(contact_id=contact.pk, user=cast.worker, to=chat, now=NOW)
    assert contact_of_key(visitor.key, chat.pk, NOW) == chat  # precondition: the family's own it does open
    with pytest.raises(Http404):
        contact_of_key(visitor.key, contact.pk, NOW)
    with connection.cursor() as cursor:
        asked = {"key": visitor.key.pk, "staff": None, "session": None, "at": NOW, "contact": contact.pk}
        cursor.execute(MAY_READ, asked)
        assert not cursor.fetchone()[0]
    assert say(contact, Author("client", key_id=visitor.key.pk)).outcome == Outcome.UNKNOWN


def test_a_seat_is_worth_nothing_without_a_living_session_and_account(cast: Cast) -> None:
    contact = consult(cast.professional, unit=cast.unit)
    author = staff_author(cast.professional, sign_in(cast.professional, NOW - dt.timedelta(days=1)))
    assert say(contact, author).outcome == Outcome.UNKNOWN
    session = sign_in(cast.professional)
    assert say(contact, staff_author(cast.professional, session)).outcome == Outcome.WRITTEN
    User.objects.filter(pk=cast.professional.pk).update(is_active=False)
    assert say(contact, staff_author(cast.professional, session)).outcome == Outcome.UNKNOWN


# -- its life ----------------------------------------------------------------------------------------------


def test_an_answer_joins_and_counts_as_the_first_response(cast: Cast) -> None:
    contact = answer(consult(cast.professional, unit=cast.unit), cast.worker, LATER)
    assert (contact.state, contact.worker, contact.joined_at) == ("open", cast.worker, LATER)
    assert answer(contact, cast.worker, LATER).worker == cast.worker
    say(contact, staff_author(cast.worker, sign_in(cast.worker)), "Aloittaisin uniohjauksella.", at=LATER)
    contact.refresh_from_db()
    assert (contact.first_response_by, contact.first_response_at, contact.turn) == (cast.worker, LATER, "client")
    assert codes(contact) == ["consultation_answered"]


def test_who_comes_second_is_told_so(cast: Cast) -> None:
    contact = answer(consult(cast.professional, unit=cast.unit), cast.worker)
    with pytest.raises(AlreadyTaken):
        answer(contact, cast.colleague)
    with pytest.raises(ContactRefused) as refusal:
        take_consultation(contact_id=consult(cast.worker, unit=cast.unit).pk, user=cast.worker, now=NOW)
    assert refusal.value.code == "own_question"


def test_invited_seen_apart_and_listed_with_what_is_unread(cast: Cast) -> None:
    contact = answer(consult(cast.professional, unit=cast.unit), cast.worker)
    invite_to_consultation(contact_id=contact.pk, user=cast.worker, invited=cast.outsider, now=NOW)
    with pytest.raises(ContactRefused):
        invite_to_consultation(contact_id=contact.pk, user=cast.worker, invited=cast.outsider, now=NOW)
    say(contact, staff_author(cast.worker, sign_in(cast.worker)), "Kysyn samaa pohjoisesta.")
    unread = {user: desk_lists(fresh(user), NOW)["consultations"][0].unread_here for user in members_of(contact)}  # type: ignore[attr-defined]
    assert unread == {cast.professional: 1, cast.worker: 1, cast.outsider: 2}
    assert mark_seen(contact_id=contact.pk, kind="worker", staff_id=cast.outsider.pk, seq=99) == 4
    assert mark_seen(contact_id=contact.pk, kind="worker", staff_id=cast.colleague.pk, seq=99) is None
    seats = dict(ConsultationMember.objects.values_list("user__email", "seen_seq"))
    assert seats == {"ammattilainen1@demo.test": 0, "ohjaaja1@demo.test": 0, "ohjaaja3@demo.test": 4}


def test_lists_hold_what_asks_one_and_where_one_sits(cast: Cast) -> None:
    waiting = consult(cast.professional, unit=cast.unit)
    taken = answer(consult(cast.professional, unit=cast.unit), cast.colleague)
    assert listed(cast.worker) == [waiting.pk]
    assert listed(cast.colleague) == [waiting.pk, taken.pk]
    assert set(listed(cast.professional)) == {waiting.pk, taken.pk}
    assert listed(cast.outsider) == listed(cast.supervisor) == listed(cast.catalogue_admin) == []


def test_the_answerer_leaves_and_others_go_on_or_it_waits_again(cast: Cast) -> None:
    contact = answer(consult(cast.professional, unit=cast.unit), cast.worker)
    invite_to_consultation(contact_id=contact.pk, user=cast.professional, invited=cast.outsider, now=NOW)
    left = leave_consultation(contact_id=contact.pk, user=cast.worker, now=LATER)
    assert (left.state, left.worker) == ("open", None)
    again = leave_consultation(contact_id=contact.pk, user=cast.outsider, now=LATER)
    assert (again.state, again.returned_at) == ("waiting", LATER)
    assert contact.pk in listed(cast.worker)
    over = leave_consultation(contact_id=contact.pk, user=cast.professional, now=LATER)
    assert (over.state, over.outcome, members_of(over)) == ("closed", "went_silent", [])
    with pytest.raises(ContactClosed):
        take_consultation(contact_id=contact.pk, user=cast.worker, now=LATER)


def test_the_asker_withdraws_while_it_waits(cast: Cast) -> None:
    contact = leave_consultation(contact_id=consult(cast.worker, unit=cast.unit).pk, user=cast.worker, now=LATER)
    assert (contact.state, contact.outcome, codes(contact)) == ("closed", "left_queue", ["consultation_withdrawn"])


def test_only_the_asker_or_the_answerer_closes(cast: Cast) -> None:
    contact = answer(consult(cast.professional, unit=cast.unit), cast.worker)
    invite_to_consultation(contact_id=contact.pk, user=cast.worker, invited=cast.colleague, now=NOW)
    sheet: dict[str, Any] = {"contact_id": contact.pk, "outcome": "resolved", "topic": cast.topic, "now": LATER}
    with pytest.raises(ContactRefused) as refusal:
        close_consultation(user=cast.colleague, **sheet)
    assert refusal.value.code == "not_yours"
    closed = close_consultation(user=cast.worker, next_step="Kokeillaan viikko", **sheet)
    assert (closed.state, closed.outcome, closed.next_step) == ("closed", "resolved", "Kokeillaan viikko")
    assert consultation_for_reader(cast.professional, contact.pk, LATER) == contact


# -- linked to a family --------------------------------------------------------------------------------------


def test_it_is_linked_later_follows_its_contact_and_is_unlinked(cast: Cast, visitor: Visitor) -> None:
    contact = answer(consult(cast.professional, unit=cast.unit), cast.worker)
    chat = take(open_chat(visitor), cast.worker)
    linked = link_consultation(contact_id=contact.pk, user=cast.worker, to=chat, now=NOW).consultation
    assert (linked.relationship, linked.about, linked.linked_by) == (chat.relationship, chat, cast.worker)
    with pytest.raises(NotLinkable):
        link_consultation(contact_id=contact.pk, user=cast.worker, to=open_chat(make_visitor()), now=NOW)
    bound = bind(chat, visitor, cast.worker)
    linked.refresh_from_db()
    assert linked.relationship == bound.relationship != chat.relationship
    beside = consultations_beside(bound, cast.colleague)
    assert [(row.pk, row.has_seat) for row in beside] == [(contact.pk, False)]
    unlinked = unlink_consultation(contact_id=contact.pk, user=cast.worker, now=NOW).consultation
    assert (unlinked.relationship, unlinked.about, unlinked.linked_at) == (None, None, None)
    events = AuditEvent.objects.filter(code__startswith="guidance.consultation.")
    assert [(event.code, event.relationship_id) for event in events.order_by("pk")] == [
        ("guidance.consultation.linked", None), ("guidance.consultation.unlinked", None),
    ]  # fmt: skip


# -- looks and rooms -----------------------------------------------------------------------------------------


def test_a_look_is_recorded_apart_from_every_family(cast: Cast, chat: Contact) -> None:
    contact = consult(cast.worker, about=chat)
    for _twice in range(2):
        record_look(contact=contact, worker=cast.worker, now=NOW)
    (event,) = AuditEvent.objects.filter(code="guidance.consultation.viewed")
    assert (event.relationship_id, event.object_id, event.ground) == (None, str(contact.pk), "task")


def test_a_room_is_one_a_day_and_nobody_leaves_it(cast: Cast) -> None:
    room = open_room(unit=cast.unit, user=cast.worker, now=NOW)
    assert open_room(unit=cast.unit, user=cast.supervisor, now=LATER) == room
    night = dt.datetime(2026, 11, 23, 22, 30, tzinfo=dt.UTC)  # half past midnight in Helsinki
    tomorrow = open_room(unit=cast.unit, user=cast.worker, now=night)
    assert tomorrow != room != open_room(unit=cast.other_unit, user=cast.outsider, now=NOW)
    assert Consultation.objects.filter(kind="room").count() == 3
    with pytest.raises(Http404):
        consultation_for_member(cast.worker, room.pk)
    room.refresh_from_db()
    say(room, staff_author(cast.worker, sign_in(cast.worker)))
    room.refresh_from_db()
    assert (room.first_response_at, room.state, ClientRelationship.objects.count()) == (None, "open", 0)
    assert listed(cast.worker) == []


# -- how they go ---------------------------------------------------------------------------------------------


def test_a_linked_one_goes_with_the_family_and_another_loses_only_what_it_was_about(
    cast: Cast, visitor: Visitor
) -> None:
    chat = take(open_chat(visitor), cast.worker)
    linked, beside = consult(cast.worker, about=chat, user=cast.colleague), consult(cast.worker, about=chat)
    link_consultation(contact_id=linked.pk, user=cast.worker, to=chat, now=NOW)
    assert chat.relationship_id is not None
    take_out_relationship(chat.relationship_id)
    assert list(Contact.objects.values_list("pk", flat=True)) == [beside.pk]
    assert Consultation.objects.get().about is None
    assert listed(cast.worker) == [beside.pk]


def test_what_is_linked_to_nobody_goes_when_its_time_is_over(cast: Cast) -> None:
    ended = leave_consultation(contact_id=consult(cast.worker, unit=cast.unit).pk, user=cast.worker, now=NOW)
    going_on = consult(cast.worker, unit=cast.unit)
    room = open_room(unit=cast.unit, user=cast.worker, now=NOW)
    later = NOW + dt.timedelta(days=1)
    assert list(ended_consultations(NOW)) == list(past_rooms(NOW)) == []
    assert (list(ended_consultations(later)), list(past_rooms(later))) == ([ended], [room])
    erase_consultations([ended.pk, room.pk], later)
    assert list(Contact.objects.all()) == [going_on]
