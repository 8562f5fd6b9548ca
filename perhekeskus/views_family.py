"""The start page, the plain pages around it, and the pages for when something goes wrong."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.visitors import visitor_key_of
from catalogue.selectors import situations
from core import clock
from core.permissions import public
from guidance.promise_kept import promises_kept
from guidance.selectors import own_contacts
from perhekeskus.retention import shown_to_families

EVENING = range(18, 24)
NIGHT = range(6)
# The fields of a form that may be sent again after its token had grown old.
SENT_AGAIN = ("nonce", "channel", "topic", "follows", "turned", "page", "reply_to")


@public
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    hour = timezone.localtime(clock.now(), clock.HELSINKI).hour
    ongoing = [contact for contact in own_contacts(visitor_key_of(request), clock.now()) if _goes_on(contact)]
    context = {"situations": situations(), "evening": hour in EVENING or hour in NIGHT, "ongoing": ongoing[:2]}
    return render(request, "family/start.html", context)


def _goes_on(contact: object) -> bool:
    return not contact.is_closed and contact.left_at is None  # type: ignore[attr-defined]


def _plain(template: str) -> Callable[[HttpRequest], HttpResponse]:
    @public
    @require_GET
    def page(request: HttpRequest) -> HttpResponse:
        return render(request, template)

    return page


anonymity = _plain("family/anonymity.html")
safety = _plain("family/safety.html")


@public
@require_GET
def promise(request: HttpRequest) -> HttpResponse:
    return render(request, "family/promise.html", {"kept": promises_kept(clock.now())})


@public
@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "family/privacy.html", {"kept": shown_to_families()})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token had grown old comes back with its text, ready to be sent again."""
    kept = request.POST.get("body", "")
    hidden = [(name, request.POST[name]) for name in SENT_AGAIN if name in request.POST]
    return render(request, "403_csrf.html", {"kept": kept, "hidden": hidden}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Asks nothing of the database or the session: they may be what is broken."""
    return HttpResponse(render_to_string("500.html"), status=500)
