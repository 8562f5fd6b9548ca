"""Looking for a service of the catalogue beside a conversation: a page of its own, and a part of the open one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.selectors import signed_in
from catalogue.facts import facts_of
from catalogue.search.finding import search
from chat.desk_page import bar_context
from chat.views_staff import unit_contact
from core import clock
from core.permissions import requires
from core.translations import active_language
from guidance import services
from guidance.models import Contact
from guidance.permissions import Action

QUERY_SHOWN = 200
HITS = 8


@require_GET
@requires(Action.FIND_SERVICE, unit_contact)
def desk_services(request: HttpRequest, contact: Contact) -> HttpResponse:
    """Services for the words, with what only staff read of them; from here one is put into the reply."""
    query = " ".join(request.GET.get("q", "").replace("\0", "").split())[:QUERY_SHOWN]
    user, now = signed_in(request), clock.now()
    context = {
        "contact": contact,
        "query": query,
        "hits": facts_of(search(query, language=active_language(), limit=HITS).services, now) if query else [],
        "mine": contact.worker_id == user.pk and contact.state == Contact.State.OPEN,
    }
    if "X-Panels" in request.headers:
        return render(request, "desk/contact/services_found.html", context)
    services.record_look(contact=contact, worker=user, now=now)
    return render(request, "desk/services.html", bar_context(user, now) | context)
