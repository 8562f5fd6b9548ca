"""30 conversations of 40 messages both ways over two processes, with broken connections and resends over either
transport: none lost, none doubled, the same order on both sides."""

import asyncio
import json
import random
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from accounts.models import Unit
from core import clock
from guidance.models import Contact, Message
from tests.cast import make_cast, make_visitor, open_chat, take
from tests.live_server import Person, WebProcess, staff_at, visitor_at

CONVERSATIONS, MESSAGES = 30, 40


class Talker:
    """One side of a conversation: sends its lines as a browser does, until each has been acknowledged."""

    def __init__(self, person: Person, contact: str, lines: list[str], dice: random.Random) -> None:
        self.person, self.contact, self.dice = person, contact, dice
        self.outbox = [(str(uuid.uuid4()), line) for line in lines]
        self.acknowledged: set[str] = set()
        self.seen: list[tuple[int, str, str]] = []
        self.expected = 0
        self.breaks = 0

    @property
    def cursor(self) -> int:
        return self.seen[-1][0] if self.seen else 0

    @property
    def is_done(self) -> bool:
        return len(self.acknowledged) == len(self.outbox) and self.cursor >= self.expected

    async def talk(self, servers: list[WebProcess]) -> None:
        while not self.is_done:
            self.person = self.person.at(self.dice.choice(servers))
            address = f"ws://{self.person.host}/ws/v1/contacts/{self.contact}/?after={self.cursor}"
            async with connect(
                address, origin=f"http://{self.person.host}",  # type: ignore[arg-type]
                additional_headers={"Cookie": self.person.cookie_header}, compression=None, proxy=None,
            ) as socket:  # fmt: skip
                try:
                    await self._while_it_lasts(socket)
                except ConnectionClosed:
                    self.breaks += 1

    async def _while_it_lasts(self, socket: ClientConnection) -> None:
        writing = asyncio.create_task(self._write(socket))
        try:
            while not self.is_done:
                self._hear(json.loads(await asyncio.wait_for(socket.recv(), 20)))
        finally:
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)

    async def _write(self, socket: ClientConnection) -> None:
        """Everything that is not acknowledged yet, again and again: a refusal for haste is a time to wait."""
        while True:
            for nonce, line in self.outbox:
                if nonce in self.acknowledged:
                    continue
                chance = self.dice.random()
                if chance < 0.08:
                    await asyncio.to_thread(self._post, nonce, line)
                if chance > 0.04:
                    await socket.send(json.dumps({"type": "send", "nonce": nonce, "body": line}))
                if chance > 0.9:  # an impatient browser
                    await socket.send(json.dumps({"type": "send", "nonce": nonce, "body": line}))
                if 0.5 < chance < 0.53:  # the network breaks off without a word
                    socket.transport.abort()
                    return
                await asyncio.sleep(self.dice.random() * 0.03)
            await asyncio.sleep(1.0)

    def _post(self, nonce: str, line: str) -> None:
        answer = self.person.post(f"/api/v1/contacts/{self.contact}/messages/", {"nonce": nonce, "body": line})
        assert answer.status in (200, 201, 429), answer.text

    def _hear(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "error":
            assert frame["code"] == "rate_limited", frame
        if frame["type"] != "message":
            return
        if frame["nonce"] in {nonce for nonce, _line in self.outbox}:
            self.acknowledged.add(frame["nonce"])
        if frame["seq"] <= self.cursor:
            return  # the answer to a line that was sent again
        assert frame["seq"] == self.cursor + 1, "a gap was shown"
        self.seen.append((frame["seq"], frame["nonce"], frame["body"]))


@pytest.mark.parametrize("seed", [20261123])
def test_thirty_conversations_lose_nothing_and_double_nothing(
    start_servers: Callable[..., list[WebProcess]], seed: int
) -> None:
    two_servers = start_servers(2, RATE_LIMITS="off")
    cast = make_cast()
    dice = random.Random(seed)
    talkers: list[Talker] = []
    pairs: list[tuple[Contact, Talker, Talker]] = []
    workers = [staff_at(two_servers[0], user) for user in (cast.worker, cast.colleague)]
    for number in range(CONVERSATIONS):
        visitor = make_visitor(clock.now())
        contact = open_chat(visitor, now=clock.now())
        take(contact, (cast.worker, cast.colleague)[number % 2], clock.now())
        lines = [f"{number}:{line} 👨‍👩‍👧 ä" for line in range(MESSAGES)]
        family = Talker(visitor_at(two_servers[0], visitor), str(contact.pk), lines[::2], random.Random(dice.random()))
        worker = Talker(workers[number % 2], str(contact.pk), lines[1::2], random.Random(dice.random()))
        family.expected = worker.expected = 2 + MESSAGES
        pairs.append((contact, family, worker))
        talkers += [family, worker]

    async def all_at_once() -> None:
        await asyncio.wait_for(asyncio.gather(*(talker.talk(two_servers) for talker in talkers)), 90)

    asyncio.run(all_at_once())

    assert Unit.objects.count() == 2
    for contact, family, worker in pairs:
        stored = [
            (seq, str(nonce), body)
            for seq, nonce, body in Message.objects.filter(contact=contact)
            .order_by("seq")
            .values_list("seq", "nonce", "body")
        ]
        assert [seq for seq, _nonce, _body in stored] == list(range(1, MESSAGES + 3))
        assert family.seen == worker.seen == stored, "the same order on both sides, and in the database"
        sent = family.outbox + worker.outbox
        assert sorted((nonce, body) for _seq, nonce, body in stored[2:]) == sorted(sent), "none lost, none doubled"
    assert sum(talker.breaks for talker in talkers) > 10, "the control: connections did break"
