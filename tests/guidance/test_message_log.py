"""The one writer of messages: every outcome, numbering, turns, first response, and what the database itself refuses."""

import datetime as dt
import uuid

import pytest
from django.contrib.sessions.models import Session
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.models import Membership, User
from accounts.visitors import forget_key, redeem_return_code
from audit.models import AuditEvent
from guidance.message_log import CARRIED_AUTHOR, Author, Outcome, parameters, system_entry, write
from guidance.models import Contact, Message
from guidance.services import leave_contact
from tests.cast import NOW, Cast, Visitor, close, say, sign_in, staff_author, take

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(minutes=3)


def fresh(contact: Contact) -> Contact:
    return Contact.objects.get(pk=contact.pk)


def thread(contact: Contact) -> list[tuple[int, str, str]]:
    return list(Message.objects.filter(contact=contact).order_by("seq").values_list("seq", "kind", "body"))


# -- outcomes -------------------------------------------------------------------------------------


def test_a_clients_message_is_written_numbered_and_audited(chat: Contact, visitor: Visitor) -> None:
    nonce = uuid.uuid4()
    result = say(chat, visitor.author, "Oletko siellä?", nonce=nonce, at=LATER)
    assert result.outcome is Outcome.WRITTEN
    assert result.message is not None
    assert (result.message.seq, result.message.nonce, result.message.body) == (2, nonce, "Oletko siellä?")
    assert result.unit_id == chat.unit_id
    assert thread(chat)[1:] == [(2, "client", "Oletko siellä?")]
    audited = AuditEvent.objects.filter(code="guidance.message.written", object_id=str(chat.pk)).latest("id")
    assert (audited.actor_kind, audited.actor_id, audited.data) == ("client", visitor.key.visitor_id, {"seq": 2})
    assert audited.relationship_id == chat.relationship_id
    assert "Oletko" not in str(audited.data), "the audit never holds content"


def test_a_workers_message_carries_first_name_and_role_in_the_contacts_language(cast: Cast, chat: Contact) -> None:
    Contact.objects.filter(pk=chat.pk).update(language="sv")
    take(chat, cast.worker)
    result = say(chat, staff_author(cast.worker, sign_in(cast.worker)), "Hej")
    assert result.message is not None
    assert (result.message.name, result.message.role) == ("Maija", "familjehandledare")
    audited = AuditEvent.objects.filter(code="guidance.message.written").latest("id")
    assert (audited.actor_kind, audited.actor_id, audited.unit_id) == ("staff", cast.worker.pk, cast.unit.pk)


def test_the_same_nonce_gives_back_the_first_message_and_stores_nothing(chat: Contact, visitor: Visitor) -> None:
    nonce = uuid.uuid4()
    first = say(chat, visitor.author, "Ensimmäinen", nonce=nonce)
    audits = AuditEvent.objects.count()
    months_later = NOW + dt.timedelta(days=200)
    again = say(chat, visitor.author, "Jotakin muuta", nonce=nonce, at=months_later)
    assert again.outcome is Outcome.DUPLICATE
    assert again.message == first.message
    assert fresh(chat).last_seq == 2
    assert AuditEvent.objects.count() == audits


def test_a_message_already_stored_is_given_back_even_after_closing(cast: Cast, chat: Contact, visitor: Visitor) -> None:
    nonce = uuid.uuid4()
    take(chat, cast.worker)
    say(chat, visitor.author, "Vielä yksi", nonce=nonce)
    close(chat, cast.worker, cast.topic)
    assert say(chat, visitor.author, "Vielä yksi", nonce=nonce).outcome is Outcome.DUPLICATE
    assert say(chat, visitor.author, "Uusi").outcome is Outcome.CLOSED


def test_the_same_nonce_in_two_threads_is_two_messages(chat: Contact, visitor: Visitor) -> None:
    from tests.cast import open_chat

    other = open_chat(visitor)
    nonce = uuid.uuid4()
    assert say(chat, visitor.author, nonce=nonce).outcome is Outcome.WRITTEN
    assert say(other, visitor.author, nonce=nonce).outcome is Outcome.WRITTEN


@pytest.mark.parametrize("who", ["stranger", "unknown contact", "key of nobody"])
def test_a_foreign_thread_is_unknown_to_a_client(chat: Contact, visitor: Visitor, stranger: Visitor, who: str) -> None:
    assert say(chat, visitor.author).outcome is Outcome.WRITTEN, "the owner may"
    before = thread(chat)
    if who == "unknown contact":
        result = write(system_entry(uuid.uuid4(), "x", "Hei", NOW))
    elif who == "stranger":
        result = say(chat, stranger.author)
    else:
        result = say(chat, Author("client", key_id=None))
    assert (result.outcome, result.message) == (Outcome.UNKNOWN, None)
    assert thread(chat) == before


def test_a_stranger_cannot_learn_a_message_by_its_nonce(chat: Contact, visitor: Visitor, stranger: Visitor) -> None:
    nonce = uuid.uuid4()
    say(chat, visitor.author, "Salaisuus", nonce=nonce)
    result = say(chat, stranger.author, nonce=nonce)
    assert (result.outcome, result.message) == (Outcome.UNKNOWN, None)


def test_a_forgotten_device_writes_no_more_while_another_of_the_same_visitor_does(
    chat: Contact, visitor: Visitor
) -> None:
    _visitor, _secret = redeem_return_code(code=visitor.code, now=NOW)
    other = visitor.key.visitor.keys.exclude(pk=visitor.key.pk).get()
    assert say(chat, visitor.author).outcome is Outcome.WRITTEN
    forget_key(key=visitor.key, now=NOW)
    assert say(chat, visitor.author).outcome is Outcome.UNKNOWN
    assert say(chat, Author("client", key_id=other.pk)).outcome is Outcome.WRITTEN


def test_a_family_that_left_writes_no_more(cast: Cast, chat: Contact, visitor: Visitor) -> None:
    take(chat, cast.worker)
    leave_contact(contact=chat, visitor_key=visitor.key, now=NOW)
    assert fresh(chat).left_at is not None
    assert say(chat, visitor.author).outcome is Outcome.CLOSED


def test_only_the_worker_who_has_it_writes(cast: Cast, chat: Contact) -> None:
    colleague = staff_author(cast.colleague, sign_in(cast.colleague))
    supervisor = staff_author(cast.supervisor, sign_in(cast.supervisor))
    assert say(chat, colleague).outcome is Outcome.NOT_YOURS, "nobody has taken it yet"
    take(chat, cast.worker)
    assert say(chat, staff_author(cast.worker, sign_in(cast.worker))).outcome is Outcome.WRITTEN
    assert say(chat, colleague).outcome is Outcome.NOT_YOURS
    assert say(chat, supervisor).outcome is Outcome.NOT_YOURS


@pytest.mark.parametrize("who", ["outsider", "professional", "catalogue_admin"])
def test_staff_without_a_right_to_the_unit_find_nothing(cast: Cast, chat: Contact, who: str) -> None:
    user: User = getattr(cast, who)
    take(chat, cast.worker)
    before = thread(chat)
    assert say(chat, staff_author(user, sign_in(user))).outcome is Outcome.UNKNOWN
    assert thread(chat) == before


@pytest.mark.parametrize("ending", ["membership", "account", "session", "session expired", "no session", "stolen"])
def test_a_workers_right_is_asked_at_every_message(cast: Cast, chat: Contact, ending: str) -> None:
    take(chat, cast.worker)
    session = sign_in(cast.worker)
    author = staff_author(cast.worker, session)
    assert say(chat, author).outcome is Outcome.WRITTEN
    if ending == "membership":
        Membership.objects.filter(user=cast.worker).update(ended_at=NOW)
    elif ending == "account":
        User.objects.filter(pk=cast.worker.pk).update(is_active=False)
    elif ending == "session":
        Session.objects.filter(pk=session).delete()
    elif ending == "session expired":
        Session.objects.filter(pk=session).update(expire_date=NOW)
    elif ending == "no session":
        author = Author("worker", staff_id=cast.worker.pk)
    else:
        author = staff_author(cast.worker, "x" * 32)
    assert say(chat, author).outcome is Outcome.UNKNOWN


def test_a_closed_contact_takes_the_platforms_word_but_nobody_elses(
    cast: Cast, chat: Contact, visitor: Visitor
) -> None:
    take(chat, cast.worker)
    close(chat, cast.worker, cast.topic)
    assert say(chat, visitor.author).outcome is Outcome.CLOSED
    assert say(chat, staff_author(cast.worker, sign_in(cast.worker))).outcome is Outcome.CLOSED
    assert write(system_entry(chat.pk, "note", "Hei", NOW)).outcome is Outcome.WRITTEN
    assert say(chat, CARRIED_AUTHOR).outcome is Outcome.WRITTEN


# -- turn, first response, seen -------------------------------------------------------------------


def test_the_first_response_is_a_humans_and_stays_the_first(cast: Cast, chat: Contact, visitor: Visitor) -> None:
    take(chat, cast.worker, NOW)
    now = fresh(chat)
    assert now.last_seq == 2, "the platform has said who joined"
    assert (now.first_client_at, now.first_response_at, now.turn) == (NOW, None, "worker")
    say(chat, visitor.author, "Hei?", at=NOW + dt.timedelta(minutes=1))
    assert fresh(chat).first_client_at == NOW, "a repeated question does not restart it"
    say(chat, staff_author(cast.worker, sign_in(cast.worker)), at=LATER)
    answered = fresh(chat)
    assert (answered.first_response_at, answered.first_response_by, answered.first_response_unit) == (
        LATER, cast.worker, cast.unit,
    )  # fmt: skip
    assert answered.turn == "client"
    say(chat, staff_author(cast.worker, sign_in(cast.worker)), at=LATER + dt.timedelta(minutes=1))
    assert fresh(chat).first_response_at == LATER
    say(chat, visitor.author, at=LATER + dt.timedelta(minutes=2))
    assert fresh(chat).turn == "worker"


def test_the_first_response_is_credited_to_its_writer_and_the_unit_of_that_time(cast: Cast, chat: Contact) -> None:
    from guidance.services import transfer_contact

    take(chat, cast.worker)
    transfer_contact(contact_id=chat.pk, worker=cast.worker, to_unit=cast.other_unit, now=NOW)
    take(fresh(chat), cast.outsider)
    say(chat, staff_author(cast.outsider, sign_in(cast.outsider)), at=LATER)
    answered = fresh(chat)
    assert (answered.first_response_by, answered.first_response_unit) == (cast.outsider, cast.other_unit)


def test_a_clock_that_runs_behind_breaks_nothing(cast: Cast, chat: Contact) -> None:
    take(chat, cast.worker)
    earlier = NOW - dt.timedelta(seconds=2)
    assert say(chat, staff_author(cast.worker, sign_in(cast.worker)), at=earlier).outcome is Outcome.WRITTEN
    assert fresh(chat).first_response_at == NOW, "an answer is never before its question"
    assert fresh(chat).last_message_at == NOW


def test_writing_means_having_seen(cast: Cast, chat: Contact, visitor: Visitor) -> None:
    assert (fresh(chat).client_seen_seq, fresh(chat).worker_seen_seq, fresh(chat).unread) == (1, 0, 1)
    take(chat, cast.worker)
    say(chat, staff_author(cast.worker, sign_in(cast.worker)))
    now = fresh(chat)
    assert (now.client_seen_seq, now.worker_seen_seq, now.unread) == (1, 3, 0)
    say(chat, visitor.author)
    assert (fresh(chat).client_seen_seq, fresh(chat).unread) == (4, 1)


def test_many_messages_in_one_statement_are_numbered_in_their_order(chat: Contact, visitor: Visitor) -> None:
    from guidance.message_log import WRITE, Entry, written

    entries = [Entry(chat.pk, uuid.uuid4(), f"{n}", visitor.author, NOW) for n in range(50)]
    entries.append(Entry(uuid.uuid4(), uuid.uuid4(), "nobody's", visitor.author, NOW))
    with connection.cursor() as cursor:
        cursor.execute(WRITE, parameters(entries))
        results = [written(entry, row) for entry, row in zip(entries, cursor.fetchall(), strict=True)]
    assert [result.message.seq for result in results[:50] if result.message] == list(range(2, 52))
    assert [result.message.body for result in results[:50] if result.message] == [f"{n}" for n in range(50)]
    assert results[50].outcome is Outcome.UNKNOWN, "one bad entry is nobody else's trouble"
    assert fresh(chat).last_seq == 51


# -- what the database itself refuses -------------------------------------------------------------


def refused(contact: Contact, **values: object) -> str:
    """The name of the constraint that refuses this row."""
    row = {"seq": 2, "nonce": uuid.uuid4(), "kind": "client", "body": "Hei", "at": NOW, "code": ""} | values
    with pytest.raises((IntegrityError, DatabaseError)) as refusal, transaction.atomic():
        Message.objects.bulk_create([Message(contact=contact, **row)])
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert refusal.value.__cause__ is not None
    return refusal.value.__cause__.diag.constraint_name or ""  # type: ignore[attr-defined]


def test_seq_2_after_1_can_be_stored(chat: Contact) -> None:
    Message.objects.bulk_create([Message(contact=chat, seq=2, nonce=uuid.uuid4(), kind="client", body="Hei", at=NOW)])


def test_a_gap_in_a_thread_cannot_be_stored(chat: Contact) -> None:
    assert refused(chat, seq=3) == "message_follows_previous"


@pytest.mark.parametrize("seq", [1, 2])
def test_a_message_of_no_contact_cannot_be_stored(chat: Contact, seq: int) -> None:
    """The first one by its own foreign key, the next one because there is no first."""
    expected = {1: "message_first_of_contact", 2: "message_follows_previous"}[seq]
    with pytest.raises(IntegrityError, match=expected), transaction.atomic():
        message = Message(contact_id=uuid.uuid4(), seq=seq, nonce=uuid.uuid4(), kind="client", body="Hei", at=NOW)
        Message.objects.bulk_create([message])
        connection.check_constraints()


def test_a_contact_with_messages_cannot_be_taken_away(chat: Contact, visitor: Visitor) -> None:
    say(chat, visitor.author)
    with pytest.raises(IntegrityError, match="message_first_of_contact"), transaction.atomic():
        Contact.objects.filter(pk=chat.pk)._raw_delete("default")
        connection.check_constraints()


def test_a_number_cannot_be_stored_twice(chat: Contact) -> None:
    assert refused(chat, seq=1) == "guidance_message_pkey"


def test_a_nonce_cannot_be_stored_twice_in_a_thread(chat: Contact) -> None:
    nonce = Message.objects.get(contact=chat).nonce
    assert refused(chat, nonce=nonce) == "message_nonce"


def test_a_thread_begins_with_one(chat: Contact) -> None:
    Message.objects.filter(contact=chat).delete()
    assert refused(chat, seq=0) == "message_seq_from_one"


def test_nothing_can_be_taken_out_of_the_middle_of_a_thread(chat: Contact, visitor: Visitor) -> None:
    say(chat, visitor.author)
    with pytest.raises(IntegrityError, match="message_follows_previous"), transaction.atomic():
        Message.objects.filter(contact=chat, seq=1).delete()


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"kind": "worker"}, "message_author_agrees"),
        ({"kind": "system"}, "message_author_agrees"),
        ({"kind": "bot"}, "message_author_agrees"),
        ({"body": ""}, "message_body_fits"),
        ({"body": "a" * 8_001}, "message_body_fits"),
    ],
)
def test_a_message_that_contradicts_itself_cannot_be_stored(
    chat: Contact, values: dict[str, object], constraint: str
) -> None:
    assert refused(chat, **values) == constraint


def test_a_client_message_of_a_member_of_staff_cannot_be_stored(cast: Cast, chat: Contact) -> None:
    assert refused(chat, staff=cast.worker) == "message_author_agrees"
