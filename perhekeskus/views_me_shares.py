"""Sharing one's own conversation with another identified person, and reading what another has shared."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.persons import person_of
from accounts.visitors import visitor_key_of
from chat.thread_rows import shared_rows
from core import clock
from core.permissions import requires
from core.throttling import share_code_attempts
from guidance import services
from guidance.models import Contact, ThreadShare
from guidance.own_page import own_contact_of, share_received
from guidance.permissions import Action
from guidance.selectors import messages_after
from perhekeskus.identified import identified
from perhekeskus.views_me import own_page_of


def _own(request: HttpRequest, contact_id: uuid.UUID) -> Contact:
    return own_contact_of(identified(request), contact_id)


def _received(request: HttpRequest, share_id: int) -> ThreadShare:
    return share_received(identified(request), share_id)


def _number_of(request: HttpRequest, share_id: int) -> int:
    identified(request)
    return share_id


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.SHARE_THREAD, _own)
def share(request: HttpRequest, contact: Contact) -> HttpResponse:
    """What sharing means, and then the code, which stands in this one answer alone."""
    person, code = identified(request), ""
    if request.method == "POST":
        code = services.share_thread(contact_id=contact.pk, person=person, now=clock.now())[1]
    return render(request, "family/me/share.html", {"contact": contact, "person": person, "code": code})


@require_POST
@requires(Action.SHARE_THREAD, _number_of)
def revoke(request: HttpRequest, share_id: int) -> HttpResponse:
    try:
        services.revoke_share(share_id=share_id, person=identified(request), now=clock.now())
    except services.ShareUnknown:
        raise Http404 from None
    messages.success(request, _("Jakaminen on lopetettu. Keskustelu näkyy taas vain sinulle."))
    return redirect("me")


@require_POST
@requires(Action.USE_OWN_PAGE)
def redeem(request: HttpRequest) -> HttpResponse:
    person = person_of(visitor_key_of(request), clock.now())
    if person is None:
        return redirect("me")
    code = request.POST.get("code", "")[:60]
    if share_code_attempts.exceeded(str(person.pk)):
        error = _("Koodia on kokeiltu monta kertaa. Odota 15 minuuttia ja yritä uudelleen.")
        return own_page_of(request, person, status=429, share_code=code, share_error=error)
    try:
        used = services.redeem_share(code=code, person=person, now=clock.now())
    except (services.ShareUnknown, services.OwnShare) as refused:
        return own_page_of(request, person, status=422, share_code=code, share_error=refused.detail)
    return redirect("me_shared", share_id=used.pk)


@require_GET
@requires(Action.READ_SHARED_THREAD, _received)
def shared(request: HttpRequest, received: ThreadShare) -> HttpResponse:
    """The thread alone, to be read: no notes, nothing else of that family."""
    contact, now = received.contact, clock.now()
    services.record_shared_look(share=received, person=identified(request), now=now)
    rows = shared_rows(messages_after(contact), received.shared_by.full_name, now)
    return render(request, "family/me/shared.html", {"share": received, "contact": contact, "rows": rows})
