"""Asking, declining, binding and writing at once; controls show what would happen without the second look."""

# ruff: noqa: B023 — the threads of a round end within it, so each lambda sees its own round.

import asyncio
import threading
import time
import uuid
from typing import Any

import pytest
from django.db import connection, transaction

from audit.models import AuditEvent
from core import realtime
from core.database import close_pool
from guidance import message_log
from guidance.message_batches import MessageBatches
from guidance.message_log import Entry, Outcome, Written
from guidance.models import Binding, Contact, IdentificationRequest, Message
from guidance.services import bind_contact, close_contact, decline_identification, undo_binding
from tests.cast import (
    NOW,
    Cast,
    Visitor,
    ask,
    bind,
    identification_of,
    make_cast,
    make_person,
    make_visitor,
    open_chat,
    say,
    second_device,
    take,
)
from tests.races.test_contacts import at_once, codes, numbers

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = range(5)


@pytest.fixture(autouse=True)
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(realtime, "publish", lambda events: None)
    monkeypatch.setattr(realtime, "_to_groups", lambda groups: None)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


def talking(cast: Cast) -> tuple[Visitor, Contact]:
    visitor = make_visitor()
    return visitor, take(open_chat(visitor), cast.worker)


def refusals(results: list[Any]) -> list[str]:
    return [getattr(result, "code", repr(result)) for result in results if isinstance(result, Exception)]


def test_asking_twice_at_once_asks_once(cast: Cast) -> None:
    for _round in ROUNDS:
        _visitor, contact = talking(cast)
        results = at_once(lambda: ask(contact, cast.worker), lambda: ask(contact, cast.worker))
        assert refusals(results) == ["already_asked"]
        assert codes(contact).count("identification_asked") == 1


def test_two_devices_identify_two_persons_and_one_of_them_has_it(cast: Cast) -> None:
    for _round in ROUNDS:
        visitor, contact = talking(cast)
        other = second_device(visitor)
        ask(contact, cast.worker)
        first, second = identification_of(contact), identification_of(contact, make_person("Toka Huoltaja"))
        results = at_once(
            lambda: bind_contact(identification=first, visitor_key=visitor.key, now=NOW),
            lambda: bind_contact(identification=second, visitor_key=other.key, now=NOW),
        )
        assert refusals(results) == ["not_yours"]
        binding = Binding.objects.get(contact=contact)
        assert Contact.objects.get(pk=contact.pk).relationship_id == binding.to_relationship_id
        assert AuditEvent.objects.filter(object_id=str(contact.pk), code="guidance.contact.bound").count() == 2


def test_declining_while_binding_is_one_of_the_two(cast: Cast) -> None:
    for _round in ROUNDS:
        visitor, contact = talking(cast)
        ask(contact, cast.worker)
        attempt = identification_of(contact)
        results = at_once(
            lambda: bind_contact(identification=attempt, visitor_key=visitor.key, now=NOW),
            lambda: decline_identification(contact=contact, now=NOW),
        )
        assert refusals(results) == ["not_asked"]
        request = IdentificationRequest.objects.get(contact=contact)
        bound = Contact.objects.get(pk=contact.pk).relationship.person is not None
        assert (request.state, Binding.objects.filter(contact=contact).exists()) == (
            ("done", True) if bound else ("declined", False)
        )


def test_two_workers_undo_once(cast: Cast) -> None:
    for _round in ROUNDS:
        visitor, contact = talking(cast)
        bind(contact, visitor, cast.worker)
        undo = [
            lambda who=who: undo_binding(contact_id=contact.pk, worker=who, reason="Väärä", now=NOW)
            for who in (cast.worker, cast.colleague)
        ]
        assert refusals(at_once(*undo)) == ["not_bound"]
        assert codes(contact).count("unbound") == 1


def test_closing_while_binding_finds_the_contact_where_it_is(cast: Cast) -> None:
    """A join made before the wait for the lock would find no relationship, and the closing no contact."""
    for _round in ROUNDS:
        visitor, contact = talking(cast)
        ask(contact, cast.worker)
        attempt = identification_of(contact)
        results = at_once(
            lambda: bind_contact(identification=attempt, visitor_key=visitor.key, now=NOW),
            lambda: close_contact(
                contact_id=contact.pk, worker=cast.worker, outcome="resolved", topic=cast.topic, now=NOW
            ),
        )
        assert refusals(results) in ([], ["not_asked"])
        assert Contact.objects.get(pk=contact.pk).is_closed
        assert numbers(contact) == list(range(1, len(numbers(contact)) + 1))


# -- writing while the contact moves ------------------------------------------------------------------


def waits_for_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


def written_while_binding(cast: Cast, write: Any) -> tuple[Contact, Any]:
    """`write(contact, visitor)` begins while an uncommitted binding holds the contact's lock."""
    visitor, contact = talking(cast)
    results: list[Any] = []

    def writing() -> None:
        results.extend(at_once(lambda: write(contact, visitor)))

    thread = threading.Thread(target=writing)
    with transaction.atomic():
        bind(contact, visitor, cast.worker)
        thread.start()
        deadline = time.monotonic() + 10
        while not waits_for_lock() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert waits_for_lock()
    thread.join(20)
    return contact, results[0]


def test_a_message_that_waits_for_a_binding_is_written(cast: Cast) -> None:
    contact, result = written_while_binding(
        cast, lambda contact, visitor: say(contact, visitor.author, "Samaan aikaan")
    )
    assert result.outcome == Outcome.WRITTEN
    assert Message.objects.filter(contact=contact, body="Samaan aikaan").count() == 1
    assert numbers(contact) == list(range(1, len(numbers(contact)) + 1))


def test_without_the_second_look_it_would_be_refused(cast: Cast) -> None:
    """The control: the statement's own answer."""

    def asked_once(contact: Contact, visitor: Visitor) -> Written:
        entry = Entry(contact.pk, uuid.uuid4(), "Samaan aikaan", visitor.author, NOW)
        return message_log.written(entry, message_log._asked_once([entry])[0])

    _contact, result = written_while_binding(cast, asked_once)
    assert result.outcome == Outcome.UNKNOWN


def test_a_message_over_a_socket_that_waits_for_a_binding_is_written(cast: Cast) -> None:
    async def over_batches(entry: Entry) -> Any:
        answered: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        MessageBatches(lambda written: None).add(entry, answered.set_result)
        try:
            return await answered
        finally:
            await close_pool()

    _contact, result = written_while_binding(
        cast,
        lambda contact, visitor: asyncio.run(
            over_batches(Entry(contact.pk, uuid.uuid4(), "Samaan aikaan", visitor.author, NOW))
        ),
    )
    assert isinstance(result, Written) and result.outcome == Outcome.WRITTEN
