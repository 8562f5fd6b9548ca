"""A family asks to be called, from the door or from a queue, and puts its number right."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import visitors
from accounts.persons import person_of
from accounts.visitors import set_visitor_cookie, visitor_key_of
from catalogue.selectors import topic_by_slug, topics
from chat.participants import opening_wait
from chat.turned_away import note_door_taken, visit_of
from chat.views_family import contact_page, given_nonce, key_of, own_contact, to_contact, typed_text
from chat.views_opening import followed, opened_answer, wants_json
from core import clock
from core.permissions import requires
from core.text import BODY_LIMIT, BodyRefused
from guidance import services
from guidance.message_log import Author
from guidance.models import CallbackRequest, Contact
from guidance.permissions import Action
from guidance.phone_numbers import TYPED_LIMIT, NumberRefused
from guidance.selectors import messages_after

Channel = Contact.Channel


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.OPEN_CONTACT)
def callback_new(request: HttpRequest) -> HttpResponse:
    if request.method != "POST" or "carry" in request.POST:  # a text begun at another door comes along
        return _form(request)
    if opening_wait(request):
        error = _("Yhteydenottoja tuli hyvin nopeasti. Odota minuutti ja lähetä uudelleen. Tekstisi on tallessa.")
        return _refused(request, 429, error=error)
    try:
        opened = services.open_contact(
            visitor_key=visitor_key_of(request),
            channel=Channel.CALLBACK,
            nonce=given_nonce(request),
            body=typed_text(request),
            call=_call(request),
            topic=topic_by_slug(request.POST.get("topic", "")),
            language=get_language() or "fi",
            follows=followed(request.POST.get("follows", "")),
            fresh_secret=request.COOKIES.get(settings.VISITOR_COOKIE_NAME, ""),
            now=clock.now(),
        )
    except NumberRefused as refused:
        return _refused(request, 422, number_error=refused.detail)
    except BodyRefused as refused:
        return _refused(request, 422, error=refused.detail)
    except services.NotFollowable:
        error = _("Aiempi keskustelu on toisella laitteella. Lähetä tämä uutena.")
        return _refused(request, 422, error=error, follows=None)
    note_door_taken(visit=visit_of(request), channel=Channel.CALLBACK, now=clock.now())
    return opened_answer(request, opened)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.WRITE_OWN_CONTACT, own_contact)
def contact_to_callback(request: HttpRequest, contact: Contact) -> HttpResponse:
    """From the queue: what was written goes along, only the number is asked."""
    carried: dict[str, Any] = {
        "carries": contact,
        "lines": [line for line in messages_after(contact) if line.kind == "client"],
    }
    if request.method != "POST":
        waits = contact.state == Contact.State.WAITING and contact.channel == Channel.CHAT
        return _form(request, **carried) if waits else to_contact(contact.pk)
    try:
        call = _call(request)
        author = Author("client", key_id=key_of(request).pk)
        follower = services.carry_over(contact=contact, call=call, now=clock.now(), by=author)
    except NumberRefused as refused:
        return _form(request, status=422, number_error=refused.detail, **carried)
    except services.ContactClosed:
        messages.info(request, _("Ohjaaja ehti jo mukaan, joten keskustelu jatkuu tässä."))
        return to_contact(contact.pk)
    return to_contact(follower.pk)


@require_POST
@requires(Action.WRITE_OWN_CONTACT, own_contact)
def contact_number(request: HttpRequest, contact: Contact) -> HttpResponse:
    number = request.POST.get("number", "")[: TYPED_LIMIT + 1]
    try:
        services.change_number(contact=contact, number=number, visitor_key=key_of(request), now=clock.now())
    except NumberRefused as refused:
        return contact_page(request, contact, status=422, number=number, number_error=refused.detail)
    except services.ContactRefused as refused:
        messages.info(request, refused.detail)
        return to_contact(contact.pk)
    messages.success(request, _("Numero on vaihdettu."))
    return to_contact(contact.pk)


def _call(request: HttpRequest) -> services.CallWish:
    return services.call_wish(request.POST.get("number", ""), request.POST.getlist("wishes"))


def _refused(request: HttpRequest, status: int, **given: Any) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"detail": given.get("error") or given["number_error"]}, status=status)
    return _form(request, status=status, **given)


def _form(request: HttpRequest, *, status: int = 200, carries: Contact | None = None, **given: Any) -> HttpResponse:
    asked = request.POST if request.method == "POST" else request.GET
    again = request.method == "POST" and "carry" not in request.POST
    context = {
        "action": reverse("contact_to_callback", args=[carries.pk]) if carries else reverse("callback_new"),
        "carries": carries,
        "wish_choices": CallbackRequest.Wish.choices,
        "wishes": asked.getlist("wishes"),
        "number": asked.get("number", "")[: TYPED_LIMIT + 1] if again else "",
        "number_error": "",
        "topics": topics(),
        "chosen_topic": asked.get("topic", ""),
        "follows": followed(asked.get("follows", "")),
        "nonce": given_nonce(request) if again else uuid.uuid4(),
        "body": typed_text(request),
        "body_limit": BODY_LIMIT,
        "visit": visit_of(request),
        "error": "",
        "person": person_of(visitor_key_of(request), clock.now()),
        "caller": settings.CALLBACK_CALLER,
        **given,
    }
    response = render(request, "family/callback_new.html", context, status=status)
    if visitor_key_of(request) is None and not request.COOKIES.get(settings.VISITOR_COOKIE_NAME):
        # The browser has its secret before anything is stored: an answer lost on the way opens nothing twice.
        set_visitor_cookie(response, visitors.new_secret())
    return response
