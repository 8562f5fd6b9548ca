"""The sealed record: making blocks of a million events, and verifying them."""

import time
from collections.abc import Callable

from django.db import connection

from audit import sealing
from audit.sealing import seal_audit
from audit.verifying import verify
from bench.processes import Lifeline
from bench.tables import Row, Table
from core import clock

ROWS = 1_000_000
ROUNDS = 3

EVENTS = f"""
INSERT INTO audit_auditevent
    (at, code, actor_kind, actor_id, unit_id, role, ground, object_type, object_id, relationship_id, data)
SELECT now() - n * interval '1 second', 'guidance.message.written', 'staff', n % 50, 1, 'worker', 'task', 'contact',
    md5(n::text)::uuid::text, n / 20, jsonb_build_object('seq', n % 40)
FROM generate_series(1, {ROWS}) n
"""
# The least that any check of every row costs: each one read, written as text and hashed, without order or chain.
HASH_EACH = "SELECT count(*), max(sha256(convert_to(e::text, 'UTF8'))) FROM audit_auditevent e"


def measure(environment: dict[str, str], lifeline: Lifeline) -> Table:
    """Seal once, then verify in turns with the yardstick."""
    _run(EVENTS)
    _run("VACUUM ANALYZE audit_auditevent")
    sealing.BLOCKS_A_RUN = ROWS
    sealed = _seconds(lambda: seal_audit(now=clock.now()))
    verified, hashed = [], []
    for _round in range(ROUNDS):
        verified.append(_seconds(_verify))
        hashed.append(_seconds(lambda: _run(HASH_EACH)))
    return Table(
        "audit",
        f"The record of who did and saw what: {ROWS:,} events in blocks of {sealing.BLOCK_ROWS:,}".replace(",", " "),
        [
            Row("verify_audit over all of it", "s", verified, hashed, at_most=8),
            Row("sealing all of it at once", "s", [sealed], hashed),
        ],
        [
            "Yardstick: PostgreSQL reads every row as text and hashes it, in one statement; no order, chain or seal.",
            f"Medians of {ROUNDS} rounds in turns. The aim for verifying is 60 s on any machine.",
        ],
    )


def _verify() -> None:
    report = verify(now=clock.now())
    assert (report.rows, report.faults) == (ROWS, []), report.faults[:3]


def _seconds(act: Callable[[], object]) -> float:
    began = time.monotonic()
    act()
    return time.monotonic() - began


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
