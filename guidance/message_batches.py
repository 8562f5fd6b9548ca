"""Group commit: the messages of many contacts in one statement of the one writer.

While one batch is being written the next one gathers. There is no timer, so a lone message waits for nothing. A
batch that fails is tried once more whole (a race over a nonce is gone by then) and then row by row, so that a bad
message is nobody else's trouble.
"""

import asyncio
import logging
import uuid
from collections.abc import Callable

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
            return [*await self._judged([entry for entry, _on_answer in batch])]
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

    async def _judged(self, entries: list[Entry]) -> list[Written]:
        """What is unknown is asked once more: its contact may have been bound to a person while the statement waited
        for the contact's lock, and a new statement sees where it is now."""
        results = await self._execute(entries)
        unknown = [place for place, result in enumerate(results) if result.outcome is Outcome.UNKNOWN]
        if unknown:
            again = await self._execute([entries[place] for place in unknown])
            for place, result in zip(unknown, again, strict=True):
                results[place] = result
        return results

    async def _execute(self, entries: list[Entry]) -> list[Written]:
        """Run the statement; once more on a fresh connection when the first one was found dead, which is safe since
        the nonces make a repeated batch write nothing twice."""
        try:
            return await self._execute_once(entries)
        except psycopg.OperationalError:
            return await self._execute_once(entries)

    async def _execute_once(self, entries: list[Entry]) -> list[Written]:
        pool = await async_pool()
        async with pool.connection() as connection:
            cursor = await connection.execute(message_log.WRITE, message_log.parameters(entries), prepare=True)
            rows = await cursor.fetchall()
        return [message_log.written(entry, row) for entry, row in zip(entries, rows, strict=True)]
