"""The family's own page: what it has here over all channels, as an identified person or as this device alone."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.identification.registry import is_available
from accounts.models import Person, VisitorKey
from accounts.persons import forget_person, person_of
from accounts.visitors import visitor_key_of
from core import clock
from core.permissions import requires
from guidance.own_page import device_contacts, device_relationship, own_page, shares_given, shares_received
from guidance.path import path_of
from guidance.permissions import Action
from perhekeskus.own_steps import next_steps
from perhekeskus.path_picture import picture_of
from referrals.own import own_referrals
from segments.own import own_assessments


@require_GET
@requires(Action.USE_OWN_PAGE)
def me(request: HttpRequest) -> HttpResponse:
    now, key = clock.now(), visitor_key_of(request)
    person = person_of(key, now)
    if person is None:
        return _device_page(request, key)
    return own_page_of(request, person)


def _device_page(request: HttpRequest, key: VisitorKey | None) -> HttpResponse:
    """What this device has here without a name, by its cookie or the return code; and what identifying would change."""
    contacts, relationship = device_contacts(key), device_relationship(key)
    context = {
        "ended": key is not None and key.person_id is not None,
        "contacts": contacts,
        "steps": next_steps(contacts, (), ()),
        "picture": picture_of(path_of(relationship), clock.now()) if relationship else None,
        "available": is_available(),
    }
    return render(request, "family/me/welcome.html", context)


def own_page_of(request: HttpRequest, person: Person, *, status: int = 200, **given: str) -> HttpResponse:
    """The identified person's page. `given`: a code to keep in its field, and what was wrong with it."""
    now = clock.now()
    page, referrals, assessments = own_page(person, now), own_referrals(person, now), own_assessments(person)
    context = {
        "person": person,
        "page": page,
        "steps": next_steps(page.contacts, referrals, assessments),
        "referrals": referrals,
        "assessments": assessments,
        "picture": picture_of(path_of(page.relationship), now) if page.relationship else None,
        "nameless": device_contacts(visitor_key_of(request)),
        "given": shares_given(person, now),
        "received": shares_received(person),
        "share_code": "",
        "share_error": "",
        **given,
    }
    return render(request, "family/me/page.html", context, status=status)


@require_POST
@requires(Action.USE_OWN_PAGE)
def sign_out(request: HttpRequest) -> HttpResponse:
    key = visitor_key_of(request)
    if key is not None and key.person_id is not None:
        forget_person(key=key, now=clock.now())
        messages.success(request, _("Olet kirjautunut ulos. Tällä laitteella ei enää näy tietojasi."))
    return redirect("me")
