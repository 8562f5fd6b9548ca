"""The frames of a thread's socket: parsing what comes in, refusing what cannot be, words for the refusal."""

import json
import re
import uuid
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson
from django.utils.translation import gettext as _

from core.realtime import to_json
from core.text import BodyRefused, clean_body
from core.throttling import messages_per_contact, messages_per_writer

FRAME_LIMIT = 64 * 1024
TYPING_EVERY_S = 2.0
UUID_TEXT = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
# What a send into a socket raises when the browser has just gone: the server's own words for "no longer there".
SEND_FAILURES = (OSError, RuntimeError)
encode = to_json


class Send(NamedTuple):
    nonce: uuid.UUID
    body: str


@dataclass(frozen=True)
class Seen:
    seq: int


@dataclass(frozen=True)
class Typing:
    pass


@dataclass(frozen=True)
class Ping:
    pass


Frame = Send | Seen | Typing | Ping


class FrameRefused(Exception):
    """Becomes an error frame; the socket lives on."""

    def __init__(self, code: str, nonce: str | None = None, detail: str | None = None, **extra: Any) -> None:
        super().__init__(code)
        self.frame = error(code, nonce, detail, **extra)


def error(code: str, nonce: str | None = None, detail: str | None = None, **extra: Any) -> dict[str, Any]:
    frame = {"v": 1, "type": "error", "code": code, "detail": detail or _words(code), **extra}
    return frame | {"nonce": nonce} if nonce is not None else frame


def delivery(contact: str, *, slow: bool) -> dict[str, Any]:
    """Whether new messages come at once, or are fetched every second because the push layer is away."""
    return {"v": 1, "type": "state", "contact": contact, "delivery": "slow" if slow else "live"}


def parse(text: str | None) -> Frame:
    """The frame in a text message. Raises FrameRefused: not text, too long, not JSON, unknown type or version."""
    if text is None:
        raise FrameRefused("invalid", detail=_("Vain tekstikehykset kelpaavat."))
    # A character is at most four bytes: only long texts have to be counted.
    if len(text) * 4 > FRAME_LIMIT and len(text.encode("utf-8", "surrogatepass")) > FRAME_LIMIT:
        raise FrameRefused("too_long", detail=_("Kehys on yli 64 kilotavua."))
    try:
        data = _loads(text)
    except (ValueError, RecursionError):
        raise FrameRefused("invalid", detail=_("Kehys ei ole JSON-muotoa.")) from None
    if not isinstance(data, dict):
        raise FrameRefused("invalid", detail=_("Kehyksen pitää olla olio."))
    if data.get("v", 1) != 1 or isinstance(data.get("v"), bool):
        raise FrameRefused("invalid", _nonce_text(data), _("Kehyksen versio on tuntematon."))
    return _typed(data)


def _loads(text: str) -> Any:
    """The standard library is asked only about what orjson refuses: it tells a lone surrogate from broken JSON."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text)


def _typed(data: dict[str, Any]) -> Frame:
    kind = data.get("type")
    if kind == "send":
        return _send(data)
    if kind == "seen":
        seq = data.get("seq")
        if not isinstance(seq, int) or isinstance(seq, bool) or not 0 <= seq < 2**31:
            raise FrameRefused("invalid", detail=_("Kehyksen kentässä seq pitää olla viestin numero."))
        return Seen(seq)
    if kind == "typing":
        return Typing()
    if kind == "ping":
        return Ping()
    raise FrameRefused("invalid", _nonce_text(data), _("Kehyksen laji on tuntematon."))


def _send(data: dict[str, Any]) -> Send:
    nonce = data.get("nonce")
    if not isinstance(nonce, str) or not UUID_TEXT.fullmatch(nonce):
        raise FrameRefused("invalid", _nonce_text(data), _("Kentässä nonce pitää olla UUID."))
    try:
        return Send(uuid.UUID(nonce), clean_body(data.get("body")))
    except BodyRefused as refusal:
        raise FrameRefused(refusal.code, nonce, refusal.detail) from None


def _nonce_text(data: dict[str, Any]) -> str | None:
    """The nonce as it came, when it is something that can be said back."""
    nonce = data.get("nonce")
    if not isinstance(nonce, str) or len(nonce) > 64:
        return None
    return nonce.encode("utf-8", "replace").decode("utf-8")


def check_rate(writer: str, contact: str, nonce: uuid.UUID) -> None:
    """Raises FrameRefused with the seconds to wait (`retry_after`) when somebody floods."""
    wait = max(messages_per_writer.wait_for(writer), messages_per_contact.wait_for(contact))
    if wait > 0:
        seconds = max(1, round(wait + 0.5))
        detail = _("Viestejä tulee liian nopeasti. Odota %(n)s s; teksti säilyy.") % {"n": seconds}
        raise FrameRefused("rate_limited", str(nonce), detail, retry_after=seconds)


def take_first() -> str:
    return _("Keskustelu ei ole sinulla. Ota se ensin.")


def _words(code: str) -> str:
    return {
        "invalid": _("Tätä ei voi lähettää."),
        "too_long": _("Viesti on liian pitkä."),
        "closed": _("Keskustelu on päättynyt."),
        "rate_limited": _("Viestejä tulee liian nopeasti."),
        "unavailable": _("Ei lähtenyt. Yritä hetken päästä uudelleen."),
    }[code]
