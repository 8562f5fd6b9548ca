"""The record of signing in: who did, who was refused, who confirmed themselves. Never what was typed."""

import datetime as dt

from django.db import transaction

from accounts.models import User
from audit.codes import AuditCode
from audit.services import SYSTEM, AuditActor, record, staff_member


def _record(code: AuditCode, actor: AuditActor, user_id: int | None, now: dt.datetime, **data: str | bool) -> None:
    with transaction.atomic():
        record(code=code, actor=actor, object_type="user", object_id=user_id or "", now=now, data=data)


def record_sign_in(*, user: User, second_step: bool, now: dt.datetime) -> None:
    _record(AuditCode.STAFF_SIGNED_IN, staff_member(user.pk), user.pk, now, second_step=second_step)


def record_sign_out(*, user: User, now: dt.datetime) -> None:
    _record(AuditCode.STAFF_SIGNED_OUT, staff_member(user.pk), user.pk, now)


def record_refused(*, user: User | None, at: str, now: dt.datetime) -> None:
    """`at`: password or code, in signing in or in confirming. `user` is None for an unknown account."""
    _record(AuditCode.STAFF_SIGN_IN_FAILED, SYSTEM, user.pk if user else None, now, at=at)


def record_confirmed(*, user: User, by: str, now: dt.datetime) -> None:
    """`by`: password or code."""
    _record(AuditCode.STAFF_REAUTHENTICATED, staff_member(user.pk), user.pk, now, by=by)
