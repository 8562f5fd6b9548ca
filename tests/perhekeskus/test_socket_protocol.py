"""The short way for whole text frames does what uvicorn's own way does, however the bytes come."""

import asyncio
import struct
from collections.abc import Callable
from typing import Any

import pytest
from uvicorn.config import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

from core.eager import SEND_AT_ONCE
from perhekeskus.socket_protocol import UNREAD_LIMIT, SocketProtocol

HANDSHAKE = (
    b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)
TEXT, CONTINUED, BINARY, PING, PONG, CLOSE = 1, 0, 2, 9, 10, 8
MASK = bytes((7, 200, 0, 91))


class Wire:
    """As much of a transport as the protocol asks for."""

    def __init__(self) -> None:
        self.written = b""
        self.told: list[str] = []

    def write(self, data: bytes) -> None:
        self.written += data

    def get_extra_info(self, _name: str) -> None:
        return None

    def pause_reading(self) -> None:
        self.told.append("pause")

    def resume_reading(self) -> None:
        self.told.append("resume")

    def is_closing(self) -> bool:
        return "close" in self.told

    def close(self) -> None:
        self.told.append("close")


def frame(data: bytes, opcode: int = TEXT, *, last: bool = True, masked: bool = True, wide: bool = False) -> bytes:
    size, mark = len(data), 0x80 if masked else 0
    if size < 126 and not wide:
        length = bytes((mark | size,))
    elif size < 65536:
        length = bytes((mark | 126,)) + struct.pack("!H", size)
    else:
        length = bytes((mark | 127,)) + struct.pack("!Q", size)
    head = bytes((opcode | (0x80 if last else 0),)) + length
    if not masked:
        return head + data
    return head + MASK + bytes(byte ^ MASK[place % 4] for place, byte in enumerate(data))


Chunks = list[bytes]


def _cut(data: bytes, *places: int) -> Chunks:
    edges = [0, *places, len(data)]
    return [data[start:end] for start, end in zip(edges, edges[1:], strict=False)]


HEI = frame("Hei, äiti! 👶".encode())
LONG = frame(b"x" * 300)
CAME: dict[str, Chunks] = {
    "one frame": [HEI],
    "an empty one": [frame(b"")],
    "of 125, 126, 65 535 and 65 536 bytes": [frame(b"y" * size) for size in (125, 126, 65_535, 65_536)],
    "a short one with a wide length": [frame(b"abc", wide=True)],
    "two in one chunk": [HEI + LONG, HEI],
    "one and a half": [HEI + LONG[:9], LONG[9:], HEI],
    "a cut after the first byte": _cut(LONG, 1),
    # What follows the cut looks like a frame of its own: only the parser knows that it is a text's inside.
    "a cut before what looks like a frame": [frame(b"")[:2], MASK, HEI, HEI],
    "a cut after the head, the rest like a frame": [
        bytes((0x81, 0x80 | 126)),
        struct.pack("!H", len(HEI) + 10) + MASK,
        HEI,
        HEI[:10],
        HEI,
    ],
    "every byte by itself": [bytes((byte,)) for byte in HEI + HEI],
    "in fragments": [
        frame(b"Hei", last=False),
        frame(b", ", CONTINUED, last=False),
        frame(b"sin\xc3\xa4", CONTINUED),
        HEI,
    ],
    "a ping among fragments": [frame(b"a", last=False), frame(b"p", PING), frame(b"b", CONTINUED), HEI],
    "a text among fragments": [frame(b"a", last=False), HEI],
    "pings and pongs": [frame(b"huhuu", PING), HEI, frame(b"", PONG), HEI],
    "bytes": [frame(b"\x00\x01", BINARY), HEI],
    "not UTF-8": [frame(b"\xff\xfe"), HEI],
    "a lone surrogate": [frame(b"\xed\xa0\x80"), HEI],
    "not masked": [frame(b"Hei", masked=False), HEI],
    "a reserved bit": [bytes((0xC1,)) + HEI[1:], HEI],
    "an unknown opcode": [frame(b"x", 3), HEI],
    "too big": [frame(b"x" * 5_000), HEI],
    "a close, and something after it": [HEI, frame(struct.pack("!H", 1000) + b"hei hei", CLOSE), HEI],
}
SAID = ["", "Hei", "ä" * 62, "x" * 125, "x" * 126, "👶" * 9_000, "x" * 65_535, "x" * 65_536]


async def _opened(make: type[WebSocketsSansIOProtocol], application: Any) -> tuple[WebSocketsSansIOProtocol, Wire]:
    config = Config(application, ws_per_message_deflate=False, ws_max_size=70_000, log_config=None)
    config.load()
    protocol, wire = make(config, ServerState(), {}), Wire()
    protocol.connection_made(wire)  # type: ignore[arg-type]
    protocol.data_received(HANDSHAKE)
    await asyncio.sleep(0)
    return protocol, wire


async def _through(make: type[WebSocketsSansIOProtocol], chunks: Chunks) -> tuple[list[Any], bytes, bool]:
    """What the application gets of these chunks, what goes back, and whether the connection is closed."""
    heard: list[Any] = []

    async def application(_scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        while True:
            heard.append(await receive())
            if heard[-1]["type"] == "websocket.disconnect":
                return

    protocol, wire = await _opened(make, application)
    for chunk in chunks:
        if not wire.is_closing():
            protocol.data_received(chunk)
        await asyncio.sleep(0)
    await asyncio.sleep(0.01)
    protocol.stop_keepalive()
    closed = wire.is_closing()
    protocol.connection_lost(None)
    await asyncio.sleep(0.01)
    return heard, wire.written.partition(b"\r\n\r\n")[2], closed


@pytest.mark.parametrize("chunks", CAME.values(), ids=CAME)
def test_what_comes_is_what_uvicorn_makes_of_it(chunks: Chunks) -> None:
    async def compare() -> None:
        expected = await _through(WebSocketsSansIOProtocol, chunks)
        assert await _through(SocketProtocol, chunks) == expected
        assert expected[0], "the control: something is heard"

    asyncio.run(compare())


def test_what_goes_is_what_uvicorn_would_send() -> None:
    async def written(make: type[WebSocketsSansIOProtocol]) -> bytes:
        async def application(_scope: Any, receive: Any, send: Any) -> None:
            await receive()
            await send({"type": "websocket.accept"})
            for text in SAID:
                await send({"type": "websocket.send", "text": text})
            await send({"type": "websocket.send", "bytes": b"\x00"})
            await send({"type": "websocket.close", "code": 4401})

        protocol, wire = await _opened(make, application)
        await asyncio.sleep(0.01)
        protocol.connection_lost(None)
        return wire.written.partition(b"\r\n\r\n")[2]

    expected = asyncio.run(written(WebSocketsSansIOProtocol))
    assert asyncio.run(written(SocketProtocol)) == expected
    assert expected.startswith(b"\x81\x00\x81\x03Hei\x81\x7c"), "the control: frames of text"


async def _told(protocol: WebSocketsSansIOProtocol, event: dict[str, Any]) -> str:
    try:
        await asyncio.wait_for(protocol.send(event), 0.05)  # type: ignore[arg-type]
    except Exception as error:
        return type(error).__name__
    return "sent"


def _sent_at_once(protocol: WebSocketsSansIOProtocol) -> bool:
    extensions: Any = protocol.scope["extensions"]
    return bool(extensions[SEND_AT_ONCE]("Hei"))


def _drained_no_more(protocol: WebSocketsSansIOProtocol) -> None:
    protocol.pause_writing()


def _lost(protocol: WebSocketsSansIOProtocol) -> None:
    protocol.connection_lost(None)


def _closed_by_the_browser(protocol: WebSocketsSansIOProtocol) -> None:
    protocol.data_received(frame(struct.pack("!H", 1001), CLOSE))


@pytest.mark.parametrize(
    ("happened", "expected"),
    [(_drained_no_more, "TimeoutError"), (_lost, "ClientDisconnected"), (_closed_by_the_browser, "ClientDisconnected")],
)
def test_a_send_that_cannot_be_fails_as_uvicorns(
    happened: Callable[[WebSocketsSansIOProtocol], None], expected: str
) -> None:
    async def after(make: type[WebSocketsSansIOProtocol]) -> tuple[str, bytes]:
        async def application(_scope: Any, receive: Any, send: Any) -> None:
            await receive()
            await send({"type": "websocket.accept"})
            await asyncio.sleep(0.2)

        protocol, wire = await _opened(make, application)
        happened(protocol)
        before = len(wire.written)
        if isinstance(protocol, SocketProtocol):
            assert not _sent_at_once(protocol)
        outcome = await _told(protocol, {"type": "websocket.send", "text": "Hei"})
        protocol.stop_keepalive()
        return outcome, wire.written[before:]

    for make in (WebSocketsSansIOProtocol, SocketProtocol):
        assert asyncio.run(after(make)) == (expected, b"")


def test_an_application_can_send_without_a_turn_of_the_loop() -> None:
    async def work() -> None:
        before: list[bool] = []

        async def application(scope: Any, receive: Any, send: Any) -> None:
            await receive()
            before.append(scope["extensions"][SEND_AT_ONCE]("too early"))
            await send({"type": "websocket.accept"})
            await asyncio.sleep(0.1)

        protocol, wire = await _opened(SocketProtocol, application)
        assert before == [False]
        sent = wire.written
        assert _sent_at_once(protocol)
        assert wire.written == sent + b"\x81\x03Hei"
        protocol.stop_keepalive()

    asyncio.run(work())


def test_a_browser_that_writes_more_than_is_read_is_made_to_wait() -> None:
    async def work() -> None:
        heard: list[str] = []
        reads = asyncio.Event()

        async def application(_scope: Any, receive: Any, send: Any) -> None:
            await receive()
            await send({"type": "websocket.accept"})
            await reads.wait()
            for _n in range(UNREAD_LIMIT + 1):
                heard.append((await receive())["text"])

        protocol, wire = await _opened(SocketProtocol, application)
        for number in range(UNREAD_LIMIT - 1):
            protocol.data_received(frame(str(number).encode()))
        assert wire.told == []
        protocol.data_received(frame(b"the last"))
        assert wire.told == ["pause"]
        protocol.data_received(frame(b"on its way"))
        assert wire.told == ["pause"]
        reads.set()
        await asyncio.sleep(0.01)
        assert heard == [*(str(number) for number in range(UNREAD_LIMIT - 1)), "the last", "on its way"]
        assert wire.told[:2] == ["pause", "resume"]
        protocol.stop_keepalive()

    asyncio.run(work())
