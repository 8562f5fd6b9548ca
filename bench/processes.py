"""The servers under measurement, and what the kernel says they used."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from perhekeskus.embedded import Postgres, Valkey, free_port
from perhekeskus.processes import Lifeline, Program, spawn, stop_all

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
START_SECONDS = 30.0


@contextmanager
def data_servers(lifeline: Lifeline) -> Iterator[dict[str, str]]:
    """A durable PostgreSQL and a Valkey of the benchmark's own, as environment variables. DATABASE_URL and REDIS_URL,
    if both set, are used instead, for measuring on the real thing: the database should then be an empty one."""
    names = ("DATABASE_URL", "REDIS_URL")
    if all(name in os.environ for name in names):
        yield {name: os.environ[name] for name in names}
        return
    folder = Path(mkdtemp(prefix="perhekeskus-bench-"))
    folder.chmod(0o711)
    running = []
    try:
        # Durable: a commit that waits for no disk would make batches, and so the comparison, worth nothing.
        postgres, valkey = Postgres(folder / "pg", durable=True), Valkey(folder / "valkey")
        for server in (postgres, valkey):
            server.prepare()
            process = spawn(server.program(), lifeline=lifeline)
            running.append((server.program(), process))
            server.wait_ready(process)
        yield {"DATABASE_URL": postgres.url(), "REDIS_URL": valkey.url()}
    finally:
        stop_all(running, seconds=5)
        rmtree(folder, ignore_errors=True)


@dataclass(frozen=True)
class Server:
    """A web process that serves `/ws/v1/contacts/…`."""

    name: str
    port: int
    process: subprocess.Popen[bytes]

    def cpu_seconds(self) -> float:
        """User and system time of the process so far, all threads."""
        return _cpu_ticks(self.process.pid) / TICKS

    def resident_bytes(self) -> int:
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise RuntimeError(f"{self.name} has ended")


@contextmanager
def web_server(name: str, module: str, environment: Mapping[str, str], lifeline: Lifeline) -> Iterator[Server]:
    """One process of `python -m MODULE --port N`."""
    port = free_port()
    program = Program(
        name=name,
        argv=[sys.executable, "-m", module, "--port", str(port)],
        env={**os.environ, **environment, "PYTHONPATH": str(ROOT)},
    )
    process = spawn(program, lifeline=lifeline)
    try:
        _wait_listening(name, port, process)
        yield Server(name, port, process)
    finally:
        stop_all([(program, process)], seconds=8)


def _wait_listening(name: str, port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{name} ended with {process.returncode} while starting")
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"{name} did not start within {START_SECONDS:.0f} s")


def _cpu_ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
