"""A real Celery worker and a real mail server, and the worker killed in the middle of sending: nothing goes twice, and
nothing goes of what has been read."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from celery import Celery

from accounts import notices
from accounts.models import NoticeAddress
from core import clock, outbox
from core.letters import Letter
from core.models import OutboxEntry
from core.outbox import State
from core.tasks import send_outbox
from guidance.models import Contact
from guidance.notices import gather_notices
from guidance.services import mark_seen
from perhekeskus.processes import Program, spawn
from tests.cast import make_cast, make_person, make_visitor, open_chat, say, sign_in, staff_author, take
from tests.guidance.test_erasing import speaks_for
from tests.live_server import eventually, site_environment
from tests.smtp_sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)
# By day, whatever the hour is: both processes' clocks tick on from one noon.
NOON = {"DEMO_NOW": "2026-11-23T12:00:00+02:00", "DEMO_CLOCK_STARTED_AT": str(clock._started_at)}
SENDING = 2.0  # seconds that the mail server thinks over a letter: the worker is killed meanwhile


class Worker:
    """A Celery worker as production runs one, without the clock: tests say when the outbox is looked at."""

    def __init__(self, log: Path, port: int) -> None:
        environment = site_environment(EMAIL_URL=f"smtp://127.0.0.1:{port}", NOTICE_DELAY="0", **NOON)
        argv = [sys.executable, "-m", "celery", "-A", "perhekeskus", "worker", "--concurrency=1", "--without-gossip",
                "--without-mingle", "--without-heartbeat"]  # fmt: skip
        self.program = Program(name="worker", argv=argv, env=environment, log=log)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = spawn(self.program)

    def kill(self) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as running:
        yield running


@pytest.fixture
def worker(sink: Sink, tmp_path: Path) -> Iterator[Worker]:
    app = Celery()
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.control.purge()
    running = Worker(tmp_path / "worker.log", sink.port)
    running.start()
    yield running
    running.kill()
    app.control.purge()


@pytest.fixture
def family(settings: Any) -> Contact:
    """An identified person whose address has been proved, and a conversation that the worker has."""
    settings.NOTICE_DELAY, settings.DEMO_NOW = 0, NOON["DEMO_NOW"]
    cast, now = make_cast(), clock.now()
    visitor = make_visitor(now)
    speaks_for(visitor, make_person("Eka Huoltaja", now), now)
    visitor.key.refresh_from_db()
    contact = take(open_chat(visitor, channel="message", now=now), cast.worker, now)
    assert contact.person is not None
    notices.add_address(person=contact.person, address="eka@example.test", language="fi", now=now)
    OutboxEntry.objects.all().delete()
    NoticeAddress.objects.update(verified_at=now)
    mark_seen(contact_id=contact.pk, kind="client", staff_id=None, seq=99)
    say(contact, staff_author(cast.worker, sign_in(cast.worker, clock.now())), "Vastaus", at=clock.now())
    return contact


def log_of(worker: Worker) -> str:
    assert isinstance(worker.program.log, Path)
    return worker.program.log.read_text()[-2000:]


def test_a_worker_killed_in_mid_sending_sends_nothing_twice(worker: Worker, sink: Sink, settings: Any) -> None:
    settings.DEMO_NOW = NOON["DEMO_NOW"]
    sink.taking = SENDING
    for number in range(3):
        letter = Letter(to=f"{number}@example.test", subject="Hei", body="Teksti")
        outbox.enqueue_letter(key=str(number), letter=letter, now=clock.now())
    send_outbox.delay()
    assert sink.began.wait(40), log_of(worker)
    worker.kill()
    assert len(sink.mails) == 1, "the control: the mail server has it, and the worker died before it knew"
    (claimed,) = OutboxEntry.objects.filter(state=State.CLAIMED)
    assert OutboxEntry.objects.filter(state=State.WAITING).count() == 2

    sink.taking = 0.0
    worker.start()
    for _n in range(2):
        send_outbox.delay()
    eventually(lambda: OutboxEntry.objects.filter(state=State.SENT).count() == 2, 40, lambda: log_of(worker))
    outbox.send_due(now=clock.now() + 2 * outbox.LOST_AFTER)
    claimed.refresh_from_db()
    assert (claimed.state, claimed.reason) == (State.UNCERTAIN, "sender_vanished")
    assert sorted(mail.to for mail in sink.mails) == ["0@example.test", "1@example.test", "2@example.test"]


def test_a_notice_is_told_once_by_a_killed_worker_and_never_after_reading(
    worker: Worker, sink: Sink, family: Contact
) -> None:
    sink.taking = SENDING
    gather_notices(now=clock.now())
    send_outbox.delay()
    assert sink.began.wait(40), log_of(worker)
    worker.kill()
    sink.taking = 0.0
    gather_notices(now=clock.now())
    (told,) = OutboxEntry.objects.all()
    assert told.state == State.CLAIMED, "the same event is the same letter"

    cast = make_cast()
    mark_seen(contact_id=family.pk, kind="client", staff_id=None, seq=99)
    say(family, staff_author(cast.worker, sign_in(cast.worker, clock.now())), "Toinen vastaus", at=clock.now())
    gather_notices(now=clock.now())
    waiting = OutboxEntry.objects.get(state=State.WAITING)
    mark_seen(contact_id=family.pk, kind="client", staff_id=None, seq=99)
    worker.start()
    send_outbox.delay()
    eventually(lambda: OutboxEntry.objects.get(pk=waiting.pk).state != State.WAITING, 40, lambda: log_of(worker))
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == (State.CANCELLED, "not_needed"), "it was read first"
    assert [mail.to for mail in sink.mails] == ["eka@example.test"]
    assert "Vastaus" not in sink.mails[0].text and "List-Unsubscribe-Post" in sink.mails[0].text
