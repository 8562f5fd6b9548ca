"""The desk's socket in bad moments: a tick outlives the database, and a browser that has just gone harms nothing."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async
from channels.layers import channel_layers
from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError, connections

from accounts.models import Membership
from chat import consumers
from core import clock
from tests.cast import Cast, make_cast, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@asynccontextmanager
async def desk(user: Any, session_key: str) -> AsyncIterator[ApplicationCommunicator]:
    """An open desk, welcomed."""
    scope = {"type": "websocket", "user": user, "session": SessionStore(session_key)}
    socket = ApplicationCommunicator(consumers.DeskConsumer.as_asgi(), scope)
    await socket.send_input({"type": "websocket.connect"})
    assert (await socket.receive_output(5))["type"] == "websocket.accept"
    try:
        yield socket
    finally:
        await socket.send_input({"type": "websocket.disconnect", "code": 1001})
        await socket.wait(5)
        await database_sync_to_async(connections.close_all)()


def run(work: Any) -> None:
    channel_layers.backends.clear()  # a layer belongs to the loop that made it
    asyncio.run(work)
    channel_layers.backends.clear()


@pytest.mark.parametrize("part", ["unit_ids", "give_sign_of_life", "roles_of"])
def test_a_tick_outlives_the_database(cast: Cast, monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    monkeypatch.setattr(consumers, "TICK_S", 0.05)
    monkeypatch.setattr(consumers, "SIGN_OF_LIFE_S", 0.0)
    failed = []
    works = getattr(consumers, part)

    def breaks_twice(*args: Any, **kwargs: Any) -> Any:
        if len(failed) < 2:
            failed.append(part)
            raise OperationalError
        return works(*args, **kwargs)

    session_key = sign_in(cast.worker, clock.now())

    async def tell() -> None:
        async with desk(cast.worker, session_key) as socket:
            assert json.loads((await socket.receive_output(5))["text"])["type"] == "desk"
            with monkeypatch.context() as patch:
                patch.setattr(consumers, part, breaks_twice)
                async with asyncio.timeout(5):
                    while len(failed) < 2:
                        await asyncio.sleep(0.02)
            await database_sync_to_async(Membership.objects.filter(user=cast.worker).update)(ended_at=clock.now())
            assert await socket.receive_output(5) == {"type": "websocket.close", "code": 4404}

    run(tell())


def test_a_desk_that_cannot_be_opened_says_to_come_back(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(consumers, "roles_of", away)

    session_key = sign_in(cast.worker, clock.now())

    async def tell() -> None:
        async with desk(cast.worker, session_key) as socket:
            assert await socket.receive_output(5) == {"type": "websocket.close", "code": 1013}

    run(tell())
