"""Refusals over HTTP as RFC 9457 problem details with a stable `code`."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from rest_framework.exceptions import APIException


class Problem(APIException):
    """A refusal with its HTTP status, stable code, and a detail for people; `extra` joins the JSON."""

    def __init__(self, http_status: int, code: str, detail: str, **extra: Any) -> None:
        super().__init__(detail, code)
        self.status_code = http_status
        self.code = code
        self.extra = extra


def problem_body(http_status: int, code: str, detail: str, **extra: Any) -> dict[str, Any]:
    return {"type": "about:blank", "title": code, "status": http_status, "code": code, "detail": detail, **extra}


def problem_json(http_status: int, code: str, detail: str) -> JsonResponse:
    return JsonResponse(
        problem_body(http_status, code, detail), status=http_status, content_type="application/problem+json"
    )


def is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")
