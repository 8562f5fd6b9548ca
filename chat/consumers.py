"""The desk's socket, `/ws/v1/desk/`: lists, counts and presence, for staff only.

Rare by nature, so a Channels consumer on the channel layer. It keeps nothing that a reconnect cannot rebuild: whatever
it hears, it reads the desk's state afresh and sends it whole.
"""

import asyncio
import contextlib
import datetime as dt
import json
import logging
from typing import Any

import redis
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.contrib.sessions.models import Session
from django.db import Error as DatabaseError
from django.utils import translation

from accounts.models import User
from accounts.selectors import roles_of, unit_ids
from chat import frames
from chat.desk_state import desk_state
from chat.permissions import Action
from chat.presence import give_sign_of_life
from core import clock
from core.realtime import desk_group, desk_user_group
from guidance.services import ONE_LOOK, record_look_at_lists

log = logging.getLogger("perhekeskus.desk")

SIGN_IN, UNKNOWN, TRY_LATER = 4401, 4404, 1013
TICK_S = 10.0
SLOW_TICK_S = 3.0
SIGN_OF_LIFE_S = 5.0
AWAY = (redis.RedisError, OSError)


class DeskConsumer(AsyncWebsocketConsumer):
    """One open desk."""

    permission_mark = Action.USE_DESK
    user: User
    session_key: str
    session_ends_at: dt.datetime

    async def connect(self) -> None:
        self.ticking: asyncio.Task[None] | None = None
        self.groups_joined: list[str] = []
        self.slow = False
        self.shown = ""
        self.looked_at: dt.datetime | None = None
        self.lived_at = -SIGN_OF_LIFE_S
        await self.accept()
        if not self.scope["user"].is_authenticated:
            await self.close(SIGN_IN)
            return
        self.session_key = self.scope["session"].session_key or ""
        self.user_id = int(self.scope["user"].pk)
        code = await self._refusal()
        if code is not None:
            await self.close(code)
            return
        translation.activate(self.user.language)
        await self._join()
        await self._live()
        await self._send_state()
        self.ticking = asyncio.create_task(self._tick())

    async def disconnect(self, code: int) -> None:
        await self._let_go()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        # `disconnect` is not called when a send fails, so what was taken is let go here whatever happened.
        try:
            return await super().__call__(scope, receive, send)
        except (*AWAY, DatabaseError) as error:  # no desk opens live then; the page asks by HTTP meanwhile
            log.warning("a desk was not opened: %s", type(error).__name__)
            await send({"type": "websocket.close", "code": TRY_LATER})
        finally:
            await self._let_go()

    async def send(self, *args: Any, **kwargs: Any) -> None:
        with contextlib.suppress(*frames.SEND_FAILURES):  # the browser has just gone; the word of that comes next
            await super().send(*args, **kwargs)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        try:
            frame = frames.parse(text_data)
        except frames.FrameRefused as refusal:
            await self.send(frames.encode(refusal.frame))
            return
        await self._live()
        if isinstance(frame, frames.Ping):
            await self.send(json.dumps({"v": 1, "type": "pong"}))
        else:
            await self.send(frames.encode(frames.error("invalid")))

    # -- what the channel layer says -------------------------------------------------------------

    async def desk_changed(self, event: dict[str, Any]) -> None:
        await self._refresh()

    async def desk_access(self, event: dict[str, Any]) -> None:
        await self._refresh(join=True)

    # -- inside ---------------------------------------------------------------------------------

    async def _refresh(self, *, join: bool = False, show: bool = True) -> None:
        """Ask again whether this desk may be open and, to `join`, which units' word it hears; show it as it is now."""
        try:
            code = await self._refusal()
            if code is not None:
                await self.close(code)
                return
            was_slow = self.slow
            if join:
                await self._join()
            if show or was_slow or self.slow:
                await self._send_state()
        except DatabaseError as error:
            log.warning("a desk waits for the database: %s", type(error).__name__)

    async def _tick(self) -> None:
        """A sign of life, and while the channel layer is away a look at the lists in place of its word."""
        while True:
            await asyncio.sleep(min(SLOW_TICK_S if self.slow else TICK_S, self._session_lasts()))
            await self._live()
            await self._refresh(join=True, show=False)

    def _session_lasts(self) -> float:
        return max(0.05, (self.session_ends_at - clock.now()).total_seconds() + 0.05)

    async def _live(self) -> None:
        at = asyncio.get_running_loop().time()
        if at - self.lived_at < SIGN_OF_LIFE_S:
            return
        self.lived_at = at
        with contextlib.suppress(DatabaseError):  # the next tick gives it again
            await database_sync_to_async(give_sign_of_life)(user=self.user, now=clock.now())

    async def _refusal(self) -> int | None:
        return await database_sync_to_async(self._ask_rights)()

    def _ask_rights(self) -> int | None:
        """Read user, session and roles afresh; the close code when one of them is gone."""
        session = Session.objects.filter(session_key=self.session_key, expire_date__gt=clock.now()).first()
        user = User.objects.filter(pk=self.user_id, is_active=True).first()
        if session is None or user is None:
            return SIGN_IN
        self.session_ends_at = session.expire_date
        self.user = user
        return None if roles_of(user) else UNKNOWN

    async def _send_state(self) -> None:
        """The desk as it is, unless that is what its browser has been sent last."""
        state = await database_sync_to_async(self._look)()
        text = frames.encode({"v": 1, "type": "desk", "delivery": "slow" if self.slow else "live", **state})
        if text != self.shown:
            self.shown = text
            await self.send(text)

    def _look(self) -> dict[str, Any]:
        """The lists as they are, and the record that somebody has them before their eyes."""
        now = clock.now()
        if self.looked_at is None or now - self.looked_at >= ONE_LOOK:
            record_look_at_lists(worker=self.user, now=now)
            self.looked_at = now
        return desk_state(self.user, now)

    async def _join(self) -> None:
        """Be in the groups of the user's units now. Without the channel layer the tick looks instead."""
        units = await database_sync_to_async(unit_ids)(self.user)
        wanted = [desk_user_group(self.user.pk), *(desk_group(unit_id) for unit_id in units)]
        try:
            for group in set(self.groups_joined) - set(wanted):
                await self.channel_layer.group_discard(group, self.channel_name)
            for group in wanted:
                # Joining again is nothing new to the layer, and after it was away this is what brings it back.
                await self.channel_layer.group_add(group, self.channel_name)
        except AWAY as error:
            log.warning("the channel layer is away: %s", type(error).__name__)
            self.slow = True
        else:
            self.groups_joined, self.slow = wanted, False

    async def _let_go(self) -> None:
        ticking, self.ticking = getattr(self, "ticking", None), None
        if ticking is not None:
            ticking.cancel()
        joined, self.groups_joined = getattr(self, "groups_joined", []), []
        with contextlib.suppress(*AWAY):
            for group in joined:
                await self.channel_layer.group_discard(group, self.channel_name)
