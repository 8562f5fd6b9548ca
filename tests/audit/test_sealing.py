"""Blocks and their chain: what is settled is sealed, what is under way is waited for, and no write waits for either."""

import datetime as dt
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction

from audit import retention, sealing
from audit.codes import AuditCode
from audit.models import AuditBlock, AuditEvent, AuditHorizon
from audit.sealing import BEGINNING, published, seal_audit, seal_is_right, seal_next
from audit.services import SYSTEM, record
from audit.tasks import seal_audit as seal_task
from audit.verifying import verify
from tests.cast import NOW

LATER = NOW + dt.timedelta(minutes=1)


def write(n: int = 1, at: dt.datetime = NOW) -> list[int]:
    with transaction.atomic():
        return [
            record(code=AuditCode.CONTACT_VIEWED, actor=SYSTEM, object_type="contact", object_id=f"c{i}", now=at).pk
            for i in range(n)
        ]


# -- blocks -----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_blocks_follow_each_other_and_hold_every_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BLOCK_ROWS", 3)
    ids = write(7)
    assert seal_audit(now=LATER) == 3
    blocks = list(AuditBlock.objects.order_by("number"))
    assert [block.number for block in blocks] == [1, 2, 3]
    assert [block.rows for block in blocks] == [3, 3, 1]
    assert sum((block.row_ids for block in blocks), []) == ids
    assert [block.previous_digest for block in blocks] == [BEGINNING, blocks[0].digest, blocks[1].digest]
    assert [block.first_id for block in blocks] == [1, blocks[0].last_id + 1, blocks[1].last_id + 1]
    assert all(seal_is_right(block) and block.sealed_at == LATER for block in blocks)
    assert seal_audit(now=LATER) == 0, "nothing new, no block"


@pytest.mark.django_db
def test_the_task_seals() -> None:
    write()
    seal_task()
    assert AuditBlock.objects.count() == 1


@pytest.mark.django_db
def test_a_seal_needs_the_key_and_an_older_key_still_proves_its_blocks(settings: Any) -> None:
    settings.AUDIT_SEAL_KEYS = ["first"]
    write()
    seal_audit(now=LATER)
    old = AuditBlock.objects.get()
    settings.AUDIT_SEAL_KEYS = ["second", "first"]
    write()
    seal_audit(now=LATER)
    assert verify(now=LATER).faults == []
    settings.AUDIT_SEAL_KEYS = ["second"]
    assert not seal_is_right(old)
    assert [fault for fault in verify(now=LATER).faults if "block 1 " in fault and "seal is wrong" in fault]
    assert not [fault for fault in verify(now=LATER).faults if "block 2 (" in fault], "sealed with the new key"


@pytest.mark.django_db(transaction=True)
def test_each_seal_is_published_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    write()
    with caplog.at_level(logging.INFO, "perhekeskus.audit.seal"):
        seal_audit(now=LATER)
    assert caplog.messages == [f"audit sealed {published(AuditBlock.objects.get())}"]


# -- append-only --------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditblock SET seal = repeat('0', 64)",
        "UPDATE audit_auditblock SET removed_at = now(), row_ids = '{}', row_prints = '{}'",
        "DELETE FROM audit_auditblock",
    ],
)
def test_a_block_can_be_neither_changed_nor_removed(statement: str) -> None:
    write()
    seal_audit(now=LATER)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert verify(now=LATER).faults == []


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["audit_auditevent", "audit_auditblock"])
def test_no_role_may_change_or_remove(table: str) -> None:
    """By grants, for whoever is no superuser: the owner, too."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.privilege_type FROM pg_class c, aclexplode(c.relacl) a WHERE c.oid = %s::regclass", [table]
        )
        held = {row[0] for row in cursor.fetchall()}
    assert {"INSERT", "SELECT"} <= held
    assert not held & {"UPDATE", "DELETE", "TRUNCATE"}


@pytest.mark.django_db
@pytest.mark.parametrize("verb", ["UPDATE audit_auditevent SET role = ''", "DELETE FROM audit_auditevent",
                                  "TRUNCATE audit_auditevent", "UPDATE audit_auditblock SET rows = 1"])  # fmt: skip
def test_an_application_role_is_refused_before_any_trigger(verb: str) -> None:
    write()
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE plain_application")
        cursor.execute("GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO plain_application")
        cursor.execute("SET LOCAL ROLE plain_application")
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            cursor.execute(verb)


# -- retention ------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_old_blocks_go_as_a_whole_and_leave_their_evidence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BLOCK_ROWS", 2)
    long_ago = NOW - dt.timedelta(days=13 * 365)
    write(4, long_ago)
    write(1, NOW)
    seal_audit(now=NOW)
    assert retention.remove_expired(now=NOW) == 4
    assert AuditEvent.objects.filter(at=long_ago).count() == 0
    assert AuditBlock.objects.filter(removed_at=NOW, row_ids=[]).count() == 2
    evidence = AuditEvent.objects.filter(code=AuditCode.DATA_PURGED)
    assert [(row.object_id, row.data) for row in evidence.order_by("pk")] == [("1", {"rows": 2}), ("2", {"rows": 2})]
    assert verify(now=NOW).faults == []
    assert retention.remove_expired(now=NOW) == 0


@pytest.mark.django_db
def test_a_block_with_one_young_row_stays() -> None:
    write(2, NOW - dt.timedelta(days=13 * 365))
    write(1, NOW)
    seal_audit(now=NOW)
    assert retention.remove_expired(now=NOW) == 0
    assert AuditEvent.objects.count() == 3


def test_twelve_years_are_counted_by_the_calendar() -> None:
    assert retention.expiry(dt.datetime(2024, 2, 29, tzinfo=dt.UTC)) == dt.datetime(2036, 2, 29, tzinfo=dt.UTC)
    assert retention.expiry(dt.datetime(2088, 2, 29, tzinfo=dt.UTC)) == dt.datetime(2100, 3, 1, tzinfo=dt.UTC)


# -- a row under way ----------------------------------------------------------------------------------


@contextmanager
def writing(act: Callable[[], Any]) -> Iterator[Callable[[], None]]:
    """Another connection that has acted in a transaction and not yet committed; the function given makes it commit."""
    acted, go_on = threading.Event(), threading.Event()

    def run() -> None:
        try:
            with transaction.atomic():
                act()
                acted.set()
                go_on.wait(20)
        finally:
            connections.close_all()

    def commit() -> None:
        go_on.set()
        thread.join(20)

    thread = threading.Thread(target=run)
    thread.start()
    assert acted.wait(10)
    try:
        yield commit
    finally:
        commit()


@pytest.mark.django_db(transaction=True)
def test_a_lower_id_under_way_is_waited_for_and_sealed_with_its_neighbours() -> None:
    with writing(write) as commit:
        [higher] = write()
        assert seal_audit(now=LATER) == 0, "somebody may still commit a lower id"
        assert seal_audit(now=LATER) == 0
        [newer] = write()  # no write waits for the sealing, nor for the one under way
        commit()
        assert seal_audit(now=LATER) == 1
    lower = AuditEvent.objects.order_by("pk").values_list("pk", flat=True)[0]
    assert lower < higher < newer
    assert sorted(sum(AuditBlock.objects.values_list("row_ids", flat=True), [])) == [lower, higher, newer]
    assert verify(now=LATER).faults == []


@pytest.mark.django_db(transaction=True)
def test_control_sealing_up_to_the_newest_id_leaves_the_late_one_out() -> None:
    with writing(write) as commit:
        [higher] = write()
        assert seal_next(higher, LATER) is not None
        commit()
    assert any("inserted" in fault for fault in verify(now=LATER).faults), "an honest row looks like a forged one"


@pytest.mark.django_db(transaction=True)
def test_writers_who_come_and_go_without_a_pause_do_not_hold_the_sealing_up() -> None:
    with writing(write) as commit_first:
        assert seal_audit(now=LATER) == 0
        with writing(write) as commit_second:
            [seen] = write()
            assert seal_audit(now=LATER) == 0
            commit_first()
            # The first horizon is reached, with the second writer still writing.
            seal_audit(now=LATER)
            noted = AuditHorizon.objects.get()
            assert noted.up_to >= seen and len(noted.writers) == 1
            commit_second()
    assert seal_audit(now=LATER) >= 1
    assert verify(now=LATER).unsealed == 0


@pytest.mark.django_db(transaction=True)
def test_a_long_transaction_that_writes_no_record_is_not_waited_for() -> None:
    write()
    with writing(lambda: AuditEvent.objects.count()):
        assert seal_audit(now=LATER) == 1


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_id_is_no_fault() -> None:
    def lost() -> None:
        with transaction.atomic():
            write()
            transaction.set_rollback(True)

    write()
    lost()
    write()
    assert seal_audit(now=LATER) == 1
    assert verify(now=LATER).faults == []


@pytest.mark.django_db(transaction=True)
def test_two_sealers_at_once_make_one_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BLOCK_ROWS", 5)
    write(60)

    def run() -> None:
        try:
            seal_audit(now=LATER)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert list(AuditBlock.objects.order_by("number").values_list("number", flat=True)) == list(range(1, 13))
    assert verify(now=LATER).faults == []
