"""How a family opens a contact, and comes back to one."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import visitors
from accounts.persons import person_of
from accounts.visitors import UnknownReturnCode, redeem_return_code, set_visitor_cookie, visitor_key_of
from catalogue.selectors import topic_by_slug, topics
from chat.doors import DoorState, door_state, door_states
from chat.participants import opening_wait
from chat.turned_away import FIELD, note_door_taken, turned_away, visit_of
from chat.views_family import given_nonce, keep_code_for_page, to_contact, typed_text
from core import clock
from core.permissions import requires
from core.text import BODY_LIMIT, BodyRefused
from core.throttling import return_code_attempts
from guidance.models import Contact
from guidance.permissions import Action
from guidance.selectors import own_contacts
from guidance.services import NotFollowable, OpenedContact, open_contact, opened_before

Channel = Contact.Channel


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.OPEN_CONTACT)
def chat_new(request: HttpRequest) -> HttpResponse:
    return _open(request, Channel.CHAT)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.OPEN_CONTACT)
def message_new(request: HttpRequest) -> HttpResponse:
    return _open(request, Channel.MESSAGE)


def _open(request: HttpRequest, channel: str) -> HttpResponse:
    if request.method != "POST":
        return _came(request, channel)
    channel = request.POST.get("channel", channel)
    if channel not in (Channel.CHAT, Channel.MESSAGE):
        channel = Channel.MESSAGE
    body, nonce = typed_text(request), given_nonce(request)
    if channel == Channel.CHAT and (shut := _shut(request, nonce)):
        return _refused(request, channel, 409, _why_shut(shut), body, nonce, visit=_turned_away(request, shut))
    if opening_wait(request):
        error = _("Yhteydenottoja tuli hyvin nopeasti. Odota minuutti ja lähetä uudelleen. Tekstisi on tallessa.")
        return _refused(request, channel, 429, error, body, nonce)
    try:
        opened = open_contact(
            visitor_key=visitor_key_of(request),
            channel=channel,
            nonce=nonce,
            body=body,
            topic=topic_by_slug(request.POST.get("topic", "")),
            language=get_language() or "fi",
            follows=followed(request.POST.get("follows", "")),
            fresh_secret=request.COOKIES.get(settings.VISITOR_COOKIE_NAME, ""),
            now=clock.now(),
        )
    except BodyRefused as refused:
        return _refused(request, channel, 422, refused.detail, body, nonce)
    except NotFollowable:
        error = _("Aiempi keskustelu on toisella laitteella. Lähetä tämä uutena.")
        return _refused(request, channel, 422, error, body, nonce, follows=None)
    note_door_taken(visit=visit_of(request), channel=channel, now=clock.now())
    return opened_answer(request, opened)


def _came(request: HttpRequest, channel: str) -> HttpResponse:
    """The page of a door. Whoever came to a shut chat door, here or by the link of one that says so, is counted once:
    the visit stands in the address, so that the page opened again is the same visit."""
    from_chat = channel == Channel.CHAT or request.GET.get(FIELD) == Channel.CHAT
    doors = door_states(clock.now())
    door = next((state for state in doors if state.channel == Channel.CHAT and from_chat), None)
    visit = _turned_away(request, door) if door else None
    if visit is not None and visit != visit_of(request):
        asked = request.GET.copy()
        asked[FIELD] = str(visit)
        return HttpResponseRedirect(f"{request.path}?{asked.urlencode()}")
    return _form(request, channel, door_states=doors)


def _turned_away(request: HttpRequest, door: DoorState) -> uuid.UUID | None:
    language = get_language() or "fi"
    return turned_away(request, door, visit=visit_of(request), language=language, now=clock.now())


def _shut(request: HttpRequest, nonce: uuid.UUID) -> DoorState | None:
    """The chat's door when it lets nobody in; None when it does, or when this very chat was opened before it shut."""
    now = clock.now()
    door = door_state(Channel.CHAT, now) or DoorState(Channel.CHAT, is_open=False)
    secret = request.COOKIES.get(settings.VISITOR_COOKIE_NAME, "")
    known = opened_before(visitor_key=visitor_key_of(request), fresh_secret=secret, nonce=nonce, now=now)
    return None if door.is_open or known else door


def _why_shut(door: DoorState) -> str:
    if door.full:
        return _("Chat ehti täyttyä. Tekstisi on tallessa: voit lähettää sen viestinä.")
    return _("Chat ehti mennä kiinni. Tekstisi on tallessa: voit lähettää sen viestinä.")


def opened_answer(request: HttpRequest, opened: OpenedContact) -> HttpResponse:
    if wants_json(request):
        address = reverse("contact", args=[opened.contact.pk])
        response: HttpResponse = JsonResponse({"location": address}, status=201 if opened.created else 200)
        if opened.return_code:
            keep_code_for_page(response, address, opened.return_code)
    else:
        response = to_contact(opened.contact.pk, opened.return_code)
    if opened.secret:
        set_visitor_cookie(response, opened.secret)
    return response


def wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "") == "application/json"


def followed(value: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(value)
    except ValueError:
        return None


def _refused(
    request: HttpRequest, channel: str, status: int, error: str, body: str, nonce: uuid.UUID, **given: Any
) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"detail": error, "turned": given.get("visit")}, status=status)
    return _form(request, channel, status=status, error=error, body=body, nonce=nonce, **given)


def _form(request: HttpRequest, channel: str, *, status: int = 200, **given: Any) -> HttpResponse:
    asked = request.POST if request.method == "POST" else request.GET
    context = {
        "channel": channel,
        "action": reverse("chat_new" if channel == Channel.CHAT else "message_new"),
        "topics": topics(),
        "chosen_topic": asked.get("topic", ""),
        "follows": followed(asked.get("follows", "")),
        "nonce": uuid.uuid4(),
        "body": "",
        "body_limit": BODY_LIMIT,
        "visit": visit_of(request),
        "error": "",
        "person": person_of(visitor_key_of(request), clock.now()),
        **given,
    }
    response = render(request, "family/chat_new.html", context, status=status)
    if visitor_key_of(request) is None and not request.COOKIES.get(settings.VISITOR_COOKIE_NAME):
        # The browser has its secret before anything is stored: an answer lost on the way opens nothing twice.
        set_visitor_cookie(response, visitors.new_secret())
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.OPEN_CONTACT)
def return_code(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return render(request, "family/return.html", {"code": "", "error": ""})
    code = request.POST.get("code", "")[:60]
    if return_code_attempts.exceeded(request.META.get("REMOTE_ADDR", "")):
        error = _("Koodia on kokeiltu monta kertaa. Odota 15 minuuttia ja yritä uudelleen.")
        return render(request, "family/return.html", {"code": code, "error": error}, status=429)
    try:
        _visitor, secret = redeem_return_code(code=code, now=clock.now())
    except UnknownReturnCode:
        error = _("Tällä koodilla ei löydy keskustelua. Tarkista, että koodissa on 16 numeroa.")
        return render(request, "family/return.html", {"code": code, "error": error}, status=422)
    contacts = own_contacts(visitors.find_key(secret), clock.now())
    if not contacts:
        messages.info(request, _("Koodi toimii, mutta sillä ei ole vielä keskusteluja."))
        response: HttpResponse = redirect("start")
    else:
        newest = next((contact for contact in contacts if not contact.is_closed), contacts[0])
        response = to_contact(newest.pk)
    set_visitor_cookie(response, secret)
    return response
