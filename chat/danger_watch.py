"""What families write over sockets, looked at once it is committed, so that help is named on their page at once.

The message path waits for nothing here: the words are kept for a while (DANGER_WORDS_KEPT), and only a message that
holds one of them asks the database. What is missed (a process that dies, a database that is away) the periodic look
finds.
"""

import asyncio
import logging
import re

from channels.db import database_sync_to_async
from django.conf import settings
from django.db import Error as DatabaseError

from core import clock
from core.loops import OneALoop
from guidance.danger import finds, matcher, stems
from guidance.message_log import StoredMessage
from guidance.services import heed_danger

log = logging.getLogger("perhekeskus.danger")


class DangerWatch:
    """Lives in the event loop that serves the sockets."""

    def __init__(self) -> None:
        self._pattern: re.Pattern[str] | None = None
        self._known_until = 0.0
        self._tasks: set[asyncio.Task[None]] = set()

    def wrote(self, message: StoredMessage) -> None:
        """A family's message is in the database. Neither blocks nor raises."""
        known = asyncio.get_running_loop().time() < self._known_until
        if known and not finds(self._pattern, message.body):
            return
        task = asyncio.create_task(self._look(message, known))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _look(self, message: StoredMessage, known: bool) -> None:
        try:
            if not known:
                self._pattern = matcher(await database_sync_to_async(stems)())
                self._known_until = asyncio.get_running_loop().time() + settings.DANGER_WORDS_KEPT
            if finds(self._pattern, message.body):
                await database_sync_to_async(heed_danger)(contact_id=message.contact_id, now=clock.now())
        except DatabaseError as error:
            log.warning("the periodic look will see it: %s", type(error).__name__)


danger_watch = OneALoop(DangerWatch)
