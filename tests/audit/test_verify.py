"""Tampering by somebody who may do everything in the database, and how it is found."""

import datetime as dt
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from audit import sealing, verifying
from audit.codes import AuditCode
from audit.models import AuditBlock, AuditEvent
from audit.sealing import published, seal_audit
from audit.services import SYSTEM, record
from audit.verifying import missing_guards, verify
from tests.cast import NOW

pytestmark = pytest.mark.django_db


def write(n: int) -> list[int]:
    with transaction.atomic():
        return [
            record(code=AuditCode.CONTACT_VIEWED, actor=SYSTEM, object_type="contact", object_id=f"c{i}", now=NOW,
                   data={"n": i}).pk
            for i in range(n)
        ]  # fmt: skip


def as_superuser(*statements: str, values: dict[str, Any] | None = None) -> None:
    """With every trigger off, as only a superuser can."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement, values)
            assert cursor.rowcount > 0, "the tampering must have happened"
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.fixture
def ids(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Twelve rows in four sealed blocks."""
    monkeypatch.setattr(sealing, "BLOCK_ROWS", 3)
    written = write(12)
    assert seal_audit(now=NOW) == 4
    assert verify(now=NOW).faults == []
    return written


def faults(**given: Any) -> list[str]:
    return verify(now=NOW, **given).faults


def block(number: int) -> AuditBlock:
    return AuditBlock.objects.get(pk=number)


def where(number: int) -> str:
    found = block(number)
    return f"block {number} (rows {found.first_id}–{found.last_id})"


@pytest.mark.parametrize(
    "change",
    ["at = at + interval '1 microsecond'", "code = 'guidance.contact.taken'", "unit_id = 7", "role = 'worker'",
     "ground = 'task'", "object_type = 'user'", "object_id = 'other'", "relationship_id = 1",
     "actor_kind = 'staff', actor_id = 5", """data = '{"n": "4"}'"""],
)  # fmt: skip
def test_a_changed_column_is_found_with_its_row(ids: list[int], change: str) -> None:
    as_superuser(f"UPDATE audit_auditevent SET {change} WHERE id = {ids[4]}")
    assert faults() == [f"{where(2)}: row {ids[4]} changed"]


def test_a_removed_row_is_found(ids: list[int]) -> None:
    as_superuser(f"DELETE FROM audit_auditevent WHERE id = {ids[7]}")
    assert faults() == [f"{where(3)}: row {ids[7]} removed"]


def test_an_inserted_row_is_found(ids: list[int]) -> None:
    gap = ids[1]
    as_superuser(f"DELETE FROM audit_auditevent WHERE id = {gap}")
    as_superuser(
        "INSERT INTO audit_auditevent (id, at, code, actor_kind, object_type, object_id, data) "
        f"VALUES ({gap}, now(), 'guidance.contact.closed', 'system', 'contact', 'forged', '{{}}')"
    )
    assert faults() == [f"{where(1)}: row {gap} changed"]
    as_superuser(
        "INSERT INTO audit_auditevent (id, at, code, actor_kind, object_type, object_id, data) "
        "VALUES (0, now(), 'guidance.contact.closed', 'system', 'contact', 'forged', '{}')"
    )
    assert "1 rows with a number below 1: inserted" in faults()


def test_a_row_in_a_gap_of_the_numbers_is_found() -> None:
    write(2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('audit_auditevent_id_seq')")  # a transaction that was rolled back
        gap = cursor.fetchone()[0]
    write(1)
    seal_audit(now=NOW)
    as_superuser(
        "INSERT INTO audit_auditevent (id, at, code, actor_kind, object_type, object_id, data) "
        f"VALUES ({gap}, now(), 'guidance.contact.closed', 'system', 'contact', 'forged', '{{}}')"
    )
    assert faults() == [f"{where(1)}: row {gap} inserted"]


def test_several_wrong_rows_are_told_as_ranges(ids: list[int]) -> None:
    as_superuser(f"DELETE FROM audit_auditevent WHERE id BETWEEN {ids[3]} AND {ids[4]}")
    as_superuser(f"UPDATE audit_auditevent SET role = 'x' WHERE id = {ids[5]}")
    assert faults() == [f"{where(2)}: row {ids[5]} changed", f"{where(2)}: rows {ids[3]}–{ids[4]} removed"]


@pytest.mark.parametrize(
    "change", ["rows = rows + 1", "sealed_at = sealed_at + interval '1 s'", "newest_at = newest_at - interval '1 s'",
               "seal = repeat('a', 64)"],
)  # fmt: skip
def test_an_altered_block_is_found(ids: list[int], change: str) -> None:
    as_superuser(f"UPDATE audit_auditblock SET {change} WHERE number = 2")
    assert any(fault.startswith(f"{where(2)}: the seal is wrong") for fault in faults())
    assert not any(where(1) in fault or where(3) in fault for fault in faults())


def test_a_changed_row_with_its_block_made_anew_is_found_by_the_seal(ids: list[int]) -> None:
    """Everything that can be computed without the key is right again; the seal is not."""
    as_superuser(f"UPDATE audit_auditevent SET role = 'x' WHERE id = {ids[4]}")
    second = block(2)
    with connection.cursor() as cursor:
        cursor.execute(verifying._DIGESTS, [[2]])
        digest = cursor.fetchone()[2]
    as_superuser("UPDATE audit_auditblock SET digest = %(digest)s WHERE number = 2", values={"digest": digest})
    assert digest != second.digest
    found = faults()
    assert f"{where(2)}: the seal is wrong, so the block was altered or another key is in use" in found
    assert "block 3 does not follow block 2: one of them was altered" in found


def test_a_block_without_its_list_of_rows_is_found(ids: list[int]) -> None:
    as_superuser("UPDATE audit_auditblock SET row_ids = '{}', row_prints = '{}' WHERE number = 2")
    as_superuser(f"DELETE FROM audit_auditevent WHERE id = {ids[3]}")
    found = faults()
    assert f"{where(2)}: the block's list of rows was altered" in found
    assert f"{where(2)}: the rows are not those that were sealed (2 found, 3 sealed)" in found


def test_a_missing_block_in_the_middle_is_found(ids: list[int]) -> None:
    second = block(2)
    as_superuser("DELETE FROM audit_auditblock WHERE number = 2")
    assert faults() == [f"block 2 is missing (rows {second.first_id}–{second.last_id})"]


def test_an_end_that_was_cut_off_is_found_by_what_the_log_published(ids: list[int]) -> None:
    newest = published(block(4))
    third = block(3)
    as_superuser(f"DELETE FROM audit_auditevent WHERE id > {third.last_id}")
    as_superuser("DELETE FROM audit_auditblock WHERE number = 4")
    assert faults() == ["block 4 is missing at the end of the chain"]
    as_superuser("UPDATE audit_audithorizon SET newest_block = 3")
    assert faults() == [], "nothing in the database tells of it any more"
    assert faults(last=newest) == ["block 4 is missing at the end of the chain"]


def test_a_chain_made_anew_with_a_stolen_key_is_found_by_what_the_log_published(ids: list[int]) -> None:
    newest = published(block(4))
    as_superuser("DELETE FROM audit_auditblock")
    as_superuser(f"DELETE FROM audit_auditevent WHERE id = {ids[0]}")
    assert seal_audit(now=NOW) == 4
    assert faults() == []
    assert faults(last=newest) == ["block 4 has another seal than the log published: the chain was made anew"]


def test_rows_marked_as_expired_before_their_time_are_found(ids: list[int]) -> None:
    as_superuser("DELETE FROM audit_auditevent", "UPDATE audit_auditblock SET removed_at = now()")
    assert [fault.partition(": ")[2] for fault in faults()] == ["the rows were removed before their time"] * 4


def test_a_sealing_that_stands_still_is_said(ids: list[int]) -> None:
    write(2)
    assert verify(now=NOW + dt.timedelta(minutes=59)).faults == []
    report = verify(now=NOW + dt.timedelta(minutes=61))
    assert report.unsealed == 2
    assert report.faults == ["nothing has been sealed since 2026-11-23 10:00 UTC"]


def test_sealing_goes_on_while_somebody_verifies(ids: list[int]) -> None:
    def seal_more(done: int, total: int) -> None:
        write(2)
        seal_audit(now=NOW)

    report = verify(now=NOW, progress=seal_more)
    assert (report.faults, report.unsealed) == ([], 0)
    assert AuditBlock.objects.count() == 5


def test_a_trigger_that_is_off_is_said() -> None:
    assert missing_guards() == []
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditevent DISABLE TRIGGER audit_append_only")
    assert missing_guards() == ["the trigger audit_append_only on audit_auditevent is missing or off"]


# -- the command ---------------------------------------------------------------------------------------


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("verify_audit", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_the_command_says_that_all_is_well_and_names_the_newest_block(ids: list[int]) -> None:
    said = run("--last", published(block(2)))
    assert "4 blocks, 12 rows; 0 rows wait for their seal." in said
    assert f"Newest block: {published(block(4))}" in said


def test_the_command_fails_and_names_the_row(ids: list[int], capsys: Any) -> None:
    as_superuser(f"DELETE FROM audit_auditevent WHERE id = {ids[7]}")
    out = StringIO()
    with pytest.raises(CommandError) as refusal:
        call_command("verify_audit", stdout=out, stderr=StringIO())
    assert refusal.value.returncode == 1
    assert f"row {ids[7]} removed" in out.getvalue()


def test_the_command_wants_the_published_block_as_the_log_has_it() -> None:
    with pytest.raises(CommandError, match="NUMBER:SEAL"):
        run("--last", "4")


def test_an_empty_record_is_as_it_was_sealed() -> None:
    assert "Newest block: none" in run()
    assert not AuditEvent.objects.exists()
