"""The accessibility statement and its feedback form: plain, without scripts, and nothing typed is lost."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chat.views_family import given_nonce, typed_text
from core import clock
from core.permissions import public, requires
from core.text import BodyRefused
from core.throttling import accessibility_feedback_per_address
from guidance.models.accessibility import FEEDBACK_LIMIT
from guidance.permissions import Action
from guidance.services import give_accessibility_feedback

PAGE_LIMIT, ADDRESS_LIMIT = 200, 254


@public
@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@requires(Action.GIVE_ACCESSIBILITY_FEEDBACK)
def accessibility_feedback(request: HttpRequest) -> HttpResponse:
    reply_to = request.POST.get("reply_to", "").strip()
    kept: dict[str, Any] = {
        "body": typed_text(request),
        "page": request.POST.get("page", "").replace("\x00", "")[:PAGE_LIMIT],
        "reply_to": reply_to,
        "nonce": given_nonce(request),
    }
    if accessibility_feedback_per_address.exceeded(request.META.get("REMOTE_ADDR", "")):
        error = _(
            "Palautteita tuli hyvin nopeasti. Odota kymmenen minuuttia ja lähetä uudelleen. Tekstisi on tallessa."
        )
        return _page(request, 429, error=error, **kept)
    if not _is_address(reply_to):
        error = _("Tarkista sähköpostiosoite, tai jätä se tyhjäksi.")
        return _page(request, 422, address_error=error, **kept)
    try:
        give_accessibility_feedback(
            text=kept["body"],
            page=kept["page"],
            reply_to=reply_to,
            language=get_language() or "fi",
            nonce=kept["nonce"],
            now=clock.now(),
        )
    except BodyRefused as refused:
        return _page(request, 422, error=refused.detail, **kept)
    messages.success(request, _("Kiitos palautteesta. Käsittelemme sen 14 päivän kuluessa."))
    return redirect("accessibility")


def _is_address(text: str) -> bool:
    if not text:
        return True
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= ADDRESS_LIMIT


def _page(request: HttpRequest, status: int = 200, **given: Any) -> HttpResponse:
    context = {
        "body": "",
        "page": "",
        "reply_to": "",
        "nonce": uuid.uuid4(),
        "error": "",
        "address_error": "",
        "limit": FEEDBACK_LIMIT,
        **given,
    }
    return render(request, "family/accessibility.html", context, status=status)
