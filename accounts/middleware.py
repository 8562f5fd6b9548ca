"""Staff pages speak the language that the worker has chosen; family pages follow the address."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from accounts.models import User

STAFF_PREFIXES = ("/desk/", "/metrics/", "/admin/", "/accounts/")


class StaffLanguageMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(STAFF_PREFIXES) or not isinstance(request.user, User):
            return self.get_response(request)
        with translation.override(request.user.language):
            request.LANGUAGE_CODE = request.user.language
            return self.get_response(request)
