"""What is true for a while only, as each process says it: a sorted set in Valkey, each member with the moment until
which it holds. Without Valkey nothing is known, and nobody waits long to learn that."""

import datetime as dt
import logging
import threading
import time
from collections.abc import Iterable

import redis
import redis.asyncio

from core.realtime import async_client, sync_client

log = logging.getLogger("perhekeskus.shortlived")

AWAY = (redis.RedisError, OSError)
ASK_AGAIN_S = 5.0


class ShortLived:
    """`lasts`: how long a member holds unless it is said again."""

    def __init__(self, name: str, lasts: dt.timedelta) -> None:
        self.key = f"perhekeskus:{name}"
        self.lasts = lasts
        self._client: redis.Redis | None = None
        self._away_until = 0.0
        self._lock = threading.Lock()

    async def say(self, here: Iterable[str], gone: Iterable[str], now: dt.datetime) -> None:
        """These hold (again), those no more. What a dead process said goes with it."""
        until = (now + self.lasts).timestamp()
        members = dict.fromkeys(here, until)
        past = list(gone)
        try:
            async with async_client() as client:
                async with client.pipeline(transaction=True) as pipeline:
                    pipeline.zremrangebyscore(self.key, "-inf", now.timestamp())
                    if past:
                        pipeline.zrem(self.key, *past)
                    if members:
                        pipeline.zadd(self.key, members)
                    pipeline.expire(self.key, self.lasts)
                    await pipeline.execute()
        except AWAY as error:
            log.warning("%s not said: %s", self.key, type(error).__name__)

    def members(self, now: dt.datetime) -> list[str]:
        """Those that hold now; none while Valkey is away."""
        if time.monotonic() < self._away_until:
            return []
        try:
            found = self._connected().zrangebyscore(self.key, f"({now.timestamp()}", "+inf")
        except AWAY as error:
            return self._not_known(error)
        return [member.decode() for member in found]  # type: ignore[union-attr]

    async def members_now(self, now: dt.datetime) -> list[str]:
        """The same, for the loop that serves sockets."""
        if time.monotonic() < self._away_until:
            return []
        try:
            async with async_client() as client:
                found = await client.zrangebyscore(self.key, f"({now.timestamp()}", "+inf")
        except AWAY as error:
            return self._not_known(error)
        return [member.decode() for member in found]  # type: ignore[union-attr]

    def _not_known(self, error: Exception) -> list[str]:
        log.warning("%s not known: %s", self.key, type(error).__name__)
        self._away_until = time.monotonic() + ASK_AGAIN_S
        return []

    def _connected(self) -> redis.Redis:
        with self._lock:
            if self._client is None:
                self._client = sync_client()
            return self._client
