"""The desk's forms about who comes next: what is urgent."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from accounts.selectors import signed_in
from chat.views_staff import contact_page, refused, to_contact, unit_contact
from core import clock
from core.permissions import requires
from guidance import services
from guidance.models import Contact
from guidance.permissions import Action


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
