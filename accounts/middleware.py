"""Around staff's requests: the worker's own language, which sign-ins are in use, and the second step."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from accounts.second_step import lacks_second_step
from accounts.sessions import browser_of, note_seen
from core import clock

STAFF_PREFIXES = ("/desk/", "/metrics/", "/admin/", "/accounts/")


class StaffLanguageMiddleware:
    """Staff pages speak the worker's own language, and before signing in the browser's; family pages follow the
    address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(STAFF_PREFIXES):
            return self.get_response(request)
        user = request.user
        if isinstance(user, User):
            return self._answer(request, user.language)
        response = self._answer(request, translation.get_language_from_request(request))
        patch_vary_headers(response, ["Accept-Language"])
        return response

    def _answer(self, request: HttpRequest, language: str) -> HttpResponse:
        with translation.override(language):
            request.LANGUAGE_CODE = language
            return self.get_response(request)


class StaffSessionMiddleware:
    """Notes which sign-ins are in use, and knows nobody who lacks a required second step: such a one is signed out
    everywhere but under `/accounts/`, where every page but the few that are needed leads to setting it up."""

    OPEN = frozenset(
        {
            "account_logout",
            "account_reauthenticate",
            "mfa_activate_totp",
            "mfa_view_recovery_codes",
            "own_language",
        }
    )

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not request.path.startswith("/accounts/"):
            # Asked for only where a page asks who it is for.
            request.user = SimpleLazyObject(lambda: self._admitted(request))  # type: ignore[assignment]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not request.path.startswith("/accounts/") or not isinstance(request.user, User):
            return None
        request.second_step_missing = lacks_second_step(request.user)  # type: ignore[attr-defined]
        match = request.resolver_match
        if request.second_step_missing and (match is None or match.url_name not in self.OPEN):  # type: ignore[attr-defined]
            return redirect("mfa_activate_totp")
        return None

    def _admitted(self, request: HttpRequest) -> User | AnonymousUser:
        user = get_user(request)
        if not isinstance(user, User) or request.session.session_key is None:
            return AnonymousUser()
        note_seen(
            user=user,
            session_key=request.session.session_key,
            user_agent=browser_of(request),
            now=clock.now(),
        )
        return AnonymousUser() if lacks_second_step(user) else user
