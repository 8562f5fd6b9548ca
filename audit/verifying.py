"""Is the record as it was sealed? Recomputes every block and names exactly what is wrong."""

import datetime as dt
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.db import connection

from audit.models import AuditBlock, AuditEvent, AuditHorizon
from audit.retention import expiry
from audit.sealing import (
    BEGINNING,
    ROW_TEXT,
    digest_sql,
    print_sql,
    prints_digest_sql,
    published,
    seal_is_right,
)

ROWS_AT_ONCE = 50_000
BLOCKS_AT_ONCE = 500
STANDSTILL = dt.timedelta(hours=1)
GUARDS = {
    "audit_append_only": "audit_auditevent",
    "audit_no_truncate": "audit_auditevent",
    "audit_block_append_only": "audit_auditblock",
    "audit_block_no_truncate": "audit_auditblock",
}

_ROW_TEXT = f"CASE b.form {' '.join(f'WHEN {form} THEN {text}' for form, text in ROW_TEXT.items())} END"

_DIGESTS = f"""
SELECT b.number, found.rows, found.digest, {prints_digest_sql("b.row_ids", "b.row_prints")}
FROM audit_auditblock b CROSS JOIN LATERAL (
    SELECT count(*) AS rows, {digest_sql("b.previous_digest", _ROW_TEXT, "e.id")} AS digest
    FROM audit_auditevent e WHERE e.id BETWEEN b.first_id AND b.last_id) found
WHERE b.number = ANY(%s)
"""

_WHICH_ROWS = """
SELECT coalesce(s.id, here.id),
    CASE WHEN here.id IS NULL THEN 'removed' WHEN s.id IS NULL THEN 'inserted' ELSE 'changed' END
FROM (
    SELECT unnest(b.row_ids) AS id, unnest(b.row_prints) AS print FROM audit_auditblock b WHERE b.number = %(number)s
) s
FULL JOIN (
    SELECT e.id, {print} AS print FROM audit_auditevent e WHERE e.id BETWEEN %(first)s AND %(last)s
) here ON here.id = s.id
WHERE s.id IS NULL OR here.id IS NULL OR s.print <> here.print
ORDER BY 1
"""


@dataclass
class Report:
    """`faults`: what is wrong, each a sentence. `newest` is the newest block as it is published."""

    blocks: int = 0
    rows: int = 0
    unsealed: int = 0
    newest: str = ""
    faults: list[str] = field(default_factory=list)


def verify(
    *, now: dt.datetime, last: str = "", progress: Callable[[int, int], None] = lambda done, all_: None
) -> Report:
    """Check the whole chain. `last` is a block as the log published it (NUMBER:SEAL): it must be there, unchanged, so
    that an end that was cut off is found too. `progress` is told rows done of all."""
    report = Report()
    known = max(_number(last), *AuditHorizon.objects.values_list("newest_block", flat=True), 0)  # sealing may go on
    before: AuditBlock | None = None
    total = _sealed_rows()
    for blocks in _portions():
        found = _recomputed(blocks)
        for block in blocks:
            _check_place(block, before, report)
            _check_block(block, *found[block.number], report)
            before = block
            report.blocks += 1
            report.rows += block.rows
            if last and published(block).partition(":")[0] == last.partition(":")[0]:
                _check_published(block, last, report)
        progress(report.rows, total)
    _check_ends(before, known, now, report)
    return report


def missing_guards() -> list[str]:
    """Triggers that should refuse changes and are not there, or are switched off."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgname = ANY(%s) AND tgenabled IN ('O', 'A')", [list(GUARDS)]
        )
        there = {row[0] for row in cursor.fetchall()}
    return [f"the trigger {name} on {table} is missing or off" for name, table in GUARDS.items() if name not in there]


def _sealed_rows() -> int:
    return sum(AuditBlock.objects.values_list("rows", flat=True))


def _portions() -> Iterator[list[AuditBlock]]:
    """The chain in pieces of a bounded number of blocks and rows."""
    blocks = AuditBlock.objects.defer("row_ids", "row_prints").order_by("number").iterator(BLOCKS_AT_ONCE)
    portion: list[AuditBlock] = []
    rows = 0
    for block in blocks:
        if portion and (rows + block.rows > ROWS_AT_ONCE or len(portion) == BLOCKS_AT_ONCE):
            yield portion
            portion, rows = [], 0
        portion.append(block)
        rows += block.rows
    if portion:
        yield portion


def _recomputed(blocks: list[AuditBlock]) -> dict[int, tuple[int, str, str]]:
    """By number: rows found, their digest, and the digest of the prints as they are."""
    with connection.cursor() as cursor:
        cursor.execute(_DIGESTS, [[block.number for block in blocks]])
        return {number: (rows, digest, prints) for number, rows, digest, prints in cursor.fetchall()}


def _check_place(block: AuditBlock, before: AuditBlock | None, report: Report) -> None:
    """Does the block follow the one before?"""
    number, last_id, digest = (before.number, before.last_id, before.digest) if before else (0, 0, BEGINNING)
    if block.number != number + 1:
        report.faults.append(
            f"{_blocks(number + 1, block.number - 1)} missing (rows {last_id + 1}–{block.first_id - 1})"
        )
    elif block.previous_digest != digest or block.first_id != last_id + 1:
        report.faults.append(f"block {block.number} does not follow block {number}: one of them was altered")


def _blocks(first: int, last: int) -> str:
    return f"block {first} is" if first == last else f"blocks {first}–{last} are"


def _check_block(block: AuditBlock, rows: int, digest: str, prints: str, report: Report) -> None:
    where = f"block {block.number} (rows {block.first_id}–{block.last_id})"
    altered = not seal_is_right(block)
    if altered:
        report.faults.append(f"{where}: the seal is wrong, so the block was altered or another key is in use")
    if block.removed_at is not None:
        if block.removed_at < expiry(block.newest_at):
            report.faults.append(f"{where}: the rows were removed before their time")
        if rows:
            report.faults.append(f"{where}: {rows} rows where all were removed: inserted")
        return
    if prints != block.prints_digest:
        report.faults.append(f"{where}: the block's list of rows was altered")
        altered = True
    if rows != block.rows or digest != block.digest:
        report.faults.extend(_wrong_rows(block, rows, where, altered))


def _wrong_rows(block: AuditBlock, rows: int, where: str, altered: bool) -> list[str]:
    """Row by row by the prints; where these are no help, what the numbers tell."""
    asked = {"number": block.number, "first": block.first_id, "last": block.last_id}
    with connection.cursor() as cursor:
        cursor.execute(_WHICH_ROWS.format(print=print_sql(ROW_TEXT[block.form])), asked)
        found = cursor.fetchall()
    if found and not altered:
        return [f"{where}: {_ranges(ids)} {how}" for how, ids in _by_kind(found)]
    return [f"{where}: the rows are not those that were sealed ({rows} found, {block.rows} sealed)"]


def _by_kind(found: list[tuple[int, str]]) -> Iterator[tuple[str, list[int]]]:
    for how in ("changed", "removed", "inserted"):
        ids = [row_id for row_id, kind in found if kind == how]
        if ids:
            yield how, ids


def _ranges(ids: list[int]) -> str:
    """row 7 / rows 7–9, 12"""
    parts = []
    for _key, group in itertools.groupby(enumerate(ids), lambda pair: pair[1] - pair[0]):
        run = [row_id for _index, row_id in group]
        parts.append(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}")
    return f"{'row' if len(ids) == 1 else 'rows'} {', '.join(parts)}"


def _check_published(block: AuditBlock, last: str, report: Report) -> None:
    if published(block) != last:
        report.faults.append(f"block {block.number} has another seal than the log published: the chain was made anew")


def _check_ends(newest: AuditBlock | None, known: int, now: dt.datetime, report: Report) -> None:
    """Before the first block there is nothing; after the last there is little, and not for long."""
    number = newest.number if newest else 0
    report.newest = published(newest) if newest else ""
    if outside := AuditEvent.objects.filter(pk__lt=1).count():
        report.faults.append(f"{outside} rows with a number below 1: inserted")
    if known > number:
        report.faults.append(f"{_blocks(number + 1, known)} missing at the end of the chain")
    sealed_to = AuditBlock.objects.order_by("-number").values_list("last_id", flat=True).first() or 0
    waiting = AuditEvent.objects.filter(pk__gt=sealed_to)
    report.unsealed = waiting.count()
    oldest = waiting.order_by("at").values_list("at", flat=True).first()
    if oldest and newest and now - max(oldest, newest.sealed_at) > STANDSTILL:
        report.faults.append(f"nothing has been sealed since {newest.sealed_at:%Y-%m-%d %H:%M} UTC")


def _number(last: str) -> int:
    number = last.partition(":")[0]
    return int(number) if number.isascii() and number.isdigit() else 0
