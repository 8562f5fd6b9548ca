"""The desk's part of a callback: the number shown to whoever calls, and what came of the call."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.selectors import signed_in
from chat.views_family import given_nonce
from chat.views_staff import contact_page, refused, unit_contact
from core import clock
from core.permissions import requires
from guidance import services
from guidance.models import CallbackAttempt, Contact
from guidance.permissions import Action

Outcome = CallbackAttempt.Outcome


@require_POST
@requires(Action.SHOW_CALLBACK_NUMBER, unit_contact)
def desk_number(request: HttpRequest, contact: Contact) -> HttpResponse:
    """The number stands in this answer alone: the page that is opened next does not have it."""
    try:
        number = services.show_number(contact_id=contact.pk, worker=signed_in(request), now=clock.now())
    except services.ContactRefused as refusal:
        return refused(request, contact, refusal)
    response = contact_page(request, contact, shown_number=number)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
@requires(Action.WORK_CONTACT, unit_contact)
def desk_attempt(request: HttpRequest, contact: Contact) -> HttpResponse:
    """Reached: the closing sheet opens by itself. Not reached: back to the list of callbacks."""
    outcome = request.POST.get("outcome", "")
    if outcome not in Outcome.values:
        return contact_page(request, contact, status=422, notice=_("Valitse, mitä puhelusta tuli."))
    try:
        services.record_attempt(
            contact_id=contact.pk,
            worker=signed_in(request),
            nonce=given_nonce(request),
            outcome=outcome,
            now=clock.now(),
        )
    except services.ContactRefused as refusal:
        return refused(request, contact, refusal)
    if outcome != Outcome.REACHED:
        response = redirect("desk")
        response.headers["Location"] += "?list=callbacks"
        return response
    contact = unit_contact(request, contact.pk)
    return contact_page(request, contact, sheet_open=not contact.is_closed)
