"""500 sockets that leave at once, and one that does not read."""

import asyncio
import json
import time

from websockets.asyncio.client import connect

from core import clock
from guidance.models import Contact, Message
from tests.cast import make_cast, make_visitor, open_chat
from tests.live_server import WebProcess, family_at, visitor_at

MANY = 500


def test_500_sockets_leave_at_once_and_the_rest_hear_on(server: WebProcess) -> None:
    make_cast()
    visitor = make_visitor(clock.now())
    contact = open_chat(visitor, now=clock.now())
    person = visitor_at(server, visitor)
    address = f"ws://{server.host}/ws/v1/contacts/{contact.pk}/?after=1"
    headers = {"Cookie": person.cookie_header}

    async def crowd() -> None:
        gate = asyncio.Semaphore(40)

        async def join():  # type: ignore[no-untyped-def]
            async with gate:
                socket = await connect(
                    address, origin=server.url, additional_headers=headers, compression=None, proxy=None,  # type: ignore[arg-type]
                    open_timeout=60, ping_interval=None,
                )  # fmt: skip
                await asyncio.wait_for(socket.recv(), 60)
                return socket

        stays = await join()
        leaving = await asyncio.gather(*(join() for _n in range(MANY)))
        await stays.send(json.dumps({"type": "send", "nonce": "8f14e45f-ceea-467f-a8d3-b3f5a1d8a0c1", "body": "Ennen"}))
        heard = await asyncio.gather(*(asyncio.wait_for(_message(socket), 30) for socket in leaving))
        assert heard == ["Ennen"] * MANY, "all heard"
        for socket in leaving:
            socket.transport.abort()
        await stays.send(
            json.dumps({"type": "send", "nonce": "8f14e45f-ceea-467f-a8d3-b3f5a1d8a0c2", "body": "Jälkeen"})
        )
        began = time.monotonic()
        while await asyncio.wait_for(_message(stays), 10) != "Jälkeen":
            pass
        assert time.monotonic() - began < 5
        await stays.close()

    asyncio.run(crowd())
    assert Message.objects.filter(contact=contact).count() == 3
    other, others = family_at(server)
    with other.thread(others) as thread:
        thread.wait_for("message")
        assert thread.answer_to(thread.say("Toinenkin toimii"))["type"] == "message"


async def _message(socket) -> str:  # type: ignore[no-untyped-def]
    while True:
        frame = json.loads(await socket.recv())
        if frame["type"] == "message":
            return str(frame["body"])


def test_a_browser_that_does_not_read_holds_nobody_up(server: WebProcess) -> None:
    """Its own socket is busy or gone; everybody else hears at once, and it misses nothing when it comes back."""
    make_cast()
    person, contact = family_at(server)
    sleeper = person.thread(contact)
    sleeper.wait_for("message")
    with person.thread(contact) as awake:
        awake.wait_for("message")
        for number in range(20):
            body = f"{number}".ljust(8_000, "ä")
            assert awake.answer_to(awake.say(body))["type"] == "message"
    sleeper.close()
    with person.thread(contact, after=1) as again:
        for number in range(20):
            assert again.wait_for("message")["body"].startswith(f"{number}ä")
    assert Contact.objects.get(pk=contact.pk).last_seq == 21
