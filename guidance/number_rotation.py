"""A new seal key for the numbers of callbacks, as accounts/identification/rotation.py does for persons."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction

from audit.codes import AuditCode, AuditGround
from audit.services import SYSTEM, record
from core.sealing import resealed
from guidance.models import CallbackRequest


@dataclass(frozen=True)
class Batch:
    seen: int
    changed: int
    last: uuid.UUID | None  # the id to go on after


def numbers_behind() -> int:
    """How many numbers are not sealed by the newest key. Raises SealBroken."""
    sealed = CallbackRequest.objects.exclude(number_sealed="").values_list("number_sealed", flat=True)
    return sum(resealed(value) != value for value in sealed.iterator())


def rotate_numbers(*, after: uuid.UUID | None, size: int, now: dt.datetime) -> Batch:
    """Seal the next `size` numbers by the newest key, in one transaction, and tell the audit how many. Raises
    SealBroken."""
    found = CallbackRequest.objects.exclude(number_sealed="").order_by("pk")
    if after is not None:
        found = found.filter(pk__gt=after)
    with transaction.atomic():
        rows = list(found.select_for_update()[:size])
        changed = [row for row in rows if resealed(row.number_sealed) != row.number_sealed]
        for row in changed:
            row.number_sealed = resealed(row.number_sealed)
        CallbackRequest.objects.bulk_update(changed, ["number_sealed"])
        if changed:
            record(
                code=AuditCode.IDENTITY_KEYS_ROTATED,
                actor=SYSTEM,
                object_type="callback",
                object_id=changed[0].pk,
                now=now,
                ground=AuditGround.PLATFORM,
                data={"numbers": len(changed)},
            )
    return Batch(len(rows), len(changed), rows[-1].pk if rows else after)
