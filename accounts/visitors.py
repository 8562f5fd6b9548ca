"""Anonymous visitors: a secret in a cookie, a return code on paper, and only keyed hashes of both at rest."""

import base64
import datetime as dt
import hashlib
import hmac
import secrets

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from accounts.models import Visitor, VisitorKey
from audit.codes import AuditCode
from audit.models import AuditEvent
from audit.services import AuditActor, record
from core import clock

CODE_DIGITS = 16
# A device speaks for an identified person so long after it was last used; docs/adr/0008 says why.
IDENTIFIED_SESSION = dt.timedelta(minutes=60)
_SLIDE_AFTER = dt.timedelta(minutes=1)


class UnknownReturnCode(Exception):
    """No thread answers to this code."""


def client_actor(visitor_id: int) -> AuditActor:
    return AuditActor(AuditEvent.Actor.CLIENT, visitor_id)


def person_actor(person_id: int) -> AuditActor:
    return AuditActor(AuditEvent.Actor.PERSON, person_id)


def keyed_hash(value: str) -> str:
    return hmac.new(settings.VISITOR_HASH_KEY.encode(), value.encode(), hashlib.sha256).hexdigest()


def new_return_code() -> str:
    """16 random digits: 10^16 codes, so that guessing one of a million takes longer than anybody has."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def spaced(code: str) -> str:
    """4821 7730 1965 0248, as it is shown."""
    return " ".join(code[i : i + 4] for i in range(0, CODE_DIGITS, 4))


def new_secret() -> str:
    """What a browser keeps in its cookie: 256 random bits."""
    return secrets.token_urlsafe(32)


def derived_secret(*parts: str) -> str:
    """A device's secret that nobody makes without the platform's key, and that the platform can make once more."""
    text = "\n".join(("device", *parts))
    digest = hmac.new(settings.VISITOR_HASH_KEY.encode(), text.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def create_visitor(*, now: dt.datetime, secret: str) -> tuple[VisitorKey, str, str]:
    """A new visitor with one device, opened by `secret`. Returns (key, the secret, return code); neither of the two
    can be read again."""
    code = new_return_code()
    visitor = Visitor.objects.create(return_code_hash=keyed_hash(code), created_at=now)
    return _add_device(visitor, secret, now), secret, code


def create_nameless_visitor(*, now: dt.datetime) -> Visitor:
    """Somebody who called or came by: no device and no return code, so that nobody comes back as them."""
    return Visitor.objects.create(return_code_hash=keyed_hash(new_secret()), created_at=now)


def _add_device(visitor: Visitor, secret: str, now: dt.datetime) -> VisitorKey:
    return VisitorKey.objects.create(visitor=visitor, secret_hash=keyed_hash(secret), created_at=now)


def find_key(secret: str) -> VisitorKey | None:
    """The living key that this secret opens; None for an unknown or forgotten one."""
    if not secret or len(secret) > 100:
        return None
    found = VisitorKey.objects.select_related("visitor").filter(
        secret_hash=keyed_hash(secret), forgotten_at__isnull=True
    )
    return found.first()


def visitor_key_of(request: HttpRequest) -> VisitorKey | None:
    """The visitor's key behind this request, looked up once per request. Using it prolongs an identification."""
    if not hasattr(request, "_visitor_key"):
        key = find_key(request.COOKIES.get(settings.VISITOR_COOKIE_NAME, ""))
        if key is not None and _is_use(request):
            now = clock.now()
            note_day_of_use(key=key, now=now)
            keep_identified(key=key, now=now)
        request._visitor_key = key  # type: ignore[attr-defined]
    return request._visitor_key  # type: ignore[attr-defined]


def note_day_of_use(*, key: VisitorKey, now: dt.datetime) -> None:
    """The day, not the moment: enough to know when a key has gone unused for so long that it can go."""
    if key.seen_on != now.date():
        key.seen_on = now.date()
        VisitorKey.objects.filter(pk=key.pk).update(seen_on=key.seen_on)


def _is_use(request: HttpRequest) -> bool:
    """A page opened or something sent; not what an open page asks by itself."""
    return request.method != "GET" or request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"


def keep_identified(*, key: VisitorKey, now: dt.datetime) -> None:
    """The device was used: an identification that has not ended goes on for another `IDENTIFIED_SESSION`."""
    if key.person_until is None or not now < key.person_until < now + IDENTIFIED_SESSION - _SLIDE_AFTER:
        return
    until = now + IDENTIFIED_SESSION
    living = VisitorKey.objects.filter(pk=key.pk, person=key.person_id, person_until__gt=now)
    if living.update(person_until=until):
        key.person_until = until


def set_visitor_cookie(response: HttpResponse, secret: str) -> None:
    response.set_cookie(
        settings.VISITOR_COOKIE_NAME,
        secret,
        max_age=settings.VISITOR_COOKIE_AGE,
        httponly=True,
        samesite="Lax",
        secure=settings.HTTPS,
    )


def clear_visitor_cookie(response: HttpResponse) -> None:
    response.delete_cookie(settings.VISITOR_COOKIE_NAME, samesite="Lax")


def redeem_return_code(*, code: str, now: dt.datetime) -> tuple[Visitor, str]:
    """Come back on this device. Returns (visitor, secret for the cookie). Raises UnknownReturnCode."""
    digits = "".join(char for char in code if char.isascii() and char.isdigit())
    if len(digits) != CODE_DIGITS:
        raise UnknownReturnCode
    with transaction.atomic():
        visitor = Visitor.objects.filter(return_code_hash=keyed_hash(digits)).first()
        if visitor is None:
            raise UnknownReturnCode
        secret = new_secret()
        _add_device(visitor, secret, now)
        record(
            code=AuditCode.VISITOR_RETURNED,
            actor=client_actor(visitor.pk),
            object_type="visitor",
            object_id=visitor.pk,
            now=now,
        )
    return visitor, secret


def renew_code(*, visitor: Visitor, now: dt.datetime) -> str:
    """A new return code in place of the old one, which opens nothing from now on."""
    code = new_return_code()
    with transaction.atomic():
        Visitor.objects.filter(pk=visitor.pk).update(return_code_hash=keyed_hash(code))
        record(
            code=AuditCode.RETURN_CODE_RENEWED,
            actor=client_actor(visitor.pk),
            object_type="visitor",
            object_id=visitor.pk,
            now=now,
        )
    return code


def forget_key(*, key: VisitorKey, now: dt.datetime) -> None:
    """The cookie on this device opens nothing any more; other devices and the return code do."""
    with transaction.atomic():
        VisitorKey.objects.filter(pk=key.pk).update(forgotten_at=now)
        record(
            code=AuditCode.DEVICE_FORGOTTEN,
            actor=client_actor(key.visitor_id),
            object_type="visitor",
            object_id=key.visitor_id,
            now=now,
        )
