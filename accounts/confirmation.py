"""Confirming who one is before a sensitive act, if the last time was more than ten minutes ago.

    @requires(Action.BREAK_GLASS, fetch)
    @confirmed
    def desk_break_glass(request, contact): ...

A page leads to the confirmation and comes back; a form that was sent is done then, with nothing typed again. The API
answers 403 with the code `confirm_first`. The ten minutes (ACCOUNT_REAUTHENTICATION_TIMEOUT) begin at signing in and
at every confirmation.
"""

import json
from collections.abc import Callable
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from core.problems import is_api, problem_json

# What a form needs to be done later; nothing that tells where the browser is or what it is.
KEPT_META = (
    "REQUEST_METHOD", "CONTENT_TYPE", "CONTENT_LENGTH", "HTTP_HOST", "SERVER_NAME", "SERVER_PORT",
    "HTTP_X_FORWARDED_PROTO", "wsgi.url_scheme",
)  # fmt: skip


def confirmed(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a view as a sensitive act."""
    guarded: Callable[..., Any] = reauthentication_required(view)
    guarded.needs_confirmation = True  # type: ignore[attr-defined]
    return guarded


class ConfirmationMiddleware:
    """Leads to the confirmation, keeping a form that was sent. allauth's own way would keep the whole request in the
    session, address and browser included."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, ReauthenticationRequired):
            return None
        if is_api(request):
            return problem_json(403, "confirm_first", _("Vahvista ensin, että se olet sinä."))
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if request.method == "POST":
            request.session[STATE_SESSION_KEY] = {"request": _kept(request)}
        return redirect_to_login(request.get_full_path(), reverse("account_reauthenticate"))


def _kept(request: HttpRequest) -> str:
    form = request.POST.copy()
    form.pop("csrfmiddlewaretoken", None)
    return json.dumps(
        {
            "path": request.path,
            "path_info": request.path_info,
            "META": {name: request.META[name] for name in KEPT_META if isinstance(request.META.get(name), str)},
            "GET": request.GET.urlencode(),
            "POST": form.urlencode(),
            "method": request.method,
            "scheme": request.scheme,
        }
    )
