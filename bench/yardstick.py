"""The yardstick of the chat: a bare ASGI server that stores each message before it acknowledges it, and no more.

It asks nobody who they are, numbers nothing, audits nothing, and tells no other process. It commits in groups as
ours does (one statement in flight, the next batch gathers), on the same PostgreSQL, with the same server settings.

    python -m bench.yardstick --port N
"""

import argparse
import asyncio
import json
import os
from collections import defaultdict
from typing import Any

import psycopg
import uvicorn

from perhekeskus.web import WS_MAX_SIZE

TABLE = """
CREATE TABLE IF NOT EXISTS yardstick_message (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, contact uuid NOT NULL, nonce uuid NOT NULL, body text NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
)"""
INSERT = """
INSERT INTO yardstick_message (contact, nonce, body)
SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::text[]) RETURNING id
"""
BATCH_LIMIT = 128


class Conversations:
    """Who listens to which conversation, and the messages that wait for their commit."""

    def __init__(self) -> None:
        self.listeners: dict[str, set[Any]] = defaultdict(set)
        self._gathering: list[tuple[str, str, str]] = []
        self._writer: asyncio.Task[None] | None = None
        self._connection: psycopg.AsyncConnection[Any] | None = None

    async def open(self) -> None:
        self._connection = await psycopg.AsyncConnection.connect(os.environ["DATABASE_URL"], autocommit=True)
        await self._connection.execute(TABLE)

    def take(self, contact: str, nonce: str, body: str) -> None:
        self._gathering.append((contact, nonce, body))
        if self._writer is None:
            self._writer = asyncio.create_task(self._write())

    async def _write(self) -> None:
        assert self._connection is not None
        while self._gathering:
            batch, self._gathering = self._gathering[:BATCH_LIMIT], self._gathering[BATCH_LIMIT:]
            columns = [list(column) for column in zip(*batch, strict=True)]
            rows = await (await self._connection.execute(INSERT, columns, prepare=True)).fetchall()
            for (contact, nonce, body), (number,) in zip(batch, rows, strict=True):
                frame = {"type": "message", "contact": contact, "seq": number, "nonce": nonce, "body": body}
                event = {"type": "websocket.send", "text": json.dumps(frame)}
                for send in self.listeners[contact]:
                    await send(event)
        self._writer = None


conversations = Conversations()


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        await receive()
        await conversations.open()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    contact = scope["path"].split("/")[4]
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.send", "text": '{"type": "welcome"}'})
    conversations.listeners[contact].add(send)
    try:
        while (message := await receive())["type"] == "websocket.receive":
            frame = json.loads(message["text"])
            conversations.take(contact, frame["nonce"], frame["body"])
    finally:
        conversations.listeners[contact].discard(send)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    # As perhekeskus.web has it, option by option.
    uvicorn.run(
        application,
        host="127.0.0.1",
        port=parser.parse_args().port,
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_max_size=WS_MAX_SIZE,
        lifespan="on",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )


if __name__ == "__main__":
    main()
