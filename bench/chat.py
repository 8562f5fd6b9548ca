"""The live thread beside a bare server: throughput, CPU, delivery, memory."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any

from django.db import connection

from bench.processes import ROOT, Server, web_server
from bench.seats import Seat, make_conversations
from bench.tables import Row, Table
from perhekeskus.processes import Lifeline

CONVERSATIONS = 64
IDLE_SOCKETS = 2000
ROUNDS = 3
FULL_SECONDS = 4
PACED_SECONDS = 5
PACED_RATE = 200
JOB_TIMEOUT_SECONDS = 60
SETTLING_SECONDS = 1.0

Conversation = tuple[Seat, Seat]


@dataclass
class Figures:
    """What one of the two servers did, round by round."""

    messages_per_second: list[float] = field(default_factory=list)
    cpu_per_message_us: list[float] = field(default_factory=list)
    delivery_p50_ms: list[float] = field(default_factory=list)
    delivery_p99_ms: list[float] = field(default_factory=list)
    paced_cpu_percent: list[float] = field(default_factory=list)
    opening_cpu_ms: list[float] = field(default_factory=list)
    idle_socket_kib: list[float] = field(default_factory=list)


def measure(environment: dict[str, str], lifeline: Lifeline) -> Table:
    """Two servers on one PostgreSQL, measured in turns."""
    conversations = make_conversations(IDLE_SOCKETS // 2)
    busy = conversations[:CONVERSATIONS]
    ours, yardstick = Figures(), Figures()
    with _both(environment, lifeline) as servers:
        for server in servers:
            _full(server, busy, Figures(), seconds=1)  # the first second of a process tells of its imports
        for number in range(ROUNDS):
            for figures, server in _in_turn(number, (ours, yardstick), servers):
                _full(server, busy, figures)
        for number in range(ROUNDS):
            for figures, server in _in_turn(number, (ours, yardstick), servers):
                _paced(server, busy, figures)
    with _both(environment, lifeline) as servers:  # new ones, since memory that a process had before is used again
        for figures, server in zip((ours, yardstick), servers, strict=True):
            _idle(server, conversations, figures)
    return Table(
        "chat",
        f"Chat: {CONVERSATIONS} busy conversations with two sockets each, stored before acknowledged",
        [
            Row("throughput", "messages/s", ours.messages_per_second, yardstick.messages_per_second, at_least=0.5),
            Row("CPU of the server", "µs/message", ours.cpu_per_message_us, yardstick.cpu_per_message_us, at_most=2.5),
            Row(f"delivery p50 at {PACED_RATE}/s", "ms", ours.delivery_p50_ms, yardstick.delivery_p50_ms),
            Row(f"delivery p99 at {PACED_RATE}/s", "ms", ours.delivery_p99_ms, yardstick.delivery_p99_ms),
            Row(f"CPU of the server at {PACED_RATE}/s", "%", ours.paced_cpu_percent, yardstick.paced_cpu_percent),
            Row("CPU of opening a socket", "ms", ours.opening_cpu_ms, yardstick.opening_cpu_ms),
            Row("memory of an idle socket", "KiB", ours.idle_socket_kib, yardstick.idle_socket_kib),
        ],
        [
            "Yardstick: a bare ASGI server with group commit (bench/yardstick.py); no checks, same options.",
            f"Medians of {ROUNDS} rounds in turns; one process each; the crowd runs on the same machine.",
            f"Opening and memory: {IDLE_SOCKETS} idle sockets in a new process, once.",
            "They leave together, and the process serves on.",
        ],
    )


@contextmanager
def _both(environment: dict[str, str], lifeline: Lifeline) -> Iterator[tuple[Server, Server]]:
    with ExitStack() as stack:
        ours = stack.enter_context(web_server("ours", "perhekeskus.web", environment, lifeline))
        yardstick = stack.enter_context(web_server("the yardstick", "bench.yardstick", environment, lifeline))
        yield ours, yardstick


def _in_turn(
    number: int, figures: tuple[Figures, Figures], servers: tuple[Server, Server]
) -> Sequence[tuple[Figures, Server]]:
    """Ours first in one round, the yardstick in the next: neither always inherits the other's dirty pages."""
    pairs = list(zip(figures, servers, strict=True))
    return pairs if number % 2 == 0 else pairs[::-1]


def _full(server: Server, busy: list[Conversation], figures: Figures, *, seconds: float = FULL_SECONDS) -> None:
    stored_before = _stored(server)
    with _crowd(server, busy, way="full", seconds=seconds) as crowd:
        crowd.expect("measuring")
        cpu = server.cpu_seconds()
        crowd.expect("measured")
        cpu = server.cpu_seconds() - cpu
        answer = crowd.answer()
    stored = _stored(server) - stored_before
    if answer["unanswered"] or stored != answer["acknowledged_in_all"]:
        raise RuntimeError(f"{server.name} stored {stored} messages and the crowd says {answer}")
    figures.messages_per_second.append(answer["acknowledged"] / answer["seconds"])
    figures.cpu_per_message_us.append(cpu / answer["acknowledged"] * 1e6)


def _paced(server: Server, busy: list[Conversation], figures: Figures) -> None:
    with _crowd(server, busy, way="paced", seconds=PACED_SECONDS, rate=PACED_RATE) as crowd:
        crowd.expect("measuring")
        cpu = server.cpu_seconds()
        crowd.expect("measured")
        cpu = server.cpu_seconds() - cpu
        answer = crowd.answer()
    if len(answer["delivery"]) != answer["sent"]:
        raise RuntimeError(f"{server.name} delivered {len(answer['delivery'])} of {answer['sent']} messages")
    hundredths = quantiles((seconds * 1000 for seconds in answer["delivery"]), n=100, method="inclusive")
    figures.delivery_p50_ms.append(hundredths[49])
    figures.delivery_p99_ms.append(hundredths[98])
    figures.paced_cpu_percent.append(cpu / PACED_SECONDS * 100)


def _idle(server: Server, conversations: list[Conversation], figures: Figures) -> None:
    few = conversations[:10]
    with _crowd(server, few, way="idle") as crowd:  # what the first sockets load, no later one does
        crowd.expect("ready")
        crowd.tell("leave")
        crowd.answer()
    time.sleep(SETTLING_SECONDS)
    before, cpu = server.resident_bytes(), server.cpu_seconds()
    with _crowd(server, conversations, way="idle") as crowd:
        crowd.expect("ready")
        cpu = server.cpu_seconds() - cpu
        time.sleep(SETTLING_SECONDS)
        used = server.resident_bytes() - before
        crowd.tell("leave")
        alive = crowd.answer()["alive"]
    if alive != 2 * len(conversations):
        raise RuntimeError(f"{server.name} kept {alive} of {2 * len(conversations)} idle sockets")
    _full(server, few, Figures(), seconds=1)  # all have left at once, and the process serves on
    figures.opening_cpu_ms.append(cpu / alive * 1000)
    figures.idle_socket_kib.append(used / alive / 1024)


def _stored(server: Server) -> int:
    table = "guidance_message" if server.name == "ours" else "yardstick_message"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


class Crowd:
    """The process of bench/talkers.py at work on one job."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def expect(self, word: str) -> None:
        line = self._line()
        if line != word:
            raise RuntimeError(f"the crowd said {line!r} instead of {word!r}")

    def tell(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self._line())
        return answer

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the crowd went away; its own words stand above")
        return line.strip()


@contextmanager
def _crowd(server: Server, conversations: list[Conversation], **job: Any) -> Iterator[Crowd]:
    seats = [seat for conversation in conversations for seat in conversation]
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.talkers"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        crowd = Crowd(process)
        crowd.tell(json.dumps({"port": server.port, "seats": seats, **job}))
        yield crowd
        process.wait(JOB_TIMEOUT_SECONDS)
    finally:
        process.kill()
        process.wait()
