"""The second step of signing in: a code from an app on one's own phone, or a recovery code from paper.

Where STAFF_MFA_REQUIRED holds, whoever has not set it up is nobody outside the pages where it is set up.
"""

import base64
import datetime as dt
import hashlib
from typing import Any

from allauth.mfa.models import Authenticator
from channels.db import database_sync_to_async
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from accounts.models import User
from accounts.selectors import StaffUser
from accounts.sessions import end_sessions
from audit.codes import AuditCode
from audit.services import record, staff_member


def has_second_step(user: StaffUser) -> bool:
    return Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).exists()


def lacks_second_step(user: StaffUser) -> bool:
    """Whether the second step has to be set up before anything else."""
    return settings.STAFF_MFA_REQUIRED and not has_second_step(user)


def record_second_step(*, user: User, by: User, change: str, now: dt.datetime) -> None:
    """`change`: activated, removed, codes_renewed, or reset by an administrator."""
    record(
        code=AuditCode.STAFF_SECOND_STEP_CHANGED,
        actor=staff_member(by.pk),
        object_type="user",
        object_id=user.pk,
        now=now,
        data={"change": change},
    )


def reset_second_step(*, user: User, by: User, now: dt.datetime) -> bool:
    """For a lost phone: the next sign-in is by password and leads to setting the second step up. False without one."""
    with transaction.atomic():
        gone, _rows = Authenticator.objects.filter(user=user).delete()
        if gone:
            record_second_step(user=user, by=by, change="reset", now=now)
            end_sessions(user=user, by=by, now=now)
    return gone > 0


def seals() -> MultiFernet:
    """What seals the secrets at rest. The first key seals, every key opens: rotation is a new key in front."""
    digests = (hashlib.sha256(f"second-step:{key}".encode()).digest() for key in settings.STAFF_MFA_KEYS)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


class SecondStepSockets:
    """ASGI: for a socket, too, whoever lacks a required second step is nobody."""

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        user = scope["user"]
        asked = user.is_authenticated and settings.STAFF_MFA_REQUIRED
        if asked and await database_sync_to_async(lacks_second_step)(user):
            scope = {**scope, "user": AnonymousUser()}
        await self.application(scope, receive, send)
