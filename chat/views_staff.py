"""The desk as plain pages and forms; scripts make it live. What is refused comes back with its text, in place."""

import datetime as dt
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Unit, User
from accounts.selectors import signed_in
from catalogue.selectors import service_to_hand_over
from chat.desk_page import contact_context, courteous_line, desk_context
from chat.lookers import families_here
from chat.permissions import Action as DeskAction
from chat.presence import PresenceRefused, give_sign_of_life, set_presence
from chat.staff_acts import told_when_refused, typed_sheet
from chat.staff_sending import Unsent, send_as_staff
from chat.views_family import given_nonce, typed_text
from core import clock
from core.permissions import requires
from core.text import BodyRefused
from guidance import services
from guidance.models import Contact
from guidance.permissions import Action
from guidance.selectors import contact_for_reader, contact_for_worker


def unit_contact(request: HttpRequest, contact_id: uuid.UUID) -> Contact:
    """A contact of the worker's own units; raises Http404 for any other."""
    return contact_for_worker(signed_in(request), contact_id)


def readable_contact(request: HttpRequest, contact_id: uuid.UUID) -> Contact:
    """As unit_contact, and one that broken glass opens for a while."""
    return contact_for_reader(signed_in(request), contact_id, clock.now())


def contact_page(request: HttpRequest, contact: Contact, *, status: int = 200, **given: Any) -> HttpResponse:
    """The desk with this contact open. `given`: texts to keep in their fields, and what was wrong with them."""
    user, now = signed_in(request), clock.now()
    shown = contact_context(user, contact, now)
    parts = services.parts_of_page(others=bool(shown["others"] or shown["passages"]), notes=bool(shown["notes"]))
    services.record_look(contact=contact, worker=user, parts=parts, now=now)
    if shown["earlier"]:
        services.record_look(contact=shown["earlier"], worker=user, now=now)
    context = _lists(request, user, now) | shown | _courtesy(request, contact) | given
    return render(request, "desk/page.html", context, status=status)


def _lists(request: HttpRequest, user: User, now: dt.datetime) -> dict[str, Any]:
    return desk_lists_context(request, user, now, _list_name(request))


def desk_lists_context(request: HttpRequest, user: User, now: dt.datetime, name: str) -> dict[str, Any]:
    """The desk's lists as somebody looks at them now."""
    give_sign_of_life(user=user, now=now)
    services.record_look_at_lists(worker=user, now=now)
    return desk_context(user, name, now)


def _courtesy(request: HttpRequest, contact: Contact) -> dict[str, Any]:
    """The ready line about asking a colleague, or a service of the catalogue, in the family's composer for the worker
    to send; no more than that."""
    if request.method != "GET":
        return {}
    asked_for = request.GET.get("line") == "colleague"
    line = {"body": courteous_line(contact.language)} if asked_for else {}
    return line | {"attached": service_to_hand_over(request.GET.get("service", ""))}


def _list_name(request: HttpRequest) -> str:
    return request.GET.get("list") or request.POST.get("list") or ""


def to_contact(contact: Contact) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("desk_contact", args=[contact.pk]))


def refused(request: HttpRequest, contact: Contact, refusal: services.ContactRefused, **given: Any) -> HttpResponse:
    """The contact as it is by now, and in words why the act was refused."""
    fresh = unit_contact(request, contact.pk)
    return contact_page(request, fresh, status=refusal.http_status, notice=refusal.detail, **given)


def desk_page(request: HttpRequest, *, status: int = 200, **given: Any) -> HttpResponse:
    """The desk with no contact open. `given`: what was refused, in words."""
    context = _lists(request, signed_in(request), clock.now()) | given
    return render(request, "desk/page.html", context, status=status)


@require_GET
@requires(DeskAction.USE_DESK)
def desk(request: HttpRequest) -> HttpResponse:
    context = _lists(request, signed_in(request), clock.now())
    template = "desk/page.html" if context["list_choices"] else "desk/nothing.html"
    return render(request, template, context)


@require_GET
@requires(DeskAction.USE_DESK)
def desk_lists(request: HttpRequest) -> HttpResponse:
    """The lists alone, for a page that is open: the same markup as in the page."""
    context = _lists(request, signed_in(request), clock.now()) | {"open_id": request.GET.get("contact", "")}
    return render(request, "desk/lists.html", context)


@require_GET
@requires(Action.READ_CONTACT, readable_contact)
def desk_contact(request: HttpRequest, contact: Contact) -> HttpResponse:
    user = signed_in(request)
    unread = contact.worker_seen_seq < contact.last_seq
    if unread and contact.worker_id == user.pk and "X-Panels" not in request.headers:
        services.mark_seen(contact_id=contact.pk, kind="worker", staff_id=user.pk, seq=contact.last_seq)
    return contact_page(request, contact)


@require_POST
@requires(Action.WORK_CONTACT, unit_contact)
@told_when_refused(refused)
def desk_release(request: HttpRequest, contact: Contact) -> HttpResponse:
    services.release_contact(contact_id=contact.pk, worker=signed_in(request), now=clock.now())
    return redirect("desk")


@require_POST
@requires(Action.WORK_CONTACT, unit_contact)
@told_when_refused(refused)
def desk_transfer(request: HttpRequest, contact: Contact) -> HttpResponse:
    to_worker = chosen(User, request.POST.get("worker", ""))
    to_unit = None if to_worker else chosen(Unit, request.POST.get("unit", ""))
    try:
        services.transfer_contact(
            contact_id=contact.pk, worker=signed_in(request), to_worker=to_worker, to_unit=to_unit, now=clock.now()
        )
    except services.NotReachable as refusal:
        return contact_page(request, contact, status=400, transfer_error=refusal.detail)
    return redirect("desk")


@require_POST
@requires(Action.WORK_CONTACT, unit_contact)
@told_when_refused(refused)
def desk_go_live(request: HttpRequest, contact: Contact) -> HttpResponse:
    now = clock.now()
    is_here = bool(families_here([contact.pk], now))
    chat = services.go_live(contact_id=contact.pk, worker=signed_in(request), family_is_here=is_here, now=now)
    return to_contact(chat)


@require_POST
@requires(Action.WORK_CONTACT, unit_contact)
def desk_close(request: HttpRequest, contact: Contact) -> HttpResponse:
    sheet, kept = typed_sheet(request)
    try:
        services.close_contact(contact_id=contact.pk, worker=signed_in(request), now=clock.now(), **sheet)
    except (services.SheetIncomplete, BodyRefused) as refusal:
        return contact_page(request, contact, status=422, sheet_error=refusal.detail, **kept)
    except services.ContactRefused as refusal:
        return refused(request, contact, refusal, **kept)
    return redirect("desk")


@require_POST
@requires(Action.WORK_CONTACT, unit_contact)
def desk_send(request: HttpRequest, contact: Contact) -> HttpResponse:
    kept: dict[str, Any] = {"body": typed_text(request), "nonce": given_nonce(request)}
    if "detach" in request.POST:  # without scripts: the text as it was, and no service with it
        return contact_page(request, contact, **kept)
    service, session = request.POST.get("service", ""), request.session.session_key
    message = kept | {"service": service}
    kept["attached"] = service_to_hand_over(service)
    try:
        send_as_staff(contact=contact, user=signed_in(request), session_key=session, **message)
    except Unsent as unsent:
        return contact_page(request, contact, status=unsent.status, error=unsent.words, **kept)
    except services.ContactRefused as refusal:
        return refused(request, contact, refusal, **kept)
    return to_contact(contact)


@require_POST
@requires(Action.WRITE_NOTE, unit_contact)
def desk_note(request: HttpRequest, contact: Contact) -> HttpResponse:
    body = typed_text(request)
    try:
        services.add_note(contact=contact, worker=signed_in(request), body=body, now=clock.now())
    except BodyRefused as refusal:
        return contact_page(request, contact, status=422, note_body=body, note_error=refusal.detail)
    return HttpResponseRedirect(reverse("desk_contact", args=[contact.pk]) + "#notes")


@require_POST
@requires(DeskAction.SET_PRESENCE)
def desk_presence(request: HttpRequest) -> HttpResponse:
    capacity = request.POST.get("capacity", "")
    try:
        set_presence(
            user=signed_in(request),
            state=request.POST.get("state", ""),
            pause_reason=request.POST.get("pause_reason", ""),
            capacity=int(capacity) if capacity.isascii() and capacity.isdigit() else None,
            now=clock.now(),
        )
    except PresenceRefused:
        user, now = signed_in(request), clock.now()
        error = _("Valitse tauolle syy ja 1–8 keskustelua.")
        context = _lists(request, user, now) | {"presence_error": error}
        return render(request, "desk/page.html", context, status=422)
    return _back(request)


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """To the page the form was on, if that is one of ours."""
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/desk/")
    return HttpResponseRedirect(wanted if ours else reverse("desk"))


def chosen(model: type[Any], value: str) -> Any:
    """The row with this number, or None."""
    return (
        model.objects.filter(pk=int(value)).first() if value.isascii() and value.isdigit() and len(value) < 10 else None
    )
