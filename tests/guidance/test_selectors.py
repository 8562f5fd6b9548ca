"""Reading: a foreign object does not exist, and lists come filtered."""

import uuid

import pytest
from django.http import Http404

from guidance.models import Contact
from guidance.selectors import (
    contact_for_worker,
    contact_of_visitor,
    contacts_of_visitor,
    desk_lists,
    messages_after,
    notes_of,
    relationship_contacts,
)
from guidance.services import add_note, carry_over_as_message
from tests.cast import NOW, Cast, Visitor, close, open_chat, say, take

pytestmark = pytest.mark.django_db


def test_a_visitor_finds_only_their_own(chat: Contact, visitor: Visitor, stranger: Visitor) -> None:
    assert contact_of_visitor(visitor.key, chat.pk) == chat
    for key, contact_id in ((stranger.key, chat.pk), (None, chat.pk), (visitor.key, uuid.uuid4())):
        with pytest.raises(Http404):
            contact_of_visitor(key, contact_id)
    assert contacts_of_visitor(visitor.key) == [chat]
    assert contacts_of_visitor(stranger.key) == contacts_of_visitor(None) == []


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
    lists = desk_lists(cast.worker)
    assert {name: [row.pk for row in rows] for name, rows in lists.items() if rows} == {
        "waiting": [waiting.pk], "mine": [mine.pk], "messages": [message.pk],
    }  # fmt: skip
    assert all(rows == [] for rows in desk_lists(cast.outsider).values())
    assert all(rows == [] for rows in desk_lists(cast.professional).values())


def test_a_row_shows_a_persons_last_words_and_not_the_platforms(cast: Cast, chat: Contact, visitor: Visitor) -> None:
    say(chat, visitor.author, "Viimeiset sanat")
    take(chat, cast.worker)
    (row,) = desk_lists(cast.worker)["mine"]
    assert (row.last_words, row.last_kind) == ("Viimeiset sanat", "client")  # type: ignore[attr-defined]


def test_the_relationships_other_contacts_are_those_one_may_see(cast: Cast, chat: Contact, visitor: Visitor) -> None:
    elsewhere = open_chat(visitor, unit=cast.other_unit)
    message = carry_over_as_message(contact=chat, now=NOW)
    assert relationship_contacts(message, cast.worker) == [chat]
    assert relationship_contacts(message, cast.outsider) == [elsewhere]


def test_notes_follow_the_relationship(cast: Cast, chat: Contact, visitor: Visitor, stranger: Visitor) -> None:
    note = add_note(contact=chat, worker=cast.worker, body="Sovittu soitto", now=NOW)
    later = open_chat(visitor)
    assert notes_of(later.relationship) == [note]
    assert notes_of(open_chat(stranger).relationship) == []
