"""At the desk: breaking the glass, and a supervisor's view of looks that need a second pair of eyes."""

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
from core.permissions import requires
from core.text import BodyRefused
from core.throttling import break_glass_attempts
from guidance import services
from guidance.models import BreakGlass, OlderLogRequest
from guidance.permissions import Action
from guidance.selectors import is_reference
from guidance.unusual_looks import (
    GLASS_SHOWN,
    MANY,
    contacts_looked_at,
    glasses_of_units,
    older_log_requests_of_units,
    unusual_looks,
)

ROWS_SHOWN = 100
LOOKS_IN_ROW = 50


def unit_glass(request: HttpRequest, glass_id: int) -> BreakGlass:
    """Broken glass before a contact of the supervised units. Raises Http404 for any other."""
    found = glasses_of_units(signed_in(request)).filter(pk=glass_id).first()
    if found is None:
        raise Http404
    return found


def unit_older_log(request: HttpRequest, older_log_id: int) -> OlderLogRequest:
    """A wish that waits for this supervisor. Raises Http404 for any other."""
    found = older_log_requests_of_units(signed_in(request)).filter(pk=older_log_id).first()
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.BREAK_GLASS)
@confirmed
def desk_break_glass(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _glass_page(request)
    user, now = signed_in(request), clock.now()
    reference, reason = request.POST.get("reference", "")[:60], typed_text(request)
    kept = {"reference": reference, "body": reason}
    if break_glass_attempts.exceeded(f"staff:{user.pk}"):
        error = _("Yrityksiä oli monta peräkkäin. Odota vartti ja kokeile sitten uudelleen.")
        return _glass_page(request, 429, reference_error=error, **kept)
    try:
        contact_id = services.break_glass(user=user, reference=reference, reason=reason, now=now)
    except BodyRefused as refusal:
        # Whether there is such a contact is told to nobody without a reason; that this is no reference at all, is.
        also = {} if is_reference(reference) else {"reference_error": services.UnknownReference().detail}
        return _glass_page(request, 422, error=refusal.detail, **also, **kept)
    except services.UnknownReference as refusal:
        return _glass_page(request, refusal.http_status, reference_error=refusal.detail, **kept)
    return redirect("desk_contact", contact_id)


@require_GET
@requires(Action.REVIEW_LOOKS)
def desk_looks(request: HttpRequest) -> HttpResponse:
    return _looks_page(request)


@require_POST
@requires(Action.REVIEW_LOOKS)
def desk_looks_review(request: HttpRequest) -> HttpResponse:
    """Mark one row as gone through, if it is (still) among this supervisor's rows."""
    user, now = signed_in(request), clock.now()
    asked = tuple(request.POST.get(name, "") for name in ("kind", "worker", "subject"))
    rows = {(row.kind.value, str(row.worker.pk), row.subject): row for row in unusual_looks(user, now)}
    if asked not in rows:
        raise Http404
    try:
        services.review_looks(row=rows[asked], by=user, now=now)
    except services.OwnLooks as refusal:
        return _looks_page(request, refusal.http_status, notice=refusal.detail)
    messages.success(request, _("Merkitty tarkistetuksi."))
    return redirect("desk_looks")


@require_POST
@requires(Action.REVIEW_GLASS, unit_glass)
def desk_glass_review(request: HttpRequest, glass: BreakGlass) -> HttpResponse:
    try:
        services.review_glass(glass=glass, by=signed_in(request), now=clock.now())
    except services.ContactRefused as refusal:
        return _looks_page(request, refusal.http_status, notice=refusal.detail)
    messages.success(request, _("Merkitty tarkistetuksi."))
    return redirect("desk_looks")


@require_POST
@requires(Action.ANSWER_OLDER_LOG, unit_older_log)
def desk_older_log(request: HttpRequest, older_log: OlderLogRequest) -> HttpResponse:
    decision, answer = request.POST.get("decision", ""), typed_text(request)
    kept = {"open_id": older_log.pk, "body": answer}
    if decision not in ("grant", "refuse"):
        return _looks_page(request, 422, error=_("Valitse, näytetäänkö merkinnät."), **kept)
    try:
        services.answer_older_log(
            request=older_log, by=signed_in(request), grant=decision == "grant", answer=answer, now=clock.now()
        )
    except BodyRefused as refusal:
        return _looks_page(request, 422, error=refusal.detail, **kept)
    except services.OlderLogAnswered as refusal:
        return _looks_page(request, refusal.http_status, notice=refusal.detail)
    messages.success(request, _("Vastauksesi näkyy perheelle."))
    return redirect("desk_looks")


def _desk(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, template, bar_context(signed_in(request), clock.now()) | context, status=status)


def _glass_page(request: HttpRequest, status: int = 200, **given: Any) -> HttpResponse:
    context = {"reference": "", "body": "", "error": "", "reference_error": "", **given}
    return _desk(request, "desk/looks/break_glass.html", context, status)


def _looks_page(request: HttpRequest, status: int = 200, **given: Any) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    rows = unusual_looks(user, now)[:ROWS_SHOWN]
    older = list(older_log_requests_of_units(user))
    services.record_look_at_wishes(relationships=[row.relationship_id for row in older], worker=user, now=now)
    glasses = list(glasses_of_units(user)[:GLASS_SHOWN])
    contacts = contacts_looked_at(rows)
    context = {
        "glasses": [glass for glass in glasses if glass.reviewed_at is None],
        "glasses_reviewed": [glass for glass in glasses if glass.reviewed_at is not None],
        "rows": [(row, [(look.at, contacts.get(look.contact)) for look in row.looks[:LOOKS_IN_ROW]]) for row in rows],
        "older": older,
        "many": MANY,
        "error": "",
        "notice": "",
        "body": "",
        "open_id": None,
        **given,
    }
    return _desk(request, "desk/looks/looks.html", context, status)
