"""Who has which thread open now, told to staff alone and not kept: which colleagues, so that two do not start on one
family; and whether the family of a message has its page open, so that the thread can go live.

A process tells of the threads that its own sockets hold open; pages of any process read what all have told.
"""

import asyncio
import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from accounts.models import User
from chat import thread_store
from core import clock
from core.loops import OneALoop
from core.realtime import Event, Peer, hub
from core.short_lived import ShortLived
from guidance.models import Contact

LASTS = dt.timedelta(seconds=60)
SAY_AGAIN_S = 20.0
# A page that is opened anew is no going and coming.
GONE_AFTER_S = 1.5

_looks = ShortLived("looking", LASTS)
Look = tuple[str, int]  # a contact, and a member of staff or FAMILY
FAMILY = 0


class Looker(Peer, Protocol):
    """A thread's socket. `looks_as`: a member of staff, FAMILY, or None when it is nobody's business."""

    looks_as: int | None


class Lookers:
    """The staff's sockets of this process, and those of families' messages; lives in the loop that serves them."""

    def __init__(self) -> None:
        self._open: dict[Look, set[Looker]] = defaultdict(set)
        self._said: set[Look] = set()
        self._units: dict[Look, int] = {}
        self._process = uuid.uuid4().hex
        self._saying: asyncio.Task[None] | None = None
        self._repeating: asyncio.Task[None] | None = None
        self._again: asyncio.TimerHandle | None = None

    def came(self, peer: Looker) -> None:
        """A socket of a thread has opened."""
        if peer.looks_as is None:
            return
        look = (peer.contact, peer.looks_as)
        self._units[look] = peer.unit_id
        self._open[look].add(peer)
        self._say()
        if self._again is None:
            self._again = asyncio.get_running_loop().call_later(SAY_AGAIN_S, self._say_again)

    def went(self, peer: Looker) -> None:
        if peer.looks_as is not None:
            asyncio.get_running_loop().call_later(GONE_AFTER_S, self._let_go, peer, (peer.contact, peer.looks_as))

    async def stop(self) -> None:
        """The process ends: nobody looks through it any more. What is just being said is said before that."""
        if self._again is not None:
            self._again.cancel()
        under_way = [task for task in (self._saying, self._repeating) if task is not None]
        await asyncio.gather(*under_way, return_exceptions=True)
        if self._said:
            await _looks.say((), self._members(self._said), clock.now())

    def _let_go(self, peer: Looker, look: Look) -> None:
        self._open[look].discard(peer)
        if not self._open[look]:
            del self._open[look]
            self._say()

    def _say(self) -> None:
        if self._saying is None or self._saying.done():
            self._saying = asyncio.get_running_loop().create_task(self._say_changes())

    async def _say_changes(self) -> None:
        while (here := set(self._open)) != self._said:
            came, gone = here - self._said, self._said - here
            self._said = here
            await _looks.say(self._members(came), self._members(gone), clock.now())
            hub.publish([Event("looking", contact=contact) for contact in sorted({look[0] for look in came | gone})])
            for unit_id in {self._units[look] for look in came | gone}:
                hub.announce_desk(unit_id)
            for look in gone - set(self._open):
                del self._units[look]

    def _say_again(self) -> None:
        self._again = None
        if self._said:
            loop = asyncio.get_running_loop()
            self._again = loop.call_later(SAY_AGAIN_S, self._say_again)
            self._repeating = loop.create_task(_looks.say(self._members(self._said), (), clock.now()))

    def _members(self, looks: Iterable[Look]) -> list[str]:
        return [f"{contact}:{user_id}:{self._process}" for contact, user_id in looks]


lookers = OneALoop(Lookers)


# -- for pages, lists and frames ------------------------------------------------------------------


def colleagues_looking(contact_ids: Iterable[uuid.UUID], me: int, now: dt.datetime) -> dict[uuid.UUID, list[User]]:
    """Which colleagues have these threads open now, by name; contacts that nobody else looks at are left out."""
    asked = {str(contact_id): contact_id for contact_id in contact_ids}
    found: dict[uuid.UUID, set[int]] = defaultdict(set)
    for contact, user_id in _looks_of(_looks.members(now)):
        if contact in asked and user_id not in (me, FAMILY):
            found[asked[contact]].add(user_id)
    users = User.objects.in_bulk(set().union(*found.values())) if found else {}
    return {
        contact_id: sorted((users[pk] for pk in ids if pk in users), key=lambda user: user.full_name)
        for contact_id, ids in found.items()
    }


def families_here(contact_ids: Iterable[uuid.UUID], now: dt.datetime) -> set[uuid.UUID]:
    """Of these contacts the messages whose family has the page open now."""
    asked = {str(contact_id): contact_id for contact_id in contact_ids}
    looks = _looks_of(_looks.members(now))
    return {asked[contact] for contact, who in looks if who == FAMILY and contact in asked}


def looking_too(contact: Contact, me: int, now: dt.datetime) -> list[User]:
    """Who looks at this thread beside me and beside the one who has it, whose name stands there anyway."""
    others = colleagues_looking([contact.pk], me, now).get(contact.pk, [])
    return [user for user in others if user.pk != contact.worker_id]


async def looking_frame(contact: str, me: int) -> dict[str, Any]:
    """Both as a `state` frame, for a member of staff's socket."""
    here = {who for looked_at, who in _looks_of(await _looks.members_now(clock.now())) if looked_at == contact}
    others = sorted(here - {me, FAMILY})
    names = await thread_store.names_beside_worker(contact, others) if others else []
    looking = [{"name": name} for name in names]
    return {"v": 1, "type": "state", "contact": contact, "looking": looking, "family_here": FAMILY in here}


def _looks_of(members: Iterable[str]) -> Iterator[Look]:
    for member in members:
        contact, user_id, _process = member.split(":")
        yield contact, int(user_id)
