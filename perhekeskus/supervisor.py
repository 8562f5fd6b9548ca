"""`make run`: the whole site on one machine, started, watched and taken down together.

    PORT=8000 HOST=127.0.0.1 DATA_DIR=.local python -m perhekeskus.supervisor

Imports no Django, so that it speaks at once; everything that needs Django is a child. docs/operations.md tells the
variables. Not for production, where the machine's own init system or containers do this.
"""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import TextIO

from perhekeskus.embedded import EmbeddedError, Postgres, Valkey
from perhekeskus.listening import (
    CannotStart,
    address_of,
    listen,
    listen_for_provider,
    provider_address,
    wants_provider,
)
from perhekeskus.processes import Lifeline, Program, die_with_parent, spawn, stop_all

ROOT = Path(__file__).resolve().parent.parent
TICK_SECONDS = 0.1
STOP_SECONDS = 5.0
STOP_SERVERS_SECONDS = 2.0
SERVE_SECONDS = 90.0
LONGEST_PAUSE = 30.0
# A child that ran this long starts afresh with the shortest pause.
STEADY_SECONDS = 60.0
# While starting, a child that dies this often has a fault that a restart will not cure.
START_ATTEMPTS = 3
DEMO_ACCOUNTS = (
    ("ohjaaja1@demo.test", "guidance worker, Asiakasohjaus"),
    ("ohjaaja2@demo.test", "guidance worker, Asiakasohjaus, also in Swedish"),
    ("ohjaaja3@demo.test", "guidance worker, Pohjoinen asiakasohjaus"),
    ("ammattilainen1@demo.test", "professional, consultations"),
    ("psykologi1@demo.test", "psychologist of Pohjoinen asiakasohjaus, consultations"),
    ("esihenkilo1@demo.test", "supervisor of Asiakasohjaus"),
    ("paakayttaja1@demo.test", "catalogue admin"),
)
DEMO_PASSWORD = "perhekeskus-demo"


# A program that makes something ready and ends, with its process.
Preparing = tuple[Program, "subprocess.Popen[bytes]"]


class StopAsked(Exception):
    """A signal asked for the end while something was being waited for."""


@dataclass
class Child:
    """A program that is to be running, and when to try again if it is not."""

    program: Program
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    failures: int = 0
    retry_at: float = 0.0

    def pause_after_failure(self, now: float) -> float:
        """Seconds to wait: 1, 2, 4 … 30, back to 1 after a steady minute."""
        self.failures = 1 if now - self.started_at > STEADY_SECONDS else self.failures + 1
        return min(2.0 ** (self.failures - 1), LONGEST_PAUSE)


@dataclass
class Supervisor:
    host: str
    port: int
    data_dir: Path
    environment: Mapping[str, str]
    children: list[Child] = field(default_factory=list)
    servers: list[Child] = field(default_factory=list)
    preparing: list[Preparing] = field(default_factory=list)
    stopping: int = 0
    asked_at: float = 0.0

    def run(self) -> int:
        began = time.monotonic()
        # First of all: the lifeline must not inherit the sockets and locks that come later.
        self.lifeline = Lifeline()
        signal.signal(signal.SIGTERM, self._on_signal)
        signal.signal(signal.SIGINT, self._on_signal)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # ignored under nohup, and then to stay so
            signal.signal(signal.SIGHUP, self._on_signal)
        try:
            self._listen()
            lock = self._lock_data_dir()
            files = self._begin_files()
            env = self._start_servers()
            self._wait_prepared(*files)
            self._wait_prepared(*self._begin_preparation(env))
            self._start_web(env)
            self._wait_until_served()
            self._start_provider(env)
            self._start_jobs(env)
            self._say_ready(time.monotonic() - began, env.get("DEMO_PROVIDER_URL"))
            self._watch()
            lock.close()
            return 0
        except (CannotStart, EmbeddedError) as refusal:
            print(f"perhekeskus: {refusal}", file=sys.stderr, flush=True)
            return 1
        except StopAsked:
            return 0
        finally:
            self._stop()

    # -- starting ---------------------------------------------------------------------------------

    def _listen(self) -> None:
        self.socket = listen(self.host, self.port)
        self.provider_socket = None
        if wants_provider(self.environment):
            self.provider_socket = listen_for_provider(self.host, self.port, self.environment)

    def _lock_data_dir(self) -> TextIO:
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
            lock = (self.data_dir / "lock").open("a")
        except OSError as error:
            raise CannotStart(f"DATA_DIR={self.data_dir} cannot be written to: {error.strerror}.") from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CannotStart(
                f"Another make run is already using {self.data_dir}; stop it or choose another folder with DATA_DIR=."
            ) from None
        return lock

    def _start_servers(self) -> dict[str, str]:
        env = {**self.environment}
        if self.provider_socket is not None:
            port = self.provider_socket.getsockname()[1]
            env["DEMO_PROVIDER_URL"] = provider_address(self.host, port, env)
        waiting: list[tuple[Postgres | Valkey, Child]] = []
        if not env.get("REDIS_URL"):
            say("Starting Valkey")
            valkey = Valkey(self.data_dir / "valkey")
            valkey.prepare()
            waiting.append((valkey, self._start(self.servers, valkey.program())))
            env["REDIS_URL"] = valkey.url()
        if not env.get("DATABASE_URL"):
            postgres = Postgres(self.data_dir / "postgres")
            say("Starting PostgreSQL" if postgres.data.exists() else "Creating the database, starting PostgreSQL")
            postgres.prepare()
            self._check_stop()
            waiting.append((postgres, self._start(self.servers, postgres.program())))
            env["DATABASE_URL"] = postgres.url()
        for server, child in waiting:
            assert child.process is not None
            server.wait_ready(child.process)
        self._check_stop()
        return env

    def _begin_files(self) -> Preparing:
        """Translations and static files need no database: they are made while it is being created."""
        env = {**self.environment, "DATABASE_URL": "postgresql:///none", "REDIS_URL": "redis://127.0.0.1:1"}
        return self._spawn_preparation("files", ["prepare", "--build"], env)

    def _begin_preparation(self, env: dict[str, str]) -> Preparing:
        """Everything else that must be true before the first page; one child, since each start of Django takes a
        second."""
        return self._spawn_preparation("preparation", ["prepare"], env)

    def _spawn_preparation(self, name: str, arguments: list[str], env: dict[str, str]) -> Preparing:
        program = Program(name, [sys.executable, ROOT / "manage.py", *arguments], env=env)
        preparing = (program, spawn(program, lifeline=self.lifeline))
        self.preparing.append(preparing)
        return preparing

    def _wait_prepared(self, program: Program, process: "subprocess.Popen[bytes]") -> None:
        while process.poll() is None:
            self._check_stop()
            time.sleep(0.02)
        self.preparing.remove((program, process))
        self.lifeline.forget(process.pid)
        if process.returncode != 0:
            raise CannotStart("The preparation failed; the lines above say why.")

    def _start_web(self, env: dict[str, str]) -> None:
        say("Starting the web server, then the worker and the clock for periodic jobs")
        fd = self.socket.fileno()
        count = int(env.get("WEB_PROCESSES") or 1)
        for number in range(1, count + 1):
            name = "the web server" if count == 1 else f"web server {number}"
            self._start(
                self.children,
                Program(name, [sys.executable, "-m", "perhekeskus.web", "--fd", str(fd)], env=env, pass_fds=[fd]),
            )

    def _start_provider(self, env: dict[str, str]) -> None:
        """Its port already listens: who comes before it is up waits the half second."""
        if self.provider_socket is None:
            return
        fd = self.provider_socket.fileno()
        self._start(
            self.children,
            Program(
                "the demo's identity provider",
                [
                    *(sys.executable, "-m", "perhekeskus.demo.provider", "--fd", str(fd)),
                    *("--issuer", env["DEMO_PROVIDER_URL"], "--hosts", env["ALLOWED_HOSTS"]),
                    *("--data", str(self.data_dir / "provider")),
                ],
                env=env,
                pass_fds=[fd],
            ),
        )

    def _start_jobs(self, env: dict[str, str]) -> None:
        """After the web server is up, so that on two cores the first page does not wait for them."""
        celery = [sys.executable, "-m", "celery", "-A", "perhekeskus.celery"]
        if os.geteuid() == 0:  # a demo in a container; the warning is for servers that take pickles
            env = {**env, "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges"}
        # Threads instead of processes: nothing to fork, so it is up a second earlier and nothing can be orphaned.
        worker = ["worker", "--pool", "threads", "--concurrency", "2", "--loglevel", "WARNING"]
        quiet = ["--without-gossip", "--without-mingle"]
        self._start(self.children, Program("the worker", [*celery, "--quiet", *worker, *quiet], env=env))
        schedule = ["beat", "--schedule", str(self.data_dir / "beat-schedule"), "--pidfile=", "--loglevel", "WARNING"]
        self._start(self.children, Program("the clock", [*celery, "--quiet", *schedule], env=env))

    def _start(self, group: list[Child], program: Program) -> Child:
        child = Child(program)
        group.append(child)
        self._launch(child)
        return child

    def _launch(self, child: Child) -> None:
        child.process = spawn(child.program, lifeline=self.lifeline)
        child.started_at = time.monotonic()

    def _wait_until_served(self) -> None:
        # The name that demo mode allows, whatever address is listened on.
        address = f"{address_of(self.host, self.port)}/healthz"
        request = urllib.request.Request(address, headers={"Host": f"localhost:{self.port}"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        deadline = time.monotonic() + SERVE_SECONDS
        while True:
            self._check_stop()
            self._restart_the_dead()
            if any(child.failures >= START_ATTEMPTS for child in (*self.servers, *self.children)):
                raise CannotStart("A part of the site dies again and again; the lines above say why.")
            try:
                with opener.open(request, timeout=1):
                    return
            except urllib.error.HTTPError as answer:
                raise CannotStart(f"The web server runs but answers {answer.code} to its own health check.") from None
            except OSError:
                time.sleep(TICK_SECONDS / 2)
            if time.monotonic() > deadline:
                raise CannotStart(f"The web server did not answer within {SERVE_SECONDS:.0f} s.")

    def _say_ready(self, seconds: float, provider: str | None) -> None:
        width = max(len(account) for account, _who in DEMO_ACCOUNTS)
        accounts = "\n".join(f"    {account:<{width}}  {who}" for account, who in DEMO_ACCOUNTS)
        address = address_of(self.host, self.port)
        # The demo's identity provider is nothing to visit, but whoever opens ports must know of it.
        identification = f"  Identification {provider}/   (demo: be whoever you choose)\n" if provider else ""
        say(
            f"\nPerhekeskus is running (ready in {seconds:.1f} s).\n\n"
            f"  For families   {address}/   (also /sv/ and /en/)\n"
            f"  For staff      {address}/desk/\n{identification}\n"
            f"  Demo accounts, each with the password {DEMO_PASSWORD}\n{accounts}\n\n"
            f"  Data is kept in {self.data_dir}. Stop with Ctrl-C.\n"
        )

    # -- running ----------------------------------------------------------------------------------

    def _watch(self) -> None:
        while not self.stopping:
            self._restart_the_dead()
            time.sleep(TICK_SECONDS)

    def _restart_the_dead(self) -> None:
        now = time.monotonic()
        for child in (*self.servers, *self.children):
            if child.process is None:
                if now >= child.retry_at:
                    self._launch(child)
            elif (code := child.process.poll()) is not None:
                self.lifeline.forget(child.process.pid)
                child.process = None
                pause = child.pause_after_failure(now)
                child.retry_at = now + pause
                how = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
                say(f"perhekeskus: {child.program.name} {how}; starting it again in {pause:.0f} s.")

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        now = time.monotonic()
        # One kill of the process group may arrive twice, directly and through make: only a later one is impatience.
        if not self.stopping or now - self.asked_at > 1:
            self.stopping += 1
            self.asked_at = now

    def _check_stop(self) -> None:
        if self.stopping:
            raise StopAsked

    # -- stopping ---------------------------------------------------------------------------------

    def _stop(self) -> None:
        # After a hangup there may be nobody left to read what is said.
        if self.children:
            say("\nStopping.")
        asked = self.stopping
        stop_all(self.preparing, seconds=STOP_SERVERS_SECONDS)
        for _program, process in self.preparing:
            self.lifeline.forget(process.pid)
        for group, seconds in ((self.children, STOP_SECONDS), (self.servers, STOP_SERVERS_SECONDS)):
            running = [(child.program, child.process) for child in group if child.process is not None]
            # A second Ctrl-C: do not wait any longer.
            stop_all(running, seconds=seconds, impatient=lambda: self.stopping > max(asked, 1))
            for _program, process in running:
                self.lifeline.forget(process.pid)
        self.lifeline.close()
        if self.children:
            say("Stopped.")


def say(text: str) -> None:
    with suppress(OSError, ValueError):  # a reader that went away must not take the site down
        print(text, flush=True)


def site_environment(environment: Mapping[str, str], *, data_dir: Path, host: str) -> dict[str, str]:
    """What the children get: demo mode, and folders inside the data folder, unless the caller says otherwise."""
    names = ["localhost", "127.0.0.1", "[::1]", socket.gethostname()]
    if host not in ("", "0.0.0.0", "::"):
        names.append(f"[{host}]" if ":" in host else host)
    defaults = {
        "DEMO_MODE": "1",
        "DJANGO_SETTINGS_MODULE": "perhekeskus.settings",
        "STATIC_ROOT": str(data_dir / "static"),
        "IDENTIFICATION_KEYS": str(data_dir / "identification-keys.json"),
        "ALLOWED_HOSTS": ",".join(dict.fromkeys(names)),
        "PYTHONUNBUFFERED": "1",
        # DEMO_NOW is this moment, for all of them: core/clock.py.
        "DEMO_CLOCK_STARTED_AT": str(time.time()),  # noqa: TID251
    }
    present = {name: value for name, value in environment.items() if value or name not in defaults}
    return {**defaults, **present, "PYTHONPATH": str(ROOT)}


def main() -> int:
    environment = os.environ
    if parent := environment.get("SUPERVISOR_PARENT"):
        # Set by `make run`, so that even kill -9 of make ends the site. Not for a start from a shell that goes away.
        die_with_parent(signal.SIGTERM, int(parent))
    host = environment.get("HOST") or "127.0.0.1"
    data_dir = Path(environment.get("DATA_DIR") or ROOT / ".local").resolve()
    port_text = environment.get("PORT") or "8000"
    if not (port_text.isdigit() and 0 < int(port_text) < 65536):
        print(f"perhekeskus: PORT={port_text} is not a port number.", file=sys.stderr)
        return 1
    os.chdir(ROOT)
    env = site_environment(environment, data_dir=data_dir, host=host)
    return Supervisor(host=host, port=int(port_text), data_dir=data_dir, environment=env).run()


if __name__ == "__main__":
    sys.exit(main())
