"""Child processes that can never outlive the one that started them.

Three nets, since each has a hole: the parent stops its children itself; the kernel tells them of the parent's death
(`PR_SET_PDEATHSIG`, Linux only); and a lifeline, a tiny process of its own, notices that the parent is gone and ends
whatever is still there after a moment.
"""

import ctypes
import os
import pwd
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
# Loaded here and not between fork and exec, where loading a library could deadlock.
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None

TERM_SECONDS = 5.0
QUIT_SECONDS = 7.0


def die_with_parent(death_signal: int, parent_pid: int) -> None:
    """Ask the kernel for `death_signal` when the parent's thread ends. Runs in the child, before exec."""
    if _libc is None:
        return
    _libc.prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
    if os.getppid() != parent_pid:  # the parent died before the request was made
        os._exit(1)


@dataclass(frozen=True)
class Program:
    """What to run and how to stop it."""

    name: str
    argv: Sequence[str | Path]
    env: Mapping[str, str] | None = None
    account: pwd.struct_passwd | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    # Sent when the first signal did not help, before SIGKILL (PostgreSQL: its immediate shutdown).
    insist_signal: signal.Signals = signal.SIGKILL
    log: Path | None = None
    pass_fds: Sequence[int] = ()


def spawn(program: Program, *, lifeline: "Lifeline | None" = None) -> subprocess.Popen[bytes]:
    """Start `program` in a session of its own: a Ctrl-C in the terminal reaches the supervisor only, which decides."""
    parent_pid = os.getpid()
    account = program.account

    def before_exec() -> None:
        # After the change of account, which clears the request.
        die_with_parent(program.stop_signal, parent_pid)

    output: IO[bytes] | None = program.log.open("ab") if program.log else None
    try:
        process = subprocess.Popen(
            [str(part) for part in program.argv],
            env=None if program.env is None else dict(program.env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=None if output is None else subprocess.STDOUT,
            user=None if account is None else account.pw_uid,
            group=None if account is None else account.pw_gid,
            extra_groups=None if account is None else [],
            start_new_session=True,
            pass_fds=program.pass_fds,
            preexec_fn=before_exec,
        )
    finally:
        if output is not None:
            output.close()
    if lifeline is not None:
        lifeline.watch(process.pid, program)
    return process


def send(process: subprocess.Popen[bytes], sig: int) -> None:
    with suppress(ProcessLookupError):
        process.send_signal(sig)


def stop_all(
    running: Sequence[tuple[Program, subprocess.Popen[bytes]]],
    *,
    seconds: float,
    impatient: Callable[[], bool] = lambda: False,
) -> None:
    """Ask all to stop, wait `seconds` for them together, then insist, then kill. Returns when none is left."""
    for program, process in running:
        if process.poll() is None:
            send(process, program.stop_signal)
    _wait(running, seconds, impatient)
    for program, process in running:
        if process.poll() is None:
            send(process, program.insist_signal)
    _wait(running, 1.0, impatient)
    for _program, process in running:
        # The whole group: a child may have started helpers of its own.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        with suppress(ProcessLookupError):
            process.kill()
        process.wait()


def _wait(
    running: Sequence[tuple[Program, subprocess.Popen[bytes]]], seconds: float, impatient: Callable[[], bool]
) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not impatient():
        if all(process.poll() is not None for _program, process in running):
            return
        time.sleep(0.02)


class Lifeline:
    """A process that ends the children of a parent that died without a word (kill -9, out of memory).

    It holds the reading end of a pipe whose writing end only the parent has: the end of file is the death notice.
    Start it before opening sockets or locks, which it would otherwise hold on to.
    """

    def __init__(self) -> None:
        reading, self._writing = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(self._writing)
            try:
                _keep_watch(reading)
            finally:
                os._exit(0)
        os.close(reading)

    def watch(self, pid: int, program: Program) -> None:
        self._tell(f"+{pid} {int(program.stop_signal)} {int(program.insist_signal)}\n")

    def forget(self, pid: int) -> None:
        self._tell(f"-{pid}\n")

    def close(self) -> None:
        os.close(self._writing)
        os.waitpid(self._pid, 0)

    def _tell(self, line: str) -> None:
        with suppress(BrokenPipeError):  # the lifeline itself was killed: the kernel's net still holds
            os.write(self._writing, line.encode())


def _keep_watch(reading: int) -> None:
    os.setsid()
    for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sig, signal.SIG_IGN)
    watched: dict[int, tuple[int, int]] = {}
    pending = b""
    while chunk := os.read(reading, 4096):
        *lines, pending = (pending + chunk).split(b"\n")
        for line in lines:
            if line.startswith(b"+"):
                pid, stop, insist = (int(part) for part in line[1:].split())
                watched[pid] = (stop, insist)
            else:
                watched.pop(int(line[1:]), None)
    started = time.monotonic()
    _signal_each(watched, lambda signals: signals[0])
    insisted = False
    while watched := {pid: signals for pid, signals in watched.items() if _is_alive(pid)}:
        elapsed = time.monotonic() - started
        if elapsed > QUIT_SECONDS:
            _signal_each(watched, lambda _signals: signal.SIGKILL)
        elif elapsed > TERM_SECONDS and not insisted:
            insisted = True
            _signal_each(watched, lambda signals: signals[1])
        select.select([], [], [], 0.1)


def _signal_each(watched: dict[int, tuple[int, int]], choose: Callable[[tuple[int, int]], int]) -> None:
    for pid, signals in watched.items():
        chosen = choose(signals)
        with suppress(ProcessLookupError, PermissionError):
            if chosen == signal.SIGKILL:
                os.killpg(pid, chosen)
            else:
                os.kill(pid, chosen)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    # An orphan that nobody has reaped yet is dead all the same.
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return True
