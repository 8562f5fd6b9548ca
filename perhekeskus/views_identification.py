"""The walk through strong identification: away to the provider, back again, and what it means for a conversation."""

import datetime as dt
import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.identification.browser import browser_secret_of, return_address, set_browser_secret
from accounts.identification.interface import IdentificationFailed, Level
from accounts.identification.registry import is_available
from accounts.identification.words import failure_words
from accounts.models import Identification
from accounts.persons import (
    UnknownAttempt,
    await_end,
    complete_identification,
    device_secret,
    remember_person,
    start_identification,
)
from accounts.visitors import find_key, set_visitor_cookie, visitor_key_of
from chat.views_family import contact_or_gate
from core import clock
from core.permissions import requires
from core.throttling import identification_attempts
from guidance.identification import asked_request
from guidance.models import Contact
from guidance.permissions import Action
from guidance.services import BoundToAnother, NotAsked, bind_contact

Purpose, State = Identification.Purpose, Identification.State


@require_POST
@requires(Action.IDENTIFY)
def start(request: HttpRequest) -> HttpResponse:
    """To the provider: from a conversation whose worker has asked (`contact`), or from the own page."""
    contact_id = _contact_of_form(request)
    if contact_id is not None:
        contact = contact_or_gate(request, contact_id)
        if isinstance(contact, Contact) and asked_request(contact) is None:
            messages.info(request, NotAsked().detail)
            return _to(contact_id)
    if not is_available():
        return _stay(request, contact_id, _("Tunnistautuminen ei ole juuri nyt mahdollista. Voit jatkaa nimettömänä."))
    if identification_attempts.exceeded(request.META.get("REMOTE_ADDR", "")):
        return _stay(
            request, contact_id, _("Tunnistautumista on yritetty monta kertaa. Odota hetki ja yritä uudelleen.")
        )
    try:
        started = start_identification(
            purpose=Purpose.OWN_PAGE if contact_id is None else Purpose.CONTACT,
            contact_id=contact_id,
            language=get_language() or "fi",
            level=Level.SUBSTANTIAL,
            return_address=return_address(request),
            browser_secret=browser_secret_of(request),
            now=clock.now(),
        )
    except IdentificationFailed as refusal:
        return _stay(request, contact_id, str(failure_words(refusal.failure)))
    response = HttpResponseRedirect(started.address)
    set_browser_secret(response, started.browser_secret)
    return response


@require_GET
@requires(Action.IDENTIFY)
def come_back(request: HttpRequest) -> HttpResponse:
    """The provider's answer, in the language in which the family left. The address is the one agreed with the
    provider, so it has no language of its own."""
    now, params, browser_secret = clock.now(), request.GET.dict(), browser_secret_of(request)
    secret = device_secret(params=params, browser_secret=browser_secret)
    try:
        attempt = complete_identification(
            params=params,
            browser_secret=browser_secret,
            return_address=return_address(request),
            now=now,
        )
    except UnknownAttempt as unknown:
        if unknown.finished is not None:
            return _answered_before(request, await_end(attempt=unknown.finished, secret=secret), secret)
        with translation.override(translation.get_language_from_request(request)):
            words = _(
                "Tämä tunnistautuminen ei ole enää kesken tässä selaimessa. Mitään ei kadonnut. Aloita uudelleen."
            )
            return _stay(request, None, words)
    with translation.override(attempt.language):
        return _answered(request, attempt, secret, now)


def _answered_before(request: HttpRequest, attempt: Identification, secret: str) -> HttpResponse:
    """Nothing happens again. A browser that has lost the page with its new secret gets it now."""
    with translation.override(attempt.language):
        response = _to(attempt.contact_id)
    if visitor_key_of(request) is None and find_key(secret) is not None:
        set_visitor_cookie(response, secret)
    return response


def _answered(request: HttpRequest, attempt: Identification, secret: str, now: dt.datetime) -> HttpResponse:
    if attempt.state == State.DONE:
        return _identified(request, attempt, secret, now)
    if attempt.state == State.CANCELLED:
        messages.info(request, _("Keskeytit tunnistautumisen. Mitään ei kadonnut. Voit yrittää uudelleen tai jatkaa."))
        return _to(attempt.contact_id)
    if attempt.state == State.EXPIRED:
        words = _("Tunnistautumisesta ehti kulua yli tunti, joten se vanheni. Mitään ei kadonnut. Yritä uudelleen.")
    else:
        words = str(failure_words(attempt.failure))
    return _stay(request, attempt.contact_id, words)


def _identified(request: HttpRequest, attempt: Identification, secret: str, now: dt.datetime) -> HttpResponse:
    key = visitor_key_of(request)
    if attempt.contact_id is not None:
        try:
            contact, secret = bind_contact(identification=attempt, visitor_key=key, now=now, secret=secret)
        except NotAsked as refused:
            messages.info(request, refused.detail)
            return _to(attempt.contact_id)
        except (BoundToAnother, Http404):
            messages.info(request, _("Tunnistauduit, mutta keskustelu ei ole sinun tiedoissasi. Tästä näet omasi."))
        else:
            messages.success(request, _("Olet tunnistautunut. Keskustelu jatkuu tästä."))
            response = _to(contact.pk)
            set_visitor_cookie(response, secret)
            return response
    assert attempt.person is not None
    _key, secret = remember_person(key=key, person=attempt.person, now=now, secret=secret)
    response = redirect("me")
    set_visitor_cookie(response, secret)
    return response


def _contact_of_form(request: HttpRequest) -> uuid.UUID | None:
    """The conversation that the form names; None for the own page. Raises Http404 for what cannot be one."""
    named = request.POST.get("contact", "")
    if not named:
        return None
    try:
        return uuid.UUID(named)
    except ValueError:
        raise Http404 from None


def _stay(request: HttpRequest, contact_id: uuid.UUID | None, words: str) -> HttpResponse:
    messages.error(request, words)
    return _to(contact_id)


def _to(contact_id: uuid.UUID | None) -> HttpResponseRedirect:
    """Back to where the family left: the same place in the same thread, or the own page."""
    if contact_id is None:
        return HttpResponseRedirect(reverse("me"))
    return HttpResponseRedirect(reverse("contact", args=[contact_id]) + "#write")
