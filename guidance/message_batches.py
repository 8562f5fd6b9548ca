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
from guidance import message_log
from guidance.message_log import Entry, Outcome, Written

log = logging.getLogger("perhekeskus.messages")

BATCH_LIMIT = 128
UNAVAILABLE = (psycopg.OperationalError, PoolTimeout, OSError, asyncio.TimeoutError)

Waiting = tuple[Entry, "asyncio.Future[Written]"]


class StorageUnavailable(Exception):
    """PostgreSQL did not answer: whether the message was stored is unknown, and the same nonce may be sent again."""


class MessageBatches:
    """The writer of one event loop. `on_written` hears each batch's new messages before their authors do."""

    def __init__(self, on_written: Callable[[list[Written]], None]) -> None:
        self._on_written = on_written
        self._gathering: list[Waiting] = []
        self._flusher: asyncio.Task[None] | None = None

    async def write(self, entry: Entry) -> Written:
        """Returns after the commit. Raises StorageUnavailable, or psycopg.Error for a row that cannot be stored."""
        future: asyncio.Future[Written] = asyncio.get_running_loop().create_future()
        self._gathering.append((entry, future))
        if self._flusher is None:
            self._flusher = asyncio.create_task(self._flush())
        return await future

    async def _flush(self) -> None:
        try:
            while self._gathering:
                await self._store(self._next_batch(), may_retry=True)
        finally:
            self._flusher = None

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

    async def _store(self, batch: list[Waiting], *, may_retry: bool) -> None:
        try:
            results = await self._execute([entry for entry, _future in batch])
        except UNAVAILABLE as error:
            log.warning("messages not stored: %s", type(error).__name__)
            for _entry, future in batch:
                _settle(future, error=StorageUnavailable())
        except psycopg.Error as error:
            if may_retry:
                await self._store(batch, may_retry=False)
            elif len(batch) > 1:
                for waiting in batch:
                    await self._store([waiting], may_retry=True)
            else:
                log.error("a message was refused by the database: %s", type(error).__name__)
                _settle(batch[0][1], error=error)
        else:
            self._on_written([result for result in results if result.outcome is Outcome.WRITTEN])
            for (_entry, future), result in zip(batch, results, strict=True):
                _settle(future, result=result)

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


def _settle(
    future: "asyncio.Future[Written]", *, result: Written | None = None, error: Exception | None = None
) -> None:
    if future.done():
        return
    if error is not None:
        future.set_exception(error)
    elif result is not None:
        future.set_result(result)
