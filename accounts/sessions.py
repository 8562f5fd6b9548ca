"""Staff sessions: what the list of one's own sign-ins shows, and how they end. Whatever ends one, its sockets hear."""

import datetime as dt
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from accounts.models import StaffSession, User
from accounts.sign_in import record_sign_out
from audit.codes import AuditCode
from audit.services import record, staff_member
from core import clock
from core.realtime import recheck_rights

SEEN_EVERY = dt.timedelta(minutes=5)
# In this order: a tablet's browser may call itself a phone's or a computer's too.
DEVICE_WORDS = (
    ("ipad", StaffSession.Device.TABLET),
    ("tablet", StaffSession.Device.TABLET),
    ("mobi", StaffSession.Device.PHONE),
    ("iphone", StaffSession.Device.PHONE),
    ("android", StaffSession.Device.TABLET),
    ("windows", StaffSession.Device.COMPUTER),
    ("macintosh", StaffSession.Device.COMPUTER),
    ("linux", StaffSession.Device.COMPUTER),
    ("cros", StaffSession.Device.COMPUTER),
)


def device_of(user_agent: str) -> StaffSession.Device:
    """What kind of device a browser says it is on; the string itself is kept nowhere."""
    said = user_agent.lower()
    return next((device for word, device in DEVICE_WORDS if word in said), StaffSession.Device.OTHER)


def browser_of(request: HttpRequest) -> str:
    """What the browser says it is: for `device_of`, and for nothing else."""
    return request.headers.get("User-Agent", "")


def note_seen(*, user: User, session_key: str, user_agent: str, now: dt.datetime) -> None:
    """The session is in use: into the list of its owner's sign-ins, at most every five minutes."""
    seen = StaffSession.objects.filter(session_id=session_key).values_list("last_seen_at", flat=True).first()
    if seen is None:
        try:
            with transaction.atomic():
                StaffSession.objects.create(
                    session_id=session_key,
                    user=user,
                    device=device_of(user_agent),
                    started_at=now,
                    last_seen_at=now,
                )
        except IntegrityError:  # ended at this very moment, or noted by another request
            return
    elif now - seen >= SEEN_EVERY:
        StaffSession.objects.filter(session_id=session_key).update(last_seen_at=now)


def sign_ins_of(user: User, now: dt.datetime) -> list[StaffSession]:
    """The user's living sign-ins, the latest used first."""
    return list(user.sign_ins.filter(session__expire_date__gt=now).order_by("-last_seen_at"))


def end_sessions(*, user: User, by: User, now: dt.datetime, keep: str | None = None, only: int | None = None) -> int:
    """Sign the user out: everywhere, everywhere but in the session `keep`, or in the one sign-in `only`.

    Returns how many ended. Pages, the API and open sockets of those sessions are closed at once.
    """
    with transaction.atomic():
        ending = StaffSession.objects.filter(user=user).exclude(session_id=keep)
        if only is not None:
            ending = ending.filter(pk=only)
        keys = list(ending.values_list("session_id", flat=True))
        Session.objects.filter(session_key__in=keys).delete()
        if keys:
            record(
                code=AuditCode.STAFF_SESSIONS_ENDED,
                actor=staff_member(by.pk),
                object_type="user",
                object_id=user.pk,
                now=now,
                data={"count": len(keys)},
            )
    return len(keys)


def session_ended(sender: type[Session], instance: Session, **kwargs: Any) -> None:
    """Receiver of Django's post_delete on sessions: sign-out, expiry, or an administrator's removal."""
    user_id = instance.get_decoded().get(SESSION_KEY)
    if user_id is not None:
        recheck_rights(user=int(user_id))


def signed_out(sender: Any, user: Any, **kwargs: Any) -> None:
    """Receiver of Django's word on a sign-out by the user's own hand."""
    if isinstance(user, User):
        record_sign_out(user=user, now=clock.now())
