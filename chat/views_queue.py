"""The desk's forms about who comes next: what is urgent, taking one, taking the next."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from accounts.selectors import role_in, signed_in
from chat.take_next import take_next
from chat.views_staff import contact_page, desk_page, refused, to_contact, unit_contact
from core import clock
from core.permissions import requires
from guidance import services
from guidance.models import Contact
from guidance.permissions import Action
from guidance.selectors import contact_for_taking


def takeable_contact(request: HttpRequest, contact_id: uuid.UUID) -> Contact:
    """As unit_contact, and one that waits in the common queue; raises Http404 for any other."""
    return contact_for_taking(signed_in(request), contact_id)


@require_POST
@requires(Action.TAKE_CONTACT, takeable_contact)
def desk_take(request: HttpRequest, contact: Contact) -> HttpResponse:
    user = signed_in(request)
    try:
        taken = services.take_contact(contact_id=contact.pk, worker=user, now=clock.now())
    except services.ContactRefused as refusal:
        if role_in(user, contact.unit_id) is None:  # what was theirs to take is foreign by now
            return desk_page(request, status=refusal.http_status, notice=refusal.detail)
        return refused(request, contact, refusal)
    return to_contact(taken)


@require_POST
@requires(Action.TAKE_CONTACT)
def desk_take_next(request: HttpRequest) -> HttpResponse:
    try:
        taken = take_next(worker=signed_in(request), now=clock.now())
    except services.ContactRefused as refusal:
        return desk_page(request, status=refusal.http_status, notice=refusal.detail)
    return to_contact(taken)


@require_POST
@requires(Action.DECIDE_PRIORITY, unit_contact)
def desk_priority(request: HttpRequest, contact: Contact) -> HttpResponse:
    decision = request.POST.get("decision", "")
    if decision not in services.DECISIONS:
        return contact_page(request, contact, status=422)
    try:
        services.decide_priority(contact_id=contact.pk, worker=signed_in(request), decision=decision, now=clock.now())
    except services.ContactRefused as refusal:
        return refused(request, contact, refusal)
    return to_contact(contact)
