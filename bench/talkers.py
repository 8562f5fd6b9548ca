"""A crowd of sockets in a process of its own: reads a job as JSON from its input and answers with JSON.

The client is written by hand and knows only what the benchmark needs of RFC 6455, since the crowd shares the machine
with what it measures: a library's client costs more than the server does.

    {"port", "seats": [{"contact", "cookie"}, …], "seconds", "way": "full" | "paced" | "idle", "rate"}

Seats 2n and 2n+1 are the two sides of a conversation. `full`: everybody writes again as soon as the last message has
been acknowledged. `paced`: `rate` messages a second in all, by turns. `idle`: nobody writes; says `ready`, then waits
for a line.
"""

import asyncio
import base64
import json
import os
import sys
import time
import uuid
from typing import Any

import uvloop

BODY = "Hei, meillä on ollut raskas viikko ja kaipaisin vähän neuvoa. Onko sinulla nyt hetki aikaa jutella?"
# Beyond every thread: nobody wants the history again.
PATH = "/ws/v1/contacts/{contact}/?after=2000000000"
_BEFORE, _AFTER = b'{"type":"send","nonce":"', f'","body":"{BODY}"}}'.encode()
_SIZE = len(_BEFORE) + 36 + len(_AFTER)
assert 126 <= _SIZE < 65536
# Masked with zeros: the server unmasks all the same, and the crowd saves the work.
SAY_BEFORE = b"\x81\xfe" + _SIZE.to_bytes(2, "big") + b"\0\0\0\0" + _BEFORE
SAY_AFTER = _AFTER
# Made before the clock runs. More than any server here takes in a second.
NONCES_PER_SECOND = 40_000
OPENING_AT_ONCE = 16
WARM_UP_SECONDS = 1.0
TIMEOUT_SECONDS = 60.0


class Talker(asyncio.Protocol):
    """One socket. `on_message` gets each frame of type `message` as bytes."""

    def __init__(self, port: int, seat: dict[str, str], on_message: Any) -> None:
        self._port, self._seat, self._on_message = port, seat, on_message
        self._buffer = bytearray()
        self._upgraded = False
        self.welcomed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.lost = False

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        lines = [
            f"GET {PATH.format(contact=self._seat['contact'])} HTTP/1.1",
            f"Host: 127.0.0.1:{self._port}",
            f"Origin: http://127.0.0.1:{self._port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
            f"Cookie: {self._seat['cookie']}",
        ]
        transport.write(("\r\n".join(lines) + "\r\n\r\n").encode())

    def say(self, nonce: bytes) -> None:
        self.transport.write(SAY_BEFORE + nonce + SAY_AFTER)

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer
        whole = len(data) == 4 + int.from_bytes(data[2:4], "big")
        if whole and data[1] == 126 and self._upgraded and not buffer:  # one frame, as nearly always
            self._take(data[0] & 15, data[4:])
            return
        buffer += data
        if not self._upgraded:
            end = buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            if not buffer.startswith(b"HTTP/1.1 101"):
                self._fail(buffer[:end].decode("latin-1"))
                return
            del buffer[: end + 4]
            self._upgraded = True
        at = 0
        while len(buffer) - at >= 2:
            start, size = at + 2, buffer[at + 1]
            if size == 126:
                start, size = at + 4, int.from_bytes(buffer[at + 2 : at + 4], "big")
            elif size == 127:
                start, size = at + 10, int.from_bytes(buffer[at + 2 : at + 10], "big")
            if len(buffer) < start + size:
                break
            self._take(buffer[at] & 15, bytes(buffer[start : start + size]))
            at = start + size
        del buffer[:at]

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == 9:
            self.transport.write(b"\x8a" + bytes([128 | len(payload)]) + b"\0\0\0\0" + payload)
        elif opcode == 8:
            self._fail(f"closed with {int.from_bytes(payload[:2], 'big')}")
        elif not self.welcomed.done():
            self.welcomed.set_result(None)
        elif payload.find(b'"message"', 0, 40) > 0:
            self._on_message(self, payload)
        elif payload.find(b'"error"', 0, 40) > 0:
            self._fail(payload.decode())

    def _fail(self, words: str) -> None:
        if not self.welcomed.done():
            self.welcomed.set_exception(RuntimeError(words))
        raise RuntimeError(words)

    def connection_lost(self, error: Exception | None) -> None:
        self.lost = True
        if not self.welcomed.done():
            self.welcomed.set_exception(ConnectionError("the server hung up"))


async def seated(job: dict[str, Any], on_message: Any) -> list[Talker]:
    """Every seat's socket, open and welcomed."""
    loop = asyncio.get_running_loop()
    turnstile = asyncio.Semaphore(OPENING_AT_ONCE)

    async def sit(seat: dict[str, str]) -> Talker:
        async with turnstile:
            _transport, talker = await loop.create_connection(
                lambda: Talker(job["port"], seat, on_message), "127.0.0.1", job["port"]
            )
            await asyncio.wait_for(talker.welcomed, TIMEOUT_SECONDS)
            return talker

    return await asyncio.gather(*(sit(seat) for seat in job["seats"]))


async def full(job: dict[str, Any]) -> dict[str, Any]:
    """Closed loop: `acknowledged` and `delivered` to the other side, within `seconds` after a moment of warming up."""
    waiting: dict[Talker, bytes] = {}
    counts = {"acknowledged": 0, "delivered": 0}
    running = True

    nonces = iter(
        [str(uuid.uuid4()).encode() for _ in range(int(NONCES_PER_SECOND * (WARM_UP_SECONDS + job["seconds"])))]
    )

    def say(talker: Talker) -> None:
        nonce = waiting[talker] = next(nonces)
        talker.say(nonce)

    def on_message(talker: Talker, frame: bytes) -> None:
        mine = waiting.get(talker)
        if mine is not None and mine in frame:
            counts["acknowledged"] += 1
            del waiting[talker]
            if running:
                say(talker)
        else:
            counts["delivered"] += 1

    talkers = await seated(job, on_message)
    for talker in talkers:
        say(talker)
    await asyncio.sleep(WARM_UP_SECONDS)
    print("measuring", flush=True)
    began, before = time.perf_counter(), dict(counts)
    await asyncio.sleep(job["seconds"])
    took, after = time.perf_counter() - began, dict(counts)
    print("measured", flush=True)
    running = False
    for _attempt in range(100):  # whatever is on its way still counts as sent
        if not waiting:
            break
        await asyncio.sleep(0.05)
    return {
        "seconds": took,
        "acknowledged": after["acknowledged"] - before["acknowledged"],
        "delivered": after["delivered"] - before["delivered"],
        "acknowledged_in_all": counts["acknowledged"],
        "unanswered": len(waiting),
    }


async def paced(job: dict[str, Any]) -> dict[str, Any]:
    """Open loop: seconds from the sending of each message to its arrival at the other side (`delivery`) and back at
    its author (`acknowledgement`)."""
    sent: dict[str, tuple[Talker, float]] = {}
    delivery: list[float] = []
    acknowledgement: list[float] = []

    def on_message(talker: Talker, frame: bytes) -> None:
        at = time.perf_counter()
        author, began = sent.get(json.loads(frame)["nonce"], (None, 0.0))
        if author is not None:
            (acknowledgement if author is talker else delivery).append(at - began)

    talkers = await seated(job, on_message)
    await asyncio.sleep(WARM_UP_SECONDS)
    print("measuring", flush=True)
    pause = 1 / job["rate"]
    due = time.perf_counter()
    for number in range(int(job["rate"] * job["seconds"])):
        due += pause
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        talker = talkers[number * 7 % len(talkers)]
        nonce = str(uuid.uuid4())
        # From the moment it was due: a crowd that is held up must not hide the wait.
        sent[nonce] = (talker, due)
        talker.say(nonce.encode())
    for _attempt in range(100):
        if len(delivery) == len(acknowledgement) == len(sent):
            break
        await asyncio.sleep(0.05)
    print("measured", flush=True)
    return {"sent": len(sent), "delivery": delivery, "acknowledgement": acknowledgement}


async def idle(job: dict[str, Any]) -> dict[str, Any]:
    """Sits until a line comes; says how many were still there."""
    talkers = await seated(job, lambda talker, frame: None)
    print("ready", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    return {"alive": sum(not talker.lost for talker in talkers)}


def main() -> None:
    job = json.loads(sys.stdin.readline())
    way = {"full": full, "paced": paced, "idle": idle}[job["way"]]
    print(json.dumps(uvloop.run(way(job))), flush=True)


if __name__ == "__main__":
    main()
