"""The live thread: `/ws/v1/contacts/{id}/?after=SEQ`, a plain ASGI application beside Channels' consumers.

Here a socket is let in, or not, and Django's ORM is asked who it is; `thread_peer.py` is the socket from then on.
"""

import asyncio
import datetime as dt
import json
import logging
import uuid
from typing import Any
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.sessions import InstanceSessionWrapper
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from accounts.models import User
from accounts.visitors import find_key
from chat import frames, thread_store
from chat.lookers import lookers
from chat.participants import NobodyHere, Participant, participant_of
from chat.presence import give_sign_of_life
from chat.thread_peer import ENDED, GONE, SIGN_IN, TRY_LATER, UNKNOWN, ThreadPeer
from core import clock
from core.eager import SEND_AT_ONCE
from core.realtime import hub
from guidance.models import Contact
from guidance.permissions import Action
from guidance.services import record_look

log = logging.getLogger("perhekeskus.threads")

RELOAD = 4426

hub.newest_seqs = thread_store.newest_seqs
hub.still_here = thread_store.still_here


async def thread_socket(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """The ASGI application. `scope` has come through the origin, session and auth layers."""
    hub.ensure_started()
    send = _past_session(send)
    await receive()  # websocket.connect
    await send({"type": "websocket.accept"})
    try:
        peer = await _admit(scope, send)
    except _Refused as refusal:
        await send({"type": "websocket.close", "code": refusal.code})
        return
    hub.join(peer)
    lookers().came(peer)
    writing = asyncio.create_task(peer.write_out())
    reading = asyncio.create_task(peer.read_in(receive))
    try:
        await asyncio.wait([reading, writing], return_when=asyncio.FIRST_COMPLETED)
    finally:
        hub.leave(peer)
        peer.silence_alarm()
        lookers().went(peer)
        for task in (reading, writing):
            task.cancel()
        for result in await asyncio.gather(reading, writing, return_exceptions=True):
            if isinstance(result, Exception):
                log.error("a thread's socket failed", exc_info=result)


def _past_session(send: Any) -> Any:
    """The session layer looks into the session before every frame that goes out, in case it has to be saved; a thread
    never changes it, and the look costs as much as the frame."""
    layer = getattr(send, "__self__", None)
    return layer.real_send if isinstance(layer, InstanceSessionWrapper) else send


thread_socket.permission_mark = Action.READ_OR_WRITE_THREAD  # type: ignore[attr-defined]


class _Refused(Exception):
    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


async def _admit(scope: dict[str, Any], send: Any) -> ThreadPeer:
    query = {name: values[-1] for name, values in parse_qs(scope["query_string"].decode("latin-1")).items()}
    if query.get("v", "1") != "1":
        raise _Refused(RELOAD)
    after = query.get("after", "0")
    contact_id: uuid.UUID = scope["url_route"]["kwargs"]["contact_id"]
    now = clock.now()
    try:
        who, contact = await database_sync_to_async(_participant)(scope, contact_id, query.get("as"), now)
    except NobodyHere:
        raise _Refused(SIGN_IN) from None
    except Http404:
        raise _Refused(UNKNOWN) from None
    except GONE:
        await send({"type": "websocket.send", "text": json.dumps(frames.error("unavailable"))})
        raise _Refused(TRY_LATER) from None
    if who.kind == "client" and contact.left_at is not None and not contact.is_closed:
        raise _Refused(ENDED)
    seen = int(after) if after.isascii() and after.isdigit() else 0
    return ThreadPeer(contact, who, seen, send, scope.get("extensions", {}).get(SEND_AT_ONCE))


def _participant(
    scope: dict[str, Any], contact_id: uuid.UUID, wanted: str | None, now: dt.datetime
) -> tuple[Participant, Contact]:
    user = scope.get("user") or AnonymousUser()
    session_key = scope["session"].session_key if user.is_authenticated else None
    key = find_key(scope.get("cookies", {}).get(settings.VISITOR_COOKIE_NAME, ""))
    who, contact = participant_of(
        contact_id,
        user=user if user.is_authenticated else AnonymousUser(),
        session_key=session_key,
        key=key,
        wanted=wanted,
    )
    if who.kind == "worker" and isinstance(user, User):
        record_look(contact=contact, worker=user, now=now)
        give_sign_of_life(user=user, now=now)
    return who, contact
