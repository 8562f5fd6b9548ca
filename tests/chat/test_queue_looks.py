"""When places move, the sockets of a process ask once a unit, not once each."""

import asyncio
import json
import threading
from collections.abc import Coroutine, Iterator
from functools import cached_property
from typing import Any, TypeVar

import pytest
from channels.db import database_sync_to_async
from django.db import connections
from django.db.backends.utils import CursorWrapper

from chat.participants import Participant
from chat.queue import UnitQueue
from chat.queue_looks import QueueLooks
from chat.thread_peer import ThreadPeer
from core import clock
from core.database import close_pool
from core.realtime import Event, hub
from guidance.models import Contact
from tests.cast import Cast, make_cast, make_visitor, open_chat

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 50
T = TypeVar("T")


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every statement of the ORM, of whatever thread."""
    found: list[str] = []
    execute = CursorWrapper.execute

    def counting(self: CursorWrapper, sql: str, params: object = None) -> object:
        found.append(sql)
        return execute(self, sql, params)

    monkeypatch.setattr(CursorWrapper, "execute", counting)
    yield found


def in_a_loop(work: Coroutine[Any, Any, T]) -> T:
    """As a server's loop, which lets go of the database when it ends."""

    async def work_and_let_go() -> T:
        try:
            return await work
        finally:
            await close_pool()
            await database_sync_to_async(connections.close_all)()

    return asyncio.run(work_and_let_go())


class Waiting:
    """One waiting socket, and what its browser was sent."""

    def __init__(self, contact: Contact) -> None:
        self.frames: list[dict[str, object]] = []
        self.contact = Contact.objects.with_row_details().get(pk=contact.pk)

    @cached_property
    def peer(self) -> ThreadPeer:
        """Made in the loop that serves it."""
        return ThreadPeer(self.contact, Participant("client", key_id=1), self.contact.last_seq, self._keep)

    async def _keep(self, message: dict[str, str]) -> None:
        self.frames.append(json.loads(message["text"]))

    @property
    def places(self) -> list[object]:
        return [frame["queue"]["position"] for frame in self.frames if "queue" in frame]  # type: ignore[index]


async def told_that_places_moved(sockets: list[Waiting], unit_id: int, statements: list[str], times: int = 1) -> int:
    """How many statements it took until every socket had been told."""
    for one in sockets:
        hub.join(one.peer)
    writing = [asyncio.create_task(one.peer.write_out()) for one in sockets]
    try:
        while not all(one.frames and one.frames[0]["type"] == "welcome" for one in sockets):
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        before = len(statements)
        for _n in range(times):
            hub._deliver([Event("queue", unit=unit_id)])
        while not all(len(one.places) >= times for one in sockets):
            await asyncio.sleep(0.01)
        return len(statements) - before
    finally:
        for one in sockets:
            hub.leave(one.peer)
        for task in writing:
            task.cancel()
        await asyncio.gather(*writing, return_exceptions=True)


def test_fifty_waiting_sockets_cost_one_look(statements: list[str]) -> None:
    cast = make_cast()
    contacts = [open_chat(make_visitor(), now=clock.now()) for _n in range(MANY)]
    alone, all_of_them = Waiting(contacts[0]), [Waiting(contact) for contact in contacts]
    for_one = in_a_loop(told_that_places_moved([alone], cast.unit.pk, statements))
    for_all = in_a_loop(told_that_places_moved(all_of_them, cast.unit.pk, statements))
    assert for_one > 0, "places are looked at"
    assert for_all == for_one
    assert [one.places for one in all_of_them] == [[n] for n in range(1, MANY + 1)]


def test_other_units_sockets_are_not_told(statements: list[str]) -> None:
    cast = make_cast()
    here, there = Waiting(open_chat(make_visitor())), Waiting(open_chat(make_visitor(), unit=cast.other_unit))

    async def both() -> None:
        hub.join(there.peer)
        await told_that_places_moved([here], cast.unit.pk, statements)
        hub.leave(there.peer)

    in_a_loop(both())
    assert (here.places, there.places) == ([1], [])


def test_who_asks_while_a_look_is_being_made_gets_a_later_one(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Places may have moved since it began."""
    begun, go_on = threading.Event(), threading.Event()
    made: list[int] = []

    class SlowQueue(UnitQueue):
        def __init__(self, unit_id: int, now: object) -> None:
            made.append(unit_id)
            begun.set()
            assert go_on.wait(5)

    monkeypatch.setattr("chat.queue_looks.UnitQueue", SlowQueue)

    async def ask() -> list[UnitQueue]:
        looks = QueueLooks()
        first = asyncio.create_task(looks.look(cast.unit.pk))
        while not begun.is_set():
            await asyncio.sleep(0.01)
        later = [asyncio.create_task(looks.look(cast.unit.pk)) for _n in range(3)]
        gone = later.pop()
        await asyncio.sleep(0.05)
        gone.cancel()  # a socket that leaves takes nobody's answer away
        go_on.set()
        return [await first, *(await asyncio.gather(*later))]

    first, second, third = in_a_loop(ask())
    assert made == [cast.unit.pk] * 2
    assert second is third and second is not first


def test_a_look_that_fails_fails_for_all_who_asked_and_the_next_one_works(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(unit_id: int, now: object) -> UnitQueue:
        raise OSError

    async def ask() -> None:
        looks = QueueLooks()
        with monkeypatch.context() as patch:
            patch.setattr("chat.queue_looks.UnitQueue", broken)
            answers = await asyncio.gather(*(looks.look(cast.unit.pk) for _n in range(2)), return_exceptions=True)
        assert [type(answer) for answer in answers] == [OSError, OSError]
        assert (await looks.look(cast.unit.pk)).length == 0

    in_a_loop(ask())
