"""At the desk: the receiver's acts on a referral that was sent to the own unit."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.selectors import signed_in
from chat.views_family import typed_text
from core import clock
from core.permissions import requires
from perhekeskus import referral_forms as forms
from perhekeskus.views_desk_referrals import done, referral_page
from referrals import services
from referrals.permissions import Action
from referrals.staff import StaffReferral, staff_referral

STAYS, LEAVES = "desk_referral", "desk_referrals"


def received_referral(request: HttpRequest, referral_id: uuid.UUID) -> StaffReferral:
    """One that is with the worker's own unit, by the family's living consent. Raises Http404 for any other."""
    return staff_referral(signed_in(request), referral_id, clock.now(), receiver=True)


@require_POST
@requires(Action.ANSWER_REFERRAL, received_referral)
def desk_referral_receive(request: HttpRequest, told: StaffReferral) -> HttpResponse:
    user = signed_in(request)
    return done(
        request,
        told,
        lambda: services.receive(referral_id=told.pk, worker=user, now=clock.now()),
        _("Merkitty vastaanotetuksi. Lähettäjä näkee sen."),
        to=STAYS,
    )


@require_POST
@requires(Action.ANSWER_REFERRAL, received_referral)
def desk_referral_answer(request: HttpRequest, told: StaffReferral) -> HttpResponse:
    """`decision`: accept, decline, return or reroute; all but the first with words."""
    user, now, decision = signed_in(request), clock.now(), request.POST.get("decision", "")
    words, to = typed_text(request, "words"), request.POST.get("receiver", "")[:300]
    kept = {"answer_words": words, "answer_decision": decision, "answer_receiver": to, "wrong": "answer"}
    name, pk = told.row.receiver.name, told.pk
    if decision == "accept":
        act = lambda: services.accept(referral_id=pk, worker=user, words=words, now=now)  # noqa: E731
        return done(request, told, act, _("Otitte perheen vastaan. Perhe ja lähettäjä näkevät sen."), to=STAYS, **kept)
    if decision == "decline":
        act = lambda: services.decline(referral_id=pk, worker=user, reason=words, now=now)  # noqa: E731
        return done(
            request, told, act, _("Vastaus on annettu. Lähettäjä sopii perheen kanssa jatkosta."), to=LEAVES, **kept
        )
    if decision == "return":
        act = lambda: services.return_for_more(referral_id=pk, worker=user, words=words, now=now)  # noqa: E731
        return done(request, told, act, _("Ohjaus on palautettu lähettäjälle täydennettäväksi."), to=LEAVES, **kept)
    if decision == "reroute":
        sheet = forms.Typed(receiver=to)
        other = forms.chosen_receiver(sheet)
        if other is None or other.pk == told.row.receiver_id:
            error = sheet.wrong.get("receiver") or _("Ohjaus on jo täällä: %(name)s. Valitse toinen.") % {"name": name}
            return referral_page(request, told, 422, error=error, **kept)
        act = lambda: services.reroute(referral_id=pk, worker=user, to=other, words=words, now=now)  # noqa: E731
        return done(request, told, act, _("Ohjaus ei ole enää teillä."), to=LEAVES, **kept)
    return referral_page(request, told, 422, error=_("Valitse, miten vastaatte."), **kept)


@require_POST
@requires(Action.ANSWER_REFERRAL, received_referral)
def desk_referral_start(request: HttpRequest, told: StaffReferral) -> HttpResponse:
    user = signed_in(request)
    return done(
        request,
        told,
        lambda: services.start(referral_id=told.pk, worker=user, now=clock.now()),
        _("Merkitty alkaneeksi. Perhe ja lähettäjä näkevät sen."),
        to=STAYS,
    )


@require_POST
@requires(Action.ANSWER_REFERRAL, received_referral)
def desk_referral_complete(request: HttpRequest, told: StaffReferral) -> HttpResponse:
    user, outcome, words = signed_in(request), request.POST.get("outcome", ""), typed_text(request, "words")
    return done(
        request,
        told,
        lambda: services.complete(referral_id=told.pk, worker=user, outcome=outcome, words=words, now=clock.now()),
        _("Ohjaus on päättynyt. Perheen tiedot eivät enää näy teille."),
        to=LEAVES,
        outcome=outcome,
        answer_words=words,
        wrong="complete",
    )
