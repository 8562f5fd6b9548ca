"""What the API's views share: who asks, in which language, and refusals as problem details."""

import uuid
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from accounts.models import Unit, User
from accounts.selectors import signed_in, unit_named
from accounts.visitors import visitor_key_of
from chat.participants import NobodyHere, Participant, participant_of
from chat.presence import give_sign_of_life
from core import clock
from core.api import LocalizedAPIView
from core.problems import Problem
from core.text import BodyRefused
from guidance.models import Contact
from guidance.services import ContactRefused, record_look


class DomainAPIView(LocalizedAPIView):
    """Refusals of the domain become problems."""

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, ContactRefused):
            exc = Problem(exc.http_status, exc.code, exc.detail)
        elif isinstance(exc, BodyRefused):
            exc = Problem(400, exc.code, exc.detail)
        return super().handle_exception(exc)


def values(serializer: type[Serializer], request: Request) -> dict[str, Any]:
    """The request's values by the serializer; a wrong one is a 400 that names its field."""
    checked = serializer(data=request.data)
    checked.is_valid(raise_exception=True)
    result: dict[str, Any] = checked.validated_data
    return result


def participant(request: Request, contact_id: uuid.UUID) -> tuple[Participant, Contact]:
    """Who asks of this contact. Raises Http404 for one that is not theirs, and when nobody asks."""
    try:
        who, contact = participant_of(
            contact_id,
            user=request.user,
            session_key=request._request.session.session_key,
            key=visitor_key_of(request._request),
            wanted=request.query_params.get("as"),
        )
    except NobodyHere:
        raise Http404 from None
    if who.kind == "worker":
        record_look(contact=contact, worker=signed_in(request), now=clock.now())
        give_sign_of_life(user=signed_in(request), now=clock.now())
    return who, contact


def throttled(wait: float, detail: str | None = None) -> None:
    """Raises 429 with the time to wait, when there is one."""
    if wait > 0:
        seconds = max(1, round(wait + 0.5))
        words = detail or _("Liian monta pyyntöä. Odota %(n)s s.") % {"n": seconds}
        raise Problem(429, "rate_limited", words, retry_after=seconds)


def named_unit(asked: dict[str, Any]) -> Unit | None:
    wanted = asked.get("unit")
    if not wanted:
        return None
    unit = unit_named(wanted)
    if unit is None:
        raise Problem(400, "invalid", _("Yksikköä ei ole."), field="unit")
    return unit


def named_worker(asked: dict[str, Any]) -> User | None:
    """The colleague by number or e-mail."""
    wanted = asked.get("worker")
    if not wanted:
        return None
    by = (
        {"pk": int(wanted)} if wanted.isascii() and wanted.isdigit() and len(wanted) < 10 else {"email": wanted.lower()}
    )
    worker = User.objects.filter(is_active=True, **by).first()
    if worker is None:
        raise Problem(400, "invalid", _("Työntekijää ei ole."), field="worker")
    return worker
