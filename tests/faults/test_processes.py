"""Processes die at the worst moment: every acknowledged message is in the database, once, and life goes on."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from shutil import rmtree

import pytest
from websockets.exceptions import WebSocketException

from core import clock
from guidance.models import Contact, Message
from perhekeskus.embedded import Postgres, Valkey
from perhekeskus.processes import Program, spawn, stop_all
from tests.cast import make_cast, make_visitor, open_chat, take
from tests.live_server import (
    Person,
    WebProcess,
    eventually,
    family_at,
    site_environment,
    staff_at,
    visitor_at,
)

pytestmark = pytest.mark.faults


class OwnValkey:
    """A Valkey that a test may kill and start again, on the same port."""

    def __init__(self) -> None:
        home = Path(tempfile.mkdtemp(prefix="perhekeskus-fault-"))
        self.server = Valkey(home)
        self.start()

    def start(self) -> None:
        self.server.prepare()
        self.process = spawn(self.server.program())
        self.server.wait_ready(self.process)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        stop_all([(self.server.program(), self.process)], seconds=3)
        rmtree(self.server.home, ignore_errors=True)


@pytest.fixture
def valkey() -> Iterator[OwnValkey]:
    own = OwnValkey()
    yield own
    own.stop()


class Load(threading.Thread):
    """Somebody who writes without a pause, resends what was not acknowledged, and remembers what was."""

    def __init__(self, person: Person, contact: Contact, servers: list[WebProcess]) -> None:
        super().__init__(daemon=True)
        self.person, self.contact, self.servers = person, contact, servers
        self.acknowledged: dict[str, tuple[int, str]] = {}
        self.ended = threading.Event()
        self.trouble: list[str] = []

    def run(self) -> None:
        number = 0
        while not self.ended.is_set():
            nonce, body = str(uuid.uuid4()), f"{number}"
            number += 1
            while nonce not in self.acknowledged and not self.ended.is_set():
                self._send(nonce, body)
            time.sleep(0.01)

    def _send(self, nonce: str, body: str) -> None:
        """Over any process that answers; each try may have been stored although its answer was lost."""
        for server in self.servers:
            with suppress(OSError, WebSocketException, TimeoutError, EOFError):
                with self.person.at(server).thread(self.contact, after=9_999) as thread:
                    while not self.ended.is_set():
                        thread.say(body, nonce)
                        answer = thread.answer_to(nonce, 3)
                        if answer["type"] != "message":
                            self.trouble.append(answer["code"])
                            time.sleep(0.1)
                            continue
                        self.acknowledged[nonce] = (answer["seq"], body)
                        nonce, body = str(uuid.uuid4()), f"{body}+"[:200]
                        time.sleep(0.01)
                return
            self.trouble.append("broken")
        time.sleep(0.05)

    def stop(self) -> None:
        self.ended.set()
        self.join(10)


def assert_kept(load: Load) -> None:
    """Each acknowledged message is there once, under the number that was acknowledged, in a thread without gaps."""
    rows = Message.objects.filter(contact=load.contact).order_by("seq").values_list("seq", "nonce", "body")
    stored = {str(nonce): (seq, body) for seq, nonce, body in rows}
    assert len(stored) == len(rows)
    assert [seq for seq, _nonce, _body in rows] == list(range(1, len(rows) + 1))
    assert load.acknowledged, "nothing was acknowledged at all"
    for nonce, (seq, body) in load.acknowledged.items():
        assert stored[nonce] == (seq, body)


def loads(servers: list[WebProcess], count: int = 4) -> list[Load]:
    found = []
    for _n in range(count):
        visitor = make_visitor(clock.now())
        found.append(Load(visitor_at(servers[0], visitor), open_chat(visitor, now=clock.now()), servers))
    for load in found:
        load.start()
    return found


def all_get_on(running: list[Load], seconds: float = 15) -> float:
    """Seconds until each of them has had ten more messages acknowledged."""
    marks = [len(load.acknowledged) for load in running]
    return eventually(
        lambda: all(len(load.acknowledged) >= mark + 10 for load, mark in zip(running, marks, strict=True)),
        seconds,
        lambda: str([(len(load.acknowledged), load.trouble[-3:]) for load in running]),
    )


def test_a_killed_web_process_loses_no_acknowledged_message(start_servers: Callable[..., list[WebProcess]]) -> None:
    make_cast()
    first, second = start_servers(2, RATE_LIMITS="off")
    running = loads([first, second])
    all_get_on(running)
    first.kill()
    all_get_on(running)
    first.start().wait_ready()
    all_get_on(running)
    second.kill()
    all_get_on(running)
    for load in running:
        load.stop()
        assert "broken" in load.trouble, "the control: the kill was felt"
        assert_kept(load)


def test_a_killed_valkey_stops_nobody_and_the_other_side_catches_up(
    start_servers: Callable[..., list[WebProcess]], valkey: OwnValkey
) -> None:
    cast = make_cast()
    first, second = start_servers(2, RATE_LIMITS="off", REDIS_URL=valkey.server.url())
    person, contact = family_at(first)
    take(contact, cast.worker, clock.now())
    mine, theirs = person.thread(contact), staff_at(second, cast.worker).thread(contact)
    for thread in (mine, theirs):
        thread.wait_for("message", seq=2)
    mine.say("Ennen")
    assert theirs.wait_for("message", 1.0)["body"] == "Ennen"
    running = loads([first], 2)
    all_get_on(running)

    valkey.kill()
    for thread in (mine, theirs):
        assert thread.wait_for("state", 8, delivery="slow"), "the page is told that delivery is slower"
    began = time.monotonic()
    assert mine.answer_to(mine.say("Ilman Valkeytä"), 3)["type"] == "message", "sending still works"
    assert time.monotonic() - began < 2
    assert theirs.wait_for("message", 4)["body"] == "Ilman Valkeytä", "heard by catching up"
    assert time.monotonic() - began < 4
    over_http = person.post(f"/api/v1/contacts/{contact.pk}/messages/", {"nonce": str(uuid.uuid4()), "body": "HTTP"})
    assert over_http.status == 201
    assert person.get(f"/contacts/{contact.pk}/").status == 200
    assert staff_at(first, cast.worker).get("/api/v1/desk/").status == 200
    assert person.get("/readyz").json["redis"] != "ok"
    late = person.thread(contact)
    assert late.wait_for("state", 5)["delivery"] == "slow", "who comes now is told too"
    all_get_on(running)

    valkey.start()
    for thread in (mine, theirs, late):
        assert thread.wait_for("state", 15, delivery="live")
    began = time.monotonic()
    theirs.say("Taas heti")
    assert mine.wait_for("message", 2, body="Taas heti")
    assert time.monotonic() - began < 0.9, "at once, not by the slow pulse"
    for thread in (mine, theirs):
        thread.hear_out()
        seqs = [seq for seq, _nonce, _body in thread.messages()]
        assert seqs == list(range(1, len(seqs) + 1)), "nothing missed, nothing shown twice"
    for load in running:
        load.stop()
        assert_kept(load)
    for thread in (mine, theirs, late):
        thread.close()


def test_a_killed_worker_loses_nothing_and_its_work_is_done_later(
    start_servers: Callable[..., list[WebProcess]], valkey: OwnValkey, tmp_path: Path
) -> None:
    cast = make_cast()
    (server,) = start_servers(1, RATE_LIMITS="off", REDIS_URL=valkey.server.url())
    running = loads([server], 2)
    environment = site_environment(REDIS_URL=valkey.server.url(), CHAT_WORKER_GRACE="1")
    program = Program(
        name="worker",
        argv=[sys.executable, "-m", "celery", "-A", "perhekeskus", "worker", "-B", "-s", tmp_path / "beat",
              "--concurrency=1", "--without-gossip", "--without-mingle"],
        env=environment, log=tmp_path / "worker.log",
    )  # fmt: skip
    process = spawn(program)
    try:
        eventually(lambda: server_says(server, "worker") == "ok", 40, lambda: program.log.read_text()[-1500:])  # type: ignore[union-attr]
        all_get_on(running)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        all_get_on(running)
        visitor = make_visitor(clock.now())
        abandoned = take(open_chat(visitor, now=clock.now()), cast.worker, clock.now())
        process = spawn(program)
        eventually(lambda: Contact.objects.get(pk=abandoned.pk).state == "waiting", 40)
        assert Message.objects.filter(contact=abandoned, code="worker_vanished").count() == 1
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for load in running:
        load.stop()
        assert_kept(load)


def server_says(server: WebProcess, part: str) -> str:
    return str(Person(server.host).get("/readyz").json[part])


# -- PostgreSQL -----------------------------------------------------------------------------------


class OwnPostgres:
    """A PostgreSQL that a test may stop: a copy of the test's database in a cluster of its own."""

    def __init__(self) -> None:
        home = Path(tempfile.mkdtemp(prefix="perhekeskus-fault-"))
        home.chmod(0o711)
        self.server = Postgres(home, durable=False)
        self.start()

    def start(self) -> None:
        self.server.prepare()
        self.process = spawn(self.server.program())
        self.server.wait_ready(self.process)

    def kill(self) -> None:
        """As at a power cut: no goodbye to anybody."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(10)

    def stop(self) -> None:
        stop_all([(self.server.program(), self.process)], seconds=3)
        rmtree(self.server.home, ignore_errors=True)


@pytest.fixture
def postgres() -> Iterator[OwnPostgres]:
    own = OwnPostgres()
    yield own
    own.stop()


def manage(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-1500:]
    return done.stdout


def test_without_postgresql_nothing_is_pretended_and_a_resend_works(
    transactional_db: None, postgres: OwnPostgres, tmp_path: Path
) -> None:
    environment = {"DATABASE_URL": postgres.server.url(), "RATE_LIMITS": "off"}
    manage({**os.environ, **environment}, "migrate", "--verbosity", "0")
    unit = "from accounts.models import Unit; Unit.objects.create(slug='a', name_fi='A', is_front_door=True)"
    manage({**os.environ, **environment}, "shell", "-v", "0", "-c", unit)
    web = WebProcess(tmp_path / "web.log", **environment).start().wait_ready()
    try:
        person = Person(web.host)
        opened = person.post("/api/v1/contacts/", {"channel": "chat", "nonce": str(uuid.uuid4()), "body": "Hei"})
        assert opened.status == 201, opened.text
        contact = opened.json["id"]
        thread = person.thread(contact)
        thread.wait_for("message", seq=1)
        assert thread.answer_to(thread.say("Ennen"))["seq"] == 2

        postgres.kill()
        nonce = str(uuid.uuid4())
        thread.say("Katkon aikana", nonce)
        answer = thread.answer_to(nonce, 20)
        assert (answer["type"], answer["code"]) == ("error", "unavailable"), "nothing pretends"
        assert answer["detail"]
        thread.tell(type="ping")
        thread.wait_for("pong")
        assert person.get("/healthz").status == 200, "the process lives"
        ready = person.get("/readyz")
        assert (ready.status, ready.json["database"]) == (503, "does not answer")

        postgres.start()
        answers = [answer]

        def resent() -> bool:
            thread.say("Katkon aikana", nonce)
            answers.append(thread.answer_to(nonce, 20))
            return bool(answers[-1]["type"] == "message")

        eventually(resent, 30, lambda: json.dumps(answers[-1]))
        assert answers[-1]["seq"] == 3
        resent()
        assert answers[-1]["seq"] == 3
        rows = person.get(f"/api/v1/contacts/{contact}/messages/").json
        assert [row["body"] for row in rows] == ["Hei", "Ennen", "Katkon aikana"], "nothing lost, nothing doubled"
        thread.close()
    finally:
        web.stop()
