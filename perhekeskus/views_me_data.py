"""My data: all of it to look at, to print and to take along, and its erasure."""

import json
from typing import Any

from django.contrib import messages
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import VisitorKey
from accounts.visitors import clear_visitor_cookie, visitor_key_of
from chat.views_family import typed_text
from core import clock
from core.permissions import requires
from core.text import BodyRefused
from guidance import services
from guidance.own_data import export_own_data
from guidance.permissions import Action
from guidance.selectors import erasures_of_key, own_contacts

REASON_LIMIT = 2_000
FILE_NAME = "perhekeskus-omat-tiedot.json"


@require_GET
@requires(Action.EXPORT_OWN_DATA)
def me_export(request: HttpRequest) -> HttpResponse:
    """As a page to read and print, or with `?format=json` as a file that other programs read."""
    key = visitor_key_of(request)
    data = export_own_data(key=key, now=clock.now()) if key else None
    if data is not None and request.GET.get("format") == "json":
        text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        response = HttpResponse(text, content_type="application/json; charset=utf-8")
        response.headers["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
        return response
    return render(request, "family/data/export.html", {"data": data})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.ERASE_OWN_DATA)
def me_erase(request: HttpRequest) -> HttpResponse:
    """Anonymous conversations: at once, after a tick that means it. What is in the own name: a wish that a supervisor
    answers."""
    key = visitor_key_of(request)
    if key is None or request.method != "POST":
        return _erase_page(request, key)
    if request.POST.get("what") == "record" and key.speaks_for_person(clock.now()):
        return _ask(request, key)
    if request.POST.get("sure") != "yes":
        error = _("Merkitse ensin, että haluat poistaa keskustelusi.")
        return _erase_page(request, key, 422, sure_error=error)
    return _erase(request, key)


def _erase(request: HttpRequest, key: VisitorKey) -> HttpResponse:
    try:
        services.erase_conversations(visitor_key=key, now=clock.now())
    except services.NothingToErase as refused:
        return _erase_page(request, key, refused.http_status, sure_error=refused.detail)
    return _erased(request)


def _ask(request: HttpRequest, key: VisitorKey) -> HttpResponse:
    reason = typed_text(request, "body")
    assert key.person is not None
    try:
        if len(reason) > REASON_LIMIT:
            raise BodyRefused("too_long", _("Teksti on liian pitkä. Enintään 2 000 merkkiä mahtuu."))
        erasure = services.ask_erasure(person=key.person, reason=reason, now=clock.now())
    except BodyRefused as refused:
        return _erase_page(request, key, 422, error=refused.detail, body=reason)
    if erasure.state == erasure.State.ERASED:
        return _erased(request)
    messages.success(request, _("Pyyntösi on perillä. Näet vastauksen tällä sivulla."))
    return redirect("me_erase")


def _erased(request: HttpRequest) -> HttpResponse:
    messages.success(request, _("Tietosi on poistettu. Paluukoodi ja tämä laite eivät enää avaa mitään."))
    response = redirect("start")
    clear_visitor_cookie(response)
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


@require_POST
@requires(Action.ERASE_OWN_DATA)
def me_erase_withdraw(request: HttpRequest) -> HttpResponse:
    key = visitor_key_of(request)
    person = key.person if key is not None and key.speaks_for_person(clock.now()) else None
    if person is not None and services.withdraw_erasure(person=person, now=clock.now()):
        messages.success(request, _("Pyyntö on peruttu. Mitään ei poisteta."))
    return redirect("me_erase")


def _erase_page(request: HttpRequest, key: VisitorKey | None, status: int = 200, **given: Any) -> HttpResponse:
    now = clock.now()
    anonymous = [contact for contact in own_contacts(key, now) if contact.person is None]
    wishes = erasures_of_key(key, now) if key else []
    context = {
        "has_key": key is not None,
        "identified": key is not None and key.speaks_for_person(now),
        "in_my_name": key is not None and key.person_id is not None,
        "contacts": anonymous,
        "erasures": wishes,
        "waits": any(wish.state == wish.State.ASKED for wish in wishes),
        "error": "",
        "sure_error": "",
        "body": "",
        "limit": REASON_LIMIT,
        **given,
    }
    return render(request, "family/data/erase.html", context, status=status)
