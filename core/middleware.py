"""Around every page: headers that keep a visit private, and an honest answer when the database is away."""

from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template

PERMISSIONS_POLICY = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()"


class PrivacyHeadersMiddleware:
    """Nothing of a page stays in a cache, and no other site is told where the reader came from.

    A view that sets its own Cache-Control (the doors, the topics) keeps it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class UnavailableMiddleware:
    """PostgreSQL does not answer: nothing pretends. The page says so, keeps the emergency numbers in sight, and asks to
    try again; the API answers with a problem by core/refusals.py."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, (OperationalError, InterfaceError)):
            return None
        typed = [(name, value) for name, value in request.POST.items() if "password" not in name]
        response = HttpResponse(get_template("503.html").render({"typed": typed, "path": request.path}), status=503)
        response.headers["Retry-After"] = "5"
        return response
