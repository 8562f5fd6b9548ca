"""At the desk: families' wishes to be erased, and feedback on accessibility, each with the day it is due."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.confirmation import confirmed
from accounts.selectors import signed_in
from chat.desk_page import bar_context
from chat.views_family import typed_text
from core import clock
from core.opening_hours import local_date
from core.permissions import requires
from core.text import BodyRefused
from guidance import services
from guidance.models import AccessibilityFeedback, Erasure
from guidance.permissions import Action
from guidance.selectors import accessibility_feedback, erasures_of_units

SHOWN = 200


def unit_erasure(request: HttpRequest, erasure_id: int) -> Erasure:
    """A wish that this supervisor decides on. Raises Http404 for any other."""
    found = erasures_of_units(signed_in(request)).filter(pk=erasure_id).first()
    if found is None:
        raise Http404
    return found


def feedback_asked(request: HttpRequest, feedback_id: int) -> AccessibilityFeedback:
    found = accessibility_feedback().filter(pk=feedback_id).first()
    if found is None:
        raise Http404
    return found


def desk_page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page in the desk's frame."""
    now = clock.now()
    frame = bar_context(signed_in(request), now) | {"today": local_date(now)}
    return render(request, template, frame | context, status=status)


@require_GET
@requires(Action.ANSWER_ERASURE)
def desk_erasures(request: HttpRequest) -> HttpResponse:
    rows = list(erasures_of_units(signed_in(request)).order_by("-state", "due_on", "pk")[:SHOWN])
    _looked_at(request, rows)
    waiting = [row for row in rows if row.state == Erasure.State.ASKED]
    answered = [row for row in rows if row.state != Erasure.State.ASKED]
    return desk_page(request, "desk/requests/erasures.html", {"waiting": waiting, "answered": answered})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.ANSWER_ERASURE, unit_erasure)
@confirmed
def desk_erasure(request: HttpRequest, erasure: Erasure) -> HttpResponse:
    if request.method != "POST":
        return _erasure_page(request, erasure)
    decision, answer, by = request.POST.get("decision", ""), typed_text(request, "body"), signed_in(request)
    try:
        if decision == "erase" and request.POST.get("sure") == "yes":
            services.grant_erasure(erasure=erasure, by=by, now=clock.now())
            messages.success(request, _("Tiedot on poistettu. Poistosta jäi todiste ilman perheen tietoja."))
        elif decision == "refuse":
            services.refuse_erasure(erasure=erasure, by=by, answer=answer, now=clock.now())
            messages.success(request, _("Vastauksesi näkyy perheelle."))
        else:
            error = _("Valitse, poistetaanko tiedot, ja merkitse poistaessasi, että olet varma.")
            return _erasure_page(request, erasure, 422, error=error, body=answer, decision=decision)
    except (services.ContactRefused, BodyRefused) as refused:
        status = getattr(refused, "http_status", 422)
        return _erasure_page(request, erasure, status, error=refused.detail, body=answer, decision=decision)
    return redirect("desk_erasures")


def _looked_at(request: HttpRequest, rows: list[Erasure]) -> None:
    relationships = [row.relationship_id for row in rows if row.relationship_id is not None]
    services.record_look_at_wishes(relationships=relationships, worker=signed_in(request), now=clock.now())


def _erasure_page(request: HttpRequest, erasure: Erasure, status: int = 200, **given: Any) -> HttpResponse:
    _looked_at(request, [erasure])
    relationship = erasure.relationship
    context = {
        "erasure": erasure,
        "contacts": relationship.contacts.count() if relationship else 0,
        "newest": relationship.contacts.order_by("-opened_at").first() if relationship else None,
        "error": "",
        "body": "",
        "decision": "",
        **given,
    }
    return desk_page(request, "desk/requests/erasure.html", context, status)


@require_GET
@requires(Action.ANSWER_ACCESSIBILITY_FEEDBACK)
def desk_accessibility(request: HttpRequest) -> HttpResponse:
    return _feedback_page(request)


@require_POST
@requires(Action.ANSWER_ACCESSIBILITY_FEEDBACK, feedback_asked)
def desk_accessibility_answer(request: HttpRequest, feedback: AccessibilityFeedback) -> HttpResponse:
    answer = typed_text(request, "body")
    try:
        services.answer_accessibility_feedback(feedback=feedback, by=signed_in(request), answer=answer, now=clock.now())
    except (services.FeedbackAnswered, BodyRefused) as refused:
        status = getattr(refused, "http_status", 422)
        return _feedback_page(request, status, error=refused.detail, body=answer, open_id=feedback.pk)
    messages.success(request, _("Vastaus on tallessa."))
    return redirect("desk_accessibility")


def _feedback_page(request: HttpRequest, status: int = 200, **given: Any) -> HttpResponse:
    rows = list(accessibility_feedback()[:SHOWN])
    context = {
        "waiting": [row for row in rows if row.answered_at is None],
        "answered": [row for row in rows if row.answered_at is not None],
        "error": "",
        "body": "",
        "open_id": None,
        **given,
    }
    return desk_page(request, "desk/requests/accessibility.html", context, status)
