"""Group commit: the messages of many contacts in one statement of the one writer.

While one batch is being written the next one gathers. There is no timer, so a lone message waits for nothing. A
batch that fails is tried once more whole (a race over a nonce is gone by then) and then row by row, so that a bad
message is nobody else's trouble.
"""

import asyncio
import logging
import uuid
from collections.abc import Callable
from typing import Any

import psycopg
from psycopg_pool import PoolTimeout

from core.database import async_pool
from core.eager import Begun
from guidance import message_log
from guidance.message_log import Entry, Outcome, Written

log = logging.getLogger("perhekeskus.messages")

BATCH_LIMIT = 128
UNAVAILABLE = (psycopg.OperationalError, PoolTimeout, OSError, asyncio.TimeoutError)

# What becomes of a message: written, judged otherwise, StorageUnavailable, or psycopg.Error when it cannot be stored.
Answer = Written | Exception
Waiting = tuple[Entry, Callable[[Answer], None]]


class StorageUnavailable(Exception):
    """PostgreSQL did not answer: whether the message was stored is unknown, and the same nonce may be sent again."""


class MessageBatches:
    """The writer of one event loop. `on_written` hears each batch's new messages before their authors do."""

    def __init__(self, on_written: Callable[[list[Written]], None]) -> None:
        self._on_written = on_written
        self._gathering: list[Waiting] = []
        self._flusher: asyncio.Task[None] | None = None

    def add(self, entry: Entry, on_answer: Callable[[Answer], None]) -> None:
        """`on_answer` is called after the commit, in the order of adding; it must neither block nor raise."""
        self._gathering.append((entry, on_answer))
        if self._flusher is None:
            self._flusher = asyncio.create_task(self._flush())

    async def _flush(self) -> None:
        try:
            batch = self._next_batch()
            storing = Begun(self._store(batch))
            while batch:
                answers = await storing
                # PostgreSQL gets the next batch first: it works while this one is being told.
                stored, batch = batch, self._next_batch()
                if batch:
                    storing = Begun(self._store(batch))
                self._tell(stored, answers)
        finally:
            self._flusher = None

    def _tell(self, batch: list[Waiting], answers: list[Answer]) -> None:
        self._on_written(
            [answer for answer in answers if isinstance(answer, Written) and answer.outcome is Outcome.WRITTEN]
        )
        for (_entry, on_answer), answer in zip(batch, answers, strict=True):
            on_answer(answer)

    def _next_batch(self) -> list[Waiting]:
        """The oldest ones. What is there twice (sent again over a new socket, before the first was stored) waits for
        the next batch, which finds it stored and judges the second sender's own right."""
        batch: dict[tuple[uuid.UUID, uuid.UUID], Waiting] = {}
        later: list[Waiting] = []
        for waiting in self._gathering[:BATCH_LIMIT]:
            key = (waiting[0].contact_id, waiting[0].nonce)
            if key in batch:
                later.append(waiting)
            else:
                batch[key] = waiting
        self._gathering = later + self._gathering[BATCH_LIMIT:]
        return list(batch.values())

    async def _store(self, batch: list[Waiting], *, may_retry: bool = True) -> list[Answer]:
        try:
            return [*await self._written([entry for entry, _on_answer in batch])]
        except UNAVAILABLE as error:
            log.warning("messages not stored: %s", type(error).__name__)
            return [StorageUnavailable()] * len(batch)
        except psycopg.Error as error:
            if may_retry:
                return await self._store(batch, may_retry=False)
            if len(batch) > 1:
                return [answer for waiting in batch for answer in await self._store([waiting])]
            log.error("a message was refused by the database: %s", type(error).__name__)
            return [error]

    async def _written(self, entries: list[Entry]) -> list[Written]:
        rows: list[Any] | None = None
        judging = message_log.judged(entries)
        while True:
            try:
                asked = judging.send(rows)
            except StopIteration as end:
                return end.value
            rows = await self._execute(asked)

    async def _execute(self, entries: list[Entry]) -> list[Any]:
        """Run the statement; once more on a fresh connection when the first one was found dead, which is safe since
        the nonces make a repeated batch write nothing twice."""
        try:
            return await self._execute_once(entries)
        except psycopg.OperationalError:
            return await self._execute_once(entries)

    async def _execute_once(self, entries: list[Entry]) -> list[Any]:
        pool = await async_pool()
        async with pool.connection() as connection:
            cursor = await connection.execute(message_log.WRITE, message_log.parameters(entries), prepare=True)
            return await cursor.fetchall()
