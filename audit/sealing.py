"""Sealing the record block by block into a hash chain, so that no write ever waits for another.

Ids are drawn before the commit: a lower one may become visible after a higher one. So a run looks at the newest id
and only then at who is writing (the transactions that hold the lock which every INSERT takes). As soon as those have
ended, every id up to that one is committed or gone for good, and may be sealed. Transactions that do something else,
however long, are not waited for. docs/adr/0010-sealing-the-audit.md tells why this is enough.
"""

import datetime as dt
import hashlib
import hmac
import json
import logging
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from audit.models import AuditBlock, AuditHorizon

seals = logging.getLogger("perhekeskus.audit.seal")

BLOCK_ROWS = 10_000
BLOCKS_A_RUN = 100
FORM = 1
BEGINNING = "0" * 64  # what stands for the digest before the first block
_LOCK = 0x61756474  # any number of our own: blocks are made one after the other

# A row as it is hashed, by form. A column added later makes a new form; blocks keep the one that they were sealed in.
ROW_TEXT = {
    1: "jsonb_build_array(e.id, (extract(epoch FROM e.at) * 1000000)::bigint, e.code, e.actor_kind, e.actor_id,"
    " e.unit_id, e.role, e.ground, e.object_type, e.object_id, e.relationship_id, e.data)::text"
}


def digest_sql(previous: str, text: str, order: str) -> str:
    """An aggregate: the digest of the block before, and the rows' texts in the order of their ids."""
    joined = f"coalesce(string_agg(E'\\n' || {text}, '' ORDER BY {order}), '')"
    return f"encode(sha256(convert_to({previous} || {joined}, 'UTF8')), 'hex')"


def print_sql(text: str) -> str:
    """64 bits of a row's hash."""
    return f"('x' || left(encode(sha256(convert_to({text}, 'UTF8')), 'hex'), 16))::bit(64)::bigint"


def prints_digest_sql(ids: str, prints: str) -> str:
    return f"encode(sha256(convert_to({ids}::text || {prints}::text, 'UTF8')), 'hex')"


_WRITERS = """
SELECT DISTINCT virtualtransaction FROM pg_locks
WHERE locktype = 'relation' AND relation = 'audit_auditevent'::regclass AND mode = 'RowExclusiveLock' AND granted
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND pid IS DISTINCT FROM pg_backend_pid()
"""

_NEXT_BLOCK = f"""
WITH ripe AS MATERIALIZED (
    SELECT e.id, e.at, {ROW_TEXT[FORM]} AS text FROM audit_auditevent e
    WHERE e.id >= %(first)s AND e.id <= %(settled)s ORDER BY e.id LIMIT %(limit)s
), sums AS (
    SELECT count(*) AS rows, max(id) AS last_id, max(at) AS newest_at,
        {digest_sql("%(previous)s", "text", "id")} AS digest,
        array_agg(id ORDER BY id) AS ids, array_agg({print_sql("text")} ORDER BY id) AS prints
    FROM ripe
)
SELECT rows, last_id, newest_at, digest, ids, prints, {prints_digest_sql("ids", "prints")} FROM sums
"""


def seal_audit(*, now: dt.datetime) -> int:
    """Seal everything that is settled. Returns the number of new blocks."""
    settled = settled_up_to()
    made = 0
    while made < BLOCKS_A_RUN and seal_next(settled, now) is not None:
        made += 1
    return made


def settled_up_to() -> int:
    """The highest id below which nothing can appear any more; notes a new horizon to be reached later."""
    with transaction.atomic(), connection.cursor() as cursor:
        AuditHorizon.objects.get_or_create(pk=1)
        horizon = AuditHorizon.objects.select_for_update().get(pk=1)
        cursor.execute("SELECT coalesce(max(id), 0) FROM audit_auditevent")
        newest = cursor.fetchone()[0]
        cursor.execute(_WRITERS)  # after the newest id: whoever drew a lower one and is not done stands here
        writing = {row[0] for row in cursor.fetchall()}
        if not writing:
            return newest
        # A prepared transaction has lost the name by which it was noted; while there is one, nothing is settled.
        prepared = any(name.startswith("-1/") for name in writing)
        if prepared or writing & set(horizon.writers):
            return 0
        settled = horizon.up_to
        horizon.up_to, horizon.writers = newest, sorted(writing)
        horizon.save(update_fields=["up_to", "writers"])
        return settled


@transaction.atomic
def seal_next(settled: int, now: dt.datetime) -> AuditBlock | None:
    """The next block of ids up to `settled`; None when there is nothing to seal."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        last = AuditBlock.objects.order_by("-number").first()
        first = last.last_id + 1 if last else 1
        previous = last.digest if last else BEGINNING
        cursor.execute(_NEXT_BLOCK, {"first": first, "settled": settled, "limit": BLOCK_ROWS, "previous": previous})
        rows, last_id, newest_at, digest, ids, prints, prints_digest = cursor.fetchone()
    if not rows:
        return None
    block = AuditBlock(
        number=last.number + 1 if last else 1,
        form=FORM,
        first_id=first,
        last_id=last_id,
        rows=rows,
        newest_at=newest_at,
        previous_digest=previous,
        digest=digest,
        prints_digest=prints_digest,
        sealed_at=now,
        row_ids=ids,
        row_prints=prints,
    )
    block.seal = seal_of(block, settings.AUDIT_SEAL_KEYS[0])
    block.save(force_insert=True)
    AuditHorizon.objects.filter(pk=1).update(newest_block=block.number)
    transaction.on_commit(lambda: seals.info("audit sealed %s", published(block)))
    return block


def published(block: AuditBlock) -> str:
    """The block as the process log names it; `verify_audit --last` takes it."""
    return f"{block.number}:{block.seal}"


def seal_of(block: AuditBlock, key: str) -> str:
    """What only the holder of the key can make of a block's figures."""
    figures: list[Any] = [
        block.number, block.form, block.first_id, block.last_id, block.rows, _microseconds(block.newest_at),
        block.previous_digest, block.digest, block.prints_digest, _microseconds(block.sealed_at),
    ]  # fmt: skip
    return hmac.new(key.encode(), json.dumps(figures).encode(), hashlib.sha256).hexdigest()


def seal_is_right(block: AuditBlock) -> bool:
    """By the key in use or by one of those before it."""
    return any(hmac.compare_digest(seal_of(block, key), block.seal) for key in settings.AUDIT_SEAL_KEYS)


def _microseconds(moment: dt.datetime) -> int:
    return (moment - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1)
