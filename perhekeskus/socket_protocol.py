"""uvicorn's WebSocket protocol with a short way for what a thread's socket does all day.

Nearly everything that comes is one whole text frame in one chunk, and nearly everything that goes is one text frame.
Both pass here without the general parser and serializer of frames. Whatever else there is (opening, control frames,
fragments, frames cut by the network, bytes, broken text, closing) goes the way of uvicorn and websockets.
"""

import struct
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import apply_mask
from websockets.http11 import Request
from websockets.protocol import State

from core.eager import SEND_AT_ONCE

WHOLE_TEXT = 0x81  # the last frame of its message, and the first one
MASKED = 0x80
SIZE_IN_16_BITS, SIZE_IN_64_BITS = 126, 127
# A socket is read on while fewer frames than this wait; uvicorn would stop and start it around every single one.
UNREAD_LIMIT = 8

_medium = struct.Struct("!BBH").pack
_large = struct.Struct("!BBQ").pack


class SocketProtocol(WebSocketsSansIOProtocol):
    """In every state and for every frame what its parent is; cheaper for whole text frames."""

    _between_messages = False  # the parser waits for the first byte of a message

    def data_received(self, data: bytes) -> None:
        text = self._whole_text(data)
        if text is None:
            super().data_received(data)
            self._between_messages = self.conn.current_size is None and _waits_for(self.conn.parser) == "at_eof"
            return
        self.queue.put_nowait({"type": "websocket.receive", "text": text})
        if not self.read_paused and self.queue.qsize() >= UNREAD_LIMIT:
            self.read_paused = True
            self.transport.pause_reading()

    def _whole_text(self, data: bytes) -> str | None:
        """The text, when the chunk is one masked text frame and nothing but that, between two messages."""
        if len(data) < 6 or data[0] != WHOLE_TEXT:
            return None
        start, size = 2, data[1] - MASKED
        if size == SIZE_IN_16_BITS:
            start, size = 4, data[2] << 8 | data[3]
        if len(data) != start + 4 + size or data[1] == MASKED + SIZE_IN_64_BITS:
            return None
        if not self._between_messages or self.conn.state is not State.OPEN:
            return None
        try:
            return apply_mask(data[start + 4 :], data[start : start + 4]).decode()
        except UnicodeDecodeError:
            return None

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.handshake_initiated and not self.handshake_complete:
            extensions: Any = self.scope["extensions"]
            extensions[SEND_AT_ONCE] = self.send_at_once

    async def send(self, message: Any) -> None:
        text = message.get("text")
        if text is None or not self.send_at_once(text):
            await super().send(message)

    def send_at_once(self, text: str) -> bool:
        """Send a text at once. False, and nothing is sent, when that is more than writing it: the connection is not
        open, has extensions, or the browser does not drain."""
        conn = self.conn
        if (
            conn.state is not State.OPEN
            or self.disconnected
            or self.close_sent
            or conn.extensions
            or not self.writable.is_set()
        ):
            return False
        data = text.encode()
        size = len(data)
        if size < SIZE_IN_16_BITS:
            head = bytes((WHOLE_TEXT, size))
        elif size < 1 << 16:
            head = _medium(WHOLE_TEXT, SIZE_IN_16_BITS, size)
        else:
            head = _large(WHOLE_TEXT, SIZE_IN_64_BITS, size)
        self.transport.write(head + data)
        return True


def _waits_for(parser: Any) -> str:
    """The name of the innermost generator in which the parser of `websockets` has stopped: between two frames it asks
    whether the stream has ended, inside of one it reads on."""
    inner = parser
    while inner.gi_yieldfrom is not None:
        inner = inner.gi_yieldfrom
    return str(inner.__name__)
