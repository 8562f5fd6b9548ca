"""Real PostgreSQL and Valkey for a test run; a pytest plugin (`-p tests.servers`), since it must come before Django.

One PostgreSQL for the run, in which every xdist worker has a database of its own; one Valkey for each worker, because
its publications do not know database numbers. DATABASE_URL and REDIS_URL, if set, are used instead.
"""

import fcntl
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from shutil import rmtree
from socket import socket
from typing import TypeVar
from urllib.parse import urlsplit, urlunsplit

import pytest

from perhekeskus.embedded import DATABASE, EmbeddedError, Postgres, Valkey, free_port
from perhekeskus.processes import Lifeline, spawn, stop_all
from tests.prepared_database import copy_prepared

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".local" / "test"

Server = TypeVar("Server", Postgres, Valkey)

_opened = ExitStack()
provider_socket: list[socket] = []


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    if not early_config.known_args_namespace.help and not early_config.known_args_namespace.version:
        try:
            _start()
        except EmbeddedError as refusal:
            raise pytest.UsageError(str(refusal)) from None
    return (yield)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    _opened.close()


def _start() -> None:
    environ = os.environ
    keys = LOCAL / "identification-keys.json"
    environ.update(DEMO_MODE="1", STATIC_ROOT=str(LOCAL / "static"), IDENTIFICATION_KEYS=str(keys))
    environ.pop("DEMO_NOW", None)
    # Its address is in the settings of every process of the run; `tests/identity_provider.py` starts it when asked for.
    provider_socket.append(_opened.enter_context(_taken_port()))
    port = provider_socket[0].getsockname()[1]
    environ.update(DEMO_PROVIDER_URL=f"http://127.0.0.1:{port}", DEMO_PROVIDER_CONTROL=secrets.token_urlsafe(24))
    worker = environ.get("PYTEST_XDIST_WORKER")
    lifeline = Lifeline()
    _opened.callback(lifeline.close)
    if "DATABASE_URL" not in environ:
        postgres = _opened.enter_context(_running(lambda home: _migrated(home, lifeline), lifeline))
        # Inherited by the workers, whose databases are made from this one.
        environ.update(DATABASE_URL=postgres.url(), TEST_DATABASE_TEMPLATE=DATABASE)
    if "REDIS_URL" not in environ or environ.get("TEST_VALKEY") == "own":
        valkey = _opened.enter_context(_running(Valkey, lifeline))
        # Inherited by the workers, which then know that they are to start one of their own.
        environ.update(REDIS_URL=valkey.url(), TEST_VALKEY="own")
    elif worker is not None:
        number = int(worker.removeprefix("gw")) + 1
        environ["REDIS_URL"] = urlunsplit(urlsplit(environ["REDIS_URL"])._replace(path=f"/{number}"))
    if worker is None:
        # A folder of this run's own: the shared one is closed to PostgreSQL's account by the next run.
        folder = environ["PYTEST_DEBUG_TEMPROOT"] = tempfile.mkdtemp(prefix="perhekeskus-test-")
        Path(folder).chmod(0o711)
        _opened.callback(rmtree, folder, ignore_errors=True)
        _build()


def _migrated(home: Path, lifeline: Lifeline) -> Postgres:
    copy_prepared(LOCAL, home, lifeline)
    return Postgres(home, durable=False)


def _taken_port() -> socket:
    """A port that is ours and not open yet: who asks there is refused at once, and does not wait for an answer."""
    while True:
        found = socket()
        try:
            found.bind(("127.0.0.1", free_port()))
        except OSError:  # a connection of an earlier run still has it
            found.close()
        else:
            return found


@contextmanager
def _running(kind: Callable[[Path], Server], lifeline: Lifeline) -> Iterator[Server]:
    home = Path(tempfile.mkdtemp(prefix="perhekeskus-test-"))
    home.chmod(0o711)
    server = kind(home)
    server.prepare()
    process = spawn(server.program(), lifeline=lifeline)
    try:
        server.wait_ready(process)
        yield server
    finally:
        stop_all([(server.program(), process)], seconds=5)
        rmtree(home, ignore_errors=True)


def _build() -> None:
    """Translations and static files as in production, made anew only when their sources have changed."""
    LOCAL.mkdir(parents=True, exist_ok=True)
    with (LOCAL / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        command = [sys.executable, "manage.py", "prepare", "--build"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise pytest.UsageError(f"manage.py prepare --build failed:\n{done.stdout}{done.stderr}")
