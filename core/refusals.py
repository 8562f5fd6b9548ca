"""DRF's exception handler: every refusal in the one shape of core/problems.py."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from core.problems import Problem, problem_body

_CODES = {
    400: "invalid", 401: "not_authenticated", 403: "forbidden", 404: "not_found", 405: "method_not_allowed",
    406: "not_acceptable", 413: "too_long", 415: "unsupported_media_type", 429: "rate_limited",
}  # fmt: skip


def problem_response(exc: Exception, context: dict[str, Any]) -> Response | None:
    """A refusal becomes a problem; anything else is a fault and stays one (None)."""
    headers: dict[str, str] = {}
    extra: dict[str, Any] = {}
    if isinstance(exc, Problem):
        http_status, code, detail, extra = exc.status_code, exc.code, str(exc.detail), exc.extra
    elif isinstance(exc, RequestDataTooBig):
        http_status, code, detail = 413, "too_long", _("Pyyntö on liian suuri. Enintään 64 kilotavua kelpaa.")
    elif isinstance(exc, MultiPartParserError):
        http_status, code, detail = 400, "invalid", _("Pyynnön pitää olla JSON-olio.")
    elif isinstance(exc, Http404):
        http_status, code, detail = 404, "not_found", _("Tätä ei löydy.")
    elif isinstance(exc, OperationalError | InterfaceError):
        http_status, code, detail = 503, "unavailable", _("Ei lähtenyt. Yritä hetken päästä uudelleen.")
        extra = {"retry_after": 5}
    elif isinstance(exc, exceptions.ValidationError):
        http_status, code, detail, extra = 400, "invalid", _("Tarkista tiedot."), {"errors": exc.detail}
    elif isinstance(exc, exceptions.APIException):
        http_status = exc.status_code
        code, detail = _CODES.get(http_status, "error"), str(exc.detail)
    else:
        return None
    if http_status in (429, 503) and extra.get("retry_after"):
        headers["Retry-After"] = str(int(extra["retry_after"]) or 1)
    set_rollback()
    return Response(
        problem_body(http_status, code, detail, **extra),
        status=http_status,
        headers=headers,
        content_type="application/problem+json",
    )
