"""Real server processes on the test's own database and Valkey, and plain clients with cookies that talk to them."""

import http.client
import json
import os
import re
import secrets
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from accounts.models import User
from core import clock
from guidance.models import Contact
from perhekeskus.embedded import free_port
from perhekeskus.processes import Program, spawn, stop_all
from tests.cast import Visitor, csrf_token, make_visitor, open_chat, sign_in

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60.0
# A busy machine is slow, and waiting longer costs nothing where the answer comes.
PATIENCE = 20.0


def site_environment(**more: str) -> dict[str, str]:
    """What a real process needs to work on this test's own database."""
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    return {**os.environ, "DATABASE_URL": urlunsplit(database), "DATABASE_POOL_SIZE": "6", **more}


class WebProcess:
    """One uvicorn process of the site, as `make run` starts it (but for the cost of passwords)."""

    def __init__(self, log: Path, **environment: str) -> None:
        self.port = free_port()
        self.log = log
        self.environment = site_environment(DJANGO_SETTINGS_MODULE="tests.live_settings", **environment)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    def program(self) -> Program:
        argv = [sys.executable, "-m", "perhekeskus.web", "--port", str(self.port)]
        return Program(name="web", argv=argv, env=self.environment, log=self.log)

    def start(self) -> "WebProcess":
        self.process = spawn(self.program())  # the kernel ends it with the test run
        return self

    def wait_ready(self) -> "WebProcess":
        eventually(self._answers, START_SECONDS, lambda: self.log.read_text()[-2000:])
        return self

    def _answers(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            raise AssertionError(f"the server ended at once:\n{self.log.read_text()[-2000:]}")
        if self.log.exists() and "address already in use" in self.log.read_text():  # another took it meanwhile
            self.stop()
            self.log.unlink()
            self.port = free_port()
            self.start()
        with suppress(OSError, http.client.HTTPException):
            return Person(self.host).get("/healthz").status == 200
        return False

    def kill(self) -> None:
        """As an out-of-memory killer would."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        if self.process is not None:
            stop_all([(self.program(), self.process)], seconds=6)
            self.process = None


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass
class Person:
    """Somebody with a browser's cookies, at one server."""

    host: str
    cookies: dict[str, str] = field(default_factory=dict)

    def at(self, server: WebProcess) -> "Person":
        """The same person, their next request to another process of the site."""
        return Person(server.host, self.cookies)

    def call(
        self,
        method: str,
        path: str,
        data: Any = None,
        *,
        form: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        raw: bytes | None = None,
    ) -> Answer:
        """One request; a redirect is an answer like any other. `raw` goes out as it is, as JSON."""
        asked = {"Origin": f"http://{self.host}", "Cookie": self.cookie_header}
        if "csrftoken" in self.cookies:
            asked["X-CSRFToken"] = self.cookies["csrftoken"]
        body: bytes | None = raw
        if form is not None:
            body = urlencode(form).encode()
            asked["Content-Type"] = "application/x-www-form-urlencoded"
        elif raw is not None or data is not None:
            body = raw if raw is not None else as_browsers_write(data).encode()
            asked["Content-Type"] = "application/json"
        link = http.client.HTTPConnection(self.host, timeout=PATIENCE)
        try:
            link.request(method, path, body, {**asked, **(headers or {})})
            found = link.getresponse()
            answer = Answer(found.status, found.headers, found.read().decode())
        finally:
            link.close()
        self._keep(answer.headers.get_all("Set-Cookie") or [])
        return answer

    def get(self, path: str, **more: Any) -> Answer:
        return self.call("GET", path, **more)

    def post(self, path: str, data: Any = None, **more: Any) -> Answer:
        return self.call("POST", path, data, **more)

    def thread(self, contact: Contact | str, after: int = 0, query: str = "") -> "Thread":
        """A socket of the thread."""
        contact_id = contact if isinstance(contact, str) else str(contact.pk)
        return Thread(self.dial(f"/ws/v1/contacts/{contact_id}/?after={after}{query}"))

    def dial(self, path: str, origin: str | None = "own") -> ClientConnection:
        return connect(
            f"ws://{self.host}{path}",
            origin=f"http://{self.host}" if origin == "own" else origin,  # type: ignore[arg-type]
            additional_headers={"Cookie": self.cookie_header},
            compression=None,
            max_size=None,
            open_timeout=PATIENCE,
            close_timeout=2,
            proxy=None,
            legacy=True,
        )

    @property
    def cookie_header(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def _keep(self, lines: list[str]) -> None:
        for line in lines:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name.strip()] = value.strip().strip('"')
            if "Max-Age=0" in line:
                del self.cookies[name.strip()]


def as_browsers_write(value: Any) -> str:
    """JSON as JSON.stringify gives it: letters as they are, only lone surrogates escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return re.sub("[\ud800-\udfff]", lambda found: f"\\u{ord(found[0]):04x}", text)


class Thread:
    """One open socket, and every frame that came through it in order."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.frames: list[dict[str, Any]] = []

    def __enter__(self) -> "Thread":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.socket.close()

    def tell(self, **frame: Any) -> None:
        self.socket.send(as_browsers_write(frame))

    def say(self, body: str, nonce: str | None = None) -> str:
        """Send a message; its nonce."""
        nonce = nonce or str(uuid.uuid4())
        self.tell(type="send", nonce=nonce, body=body)
        return nonce

    def next(self, seconds: float = PATIENCE) -> dict[str, Any]:
        frame: dict[str, Any] = json.loads(self.socket.recv(timeout=seconds))
        self.frames.append(frame)
        return frame

    def wait_for(self, kind: str, seconds: float = PATIENCE, **values: Any) -> dict[str, Any]:
        """The next frame of this type with these values; others before it are kept in `frames`."""
        deadline = time.monotonic() + seconds
        while True:
            frame = self.next(max(0.01, deadline - time.monotonic()))
            if frame["type"] == kind and all(frame.get(name) == value for name, value in values.items()):
                return frame

    def answer_to(self, nonce: str, seconds: float = PATIENCE) -> dict[str, Any]:
        """The message or the error that answers a send."""
        deadline = time.monotonic() + seconds
        while True:
            frame = self.next(max(0.01, deadline - time.monotonic()))
            if frame.get("nonce") == nonce:
                return frame

    def hear_out(self, seconds: float = 0.3) -> list[dict[str, Any]]:
        """Whatever comes until it has been silent for so long."""
        heard = []
        with suppress(TimeoutError, ConnectionClosed):
            while True:
                heard.append(self.next(seconds))
        return heard

    def close_code(self, seconds: float = PATIENCE) -> int:
        """The code that the server closes with, hearing out what comes before."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                self.next(max(0.01, deadline - time.monotonic()))
            except ConnectionClosed as closed:
                assert closed.rcvd is not None, "the connection broke off without a close frame"
                return closed.rcvd.code

    def messages(self) -> list[tuple[int, str, str]]:
        return [(frame["seq"], frame["nonce"], frame["body"]) for frame in self.frames if frame["type"] == "message"]


def eventually(condition: Callable[[], Any], seconds: float, complaint: Callable[[], str] = lambda: "") -> float:
    """Seconds until `condition` held."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            raise AssertionError(f"not within {seconds} s {complaint()}")
        time.sleep(0.02)
    return time.monotonic() - began


def visitor_at(server: WebProcess, visitor: Visitor) -> Person:
    return Person(server.host, {settings.VISITOR_COOKIE_NAME: visitor.secret, "csrftoken": csrf_token()})


def staff_at(server: WebProcess, user: User) -> Person:
    """A member of staff, signed in now."""
    session = sign_in(user, clock.now())
    return Person(server.host, {settings.SESSION_COOKIE_NAME: session, "csrftoken": csrf_token()})


def family_at(server: WebProcess, **opening: Any) -> tuple[Person, Contact]:
    """A new visitor with a chat of their own."""
    visitor = make_visitor(clock.now())
    return visitor_at(server, visitor), open_chat(visitor, now=clock.now(), **opening)


@pytest.fixture(scope="session")
def web_processes(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[int], list[WebProcess]]]:
    """So many processes of the site, started when first asked for and kept for the whole run."""
    started: list[WebProcess] = []
    folder = tmp_path_factory.mktemp("web")

    def at_least(count: int) -> list[WebProcess]:
        with django_db_blocker.unblock():
            missing = [WebProcess(folder / f"{secrets.token_hex(3)}.log") for _ in range(count - len(started))]
        started.extend(process.start() for process in missing)
        for process in missing:
            process.wait_ready()
        return started[:count]

    yield at_least
    for process in started:
        process.stop()


@pytest.fixture
def server(transactional_db: None, web_processes: Callable[[int], list[WebProcess]]) -> WebProcess:
    """One running process of the site; the test's data is committed, and gone after it."""
    cache.clear()
    return web_processes(1)[0]


@pytest.fixture
def two_servers(transactional_db: None, web_processes: Callable[[int], list[WebProcess]]) -> list[WebProcess]:
    cache.clear()
    return web_processes(2)


@pytest.fixture
def start_servers(transactional_db: None, tmp_path: Path) -> Iterator[Callable[..., list[WebProcess]]]:
    """`start_servers(2, RATE_LIMITS="off")`: processes of this test's own, which it may kill."""
    cache.clear()
    started: list[WebProcess] = []

    def start(count: int, **environment: str) -> list[WebProcess]:
        fresh = [WebProcess(tmp_path / f"web-{len(started) + n}.log", **environment).start() for n in range(count)]
        started.extend(fresh)
        return [process.wait_ready() for process in fresh]

    yield start
    for process in started:
        process.stop()
