"""Events that have passed their time: removed by whole blocks, whose seals stay as the evidence."""

import datetime as dt

from django.db import connection, transaction

from audit.codes import AuditCode, AuditGround
from audit.models import AuditBlock, AuditEvent
from audit.services import SYSTEM, record

# The trigger has the same limit, by the database's clock.
KEPT_YEARS = 12


def expiry(newest_at: dt.datetime) -> dt.datetime:
    """From when on a block whose newest event is of this moment may be removed."""
    try:
        return newest_at.replace(year=newest_at.year + KEPT_YEARS)
    except ValueError:  # 29 February
        return newest_at.replace(year=newest_at.year + KEPT_YEARS, month=3, day=1)


def expired_blocks(now: dt.datetime) -> list[AuditBlock]:
    """The sealed blocks all of whose events have passed their time, oldest first."""
    before = now - dt.timedelta(days=365 * KEPT_YEARS)
    blocks = AuditBlock.objects.filter(removed_at__isnull=True, newest_at__lt=before).defer("row_ids", "row_prints")
    return [block for block in blocks.order_by("number") if expiry(block.newest_at) < now]


def remove_expired(*, now: dt.datetime) -> int:
    """Remove the events of expired blocks, each block with an event of its own that tells of it. Returns how many
    events went. Run as the owner of the tables: nobody else can let themselves delete."""
    removed = 0
    for block in expired_blocks(now):
        with transaction.atomic(), connection.cursor() as cursor:
            for table in ("audit_auditevent", "audit_auditblock"):
                cursor.execute(f"GRANT UPDATE, DELETE ON {table} TO CURRENT_USER")
            gone, _by_model = AuditEvent.objects.filter(pk__range=(block.first_id, block.last_id)).delete()
            AuditBlock.objects.filter(pk=block.pk).update(removed_at=now, row_ids=[], row_prints=[])
            record(
                code=AuditCode.DATA_PURGED,
                actor=SYSTEM,
                ground=AuditGround.PLATFORM,
                object_type="audit_block",
                object_id=block.number,
                now=now,
                data={"rows": gone},
            )
            for table in ("audit_auditevent", "audit_auditblock"):
                cursor.execute(f"REVOKE UPDATE, DELETE ON {table} FROM CURRENT_USER")
        removed += gone
    return removed
