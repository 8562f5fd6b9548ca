"""The family asks that something in its record be corrected, and reads the answer."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.persons import person_of
from accounts.visitors import visitor_key_of
from chat.views_family import typed_text
from core import clock
from core.permissions import requires
from core.text import BodyRefused
from guidance.models import CorrectionRequest
from guidance.permissions import Action
from guidance.services.corrections import TEXT_LIMIT, ask_correction, withdraw_correction
from guidance.services.errors import ContactRefused
from perhekeskus.identified import identified


def _own(request: HttpRequest, correction_id: int) -> CorrectionRequest:
    theirs = CorrectionRequest.objects.filter(relationship__person=identified(request))
    found = theirs.filter(pk=correction_id).first()
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.ASK_CORRECTION)
def me_corrections(request: HttpRequest) -> HttpResponse:
    person = person_of(visitor_key_of(request), clock.now())
    if person is None:
        return redirect("me")
    if request.method != "POST":
        return _page(request)
    body = typed_text(request, "body")
    try:
        ask_correction(person=person, body=body, now=clock.now())
    except (ContactRefused, BodyRefused) as refused:
        return _page(request, getattr(refused, "http_status", 422), error=refused.detail, body=body)
    messages.success(request, _("Pyyntösi on perillä. Näet vastauksen tällä sivulla."))
    return redirect("me_corrections")


@require_POST
@requires(Action.WITHDRAW_CORRECTION, _own)
def me_correction_withdraw(request: HttpRequest, correction: CorrectionRequest) -> HttpResponse:
    try:
        withdraw_correction(correction=correction, person=identified(request), now=clock.now())
    except ContactRefused as refused:
        return _page(request, refused.http_status, error=refused.detail)
    messages.success(request, _("Pyyntö on peruttu."))
    return redirect("me_corrections")


def _page(request: HttpRequest, status: int = 200, **given: Any) -> HttpResponse:
    rows = CorrectionRequest.objects.filter(relationship__person=identified(request)).order_by("-asked_at", "-pk")
    context = {"rows": list(rows), "error": "", "body": "", "limit": TEXT_LIMIT, **given}
    return render(request, "family/me/corrections.html", context, status=status)
