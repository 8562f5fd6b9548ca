"""Consultations as plain pages and forms; scripts make them live."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Profession, Unit, User
from accounts.selectors import Role, signed_in, unit_ids
from chat.consultation_page import asking_context, consultation_context
from chat.staff_acts import told_when_refused, typed_sheet
from chat.staff_sending import Unsent, send_as_staff
from chat.views_family import given_nonce, typed_text
from chat.views_staff import chosen, desk_lists_context
from core import clock
from core.permissions import requires
from core.text import BodyRefused, clean_body
from guidance import services
from guidance.consultations import desks_concerned, seat_of, telltales
from guidance.events import announce_desks
from guidance.models import Contact
from guidance.permissions import Action
from guidance.selectors import (
    consultation_for_answerer,
    consultation_for_member,
    consultation_for_reader,
    contact_for_worker,
    contact_named_for_worker,
)
from guidance.services import Asked

LIST = "consultations"


# -- which one ---------------------------------------------------------------------------------------------


def readable(request: HttpRequest, contact_id: uuid.UUID) -> Contact:
    return consultation_for_reader(signed_in(request), contact_id, clock.now())


def writable(request: HttpRequest, contact_id: uuid.UUID) -> Contact:
    """One in which the reader has a seat, or their unit's hand-over room."""
    contact = readable(request, contact_id)
    if contact.asked_by_id is not None and seat_of(contact, signed_in(request)) is None:
        raise Http404
    return contact


def answerable(request: HttpRequest, contact_id: uuid.UUID) -> Contact:
    return consultation_for_answerer(signed_in(request), contact_id)


def own(request: HttpRequest, contact_id: uuid.UUID) -> Contact:
    return consultation_for_member(signed_in(request), contact_id)


# -- pages ---------------------------------------------------------------------------------------------------


def _page(request: HttpRequest, contact: Contact, *, status: int = 200, **given: Any) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    services.record_look(contact=contact, worker=user, now=now)
    lists = desk_lists_context(request, user, now, LIST)
    context = lists | consultation_context(user, contact, now) | given
    return render(request, "desk/consultation/page.html", context, status=status)


def _to(contact: Contact) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("desk_consultation", args=[contact.pk]))


def _refused(request: HttpRequest, contact: Contact, refusal: services.ContactRefused, **given: Any) -> HttpResponse:
    """The consultation as it is by now, and why the act was refused; the list, when it is not the reader's any more."""
    try:
        fresh = readable(request, contact.pk)
    except Http404:
        return _list(request, status=refusal.http_status, notice=refusal.detail)
    return _page(request, fresh, status=refusal.http_status, notice=refusal.detail, **given)


def _list(request: HttpRequest, *, status: int, notice: str) -> HttpResponse:
    context = desk_lists_context(request, signed_in(request), clock.now(), LIST) | {"notice": notice}
    return render(request, "desk/page.html", context, status=status)


@require_http_methods(["GET", "POST"])
@requires(Action.OPEN_CONSULTATION)
def desk_consult(request: HttpRequest) -> HttpResponse:
    """Ask colleagues, about a contact of one's own unit or about none. A text that may tell whose it is, is asked about
    once; the second press sends it."""
    user, now = signed_in(request), clock.now()
    about = _about(request)
    if request.method == "GET":
        return _asking(request, about)
    asked, text = request.POST.get("asked", ""), typed_text(request)
    kept: dict[str, Any] = {
        "asked": asked,
        "title": request.POST.get("title", ""),
        "body": text,
        "nonce": given_nonce(request),
    }
    try:
        body = clean_body(text)
        found = telltales(f"{kept['title']}\n{body}", about)
        if found and request.POST.get("sure") != "yes":
            return _asking(request, about, telltales=found, **kept)
        opened = services.open_consultation(
            asker=user, asked=_asked(asked), title=kept["title"], body=body, about=about, nonce=kept["nonce"], now=now
        )  # fmt: skip
    except (BodyRefused, services.ContactRefused) as refusal:
        return _asking(request, about, status=422, error=refusal.detail, **kept)
    return _to(opened.contact)


def _about(request: HttpRequest) -> Contact | None:
    """The contact that the question is beside. Raises Http404 for one that is not the worker's to work with."""
    wanted = request.POST.get("about", request.GET.get("about", ""))
    if not wanted:
        return None
    try:
        return contact_for_worker(signed_in(request), uuid.UUID(wanted))
    except ValueError:
        raise Http404 from None


def _asking(request: HttpRequest, about: Contact | None, *, status: int = 200, **given: Any) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    context = desk_lists_context(request, user, now, LIST) | asking_context(user, about, now) | given
    return render(request, "desk/consultation/new.html", context, status=status)


def _asked(wanted: str) -> Asked:
    """`worker:3`, `profession:2` or `unit:1`."""
    kind, _colon, number = wanted.partition(":")
    models: dict[str, Any] = {"worker": User, "profession": Profession, "unit": Unit}
    found = chosen(models[kind], number) if kind in models else None
    if isinstance(found, User):
        return Asked(user=found)
    return Asked(profession=found) if isinstance(found, Profession) else Asked(unit=found)


@require_GET
@requires(Action.READ_CONSULTATION, readable)
def desk_consultation(request: HttpRequest, contact: Contact) -> HttpResponse:
    if "X-Panels" not in request.headers:
        services.mark_seen(contact_id=contact.pk, kind="worker", staff_id=signed_in(request).pk, seq=contact.last_seq)
    return _page(request, contact)


# -- acts -----------------------------------------------------------------------------------------------------


@require_POST
@requires(Action.TAKE_CONSULTATION, answerable)
@told_when_refused(_refused)
def desk_consultation_take(request: HttpRequest, contact: Contact) -> HttpResponse:
    services.take_consultation(contact_id=contact.pk, user=signed_in(request), now=clock.now())
    return _to(contact)


@require_POST
@requires(Action.WRITE_CONSULTATION, writable)
def desk_consultation_send(request: HttpRequest, contact: Contact) -> HttpResponse:
    kept: dict[str, Any] = {"body": typed_text(request), "nonce": given_nonce(request)}
    session = request.session.session_key
    try:
        send_as_staff(contact=contact, user=signed_in(request), session_key=session, **kept)
    except Unsent as unsent:
        return _page(request, contact, status=unsent.status, error=unsent.words, **kept)
    except services.ContactRefused as refusal:
        return _refused(request, contact, refusal, **kept)
    announce_desks(desks_concerned(contact))
    return _to(contact)


@require_POST
@requires(Action.WORK_CONSULTATION, own)
@told_when_refused(_refused)
def desk_consultation_invite(request: HttpRequest, contact: Contact) -> HttpResponse:
    invited = chosen(User, request.POST.get("worker", ""))
    services.invite_to_consultation(contact_id=contact.pk, user=signed_in(request), invited=invited, now=clock.now())
    return _to(contact)


@require_POST
@requires(Action.WORK_CONSULTATION, own)
@told_when_refused(_refused)
def desk_consultation_leave(request: HttpRequest, contact: Contact) -> HttpResponse:
    services.leave_consultation(contact_id=contact.pk, user=signed_in(request), now=clock.now())
    return HttpResponseRedirect(f"{reverse('desk')}?list={LIST}")


@require_POST
@requires(Action.WORK_CONSULTATION, own)
def desk_consultation_close(request: HttpRequest, contact: Contact) -> HttpResponse:
    sheet, kept = typed_sheet(request)
    try:
        services.close_consultation(contact_id=contact.pk, user=signed_in(request), now=clock.now(), **sheet)
    except (services.SheetIncomplete, BodyRefused) as refusal:
        return _page(request, contact, status=422, sheet_error=refusal.detail, **kept)
    except services.ContactRefused as refusal:
        return _refused(request, contact, refusal, **kept)
    return HttpResponseRedirect(f"{reverse('desk')}?list={LIST}")


@require_POST
@requires(Action.LINK_CONSULTATION, own)
def desk_consultation_link(request: HttpRequest, contact: Contact) -> HttpResponse:
    """By the reference typed, or from beside the family's thread."""
    user, reference = signed_in(request), request.POST.get("reference", "")
    to = contact_named_for_worker(user, reference)
    if to is None:
        words = _("Tällä viitteellä ei löydy yhteydenottoa. Tarkista viite.")
        return _page(request, contact, status=422, link_error=words, reference=reference)
    try:
        services.link_consultation(contact_id=contact.pk, user=user, to=to, now=clock.now())
    except services.ContactRefused as refusal:
        return _page(request, contact, status=refusal.http_status, link_error=refusal.detail, reference=reference)
    if request.POST.get("beside"):
        return HttpResponseRedirect(reverse("desk_contact", args=[to.pk]) + "#colleagues")
    return _to(contact)


@require_POST
@requires(Action.LINK_CONSULTATION, own)
@told_when_refused(_refused)
def desk_consultation_unlink(request: HttpRequest, contact: Contact) -> HttpResponse:
    services.unlink_consultation(contact_id=contact.pk, user=signed_in(request), now=clock.now())
    return _to(contact)


@require_POST
@requires(Action.OPEN_ROOM)
def desk_room(request: HttpRequest) -> HttpResponse:
    """Today's hand-over room of one of the own units."""
    user = signed_in(request)
    units = unit_ids(user, Role.WORKER, Role.SUPERVISOR)
    unit = chosen(Unit, request.POST.get("unit", "")) or Unit.objects.get(pk=units[0])
    if unit.pk not in units:
        return redirect("desk")
    return _to(services.open_room(unit=unit, user=user, now=clock.now()))
