"""The desk's part in who is who: asking for identification, undoing a binding, the child a contact is about, the
identity code."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_POST

from accounts.confirmation import confirmed
from accounts.selectors import signed_in
from chat.staff_acts import told_when_refused
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
@told_when_refused(refused)
def desk_ask(request: HttpRequest, contact: Contact) -> HttpResponse:
    reason = typed_text(request, "reason")
    if not reason.strip():
        reason = request.POST.get("ready", "")
    try:
        services.ask_identification(contact_id=contact.pk, worker=signed_in(request), reason=reason, now=clock.now())
    except BodyRefused as refusal:
        return contact_page(request, contact, status=422, ask_reason=reason, ask_error=refusal.detail)
    return to_contact(contact)


@require_POST
@requires(Action.ASK_IDENTIFICATION, unit_contact)
@told_when_refused(refused)
def desk_withdraw(request: HttpRequest, contact: Contact) -> HttpResponse:
    services.withdraw_identification(contact_id=contact.pk, worker=signed_in(request), now=clock.now())
    return to_contact(contact)


@require_POST
@requires(Action.UNDO_BINDING, unit_contact)
@told_when_refused(refused)
def desk_undo(request: HttpRequest, contact: Contact) -> HttpResponse:
    reason = typed_text(request, "reason")
    try:
        services.undo_binding(contact_id=contact.pk, worker=signed_in(request), reason=reason, now=clock.now())
    except BodyRefused as refusal:
        return contact_page(request, contact, status=422, undo_reason=reason, undo_error=refusal.detail)
    return to_contact(contact)


@require_POST
@requires(Action.NAME_CHILD, unit_contact)
@told_when_refused(refused)
def desk_child(request: HttpRequest, contact: Contact) -> HttpResponse:
    sheet = {name: request.POST.get(name, "") for name in ("child", "name", "birth_date", "may_act")}
    sheet["reason"] = typed_text(request, "reason")
    try:
        services.name_child(
            contact_id=contact.pk,
            worker=signed_in(request),
            child_id=_number(sheet["child"]),
            name=sheet["name"],
            birth_date=_date(sheet["birth_date"]),
            judgement=_judgement(sheet),
            now=clock.now(),
        )
    except (services.ChildUnknown, services.MaturityNeeded, BodyRefused) as refusal:
        wrong = {services.MaturityNeeded: "may_act", BodyRefused: "reason"}.get(type(refusal), "child")
        return contact_page(
            request, contact, status=422, child_sheet=sheet, child_error=refusal.detail, child_wrong=wrong
        )
    return to_contact(contact)


def _number(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None


def _date(value: str) -> dt.date | None:
    try:
        return parse_date(value)
    except ValueError:  # a day that no month has
        return None


def _judgement(sheet: dict[str, str]) -> services.Judgement | None:
    if sheet["may_act"] not in ("yes", "no"):
        return None
    return services.Judgement(sheet["may_act"] == "yes", sheet["reason"])


@require_POST
@requires(Action.SHOW_IDENTITY_CODE, unit_contact)
@confirmed
@told_when_refused(refused)
def desk_identity_code(request: HttpRequest, contact: Contact) -> HttpResponse:
    """The code stands in this answer alone: the page that is opened next does not have it."""
    reason = request.POST.get("reason", "")
    code = services.show_identity_code(contact_id=contact.pk, worker=signed_in(request), reason=reason, now=clock.now())
    return contact_page(request, contact, shown_code=code)
