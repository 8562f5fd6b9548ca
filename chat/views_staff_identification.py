"""The desk's part in identification: asking for it, taking that back, undoing a binding."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from accounts.selectors import signed_in
from chat.views_family import typed_text
from chat.views_staff import contact_page, refused, to_contact, unit_contact
from core import clock
from core.permissions import requires
from core.text import BodyRefused
from guidance import services
from guidance.models import Contact
from guidance.permissions import Action


@require_POST
@requires(Action.ASK_IDENTIFICATION, unit_contact)
def desk_ask(request: HttpRequest, contact: Contact) -> HttpResponse:
    reason = typed_text(request, "reason")
    if not reason.strip():
        reason = request.POST.get("ready", "")
    try:
        services.ask_identification(contact_id=contact.pk, worker=signed_in(request), reason=reason, now=clock.now())
    except BodyRefused as refusal:
        return contact_page(request, contact, status=422, ask_reason=reason, ask_error=refusal.detail)
    except services.ContactRefused as refusal:
        return refused(request, contact, refusal)
    return to_contact(contact)


@require_POST
@requires(Action.ASK_IDENTIFICATION, unit_contact)
def desk_withdraw(request: HttpRequest, contact: Contact) -> HttpResponse:
    try:
        services.withdraw_identification(contact_id=contact.pk, worker=signed_in(request), now=clock.now())
    except services.ContactRefused as refusal:
        return refused(request, contact, refusal)
    return to_contact(contact)


@require_POST
@requires(Action.UNDO_BINDING, unit_contact)
def desk_undo(request: HttpRequest, contact: Contact) -> HttpResponse:
    reason = typed_text(request, "reason")
    try:
        services.undo_binding(contact_id=contact.pk, worker=signed_in(request), reason=reason, now=clock.now())
    except BodyRefused as refusal:
        return contact_page(request, contact, status=422, undo_reason=reason, undo_error=refusal.detail)
    except services.ContactRefused as refusal:
        return refused(request, contact, refusal)
    return to_contact(contact)
