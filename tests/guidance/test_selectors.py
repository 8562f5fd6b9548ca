"""Reading: a foreign object does not exist, and lists come filtered."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.http import Http404

from accounts.models import VisitorKey
from guidance.message_log import Author, Outcome
from guidance.models import ClientRelationship, Contact
from guidance.rights import MAY_READ
from guidance.selectors import (
    contact_for_worker,
    contact_of_key,
    desk_lists,
    messages_after,
    notes_of,
    own_contacts,
    relationship_contacts,
)
from guidance.services import add_note, carry_over
from tests.cast import NOW, Cast, Visitor, close, make_person, open_chat, say, take

pytestmark = pytest.mark.django_db


def test_a_visitor_finds_only_their_own(chat: Contact, visitor: Visitor, stranger: Visitor) -> None:
    assert contact_of_key(visitor.key, chat.pk, NOW) == chat
    for key, contact_id in ((stranger.key, chat.pk), (None, chat.pk), (visitor.key, uuid.uuid4())):
        with pytest.raises(Http404):
            contact_of_key(key, contact_id, NOW)
    assert own_contacts(visitor.key, NOW) == [chat]
    assert own_contacts(stranger.key, NOW) == own_contacts(None, NOW) == []


def test_staff_find_contacts_of_their_own_units(cast: Cast, chat: Contact) -> None:
    for user in (cast.worker, cast.colleague, cast.supervisor):
        assert contact_for_worker(user, chat.pk) == chat
    for user in (cast.outsider, cast.professional, cast.catalogue_admin):
        with pytest.raises(Http404):
            contact_for_worker(user, chat.pk)


def test_messages_come_in_order_after_a_number(chat: Contact, visitor: Visitor) -> None:
    for number in range(4):
        say(chat, visitor.author, f"{number}")
    assert [message.body for message in messages_after(chat, 3)] == ["2", "3"]
    assert messages_after(chat, 5) == []


def test_a_contact_is_in_one_list_at_most(cast: Cast, visitor: Visitor) -> None:
    waiting, mine, colleagues, done = (open_chat(visitor) for _n in range(4))
    message = open_chat(visitor, channel="message")
    take(mine, cast.worker)
    take(colleagues, cast.colleague)
    close(take(done, cast.worker), cast.worker, cast.topic)
    lists = desk_lists(cast.worker, NOW)
    assert {name: [row.pk for row in rows] for name, rows in lists.items() if rows} == {
        "waiting": [waiting.pk], "mine": [mine.pk], "messages": [message.pk],
    }  # fmt: skip
    assert all(rows == [] for rows in desk_lists(cast.outsider, NOW).values())
    assert all(rows == [] for rows in desk_lists(cast.professional, NOW).values())


def test_a_row_shows_a_persons_last_words_and_not_the_platforms(cast: Cast, chat: Contact, visitor: Visitor) -> None:
    say(chat, visitor.author, "Viimeiset sanat")
    take(chat, cast.worker)
    (row,) = desk_lists(cast.worker, NOW)["mine"]
    assert (row.last_words, row.last_kind) == ("Viimeiset sanat", "client")  # type: ignore[attr-defined]


def test_the_relationships_other_contacts_are_those_one_may_see(cast: Cast, chat: Contact, visitor: Visitor) -> None:
    elsewhere = open_chat(visitor, unit=cast.other_unit)
    message = carry_over(contact=chat, now=NOW)
    assert relationship_contacts(message, cast.worker) == [chat]
    assert relationship_contacts(message, cast.outsider) == [elsewhere]


def test_notes_follow_the_relationship(cast: Cast, chat: Contact, visitor: Visitor, stranger: Visitor) -> None:
    note = add_note(contact=chat, worker=cast.worker, body="Sovittu soitto", now=NOW)
    later = open_chat(visitor)
    assert notes_of(later) == [note]
    assert notes_of(open_chat(stranger)) == []


PERSON_CASES = [
    # (bound to a person, key remembers the person, identification still lasts, the key's visitor opened it) -> may open
    (False, False, False, True, True),
    (False, False, False, False, False),
    (False, True, True, False, False),
    (True, False, False, True, False),
    (True, True, True, False, True),
    (True, True, False, False, False),
    (True, True, False, True, True),
    (True, True, True, True, True),
]


@pytest.mark.parametrize(("bound", "remembers", "lasts", "opened_here", "may"), PERSON_CASES)
def test_the_list_and_the_statement_agree_about_persons(
    chat: Contact,
    visitor: Visitor,
    stranger: Visitor,
    bound: bool,
    remembers: bool,
    lasts: bool,
    opened_here: bool,
    may: bool,
) -> None:
    person = make_person()
    if bound:
        own = ClientRelationship.objects.create(person=person, created_at=NOW)
        Contact.objects.filter(pk=chat.pk).update(relationship=own)
    key = (visitor if opened_here else stranger).key
    if remembers:
        until = NOW + dt.timedelta(minutes=1 if lasts else -1)
        VisitorKey.objects.filter(pk=key.pk).update(person=person, person_until=until)
        key.refresh_from_db()
    assert (chat in own_contacts(key, NOW)) is may
    with connection.cursor() as cursor:
        cursor.execute(MAY_READ, {"key": key.pk, "staff": None, "session": None, "at": NOW, "contact": chat.pk})
        assert cursor.fetchone()[0] is may
    written = say(chat, Author("client", key_id=key.pk))
    assert (written.outcome == Outcome.WRITTEN) is may


def test_a_forgotten_device_opens_nothing_of_its_person(chat: Contact, visitor: Visitor) -> None:
    person = make_person()
    own = ClientRelationship.objects.create(person=person, created_at=NOW)
    Contact.objects.filter(pk=chat.pk).update(relationship=own)
    VisitorKey.objects.filter(pk=visitor.key.pk).update(
        person=person, person_until=NOW + dt.timedelta(hours=1), forgotten_at=NOW
    )
    assert say(chat, visitor.author).outcome == Outcome.UNKNOWN
