"""A call or a visit written down at the desk, for a family that is open there or for a nameless one."""

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.selectors import signed_in
from catalogue.selectors import topic_by_slug, topics
from chat.desk_page import bar_context
from chat.views_family import given_nonce, typed_text
from chat.views_staff import to_contact, unit_contact
from core import clock
from core.permissions import requires
from core.text import BodyRefused
from guidance import services
from guidance.models import Contact
from guidance.permissions import Action
from guidance.services.logged import CHANNELS, MINUTES

FIELDS = ("channel", "minutes", "started_at", "topic", "outcome", "next_step_owner")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.LOG_CONTACT)
def desk_log(request: HttpRequest) -> HttpResponse:
    return _log(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.LOG_CONTACT, unit_contact)
def desk_log_beside(request: HttpRequest, contact: Contact) -> HttpResponse:
    return _log(request, contact)


def _log(request: HttpRequest, beside: Contact | None) -> HttpResponse:
    if request.method != "POST":
        return _page(request, beside)
    try:
        logged = services.log_contact(
            worker=signed_in(request),
            channel=request.POST.get("channel", ""),
            minutes=_number(request.POST.get("minutes", "")),
            started_at=_moment(request.POST.get("started_at", "")),
            outcome=request.POST.get("outcome", ""),
            topic=topic_by_slug(request.POST.get("topic", "")),
            next_step=typed_text(request, "next_step"),
            next_step_owner=request.POST.get("next_step_owner", ""),
            note=typed_text(request, "note"),
            nonce=given_nonce(request),
            beside=beside,
            now=clock.now(),
        )
    except (services.ContactRefused, BodyRefused) as refusal:
        return _page(request, beside, status=422, error=refusal.detail)
    messages.success(request, _("Kirjattu."))
    return to_contact(logged)


def _page(request: HttpRequest, beside: Contact | None, *, status: int = 200, error: str = "") -> HttpResponse:
    """Half a sheet comes back with all that was in it."""
    sent = request.method == "POST"
    sheet = {name: request.POST.get(name, "") for name in FIELDS}
    if not sent:
        sheet |= {"channel": "phone", "minutes": "10", "topic": beside.topic.slug if beside and beside.topic else ""}
    context: dict[str, Any] = bar_context(signed_in(request), clock.now()) | {
        "beside": beside,
        "channels": [(channel.value, channel.label) for channel in CHANNELS],
        "minutes": [str(number) for number in MINUTES],
        "sheet": sheet | {"next_step": typed_text(request, "next_step"), "note": typed_text(request, "note")},
        "sheet_language": beside.language if beside else "fi",
        "topics": topics(),
        "outcomes": [(value.value, value.label) for value in services.SHEET_OUTCOMES],
        "owners": Contact.NextStepOwner.choices,
        "nonce": given_nonce(request) if sent else uuid.uuid4(),
        "error": error,
    }
    return render(request, "desk/log.html", context, status=status)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0


def _moment(text: str) -> dt.datetime | None:
    """A moment of a Helsinki clock; None for none, and one that cannot be for what is no moment."""
    if not text.strip():
        return None
    try:
        found = parse_datetime(text)
    except ValueError:  # a day that no month has
        found = None
    if found is None:
        return dt.datetime.min.replace(tzinfo=dt.UTC)
    return timezone.make_aware(found, clock.HELSINKI) if timezone.is_naive(found) else found
