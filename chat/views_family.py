"""A family's contact, as plain pages and forms. Nothing typed is lost: what is refused comes back with its text."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import VisitorKey
from accounts.visitors import CODE_DIGITS, clear_visitor_cookie, visitor_key_of
from catalogue.selectors import topic_by_slug, topics
from chat.queue import QueuePlace, queue_place
from chat.summary import worker_shown
from chat.thread_rows import blank_rows, family_rows
from core import clock
from core.permissions import requires
from core.text import BODY_LIMIT, BodyRefused, clean_body
from core.throttling import messages_per_contact, messages_per_writer
from guidance import services
from guidance.callbacks import callback_of
from guidance.events import announce_messages
from guidance.identification import asked_request, identification_state, is_behind_identification
from guidance.message_log import Author, Entry, Outcome, write
from guidance.models import Contact, Feedback
from guidance.permissions import Action
from guidance.promises import mark_answers_due
from guidance.selectors import contact_of_key, continued_in, gone_live_from, messages_after
from guidance.signposts import told_in

CODE_COOKIE = "perhekeskus_code"
CODE_COOKIE_AGE = 600
WORD_LIMIT = 2000


def own_contact(request: HttpRequest, contact_id: uuid.UUID) -> Contact:
    """The visitor's own contact; raises Http404 for any other."""
    return contact_of_key(visitor_key_of(request), contact_id, clock.now())


def contact_or_gate(request: HttpRequest, contact_id: uuid.UUID) -> Contact | uuid.UUID:
    """The visitor's own contact, or the id alone of one that this device opens again after identification; raises
    Http404 for any other."""
    try:
        return own_contact(request, contact_id)
    except Http404:
        if is_behind_identification(visitor_key_of(request), contact_id):
            return contact_id
        raise


def gate(request: HttpRequest, contact_id: uuid.UUID, *, status: int = 200, body: str = "") -> HttpResponse:
    """What this device sees of a contact that needs identification: nothing but the way there, and its own text."""
    key = key_of(request)
    ended = key.person_id is not None and not key.speaks_for_person(clock.now())
    context = {"contact_id": contact_id, "ended": ended, "body": body}
    return render(request, "family/contact_gate.html", context, status=status)


def key_of(request: HttpRequest) -> VisitorKey:
    """The device's key in a view whose contact was already found by it."""
    key = visitor_key_of(request)
    assert key is not None
    return key


def typed_text(request: HttpRequest, name: str = "body") -> str:
    """What was typed: forms send every line break as CR LF, a keyboard gives LF."""
    return request.POST.get(name, "").replace("\r\n", "\n")


def given_nonce(request: HttpRequest) -> uuid.UUID:
    """The form's nonce, so that a form sent twice is one message; a fresh one when it is missing or spoilt."""
    try:
        return uuid.UUID(request.POST.get("nonce", ""))
    except ValueError:
        return uuid.uuid4()


def phase_of(contact: Contact) -> str:
    """Which face the page has: queue, talk (chat); sent, answering (message); callback; left, closed."""
    if contact.is_closed:
        return "closed"
    if contact.left_at is not None:
        return "left"
    if contact.channel == Contact.Channel.CALLBACK:
        return "callback"
    waiting = contact.state == Contact.State.WAITING
    if contact.channel == Contact.Channel.CHAT:
        return "queue" if waiting else "talk"
    return "sent" if waiting else "answering"


def _title(phase: str, contact: Contact) -> str:
    worker = worker_shown(contact)
    if phase in ("talk", "answering") and worker:
        return _("Keskustelu: %(name)s") % {"name": worker["name"]}
    return {
        "queue": _("Olet jonossa"),
        "sent": _("Viestisi on perillä"),
        "callback": _("Soitto on hoidossa"),
        "left": _("Lähdit keskustelusta"),
        "closed": _("Keskustelu on päättynyt"),
    }.get(phase, _("Keskustelu"))


def contact_page(request: HttpRequest, contact: Contact, *, status: int = 200, **given: Any) -> HttpResponse:
    """The contact as it is now. `given`: texts to keep in their fields, and what was wrong with them."""
    now = clock.now()
    phase = phase_of(contact)
    if "X-Panels" not in request.headers and contact.client_seen_seq < contact.last_seq:
        services.mark_seen(contact_id=contact.pk, kind="client", staff_id=None, seq=contact.last_seq)
    earlier = gone_live_from(contact)
    mark_answers_due([contact])
    queue = queue_place(contact, now) if phase == "queue" else None
    code = request.COOKIES.get(CODE_COOKIE, "")
    shown_code = code if len(code) == CODE_DIGITS and code.isdigit() else ""
    going_on = continued_in(contact)
    context = {
        "contact": contact,
        "phase": phase,
        "page_title": _title(phase, contact),
        "now": now,
        "rows": family_rows(contact, messages_after(contact), now),
        "blanks": blank_rows(),
        "worker": worker_shown(contact),
        "queue": queue or QueuePlace(1, None),
        "topics": topics(),
        "continued_as": going_on.pk if going_on else None,
        "continued_channel": going_on.channel if going_on else "",
        "earlier": earlier,
        "earlier_rows": family_rows(earlier, messages_after(earlier), now) if earlier else [],
        "told": told_in(contact) if phase in ("closed", "left") else [],
        "asked": asked_request(contact),
        "identification_state": identification_state(contact),
        "person": contact.person,
        "asks_feedback": services.may_give_feedback(contact),
        "helped_choices": Feedback.Helped.choices,
        "given": {"helped": "", "feeling": "", "word": ""},
        "feedback_error": "",
        "call": callback_of(contact),
        "caller": settings.CALLBACK_CALLER,
        "number": "",
        "number_error": "",
        "return_code": shown_code,
        "nonce": uuid.uuid4(),
        "body": "",
        "body_limit": BODY_LIMIT,
        "error": "",
        **given,
    }
    response = render(request, "family/contact.html", context, status=status)
    if shown_code and "X-Panels" not in request.headers:
        response.delete_cookie(CODE_COOKIE, path=reverse("contact", args=[contact.pk]), samesite="Lax")
    return response


def to_contact(contact_id: uuid.UUID, return_code: str | None = None) -> HttpResponseRedirect:
    """To the contact's page, which shows a new return code once."""
    address = reverse("contact", args=[contact_id])
    response = HttpResponseRedirect(address)
    if return_code:
        keep_code_for_page(response, address, return_code)
    return response


def keep_code_for_page(response: HttpResponse, address: str, return_code: str) -> None:
    """The code travels to its page in a short-lived cookie of that address alone, never in the address itself."""
    response.set_cookie(
        CODE_COOKIE,
        return_code,
        max_age=CODE_COOKIE_AGE,
        path=address,
        httponly=True,
        samesite="Lax",
        secure=settings.HTTPS,
    )


@require_GET
@requires(Action.READ_OWN_CONTACT, contact_or_gate)
def contact(request: HttpRequest, contact: Contact | uuid.UUID) -> HttpResponse:
    return contact_page(request, contact) if isinstance(contact, Contact) else gate(request, contact)


@require_POST
@requires(Action.WRITE_OWN_CONTACT, contact_or_gate)
def contact_send(request: HttpRequest, contact: Contact | uuid.UUID) -> HttpResponse:
    if not isinstance(contact, Contact):
        return gate(request, contact, status=409, body=typed_text(request))
    body, nonce, key = typed_text(request), given_nonce(request), key_of(request)
    kept: dict[str, Any] = {"body": body, "nonce": nonce}
    if "refresh" in request.POST:  # without scripts: what is new, and the half-written text as it was
        return contact_page(request, contact, **kept)
    wait = max(messages_per_writer.wait_for(f"visitor:{key.pk}"), messages_per_contact.wait_for(str(contact.pk)))
    if wait:
        error = _("Viestejä tuli hyvin nopeasti. Odota %(n)s sekuntia ja lähetä uudelleen.") % {"n": int(wait) + 1}
        return contact_page(request, contact, status=429, error=error, **kept)
    try:
        entry = Entry(contact.pk, nonce, clean_body(body), Author("client", key_id=key.pk), clock.now())
    except BodyRefused as refused:
        return contact_page(request, contact, status=422, error=refused.detail, **kept)
    written = write(entry)
    if written.message is None:
        error = _("Tämä keskustelu on jo päättynyt. Tekstisi on tallessa alla: voit lähettää sen uutena viestinä.")
        if written.outcome in (Outcome.CLOSED, Outcome.UNKNOWN):
            contact.refresh_from_db()
        return contact_page(request, contact, status=409, error=error, **kept)
    if written.outcome == Outcome.WRITTEN:
        announce_messages([written.message], contact.unit_id)
        services.heed_danger(contact_id=contact.pk, now=clock.now())
    return redirect(reverse("contact", args=[contact.pk]) + "#write")


@require_POST
@requires(Action.WRITE_OWN_CONTACT, own_contact)
def contact_leave(request: HttpRequest, contact: Contact) -> HttpResponse:
    services.leave_contact(contact=contact, visitor_key=key_of(request), now=clock.now())
    return to_contact(contact.pk)


@require_POST
@requires(Action.WRITE_OWN_CONTACT, own_contact)
def contact_forget(request: HttpRequest, contact: Contact) -> HttpResponse:
    services.leave_contact(contact=contact, visitor_key=key_of(request), now=clock.now())
    services.forget_device(visitor_key=key_of(request), now=clock.now())
    if contact.person is None:
        messages.info(request, _("Keskustelu on unohdettu tältä laitteelta. Takaisin pääsee vain paluukoodilla."))
    else:
        messages.info(request, _("Keskustelu on unohdettu tältä laitteelta. Takaisin pääsee tunnistautumalla."))
    response = redirect("start")
    clear_visitor_cookie(response)
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


@require_POST
@requires(Action.WRITE_OWN_CONTACT, own_contact)
def contact_topic(request: HttpRequest, contact: Contact) -> HttpResponse:
    topic = topic_by_slug(request.POST.get("topic", ""))
    try:
        services.choose_topic(contact=contact, topic=topic, visitor_key=key_of(request), now=clock.now())
    except services.ContactClosed as refused:
        messages.info(request, refused.detail)
    return to_contact(contact.pk)


@require_POST
@requires(Action.WRITE_OWN_CONTACT, own_contact)
def contact_code(request: HttpRequest, contact: Contact) -> HttpResponse:
    code = services.renew_return_code(visitor_key=key_of(request), now=clock.now())
    return to_contact(contact.pk, code)


@require_POST
@requires(Action.WRITE_OWN_CONTACT, own_contact)
def contact_to_message(request: HttpRequest, contact: Contact) -> HttpResponse:
    try:
        carried = services.carry_over(contact=contact, now=clock.now(), by=Author("client", key_id=key_of(request).pk))
    except services.ContactClosed:
        messages.info(request, _("Ohjaaja ehti jo mukaan, joten keskustelu jatkuu tässä."))
        return to_contact(contact.pk)
    return to_contact(carried.pk)


@require_POST
@requires(Action.ANSWER_IDENTIFICATION, own_contact)
def contact_decline(request: HttpRequest, contact: Contact) -> HttpResponse:
    try:
        services.decline_identification(contact=contact, now=clock.now())
    except services.NotAsked as refused:
        messages.info(request, refused.detail)
    return redirect(reverse("contact", args=[contact.pk]) + "#write")


def _feeling(value: str) -> int | None:
    return int(value) if value in {"1", "2", "3", "4", "5"} else None


@require_POST
@requires(Action.WRITE_OWN_CONTACT, own_contact)
def contact_feedback(request: HttpRequest, contact: Contact) -> HttpResponse:
    helped, feeling = request.POST.get("helped", ""), _feeling(request.POST.get("feeling", ""))
    word = typed_text(request, "word")[:WORD_LIMIT]
    if helped not in Feedback.Helped.values:
        helped = ""
    given = {"helped": helped, "feeling": str(feeling or ""), "word": word}
    if not helped and feeling is None and not word.strip():
        error = _("Vastaa yhteen kysymykseen, tai ohita palaute.")
        return contact_page(request, contact, status=422, given=given, feedback_error=error)
    try:
        services.give_feedback(
            contact=contact, visitor_key=key_of(request), helped=helped, feeling=feeling, word=word, now=clock.now()
        )
    except BodyRefused as refused:
        return contact_page(request, contact, status=422, given=given, feedback_error=refused.detail)
    except services.FeedbackNotAsked as refused:
        messages.info(request, refused.detail)
        return to_contact(contact.pk)
    messages.success(request, _("Kiitos palautteesta. Luemme sen."))
    return to_contact(contact.pk)
