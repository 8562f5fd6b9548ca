"""Who has looked at my information: for the family, on its own page."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.visitors import visitor_key_of
from chat.views_family import typed_text
from core import clock
from core.permissions import requires
from core.text import BodyRefused
from guidance import services
from guidance.looks import in_words, looks_of_key, may_ask_older_log, older_log_requests
from guidance.permissions import Action

PAGE_ROWS = 50
REASON_LIMIT = 1_000


@require_GET
@requires(Action.READ_OWN_LOOKS)
def me_looks(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@requires(Action.ASK_OLDER_LOG)
def me_looks_older(request: HttpRequest) -> HttpResponse:
    """Ask to see what is older than two years."""
    key = visitor_key_of(request)
    if key is None:
        return redirect("me_looks")
    reason = typed_text(request)
    try:
        services.ask_older_log(visitor_key=key, reason=reason, now=clock.now())
    except BodyRefused as refusal:
        return _page(request, 422, error=refusal.detail, body=reason)
    except services.OlderLogAsked as refusal:
        return _page(request, refusal.http_status, error=refusal.detail, body=reason)
    messages.success(request, _("Pyyntösi on perillä. Vastaus tulee tälle sivulle."))
    return redirect("me_looks")


def _page(request: HttpRequest, status: int = 200, **given: Any) -> HttpResponse:
    key, now = visitor_key_of(request), clock.now()
    context: dict[str, Any] = {"has_key": key is not None, "error": "", "body": "", "limit": REASON_LIMIT, "now": now}
    if key is not None:
        page = Paginator(looks_of_key(key, now), PAGE_ROWS).get_page(request.GET.get("page"))
        context |= {
            "identified": key.speaks_for_person(now),
            "page": page,
            "looks": in_words(list(page.object_list)),
            "asked": older_log_requests(key, now),
            "may_ask": may_ask_older_log(key, now),
        }
    return render(request, "family/looks/looks.html", context | given, status=status)
