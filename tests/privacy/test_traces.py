"""What a visit leaves behind, looked for everywhere: no address, no browser, no page one came from; and after erasure
and purge not a word and not a name. Each search first shows that it finds what is there."""

import datetime as dt
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from accounts.models import VisitorKey
from core import clock
from core.models import OutboxEntry
from core.retention import count_due
from guidance.models import Child, Contact, Feedback, Message, Note
from guidance.services import ask_erasure, grant_erasure
from perhekeskus import retention
from perhekeskus.processes import Program
from tests.cast import Cast, make_cast, make_person
from tests.guidance.test_erasing import bind
from tests.live_server import Person, WebProcess, eventually, site_environment, staff_at
from tests.privacy.search import everywhere, in_database, in_files, in_valkey, postgres_log

PHRASE = "Pihlajanmarja kukkii kellarissa"
NAME = "Tuulikannel"
ADDRESS, ADDRESS_6 = "203.0.113.77", "2001:db8:77::99"
BROWSER = "Kuusikkoselain/7.7"
CAME_FROM = "https://foorumi.example.test/salaketju-4711"
TRAIL = {"X-Forwarded-For": ADDRESS, "User-Agent": BROWSER, "Referer": CAME_FROM, "Accept-Language": "fi"}
TRACES = (ADDRESS, ADDRESS_6, "203.0.113", BROWSER, "Kuusikkoselain", CAME_FROM, "salaketju-4711", "foorumi.example")


class BehindProxy(WebProcess):
    """Believes the address that a proxy reports, as in production."""

    def program(self) -> Program:
        plain = super().program()
        return Program(name="web", argv=[*plain.argv, "--behind-proxy"], env=plain.env, log=plain.log)


@pytest.fixture
def site(transactional_db: None, tmp_path: Path) -> Iterator[BehindProxy]:
    process = BehindProxy(tmp_path / "web.log", LOG_LEVEL="INFO").start()
    yield process.wait_ready()  # type: ignore[misc]
    process.stop()


@pytest.fixture
def cast(site: BehindProxy) -> Cast:
    return make_cast()


def call(person: Person, method: str, path: str, data: Any = None, **more: Any) -> Any:
    """As through a proxy, from the planted address, browser and page."""
    return person.call(method, path, data, headers={**TRAIL, **more.pop("headers", {})}, **more)


def whole_conversation(site: BehindProxy, cast: Cast) -> tuple[Person, Contact]:
    """Everything that a family and a worker do, the family with the phrase in every field and the trail on every
    request; and some of what goes wrong."""
    family = Person(site.host)
    call(family, "GET", "/")
    call(family, "GET", "/services/?q=uni")
    opened = call(family, "POST", "/api/v1/contacts/", {
        "channel": "chat", "nonce": str(uuid.uuid4()), "body": f"Ensin: {PHRASE}", "language": "fi",
    })  # fmt: skip
    assert opened.status == 201, opened.text
    contact = Contact.objects.get(pk=opened.json["id"])
    page = f"/contacts/{contact.pk}/"
    nonce = str(uuid.uuid4())
    for _again in range(2):
        call(family, "POST", f"/api/v1/contacts/{contact.pk}/messages/", {"nonce": nonce, "body": f"Sitten: {PHRASE}"})
    form = {"csrfmiddlewaretoken": family.cookies["csrftoken"]}
    call(family, "POST", page + "send/", form={**form, "body": f"Lomakkeella: {PHRASE}", "nonce": str(uuid.uuid4())})
    with family.thread(contact) as thread:
        thread.answer_to(thread.say(f"Pistokkeesta: {PHRASE}"))
    worker = staff_at(site, cast.worker)
    assert worker.post(f"/api/v1/contacts/{contact.pk}/take/").status == 200
    worker.post(f"/api/v1/contacts/{contact.pk}/messages/", {"nonce": str(uuid.uuid4()), "body": f"Vastaus: {PHRASE}"})
    staff_form = {"csrfmiddlewaretoken": worker.cookies["csrftoken"], "body": f"Merkintä: {PHRASE}"}
    worker.call("POST", f"/desk/contacts/{contact.pk}/note/", form=staff_form)
    worker.post(
        f"/api/v1/contacts/{contact.pk}/close/",
        {"outcome": "resolved", "topic": cast.topic.slug, "next_step": f"Askel: {PHRASE}"},
    )
    given = call(family, "POST", f"/api/v1/contacts/{contact.pk}/feedback/", {"helped": "yes", "word": PHRASE})
    assert given.status == 201, given.text
    _what_goes_wrong(site, family, page, form)
    return family, contact


def _what_goes_wrong(site: BehindProxy, family: Person, page: str, form: dict[str, str]) -> None:
    stranger = Person(site.host)
    assert call(stranger, "GET", page).status == 404
    assert call(stranger, "GET", "/salainen-sivu/").status == 404
    assert call(family, "POST", page + "send/", form={"body": PHRASE}, headers={"X-CSRFToken": "x"}).status == 403
    call(family, "POST", page + "send/", form={**form, "body": f"Myöhässä: {PHRASE}"})
    call(stranger, "GET", "/accounts/login/")
    token = {"csrfmiddlewaretoken": stranger.cookies["csrftoken"]}
    call(stranger, "POST", "/accounts/login/", form={**token, "login": "ohjaaja1@demo.test", "password": "arvaus"})
    call(stranger, "POST", "/return/", form={**token, "code": "1234 5678 9012 3456"})
    call(stranger, "GET", "/", headers={"Host": "paha.example.test"})
    call(stranger, "POST", "/api/v1/contacts/", raw=b'{"body": "' + PHRASE.encode())
    call(stranger, "GET", "/", headers={"X-Forwarded-For": f"{ADDRESS_6}, {ADDRESS}"})
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:  # a refused row
        cursor.execute("INSERT INTO guidance_note (body, at) VALUES (%s, now())", [PHRASE])


def test_a_whole_conversation_leaves_no_trace_of_where_it_came_from(site: BehindProxy, cast: Cast) -> None:
    logs = (site.log, postgres_log())
    _family, contact = whole_conversation(site, cast)
    assert in_database(PHRASE) == {
        "guidance_message", "guidance_note", "guidance_feedback", "guidance_contact",
    }, "the control: the words are where they belong, and nowhere else"  # fmt: skip
    assert in_files("Bad Request", *logs) | in_files("Not Found", *logs), "the control: the log was written"
    assert "ERROR" in postgres_log().read_text(), "the control: the refused row was logged"
    assert in_valkey(PHRASE) == set() and in_files(PHRASE, *logs) == set()
    for trace in TRACES:
        assert everywhere(trace, *logs) == set(), trace
    assert Message.objects.filter(contact_id=contact.pk).count() >= 6


def test_the_search_finds_what_is_there(site: BehindProxy, cast: Cast, tmp_path: Path) -> None:
    now = clock.now()
    OutboxEntry.objects.create(key="x", kind="email", payload={"to": ADDRESS}, due_at=now, created_at=now)
    client = redis.Redis.from_url(settings.REDIS_URL)
    client.set("koe", f"x {BROWSER}")
    client.zadd("jono", {CAME_FROM: 1})
    (tmp_path / "x.log").write_text(f"{PHRASE.upper()}")
    assert in_database(ADDRESS) == {"core_outboxentry"}
    assert in_valkey(BROWSER) == {"koe"} and in_valkey("salaketju") == {"jono"}
    assert in_files(PHRASE, tmp_path / "x.log") == {"x.log"}
    client.delete("koe", "jono")
    client.close()
    staff_at(site, cast.worker)
    from django.contrib.sessions.backends.db import SessionStore

    store = SessionStore()
    store["seen"] = PHRASE
    store.create()
    assert in_database(PHRASE) == {"django_session"}, "sessions are unpacked"


def test_the_worker_logs_nothing_of_a_task(site: BehindProxy, cast: Cast, tmp_path: Path) -> None:
    """A real Celery worker, and a task that fails with a family's words in its arguments and its error."""
    log = tmp_path / "worker.log"
    program = (
        "from perhekeskus.celery import app\n"
        "@app.task(name='koe.kaatuu')\n"
        "def crash(words):\n"
        "    raise ValueError(words)\n"
        f"crash.apply_async(kwargs={{'words': {PHRASE!r}}})\n"
        "app.worker_main(['--quiet', 'worker', '--loglevel', 'INFO', '--pool', 'solo', '--without-gossip'])\n"
    )
    with log.open("wb") as out:
        worker = subprocess.Popen(
            [sys.executable, "-c", program], env=site_environment(LOG_LEVEL="INFO"), stdout=out, stderr=out
        )
    try:
        eventually(lambda: "ValueError" in log.read_text(), 30, lambda: log.read_text()[-2000:])
        assert PHRASE not in log.read_text() and "koe.kaatuu" in log.read_text()
    finally:
        worker.terminate()
        worker.wait(20)
    assert in_valkey(PHRASE) == set(), "a done task leaves nothing behind"


def erase_anonymously(family: Person, contact: Contact, cast: Cast) -> None:
    form = {"csrfmiddlewaretoken": family.cookies["csrftoken"], "sure": "yes"}
    assert call(family, "POST", "/me/erase/", form=form).status == 302


def erase_as_identified(family: Person, contact: Contact, cast: Cast) -> None:
    person = _identified(contact, cast)
    erasure = ask_erasure(person=person, reason=f"{PHRASE}, sanoo {NAME}", now=clock.now())
    assert in_database(NAME) == {"accounts_person", "guidance_child", "guidance_erasure"}, "the control"
    grant_erasure(erasure=erasure, by=cast.supervisor, now=clock.now())


def purge_later(family: Person, contact: Contact, cast: Cast) -> None:
    later = clock.now() + dt.timedelta(days=200)
    assert {counted.name: counted.rows for counted in count_due(retention.TABLE, now=later)}["anonymous"] == 1
    assert any(purged.rows for purged in retention.purge(now=later))


def purge_identified(family: Person, contact: Contact, cast: Cast) -> None:
    _identified(contact, cast)
    assert in_database(NAME) == {"accounts_person", "guidance_child"}, "the control"
    assert any(purged.rows for purged in retention.purge(now=clock.now() + dt.timedelta(days=3700)))


def _identified(contact: Contact, cast: Cast) -> Any:
    person = make_person(f"Aune {NAME}", clock.now())
    binding = bind(contact, person, worker=cast.worker)
    Child.objects.create(
        relationship=binding.to_relationship, name=f"Lapsi {NAME}", birth_date=dt.date(2020, 2, 29),
        named_by=cast.worker, named_at=clock.now(),
    )  # fmt: skip
    return person


@pytest.mark.parametrize("end", [erase_anonymously, erase_as_identified, purge_later, purge_identified])
def test_after_erasure_and_purge_nothing_is_found(
    site: BehindProxy, cast: Cast, end: Callable[[Person, Contact, Cast], None]
) -> None:
    logs = (site.log, postgres_log())
    family, contact = whole_conversation(site, cast)
    keys = set(VisitorKey.objects.values_list("secret_hash", flat=True))
    assert "guidance_message" in in_database(PHRASE), "the control"
    end(family, contact, cast)
    for text in (PHRASE, NAME, *TRACES, *keys):
        assert everywhere(text, *logs) == set(), text
    for model in (Contact, Message, Note, Feedback, Child, VisitorKey):
        assert not model.objects.exists(), model  # type: ignore[attr-defined]
    assert in_database(str(contact.pk)) == {"audit_auditevent"}, "what stays is that there was something: an id"
