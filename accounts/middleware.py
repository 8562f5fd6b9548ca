"""Staff pages speak the worker's own language, and before signing in the browser's; family pages follow the address."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from accounts.models import User

STAFF_PREFIXES = ("/desk/", "/metrics/", "/admin/", "/accounts/")


class StaffLanguageMiddleware:
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
