"""A supervisor's going through unusual looks."""

import datetime as dt

from django.db import transaction

from accounts.models import User
from audit.codes import AuditCode, AuditGround
from audit.services import record, staff_member
from guidance.models import LookReview
from guidance.services.errors import OwnLooks
from guidance.unusual_looks import UnusualLooks


def review_looks(*, row: UnusualLooks, by: User, now: dt.datetime) -> LookReview:
    """Mark these looks as gone through; what the worker looks at later is a new row. Raises OwnLooks."""
    if row.worker.pk == by.pk:
        raise OwnLooks
    with transaction.atomic():
        review = LookReview.objects.create(
            kind=row.kind, worker=row.worker, subject=row.subject, up_to=row.up_to, reviewed_by=by, reviewed_at=now
        )
        record(
            code=AuditCode.LOOKS_REVIEWED,
            actor=staff_member(by.pk, row.unit_id, "supervisor"),
            object_type="user",
            object_id=row.worker.pk,
            ground=AuditGround.SUPERVISION,
            now=now,
            data={"kind": row.kind.value, "up_to": row.up_to},
        )
    return review
