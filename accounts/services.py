"""Changes to who works where. Whatever they take away ends at once, open sockets included."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from accounts.models import Membership, Unit, User
from accounts.sessions import end_sessions
from audit.codes import AuditCode
from audit.services import record, staff_member
from core.realtime import recheck_rights


def save_membership(*, membership: Membership, by: User, now: dt.datetime) -> Membership:
    """Begin or change a role."""
    with transaction.atomic():
        membership.save()
        _changed(membership, by, now)
    return membership


def end_membership(*, membership: Membership, by: User, now: dt.datetime) -> None:
    """End a role; the row stays as history."""
    with transaction.atomic():
        membership.ended_at = now
        membership.save(update_fields=["ended_at"])
        _changed(membership, by, now)


def save_user(*, user: User, by: User, now: dt.datetime, changed: Sequence[str] = ()) -> User:
    """Make or change an account; a deactivated one hears nothing more. `changed`: names of fields, for the record."""
    with transaction.atomic():
        user.save()
        record(
            code=AuditCode.ACCOUNT_CHANGED,
            actor=staff_member(by.pk),
            object_type="user",
            object_id=user.pk,
            now=now,
            data={"is_active": user.is_active, "fields": sorted(changed)},
        )
        if not user.is_active:
            end_sessions(user=user, by=by, now=now)
        recheck_rights(user=user.pk)
    return user


def _changed(membership: Membership, by: User, now: dt.datetime) -> None:
    record(
        code=AuditCode.MEMBERSHIP_CHANGED,
        actor=staff_member(by.pk, membership.unit_id),
        object_type="user",
        object_id=membership.user_id,
        now=now,
        data={"role": membership.role, "ended": membership.ended_at is not None},
    )
    recheck_rights(user=membership.user_id)


def choose_language(*, user: User, language: str) -> None:
    """The language of one's own desk."""
    User.objects.filter(pk=user.pk).update(language=language)


def change_password(*, user: User, password: str, by: User, keep: str | None, now: dt.datetime) -> None:
    """A new password; it ends every sign-in of the user but the session `keep`."""
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        record_password_change(user=user, by=by, keep=keep, now=now)


def record_password_change(*, user: User, by: User, keep: str | None, now: dt.datetime) -> None:
    """What belongs to a password that was set: the record, and the end of every sign-in but the session `keep`."""
    with transaction.atomic():
        record(
            code=AuditCode.STAFF_PASSWORD_CHANGED,
            actor=staff_member(by.pk),
            object_type="user",
            object_id=user.pk,
            now=now,
        )
        end_sessions(user=user, by=by, keep=keep, now=now)


def save_unit(*, unit: Unit, by: User, changed: Sequence[str], now: dt.datetime) -> Unit:
    """Make or change a unit. `changed`: names of fields, for the record."""
    with transaction.atomic():
        act = "changed" if unit.pk else "added"
        unit.save()
        record(
            code=AuditCode.REFERENCE_DATA_CHANGED,
            actor=staff_member(by.pk),
            object_type="accounts.unit",
            object_id=unit.pk,
            now=now,
            data={"act": act, "fields": sorted(changed)},
        )
    return unit
