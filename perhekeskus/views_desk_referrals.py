"""At the desk: referrals that the own units have sent or been sent, a new one, and the sender's acts on it."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Unit
from accounts.selectors import signed_in
from catalogue.selectors import service_to_hand_over
from chat.desk_page import bar_context
from chat.views_family import typed_text
from chat.views_staff import to_contact, unit_contact
from core import clock
from core.permissions import requires
from core.text import BodyRefused
from guidance.models import Contact
from guidance.services import record_look_at_lists
from guidance.services.errors import ContactRefused
from perhekeskus import referral_forms as forms
from perhekeskus.referral_along import along
from referrals import services
from referrals.models import Consent, Referral
from referrals.models.referral import TEXT_LIMIT
from referrals.permissions import Action
from referrals.staff import StaffReferral, received_by, sent_by, staff_referral

Act = Callable[[], object]


def side_referral(request: HttpRequest, referral_id: uuid.UUID) -> StaffReferral:
    """One of the reader's side. Raises Http404 for any other."""
    return staff_referral(signed_in(request), referral_id, clock.now())


def sender_referral(request: HttpRequest, referral_id: uuid.UUID) -> StaffReferral:
    return staff_referral(signed_in(request), referral_id, clock.now(), sender=True)


@require_GET
@requires(Action.LIST_REFERRALS)
def desk_referrals(request: HttpRequest) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    record_look_at_lists(worker=user, now=now)
    return _desk(
        request, "desk/referral/list.html", {"received": received_by(user, now), "sent": sent_by(user, now)}, now=now
    )


@require_GET
@requires(Action.READ_REFERRAL, side_referral)
def desk_referral(request: HttpRequest, told: StaffReferral) -> HttpResponse:
    return referral_page(request, told)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.MAKE_REFERRAL, unit_contact)
def desk_refer(request: HttpRequest, contact: Contact) -> HttpResponse:
    """A new one, from a contact of the own units."""
    if contact.person is None:
        messages.warning(request, _("Ohjaukseen tarvitaan tunnistautunut perhe. Pyydä perhettä ensin tunnistautumaan."))
        return to_contact(contact)
    now = clock.now()
    if request.method != "POST":
        sheet = forms.fresh(now)
        return _form(request, contact, sheet, slug=request.GET.get("service", ""))
    sheet, slug = forms.typed(request), request.POST.get("service", "")
    receiver, asking = forms.chosen_receiver(sheet), forms.asking_of(sheet)
    if receiver is None or sheet.wrong:
        return _form(request, contact, sheet, 422, slug=slug)
    try:
        referral = services.refer(
            relationship_id=contact.family.pk,
            worker=signed_in(request),
            unit=Unit.objects.get(pk=contact.unit_id),
            receiver=receiver,
            kind=Referral.Kind(sheet.kind),
            urgency=Referral.Urgency(sheet.urgency),
            service=service_to_hand_over(slug),
            contact_id=contact.pk,
            summary=sheet.summary,
            wish=sheet.wish,
            is_warm=sheet.is_warm,
            asking=asking,
            now=now,
        )
    except (ContactRefused, BodyRefused) as refusal:
        return _form(request, contact, sheet, sheet.refused(refusal), slug=slug)
    messages.success(request, _made(asking))
    return redirect("desk_referral", referral_id=referral.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.SEND_REFERRAL, sender_referral)
def desk_referral_edit(request: HttpRequest, told: StaffReferral) -> HttpResponse:
    if request.method != "POST":
        return _form(request, None, forms.of_draft(told.row), told=told)
    sheet = forms.typed(request)
    receiver = forms.chosen_receiver(sheet)
    if receiver is None:
        return _form(request, None, sheet, 422, told=told)
    try:
        services.change_draft(
            referral_id=told.pk,
            worker=signed_in(request),
            receiver=receiver,
            urgency=Referral.Urgency(sheet.urgency),
            summary=sheet.summary,
            wish=sheet.wish,
            is_warm=sheet.is_warm,
            now=clock.now(),
        )
    except (ContactRefused, BodyRefused) as refusal:
        return _form(request, None, sheet, sheet.refused(refusal), told=told)
    messages.success(request, _("Muutokset ovat tallessa."))
    return redirect("desk_referral", referral_id=told.pk)


@require_POST
@requires(Action.SEND_REFERRAL, sender_referral)
def desk_referral_ask(request: HttpRequest, told: StaffReferral) -> HttpResponse:
    """Ask for the family's permission, or write down what it said aloud."""
    sheet = forms.typed(request)
    if sheet.asking == forms.LATER:
        sheet.asking = forms.OWN_PAGE
    asking = forms.asking_of(sheet)
    if asking is None:
        return referral_page(request, told, 422, sheet=sheet)
    try:
        services.ask(referral_id=told.pk, worker=signed_in(request), asking=asking, now=clock.now())
    except (ContactRefused, BodyRefused) as refusal:
        return _again(request, told, sheet.refused(refusal), sheet=sheet)
    messages.success(request, _made(asking))
    return redirect("desk_referral", referral_id=told.pk)


@require_POST
@requires(Action.SEND_REFERRAL, sender_referral)
def desk_referral_consent(request: HttpRequest, told: StaffReferral) -> HttpResponse:
    """`decision` on the question that was on the page: `spoken` yes, or taken back by the sender."""
    user, now, decision = signed_in(request), clock.now(), request.POST.get("decision", "")
    number = request.POST.get("consent", "")
    asked = Consent.objects.filter(referral=told.pk, pk=int(number)).first() if _is_number(number) else None
    if asked is None or decision not in ("spoken", "cancel"):
        return referral_page(request, told, 422, error=_("Valitse, mitä luvalle tehdään."))
    if decision == "spoken":
        return _done(
            request,
            told,
            lambda: services.record_spoken_consent(consent_id=asked.pk, worker=user, now=now),
            _("Lupa on kirjattu. Voit nyt lähettää ohjauksen."),
        )
    return _done(
        request,
        told,
        lambda: services.cancel_consent(consent_id=asked.pk, worker=user, now=now),
        _("Kysymys on peruttu."),
    )


@require_POST
@requires(Action.SEND_REFERRAL, sender_referral)
def desk_referral_send(request: HttpRequest, told: StaffReferral) -> HttpResponse:
    act = lambda: services.send(referral_id=told.pk, worker=signed_in(request), now=clock.now())  # noqa: E731
    return _done(request, told, act, _("Ohjaus on lähetetty."))


@require_POST
@requires(Action.SEND_REFERRAL, sender_referral)
def desk_referral_end(request: HttpRequest, told: StaffReferral) -> HttpResponse:
    """The sender takes it back, with a reason."""
    user, reason = signed_in(request), typed_text(request, "reason")
    return _done(
        request,
        told,
        lambda: services.withdraw(referral_id=told.pk, worker=user, reason=reason, now=clock.now()),
        _("Ohjaus on peruttu."),
        end_reason=reason,
        wrong="end",
    )


@require_POST
@requires(Action.SEND_REFERRAL, sender_referral)
def desk_referral_seen_to(request: HttpRequest, told: StaffReferral) -> HttpResponse:
    user = signed_in(request)
    return _done(
        request,
        told,
        lambda: services.see_to(referral_id=told.pk, worker=user, now=clock.now()),
        _("Merkitty: jatkosta on sovittu."),
    )


@require_POST
@requires(Action.SEND_REFERRAL, sender_referral)
def desk_referral_handed_over(request: HttpRequest, told: StaffReferral) -> HttpResponse:
    user = signed_in(request)
    return _done(
        request,
        told,
        lambda: services.hand_over_warmly(referral_id=told.pk, worker=user, now=clock.now()),
        _("Yhteinen tapaaminen on kirjattu."),
    )


# -- pages, and what every act has in common ----------------------------------------------------------


def referral_page(request: HttpRequest, told: StaffReferral, status: int = 200, **given: Any) -> HttpResponse:
    """`given`: what was wrong, and what was typed."""
    user, now = signed_in(request), clock.now()
    services.record_look(referral=told.row, worker=user, now=now)
    context = {
        "told": told,
        "steps": list(told.row.steps.select_related("receiver", "staff")),
        "along": along(told),
        "sheet": forms.fresh(now),
        "error": "",
        "wrong": "",
        "end_reason": "",
        "answer_words": "",
        "answer_decision": "",
        "answer_receiver": "",
        "outcome": "",
        "words_limit": TEXT_LIMIT,
        "outcomes": Referral.Outcome.choices,
        **forms.choices(),
        **given,
    }
    return _desk(request, "desk/referral/page.html", context, status, now=now)


def _done(
    request: HttpRequest, told: StaffReferral, act: Act, words: str, *, wrong: str = "", **kept: Any
) -> HttpResponse:
    """Do it, and back to the page; when it is refused, the page as it is by now, with what was typed."""
    return done(request, told, act, words, to="desk_referral", wrong=wrong, **kept)


def done(
    request: HttpRequest, told: StaffReferral, act: Act, words: str, *, to: str, wrong: str = "", **kept: Any
) -> HttpResponse:
    """As above, for both sides. `to`: where to when it is done."""
    try:
        act()
    except (ContactRefused, BodyRefused) as refusal:
        status = getattr(refusal, "http_status", 422)
        return _again(request, told, status, error=refusal.detail, wrong=wrong, **kept)
    messages.success(request, words)
    return redirect(to, referral_id=told.pk) if to == "desk_referral" else redirect(to)


def _again(request: HttpRequest, told: StaffReferral, status: int, **given: Any) -> HttpResponse:
    return referral_page(request, side_referral(request, told.pk), status, **given)


def _form(
    request: HttpRequest,
    contact: Contact | None,
    sheet: forms.Typed,
    status: int = 200,
    *,
    told: StaffReferral | None = None,
    slug: str = "",
) -> HttpResponse:
    """The form of a new one from a contact, or of `told`, whose words are changed."""
    now = clock.now()
    if told is not None:
        services.record_look(referral=told.row, worker=signed_in(request), now=now)
    person = told.person if told is not None else contact.person if contact is not None else None
    context = {
        "sheet": sheet,
        "about": contact,
        "told": told,
        "person": person,
        "service": service_to_hand_over(slug),
        "words_limit": TEXT_LIMIT,
        **forms.choices(),
    }
    return _desk(request, "desk/referral/form.html", context, status, now=now)


def _made(asking: services.Asking | None) -> str:
    if asking is None:
        return _("Luonnos on tallessa.")
    if asking.spoken:
        return _("Lupa on kirjattu. Voit nyt lähettää ohjauksen.")
    return _("Perheeltä on kysytty lupaa. Se vastaa omalla sivullaan.")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18


def _desk(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200, *, now: dt.datetime
) -> HttpResponse:
    return render(request, template, bar_context(signed_in(request), now) | context, status=status)
