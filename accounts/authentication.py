"""Who calls the API: staff by their session, a visitor by their cookie, or nobody yet."""

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, CSRFCheck
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request


class SessionOrVisitorAuthentication(BaseAuthentication):
    """The browser's own cookies, with a CSRF check whenever one of them would speak for somebody.

    A request without a session and without a visitor's cookie acts for nobody, so there is nothing to forge.
    """

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        user = getattr(request._request, "user", None)
        signed_in = user is not None and user.is_active and user.is_authenticated
        if signed_in or settings.VISITOR_COOKIE_NAME in request.COOKIES:
            self._enforce_csrf(request)
        return (user, None) if signed_in else None

    def authenticate_header(self, request: Request) -> str:
        return "Session"

    def _enforce_csrf(self, request: Request) -> None:
        check = CSRFCheck(lambda _request: None)  # type: ignore[arg-type]
        check.process_request(request._request)
        reason = check.process_view(request._request, None, (), {})  # type: ignore[arg-type]
        if reason:
            raise PermissionDenied(f"CSRF: {reason}")


class BrowserCookies(OpenApiAuthenticationExtension):
    """How the schema names the two: staff's session and a visitor's secret, each in a cookie."""

    target_class = "accounts.authentication.SessionOrVisitorAuthentication"
    name = ["session", "visitor"]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, str]]:
        names = (settings.SESSION_COOKIE_NAME, settings.VISITOR_COOKIE_NAME)
        return [{"type": "apiKey", "in": "cookie", "name": name} for name in names]
