"""At the desk: what families want corrected in their records, each with the day it is due and its answer."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.selectors import signed_in
from chat.views_family import typed_text
from core import clock
from core.permissions import requires
from core.text import BodyRefused
from guidance import services
from guidance.models import CorrectionRequest
from guidance.permissions import Action
from guidance.selectors import corrections_of_units
from guidance.services.corrections import TEXT_LIMIT, answer_correction
from guidance.services.errors import ContactRefused
from perhekeskus.views_desk_requests import SHOWN, desk_page

State = CorrectionRequest.State


def _of_unit(request: HttpRequest, correction_id: int) -> CorrectionRequest:
    """A wish that this supervisor answers. Raises Http404 for any other."""
    found = corrections_of_units(signed_in(request)).filter(pk=correction_id).first()
    if found is None:
        raise Http404
    return found


@require_GET
@requires(Action.ANSWER_CORRECTION)
def desk_corrections(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@requires(Action.ANSWER_CORRECTION, _of_unit)
def desk_correction_answer(request: HttpRequest, correction: CorrectionRequest) -> HttpResponse:
    decision, answer = request.POST.get("decision", ""), typed_text(request, "body")
    given = {"body": answer, "decision": decision, "open_id": correction.pk}
    if decision not in ("correct", "refuse"):
        return _page(request, 422, error=_("Valitse, korjattiinko tiedot."), **given)
    corrected, by = decision == "correct", signed_in(request)
    try:
        answer_correction(correction=correction, by=by, is_corrected=corrected, answer=answer, now=clock.now())
    except (ContactRefused, BodyRefused) as refused:
        return _page(request, getattr(refused, "http_status", 422), error=refused.detail, **given)
    messages.success(request, _("Vastauksesi näkyy perheelle."))
    return redirect("desk_corrections")


def _page(request: HttpRequest, status: int = 200, **given: Any) -> HttpResponse:
    """Those that wait first; what was answered longest ago is not shown."""
    found = corrections_of_units(signed_in(request))
    waiting = list(found.filter(state=State.ASKED).order_by("due_on", "pk"))
    answered = list(found.exclude(state=State.ASKED).order_by("-answered_at", "-pk")[:SHOWN])
    seen = {row.relationship_id for row in (*waiting, *answered)}
    services.record_look_at_wishes(relationships=seen, worker=signed_in(request), now=clock.now())
    context = {"waiting": waiting, "answered": answered, "error": "", "body": "", "decision": "", "open_id": None}
    return desk_page(request, "desk/requests/corrections.html", context | {"limit": TEXT_LIMIT} | given, status)
