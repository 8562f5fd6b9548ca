"""One socket of a thread, once it has been let in.

It costs one statement a message, shared with all the messages that arrive while another batch is being written, and
nothing at all while it is idle.

The order that leaves no hole: join the hub first, then read what is missing, then go live; from there on the cursor
notices every gap.
"""

import asyncio
import contextlib
import logging
import time
import uuid
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

import psycopg
from channels.db import database_sync_to_async
from django.db import DatabaseError
from django.utils import translation
from psycopg_pool import PoolTimeout

from chat import frames, thread_store
from chat.danger_watch import danger_watch
from chat.lookers import FAMILY, looking_frame
from chat.participants import Participant
from chat.queue_looks import queue_looks
from chat.summary import contact_summary, place_shown
from core import clock
from core.eager import Begun
from core.loops import OneALoop
from core.realtime import Event, hub
from guidance.consultations import desks_concerned
from guidance.events import as_author_gets_it, message_event, message_frame, message_text, seen_event
from guidance.message_batches import Answer, MessageBatches
from guidance.message_log import Entry, Outcome, StoredMessage, Written
from guidance.models import Contact

log = logging.getLogger("perhekeskus.threads")

SIGN_IN, UNKNOWN, ENDED, TRY_LATER = 4401, 4404, 4410, 1013
INBOX_LIMIT = 500
ALARM_AFTER_S = 0.05
USE_EVERY_S = 60.0
GONE = (psycopg.Error, DatabaseError, PoolTimeout, OSError)


def _tell(results: list[Written]) -> None:
    hub.publish([message_event(result.message) for result in results if result.message is not None])
    for unit_id in {result.unit_id for result in results if result.unit_id is not None}:
        hub.announce_desk(unit_id)


_message_batches = OneALoop(lambda: MessageBatches(_tell))


class ThreadPeer:
    """One socket. `cursor` is the number of the last message that it has been sent."""

    def __init__(
        self, contact: Contact, who: Participant, after: int, send: Any, at_once: Callable[[str], bool] | None = None
    ) -> None:
        self.contact = str(contact.pk)
        self.unit_id = contact.unit_id
        self.who = who
        self._contact_id, self._author, self._by = contact.pk, who.author, who.by
        self._writer = f"{who.by}:{who.key_id}"
        self.user_id, self.key_id = who.staff_id, who.key_id
        is_message = contact.channel == Contact.Channel.MESSAGE and not contact.is_closed
        self.looks_as = FAMILY if self.user_id is None and is_message else self.user_id
        self.cursor = after
        self.typed_at = 0.0
        self._used_at = float("-inf")
        self._language = contact.language
        self._waits = contact.state == Contact.State.WAITING
        self._place: dict[str, int | None] | None = None  # as it was told last
        self._among_staff = contact.is_consultation
        self._telling: asyncio.Task[None] | None = None
        self._ends_by_time = who.kind == "worker" or contact.person is not None
        self._alarm: asyncio.TimerHandle | None = None
        self._lookers: dict[str, Any] | None = None
        self._inbox: deque[Event] = deque()
        self._wake = asyncio.Event()
        self._parked = False  # the writing task waits for something to do
        self._unfinished: Begun[None] | None = None
        self._send, self._at_once = send, at_once
        self._batches = _message_batches()

    # -- out ------------------------------------------------------------------------------------

    def deliver(self, event: Event) -> None:
        if self._parked and event.kind == "message" and not self._inbox and event.seq == self.cursor + 1:
            self._send_at_once(event)
            return
        if event.unit is not None:  # handed over to another unit: from now on that one's queue is this socket's
            self.unit_id = event.unit
        if len(self._inbox) >= INBOX_LIMIT:  # a browser that does not read: it gets the rest from the database
            self._inbox.clear()
            self._inbox.append(Event("access"))
            event = Event("seq", contact=self.contact, seq=2**31)
        self._inbox.append(event)
        self._wake.set()

    def _send_at_once(self, event: Event) -> None:
        """The next message, while this socket waits for one: sent without waking its task, unless the browser does not
        drain; then the task sees to the rest."""
        assert event.text is not None and event.seq is not None
        self.cursor = event.seq
        text = as_author_gets_it(event.text) if event.by == self._by else event.text
        if self._at_once is not None and self._at_once(text):
            return
        try:
            sending: Begun[None] = Begun(self._send({"type": "websocket.send", "text": text}))
        except frames.SEND_FAILURES:  # it has gone; the reading side hears of it
            return
        if not sending.ended:
            self._unfinished = sending
            self._parked = False
            self._wake.set()

    async def write_out(self) -> None:
        """Welcome, what was missed, then live. Ends when the socket is to be closed."""
        with contextlib.suppress(*frames.SEND_FAILURES):
            try:
                await self._welcome()
            except GONE:
                await self._close(TRY_LATER)
                return
            while True:
                self._parked = not self._inbox
                await self._wake.wait()
                self._parked = False
                self._wake.clear()
                if self._unfinished is not None:
                    unfinished, self._unfinished = self._unfinished, None
                    await unfinished
                while self._inbox:
                    code = await self._take(self._inbox.popleft())
                    if code is not None:
                        await self._close(code)
                        return

    async def _welcome(self) -> None:
        summary = await database_sync_to_async(_summary)(self.contact, self.who.kind == "worker")
        await self._send_frame({"v": 1, "type": "welcome", "contact": summary, "seq": summary["seq"]})
        self._waits, self._place = summary["state"] == Contact.State.WAITING, summary["queue"]
        self.cursor = min(self.cursor, summary["seq"])
        await self._catch_up()
        if hub.slow:
            await self._send_frame(frames.delivery(self.contact, slow=True))
        await self._set_alarm()
        await self._tell_lookers()

    async def _set_alarm(self) -> None:
        """Rights are asked again at the moment when the session, or the identification on this device, runs out."""
        if not self._ends_by_time:
            return
        seconds = await thread_store.right_lasts(self.contact, self.who, clock.now())
        self.silence_alarm()
        if seconds is not None:
            later = asyncio.get_running_loop().call_later
            self._alarm = later(seconds + ALARM_AFTER_S, self.deliver, Event("access"))

    def silence_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    async def _take(self, event: Event) -> int | None:
        """Answer one event; a close code when this participant's right has ended."""
        try:
            return await self._answer(event)
        except GONE as error:
            log.warning("an event waits for the database: %s", type(error).__name__)
            return None  # the next pulse asks again

    async def _answer(self, event: Event) -> int | None:
        if event.kind == "message":
            await self._take_message(event)
        elif event.kind == "again":
            await self._answer_again(event)
        elif event.kind == "seq":
            await self._take_seq(event.seq or 0)
        elif event.kind == "frame" and event.frame is not None:
            if event.by != self._by:
                self._note_state(event.frame)
                await self._send_frame(event.frame)
        elif event.kind == "staff" and self.user_id is not None and event.frame is not None:
            await self._send_frame(event.frame)
        elif event.kind == "queue" and self._waits:
            await self._tell_place()
        elif event.kind == "looking":
            await self._tell_lookers()
        elif event.kind == "delivery":
            await self._send_frame(frames.delivery(self.contact, slow=event.slow))
        elif event.kind == "access":
            code = await self._close_code()
            if code is None:
                await self._set_alarm()
            return code
        return None

    def _note_state(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "state" and "state" in frame:
            self._waits = frame["state"] == Contact.State.WAITING

    async def _take_message(self, event: Event) -> None:
        assert event.text is not None and event.seq is not None
        if event.seq <= self.cursor:
            return
        if event.seq > self.cursor + 1:
            await self._catch_up()
            return
        self.cursor = event.seq
        await self._send_text(as_author_gets_it(event.text) if event.by == self._by else event.text)

    async def _answer_again(self, event: Event) -> None:
        """The acknowledgement of what was stored before; in its place, if this socket has not been sent it yet."""
        assert event.text is not None and event.seq is not None
        if event.seq > self.cursor:
            await self._catch_up()
        else:
            await self._send_text(event.text)

    async def _tell_place(self, *, if_other: bool = False) -> None:
        place = place_shown((await queue_looks().look(self.unit_id)).place_of(self._contact_id))
        if place is not None and not (if_other and place == self._place):
            self._place = place
            frame = {"v": 1, "type": "state", "contact": self.contact, "state": "waiting", "queue": place}
            await self._send_frame(frame)

    async def _tell_lookers(self) -> None:
        """To staff only: which colleagues look at this too and whether the family is here, when that has changed."""
        if self.user_id is None:
            return
        frame = await looking_frame(self.contact, self.user_id)
        if frame != self._lookers:
            self._lookers = frame
            await self._send_frame(frame)

    async def _take_seq(self, newest: int) -> None:
        if newest > self.cursor:
            await self._catch_up()
        if self._waits:  # a word of the queue's moving may have been lost with the push
            await self._tell_place(if_other=True)
        if not hub.slow:
            await self._send_frame({"v": 1, "type": "seq", "contact": self.contact, "seq": self.cursor})
            await self._tell_lookers()

    async def _catch_up(self) -> None:
        while True:
            missing = await thread_store.messages_after(self.contact, self.cursor)
            for message in missing:
                await self._send_message(message)
                self.cursor = message.seq
            if len(missing) < thread_store.PAGE:
                return

    async def _close_code(self) -> int | None:
        now = clock.now()
        if await thread_store.may_read(self.contact, self.who, now):
            return None
        if self.who.kind == "client":
            return ENDED
        return UNKNOWN if await thread_store.session_lives(self.who, now) else SIGN_IN

    async def _send_message(self, message: StoredMessage) -> None:
        await self._send_frame(message_frame(message, me=self.who.wrote(message.kind, message.staff_id)))

    async def _send_frame(self, frame: dict[str, Any]) -> None:
        await self._send_text(frames.encode(frame))

    async def _send_text(self, text: str) -> None:
        await self._send({"type": "websocket.send", "text": text})

    async def _close(self, code: int) -> None:
        await self._send({"type": "websocket.close", "code": code})

    # -- in -------------------------------------------------------------------------------------

    async def read_in(self, receive: Any) -> None:
        """Frames from the browser, one at a time, so that what one person writes stays in order."""
        translation.activate(self._language)
        with contextlib.suppress(*frames.SEND_FAILURES):
            while True:
                message = await receive()
                if message["type"] == "websocket.disconnect":
                    return
                try:
                    frame = frames.parse(message.get("text"))
                    await self._act(frame)
                except frames.FrameRefused as refusal:
                    await self._send_frame(refusal.frame)

    async def _act(self, frame: frames.Frame) -> None:
        if isinstance(frame, frames.Send):
            await self._use_session()
            self._write(frame)
        elif isinstance(frame, frames.Seen):
            await self._use_session()
            await self._seen(frame.seq)
        elif isinstance(frame, frames.Typing):
            self._type()
        else:
            await self._send_frame({"v": 1, "type": "pong"})

    async def _use_session(self) -> None:
        """Writing and reading keep the identification on a family's device alive, as opening a page does."""
        if self.key_id is None or not self._ends_by_time:
            return
        at = time.monotonic()
        if at - self._used_at < USE_EVERY_S:
            return
        self._used_at = at
        with contextlib.suppress(*GONE):
            await thread_store.keep_identified(self.key_id, clock.now())

    def _write(self, frame: frames.Send) -> None:
        frames.check_rate(self._writer, self.contact, frame.nonce)
        entry = Entry(self._contact_id, frame.nonce, frame.body, self._author, clock.now())
        self._batches.add(entry, partial(self._answered, frame.nonce))

    def _answered(self, nonce: uuid.UUID, answer: Answer) -> None:
        """What became of a message. A written one comes to its author as to everybody, through the hub."""
        if isinstance(answer, Exception):
            self._refuse("unavailable", nonce)
        elif answer.outcome is Outcome.WRITTEN and answer.message is not None:
            if self.key_id is not None:
                danger_watch().wrote(answer.message)
            self._tell_consultants()
        elif answer.outcome is Outcome.DUPLICATE and answer.message is not None:
            text = as_author_gets_it(message_text(answer.message))
            self.deliver(Event("again", contact=self.contact, seq=answer.message.seq, text=text))
        elif answer.outcome is Outcome.CLOSED:
            self._refuse("closed", nonce)
        elif answer.outcome is Outcome.NOT_YOURS:
            self._refuse("invalid", nonce, frames.take_first)
        elif answer.outcome is Outcome.UNKNOWN:
            self._refuse("closed", nonce)
            self.deliver(Event("access"))

    def _tell_consultants(self) -> None:
        """A consultation stands on the desks of several units; its own has heard already."""
        if self._among_staff and (self._telling is None or self._telling.done()):
            self._telling = asyncio.get_running_loop().create_task(self._tell_desks())

    async def _tell_desks(self) -> None:
        with contextlib.suppress(*GONE):
            for unit_id in await database_sync_to_async(_desks_of_consultation)(self._contact_id):
                hub.announce_desk(unit_id)

    def _refuse(self, code: str, nonce: uuid.UUID, detail: Callable[[], str] | None = None) -> None:
        with translation.override(self._language):
            frame = frames.FrameRefused(code, str(nonce), detail() if detail else None).frame
        self.deliver(Event("frame", contact=self.contact, frame=frame))

    async def _seen(self, seq: int) -> None:
        try:
            reached = await thread_store.mark_seen(self.contact, self.who, seq)
        except GONE:
            raise frames.FrameRefused("unavailable") from None
        if reached is not None:
            hub.publish([seen_event(self.contact, self.who.kind, self.who.by, reached[0])])
            hub.announce_desk(reached[1])
            self._tell_consultants()

    def _type(self) -> None:
        at = asyncio.get_running_loop().time()
        if at - self.typed_at < frames.TYPING_EVERY_S:
            return
        self.typed_at = at
        author = {"kind": self.who.kind, "name": self.who.first_name}
        frame = {"v": 1, "type": "typing", "contact": self.contact, "author": author}
        hub.publish([Event("frame", contact=self.contact, frame=frame, by=self.who.by)])


def _desks_of_consultation(contact_id: uuid.UUID) -> list[int]:
    return desks_concerned(Contact.objects.select_related("consultation").get(pk=contact_id))


def _summary(contact_id: str, for_staff: bool) -> dict[str, Any]:
    contact = Contact.objects.with_row_details().get(pk=contact_id)
    return contact_summary(contact, now=clock.now(), for_staff=for_staff)
