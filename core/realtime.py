"""Telling those who listen: the only place that touches Valkey's pub/sub and the channel layer.

Thread events go over one subscription a process; desk events, rare by nature, over the channel layer's groups.
Everything here may be lost: PostgreSQL is the truth, and every listener keeps a cursor to read what it missed. So a
failure is logged and counted, never raised into the act that wanted to tell of itself.
"""

import asyncio
import contextlib
import logging
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, NamedTuple, Protocol

import orjson
import redis
import redis.asyncio
import redis.asyncio.retry
import redis.retry
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import transaction
from redis.backoff import NoBackoff

log = logging.getLogger("perhekeskus.realtime")

CHANNEL = "perhekeskus:threads"
ORIGIN = f"{uuid.uuid4().hex} ".encode()  # which process says it; stands before the JSON, to be told without reading
PULSE_SECONDS = 25.0
SLOW_PULSE_SECONDS = 1.0
DESK_COALESCE_SECONDS = 0.25
# The first publication goes at once; what follows it closely goes together, since each one costs every process.
GATHER_SECONDS = 0.01
# Once more for a connection that has died, and no patience beyond: what is lost is read from PostgreSQL, and what
# waited for Valkey would hold up what comes after it.
TRIES_AGAIN = 1
CONNECTION: dict[str, Any] = {"socket_connect_timeout": 1.0, "socket_timeout": 1.0}


def sync_client() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, retry=redis.retry.Retry(NoBackoff(), TRIES_AGAIN), **CONNECTION)


def async_client() -> redis.asyncio.Redis:
    retry = redis.asyncio.retry.Retry(NoBackoff(), TRIES_AGAIN)
    return redis.asyncio.Redis.from_url(settings.REDIS_URL, retry=retry, **CONNECTION)


def to_json(value: Any) -> str:
    """JSON for frames, publications and the writer. orjson (MIT/Apache-2.0): this stands on every message's path."""
    return orjson.dumps(value).decode()


class Event(NamedTuple):
    """What happened. `message`: a committed message, `text` its frame in JSON, made once for all who get it.
    `again`: the same for the one socket that sent it twice.
    `frame`: a frame for all of a thread's sockets, but not for the one it came `by`; `unit` when it says whose the
    contact is. `staff`: a frame for the staff among them alone. `looking`: other members of staff have the thread open
    than before. `queue`: places in a unit's queue moved. `access`: somebody's right may have ended. `seq`: the newest
    number as PostgreSQL has it. `delivery`: the push layer of this process was lost or came back.
    """

    kind: str
    contact: str | None = None
    frame: dict[str, Any] | None = None
    text: str | None = None
    by: str | None = None
    unit: int | None = None
    user: int | None = None
    key: int | None = None
    seq: int | None = None
    slow: bool = False


class Peer(Protocol):
    """One socket of a thread in this process."""

    contact: str
    unit_id: int
    user_id: int | None
    key_id: int | None

    def deliver(self, event: Event) -> None:
        """Take an event in; must neither block nor raise."""


class Hub:
    """The sockets of this process and its one subscription; lives in the event loop that serves them."""

    def __init__(self) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self.slow = True  # until the subscription stands
        self.newest_seqs: Callable[[list[str]], Awaitable[dict[str, int]]] | None = None
        self.still_here: Callable[[list[int]], Awaitable[None]] | None = None
        self._peers: dict[str, set[Peer]] = defaultdict(set)
        self._tasks: list[asyncio.Task[None]] = []
        self._outgoing: asyncio.Queue[Sequence[Event]] = asyncio.Queue()
        self._desks: set[int] = set()

    # -- life -----------------------------------------------------------------------------------

    def ensure_started(self) -> None:
        """Start in the running loop; called whenever a socket opens."""
        loop = asyncio.get_running_loop()
        if self.loop is loop:
            return
        self.loop = loop
        self.slow = True
        self._peers = defaultdict(set)
        self._outgoing = asyncio.Queue()
        self._tasks = [loop.create_task(part()) for part in (self._listen, self._send, self._pulse)]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        self.loop = None

    def join(self, peer: Peer) -> None:
        self._peers[peer.contact].add(peer)

    def leave(self, peer: Peer) -> None:
        peers = self._peers.get(peer.contact)
        if peers is not None:
            peers.discard(peer)
            if not peers:
                del self._peers[peer.contact]

    @property
    def socket_count(self) -> int:
        return sum(len(peers) for peers in self._peers.values())

    # -- out ------------------------------------------------------------------------------------

    def publish(self, events: Sequence[Event]) -> None:
        """From the hub's own loop: local sockets at once, other processes by one publication."""
        self._deliver(events)
        self._outgoing.put_nowait(events)

    def announce_desk(self, unit_id: int) -> None:
        """Many messages a second are one word to the desks."""
        assert self.loop is not None
        if not self._desks:
            self.loop.call_later(DESK_COALESCE_SECONDS, lambda: asyncio.ensure_future(self._tell_desks()))
        self._desks.add(unit_id)

    async def _tell_desks(self) -> None:
        units, self._desks = self._desks, set()
        await _group_send(_desk_messages(units))

    async def _send(self) -> None:
        client = async_client()
        while True:
            events = list(await self._outgoing.get())
            while not self._outgoing.empty():
                events.extend(self._outgoing.get_nowait())
            try:
                await client.publish(CHANNEL, encode(events))
            except (redis.RedisError, OSError) as error:
                log.warning("publication lost: %s", type(error).__name__)
            await asyncio.sleep(GATHER_SECONDS)

    # -- in -------------------------------------------------------------------------------------

    async def _listen(self) -> None:
        pause = 0.2
        while True:
            # Version 2 of the wire's protocol: of version 3, redis-py writes every publication out for a debug line.
            client = redis.asyncio.Redis.from_url(
                settings.REDIS_URL, socket_connect_timeout=1.0, health_check_interval=5, protocol=2
            )
            try:
                async with client.pubsub() as subscription:
                    await subscription.subscribe(CHANNEL)
                    pause = 0.2
                    self._set_slow(False)
                    while True:
                        # A short timeout, so that the health check notices a server that went away silently.
                        message = await subscription.get_message(ignore_subscribe_messages=True, timeout=5.0)
                        if message is not None:
                            self._take_in(message["data"])
            except (redis.RedisError, OSError) as error:
                log.warning("subscription lost: %s", type(error).__name__)
            finally:
                with contextlib.suppress(redis.RedisError, OSError):
                    await client.aclose()
            self._set_slow(True)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 3.0)

    def _take_in(self, data: bytes) -> None:
        if not data.startswith(ORIGIN):  # our own sockets have heard
            self._deliver(decode(data))

    def _set_slow(self, slow: bool) -> None:
        if slow == self.slow:
            return
        self.slow = slow
        # Whatever was said while nobody heard is lost: every socket asks for its rights and its gap.
        for peer in self._all():
            peer.deliver(Event("delivery", slow=slow))
            peer.deliver(Event("access"))

    async def _pulse(self) -> None:
        """Tell every socket the newest number of its thread: every 25 s, every second while the push is lost. An open
        thread is its worker's sign of life, too."""
        last = time.monotonic()
        while True:
            await asyncio.sleep(SLOW_PULSE_SECONDS)
            if not self.slow and time.monotonic() - last < PULSE_SECONDS:
                continue
            last = time.monotonic()
            if self.newest_seqs is None or not self._peers:
                continue
            staff = sorted({peer.user_id for peer in self._all() if peer.user_id is not None})
            try:
                if staff and self.still_here is not None:
                    await self.still_here(staff)
                newest = await self.newest_seqs(list(self._peers))
            except Exception as error:  # the database is away; sockets stay and the next pulse asks again
                log.warning("pulse skipped: %s", type(error).__name__)
                continue
            for contact, seq in newest.items():
                for peer in tuple(self._peers.get(contact, ())):
                    if self.slow:
                        peer.deliver(Event("access"))
                    peer.deliver(Event("seq", contact=contact, seq=seq))

    def _all(self) -> list[Peer]:
        return [peer for peers in self._peers.values() for peer in peers]

    def _deliver(self, events: Iterable[Event]) -> None:
        for event in events:
            if event.contact is not None:
                for peer in self._peers.get(event.contact, ()):
                    peer.deliver(event)
            elif event.kind == "queue":
                for peer in self._all():
                    if peer.unit_id == event.unit:
                        peer.deliver(event)
            else:
                for peer in self._all():
                    if event.user in (None, peer.user_id) and event.key in (None, peer.key_id):
                        peer.deliver(event)


hub = Hub()


def encode(events: Sequence[Event]) -> bytes:
    """A publication: who says it, and each event as an object of what it has."""
    rows = [
        {
            name: value
            for name, value in zip(Event._fields, event, strict=True)
            if value is not None and value is not False
        }
        for event in events
    ]
    return ORIGIN + orjson.dumps(rows)


def decode(data: bytes) -> list[Event]:
    _origin, _space, rows = data.partition(b" ")
    return [Event(**row) for row in orjson.loads(rows)]


# -- for synchronous code: services after their commit, tasks, commands ---------------------------

_sync_client: redis.Redis | None = None
_sync_lock = threading.Lock()


def publish(events: Sequence[Event]) -> None:
    """Tell every process. In the one that serves sockets itself, its own sockets hear even without Valkey."""
    loop = hub.loop
    if loop is not None and loop.is_running():
        loop.call_soon_threadsafe(hub.publish, events)
        return
    try:
        _client().publish(CHANNEL, encode(events))
    except (redis.RedisError, OSError) as error:
        log.warning("publication lost: %s", type(error).__name__)


def valkey_answers() -> bool:
    try:
        return bool(_client().ping())
    except (redis.RedisError, OSError):
        return False


def _client() -> redis.Redis:
    global _sync_client
    with _sync_lock:
        if _sync_client is None:
            _sync_client = sync_client()
        return _sync_client


def recheck_rights(*, contact: uuid.UUID | None = None, user: int | None = None, key: int | None = None) -> None:
    """After the commit: a right may have ended (a session, a role, a device, a contact). Whoever it touches asks the
    database again at once and closes when it has."""
    event = Event("access", contact=str(contact) if contact else None, user=user, key=key)

    def tell() -> None:
        publish([event])
        if user is not None:
            _to_groups({desk_user_group(user): {"type": "desk.access", "user": user}})

    transaction.on_commit(tell)


def announce_desk(unit_ids: Iterable[int]) -> None:
    """The lists of these units' desks have changed."""
    loop = hub.loop
    if loop is not None and loop.is_running():
        for unit_id in unit_ids:
            loop.call_soon_threadsafe(hub.announce_desk, unit_id)
        return
    _to_groups(_desk_messages(unit_ids))


def desk_group(unit_id: int) -> str:
    return f"desk.unit.{unit_id}"


def desk_user_group(user_id: int) -> str:
    return f"desk.user.{user_id}"


def _desk_messages(unit_ids: Iterable[int]) -> dict[str, dict[str, Any]]:
    return {desk_group(unit_id): {"type": "desk.changed", "unit": unit_id} for unit_id in set(unit_ids)}


def _to_groups(messages: dict[str, dict[str, Any]]) -> None:
    """From synchronous code: through the hub's loop where there is one, else in a loop of its own."""
    loop = hub.loop
    if loop is not None and loop.is_running():
        asyncio.run_coroutine_threadsafe(_group_send(messages), loop)
    else:
        async_to_sync(_group_send)(messages)


async def _group_send(messages: dict[str, dict[str, Any]]) -> None:
    layer = get_channel_layer()
    for group, message in messages.items():
        try:
            await layer.group_send(group, message)
        except (redis.RedisError, OSError) as error:
            log.warning("desk not told: %s", type(error).__name__)
