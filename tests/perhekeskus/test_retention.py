"""What has passed its time goes, what has not stays, the dry run tells the same numbers, and two runs never collide."""

import datetime as dt
import io
import threading
import uuid
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import Identification, Person, VisitorKey
from accounts.models import Visitor as VisitorRow
from accounts.visitors import visitor_key_of
from audit.codes import AuditCode
from audit.models import AuditEvent
from core.locks import AlreadyRunning, only_one
from core.models import OutboxEntry, PurgeRun
from core.retention import count_due
from guidance.models import (
    AccessibilityFeedback,
    BreakGlass,
    ClientRelationship,
    Contact,
    Erasure,
    LookReview,
    Message,
    OlderLogRequest,
    ThreadShare,
)
from guidance.services import give_accessibility_feedback, leave_contact
from perhekeskus import retention
from tests.cast import NOW, Cast, Visitor, close, make_cast, make_person, make_visitor, open_chat, sign_in, take
from tests.guidance.test_erasing import bind, full_life, identification_of

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
ROOT = Path(__file__).resolve().parents[2]


def run_purge(now: dt.datetime) -> dict[str, int]:
    return {purged.name: purged.rows for purged in retention.purge(now=now)}


def due(now: dt.datetime) -> dict[str, int]:
    return {counted.name: counted.rows for counted in count_due(retention.TABLE, now=now)}


def closed_chat(cast: Cast, visitor: Visitor, at: dt.datetime, body: str = "Vanha asia") -> Contact:
    contact = open_chat(visitor, now=at, body=body)
    take(contact, cast.worker, at)
    return close(contact, cast.worker, cast.topic, at)


def test_every_class_is_declared_once_with_its_days_and_its_words() -> None:
    names = [kept.name for kept in retention.TABLE]
    assert len(set(names)) == len(names) and set(names) == set(settings.RETENTION_DAYS)
    for kept in retention.TABLE:
        assert str(kept.what) and str(kept.since) and str(kept.ground) and kept.days >= 0


def test_the_page_of_privacy_has_every_class_with_its_days() -> None:
    table = (ROOT / "docs" / "privacy.md").read_text()
    rows = [line.split("|")[1:3] for line in table.splitlines() if line.startswith("| `")]
    told = {
        name: int(days)
        for names, numbers in rows
        for name, days in zip(
            names.replace("`", " ").partition(":")[0].replace(",", " ").split(),
            _repeated(numbers.replace(",", " ").split(), len(names.partition(":")[0].split(","))),
            strict=True,
        )
    }
    assert told == settings.RETENTION_DAYS


def _repeated(numbers: list[str], times: int) -> list[str]:
    """One number may stand for several classes in a row."""
    return numbers if len(numbers) == times else numbers * times


@pytest.mark.parametrize(
    ("days", "words"),
    [(1, "1 päivä"), (60, "60 päivää"), (180, "6 kuukautta"), (365, "1 vuosi"), (3650, "10 vuotta"), (0, "0 päivää")],
)
def test_days_in_words(days: int, words: str) -> None:
    assert retention.in_words(days) == words


def test_an_anonymous_familys_texts_go_half_a_year_after_its_last_contact(cast: Cast) -> None:
    old, mixed, open_one = make_visitor(), make_visitor(), make_visitor()
    gone = closed_chat(cast, old, NOW - 181 * DAY)
    kept = [closed_chat(cast, mixed, NOW - 300 * DAY), closed_chat(cast, mixed, NOW - 179 * DAY)]
    kept += [closed_chat(cast, open_one, NOW - 300 * DAY), open_chat(open_one, now=NOW - 300 * DAY)]
    assert run_purge(NOW)["anonymous"] == 1
    assert set(Contact.objects.all()) == set(kept)
    assert not Message.objects.filter(contact_id=gone.pk).exists()
    assert not VisitorRow.objects.filter(pk=old.key.visitor_id).exists()
    run = PurgeRun.objects.get(retention_class="anonymous")
    assert (run.rows, run.before, run.finished_at) == (1, NOW - 180 * DAY, NOW)
    event = AuditEvent.objects.get(code=AuditCode.DATA_PURGED, data__class="anonymous")
    assert event.data == {"class": "anonymous", "rows": 1} and event.ground == "platform"


def test_an_identified_clients_record_goes_after_ten_years_with_the_person(cast: Cast, visitor: Visitor) -> None:
    contact, person = closed_chat(cast, visitor, NOW), make_person()
    bind(contact, person, worker=cast.worker)
    assert run_purge(NOW + 3649 * DAY)["identified"] == 0
    assert Contact.objects.filter(pk=contact.pk).exists()
    assert run_purge(NOW + 3651 * DAY)["identified"] == 1
    assert not Contact.objects.exists() and not Person.objects.exists() and not Identification.objects.exists()


def test_a_shell_stays_as_long_as_the_contact_that_left_it(cast: Cast, visitor: Visitor) -> None:
    contact, person = closed_chat(cast, visitor, NOW), make_person()
    home = contact.relationship_id
    bind(contact, person, worker=cast.worker)
    run_purge(NOW + 400 * DAY)
    assert ClientRelationship.objects.filter(pk=home).exists() and Contact.objects.filter(pk=contact.pk).exists()


def test_the_small_classes(cast: Cast, visitor: Visitor) -> None:
    """Each class has one that is due and one that is not yet."""
    late, early = NOW - 3 * 365 * DAY, NOW - DAY / 2
    for at in (late, early):
        key = make_visitor(at).key
        VisitorKey.objects.filter(pk=key.pk).update(created_at=at, seen_on=at.date())
        Identification.objects.create(
            purpose="own_page", language="fi", provider="demo", level_asked="x", state_hash=str(at), nonce_hash="n",
            browser_hash="b", state="cancelled", started_at=at, ended_at=at,
        )  # fmt: skip
        person = make_person(now=at)
        evidence = identification_of(person)
        Identification.objects.filter(pk=evidence.pk).update(started_at=at, ended_at=at, auth_time=at)
        OutboxEntry.objects.create(
            key=str(at), kind="letter", payload={}, due_at=at, created_at=at, state="sent", claimed_at=at, ended_at=at
        )
        LogEntry.objects.create(user=cast.worker, object_repr="Palvelu", action_flag=1, action_time=at)
        feedback = give_accessibility_feedback(
            text="Pieni", page="", reply_to="", language="fi", nonce=uuid.uuid4(), now=at
        )
        AccessibilityFeedback.objects.filter(pk=feedback.pk).update(
            answered_at=at, answered_by=cast.supervisor, answer="Korjattu"
        )
        BreakGlass.objects.create(
            user=cast.outsider, unit=cast.other_unit, contact=open_chat(make_visitor()), reason="Hätä", at=at,
            until=at + DAY / 24, reviewed_at=NOW, reviewed_by=cast.supervisor,
        )  # fmt: skip
        ThreadShare.objects.create(
            contact=open_chat(make_visitor()), shared_by=person, code_hash=uuid.uuid4().hex, created_at=at,
            expires_at=at,
        )  # fmt: skip
        LookReview.objects.create(
            kind="many", worker=cast.worker, subject="x", up_to=1, reviewed_by=cast.supervisor, reviewed_at=at
        )
        Session.objects.filter(pk=sign_in(cast.worker)).update(expire_date=at)
        Erasure.objects.create(
            asker="person", relationship=ClientRelationship.objects.create(person=make_person(), created_at=at),
            asked_at=at, due_on=at.date(), state="withdrawn", answered_at=at,
        )  # fmt: skip
        OlderLogRequest.objects.create(
            relationship=ClientRelationship.objects.create(person=make_person(), created_at=at), unit=cast.unit,
            reason="Syy", asked_at=at, state="refused", answered_by=cast.supervisor, answered_at=at, answer="Ei",
        )  # fmt: skip
    unreviewed = BreakGlass.objects.create(
        user=cast.outsider, unit=cast.other_unit, contact=open_chat(make_visitor()), reason="Hätä", at=late,
        until=late + DAY / 24,
    )  # fmt: skip
    counted = due(NOW)
    assert {name for name, rows in counted.items() if rows == 1} >= {
        "outbox", "admin_changes", "accessibility_feedback", "visitor_keys", "fruitless_attempts", "loose_evidence",
        "ended_shares", "break_glass", "answered_wishes", "older_log",
        "look_reviews",
    }  # fmt: skip
    assert counted["sessions"] == 2, "expired is expired"
    assert run_purge(NOW) == counted
    assert BreakGlass.objects.filter(pk=unreviewed.pk).exists(), "nothing goes before somebody has looked at it"
    assert Person.objects.count() == 6, "a person goes the night after the evidence"
    assert run_purge(NOW + DAY)["empty_persons"] == 1
    assert [name for name, rows in due(NOW + DAY).items() if rows] == []


@pytest.fixture
def old_world(cast: Cast) -> dt.datetime:
    """Some of everything, a long time ago. Returns a moment at which some of it is due, also what hangs together."""
    for n in range(5):
        visitor = make_visitor(NOW + n * DAY)
        contact = closed_chat(cast, visitor, NOW + n * DAY)
        if n % 2:
            bind(contact, make_person(f"Henkilö {n}"), worker=cast.worker)
    full_life(cast, open_chat(visitor := make_visitor()), visitor)
    return NOW + 4000 * DAY


def test_the_dry_run_prints_what_the_real_run_then_removes(old_world: dt.datetime) -> None:
    def printed(*arguments: str) -> list[str]:
        out = io.StringIO()
        call_command("purge", *arguments, stdout=out, stderr=io.StringIO())
        return out.getvalue().splitlines()

    with time_machine.travel(old_world, tick=False):
        before = Contact.objects.count()
        dry = printed("--dry-run")
        assert Contact.objects.count() == before and not PurgeRun.objects.exists()
        assert not AuditEvent.objects.filter(code=AuditCode.DATA_PURGED).exists()
        real = printed()
        assert dry[:-1] == real[:-1] and dry[-1].split()[0] == real[-1].split()[0] != "0"
        assert not Contact.objects.exists() and not Person.objects.exists()


def test_a_run_that_was_cut_short_goes_on(cast: Cast) -> None:
    for n in range(4):
        closed_chat(cast, make_visitor(), NOW - 200 * DAY - n * DAY)
    kept = next(kept for kept in retention.TABLE if kept.name == "anonymous")
    object.__setattr__(kept.store, "batch", 1)
    try:
        seen: list[int] = []

        class Stopped(Exception):
            pass

        def stop(rows: int) -> None:
            seen.append(rows)
            if len(seen) == 3:
                raise Stopped

        with pytest.raises(Stopped):
            retention.purge(now=NOW, tell=stop)
        run = PurgeRun.objects.get(retention_class="anonymous")
        assert run.finished_at is None
        assert Contact.objects.count() == 4 - run.rows, "evidence and removal are one transaction"
        assert run_purge(NOW)["anonymous"] == 4 - run.rows and not Contact.objects.exists()
    finally:
        object.__setattr__(kept.store, "batch", 50)


@pytest.mark.django_db(transaction=True)
def test_two_runs_do_not_collide() -> None:
    make_cast()
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with only_one("purge"):
                inside.set()
                leave.wait(10)
        finally:
            connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert inside.wait(10)
    try:
        with pytest.raises(AlreadyRunning):
            run_purge(NOW)
        with pytest.raises(CommandError, match="Another purge"):
            call_command("purge", stdout=io.StringIO())
    finally:
        leave.set()
        thread.join()
    assert run_purge(NOW)["anonymous"] == 0, "and afterwards it runs again"


def test_using_a_device_keeps_its_key(cast: Cast, visitor: Visitor, rf) -> None:  # type: ignore[no-untyped-def]
    closed_chat(cast, visitor, NOW)
    with time_machine.travel(NOW + 50 * DAY):
        request = rf.get("/")
        request.COOKIES[settings.VISITOR_COOKIE_NAME] = visitor.secret
        assert visitor_key_of(request) is not None
    assert due(NOW + 70 * DAY)["visitor_keys"] == 0
    assert due(NOW + 112 * DAY)["visitor_keys"] == 1


def test_a_waiting_conversation_is_never_purged(cast: Cast, visitor: Visitor) -> None:
    contact = open_chat(visitor)
    assert due(NOW + 4000 * DAY)["anonymous"] == 0
    leave_contact(contact=contact, visitor_key=visitor.key, now=NOW)
    assert due(NOW + 4000 * DAY)["anonymous"] == 1
