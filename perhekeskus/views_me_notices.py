"""Notices by e-mail for an identified person: the address, its code, and the end of it, also from a letter."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import notices
from accounts.models import Person
from accounts.persons import person_of
from accounts.visitors import visitor_key_of
from core import clock
from core.permissions import requires
from core.throttling import notice_addresses_per_person, notice_codes_per_address
from guidance.permissions import Action

ADDRESS_LIMIT = 254
ONE_CLICK = "One-Click"  # RFC 8058, as the mail program of the reader sends it


def _person(request: HttpRequest) -> Person | None:
    return person_of(visitor_key_of(request), clock.now())


@require_GET
@requires(Action.KEEP_NOTICES)
def me_notices(request: HttpRequest) -> HttpResponse:
    person = _person(request)
    return redirect("me") if person is None else _page(request, person)


@require_POST
@requires(Action.KEEP_NOTICES)
def me_notices_add(request: HttpRequest) -> HttpResponse:
    person = _person(request)
    if person is None:
        return redirect("me")
    address = request.POST.get("address", "").strip()
    if not _is_address(address):
        error = _("Tarkista osoite. Sen pitäisi olla muotoa nimi@esimerkki.fi.")
        return _page(request, person, 422, address=address[:ADDRESS_LIMIT], address_error=error)
    if _too_many(person, address):
        return _page(request, person, 429, address=address, address_error=_many())
    notices.add_address(person=person, address=address, language=get_language() or "fi", now=clock.now())
    return redirect("me_notices")


@require_POST
@requires(Action.KEEP_NOTICES)
def me_notices_code(request: HttpRequest) -> HttpResponse:
    """The code from the letter; or, asked for again, another one."""
    person = _person(request)
    row = notices.address_of(person) if person is not None else None
    if person is None or row is None:
        return redirect("me_notices")
    if request.POST.get("again"):
        if _too_many(person, notices.in_clear(row)):
            return _page(request, person, 429, code_error=_many())
        notices.send_code_again(person=person, now=clock.now())
        messages.success(request, _("Lähetimme uuden koodin. Aiempi koodi ei enää toimi."))
        return redirect("me_notices")
    if not notices.enter_code(person=person, code=request.POST.get("code", "")[:20], now=clock.now()):
        error = _("Koodi ei täsmää tai se on vanhentunut. Tarkista numerot tai pyydä uusi koodi.")
        return _page(request, person, 422, code_error=error)
    messages.success(request, _("Osoite on vahvistettu. Saat ilmoituksen, kun sinulle on viesti."))
    return redirect("me_notices")


@require_POST
@requires(Action.KEEP_NOTICES)
def me_notices_remove(request: HttpRequest) -> HttpResponse:
    person = _person(request)
    row = notices.address_of(person) if person is not None else None
    if row is not None:
        notices.remove_address(row=row, now=clock.now())
        messages.success(request, _("Osoite on poistettu. Emme lähetä siihen enää mitään."))
    return redirect("me_notices")


def _too_many(person: Person, address: str) -> bool:
    """Counted for whoever asks and for the address, so that nobody's mailbox is filled from here."""
    return notice_addresses_per_person.exceeded(str(person.pk)) or notice_codes_per_address.exceeded(address.lower())


def _many() -> str:
    return _("Koodeja on pyydetty monta kertaa. Odota hetki ja yritä myöhemmin uudelleen.")


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= ADDRESS_LIMIT


def _page(request: HttpRequest, person: Person, status: int = 200, **given: str) -> HttpResponse:
    row = notices.address_of(person)
    context: dict[str, Any] = {
        "row": row,
        "own_address": notices.in_clear(row) if row is not None else "",
        "address": "",
        "address_error": "",
        "code_error": "",
        **given,
    }
    return render(request, "family/me/notices.html", context, status=status)


# -- the link in a letter -------------------------------------------------------------------------------


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.STOP_NOTICES)
def notices_stop(request: HttpRequest) -> HttpResponse:
    """The mail program's own button sends one thing only, without our cookies; whatever else is posted here comes
    from our page and carries its token."""
    if request.method == "POST" and request.POST.get("List-Unsubscribe") == ONE_CLICK:
        return _stop(request)
    return _stop_page(request)


@csrf_protect
def _stop_page(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _stop(request)
    token = request.GET.get("t", "")
    known = notices.address_by_token(token) is not None
    return render(request, "family/me/notices_stop.html", {"known": known, "done": False, "token": token})


def _stop(request: HttpRequest) -> HttpResponse:
    """The same answer whether there was an address or not."""
    row = notices.address_by_token(request.GET.get("t", ""))
    if row is not None:
        notices.remove_address(row=row, now=clock.now())
    return render(request, "family/me/notices_stop.html", {"known": False, "done": True, "token": ""})
