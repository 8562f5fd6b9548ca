"""One look at a unit's queue for all the sockets of this process that wait in it.

When places move, every waiting socket asks at the same moment. Whoever asks before a look begins shares it; whoever
asks while one is being made shares the next, since places may have moved again.
"""

import asyncio
from collections import defaultdict

from channels.db import database_sync_to_async

from chat.queue import UnitQueue
from core import clock
from core.loops import OneALoop


class QueueLooks:
    """Lives in the event loop that serves the sockets."""

    def __init__(self) -> None:
        self._coming: dict[int, asyncio.Task[UnitQueue]] = {}
        self._at_work: dict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def look(self, unit_id: int) -> UnitQueue:
        """The unit's queue as it is after this call. A failure of the database is everybody's who asked."""
        if unit_id not in self._coming:
            task = asyncio.create_task(self._look(unit_id))
            # A socket may be gone before its answer comes; the others still get it, and nobody misses its failure.
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
            self._coming[unit_id] = task
        return await asyncio.shield(self._coming[unit_id])

    async def _look(self, unit_id: int) -> UnitQueue:
        async with self._at_work[unit_id]:
            del self._coming[unit_id]
            return await database_sync_to_async(UnitQueue)(unit_id, clock.now())


queue_looks = OneALoop(QueueLooks)
