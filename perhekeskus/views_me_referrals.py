"""The family's own referrals: what is told of it to whom, yes and no and taking back, and how it has felt."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chat.views_family import typed_text
from core import clock
from core.permissions import requires
from core.text import BodyRefused
from guidance.services.errors import ContactRefused
from perhekeskus.identified import identified
from referrals import services
from referrals.models import Consent
from referrals.models.referral import TEXT_LIMIT
from referrals.own import OwnReferral, own_consent, own_referral
from referrals.permissions import Action
from referrals.services.feeling import WORD_LIMIT


def _own(request: HttpRequest, referral_id: uuid.UUID) -> OwnReferral:
    return own_referral(identified(request), referral_id, clock.now())


def _consent(request: HttpRequest, consent_id: int) -> Consent:
    return own_consent(identified(request), consent_id)


@require_GET
@requires(Action.READ_OWN_REFERRAL, _own)
def me_referral(request: HttpRequest, own: OwnReferral) -> HttpResponse:
    return _page(request, own)


@require_POST
@requires(Action.ANSWER_CONSENT, _consent)
def me_consent(request: HttpRequest, consent: Consent) -> HttpResponse:
    """`decision`: give, refuse or revoke. It is about the question that was on the page: one that has been asked anew
    meanwhile, in other words, is not answered by it."""
    person, now = identified(request), clock.now()
    decision, words = request.POST.get("decision", ""), typed_text(request, "words")
    try:
        if decision == "give":
            services.give_consent(consent_id=consent.pk, person=person, now=now)
            messages.success(request, _("Annoit luvan. Ohjaaja lähettää ohjauksen."))
        elif decision == "refuse":
            services.refuse_consent(consent_id=consent.pk, person=person, now=now)
            messages.success(request, _("Et antanut lupaa. Mitään ei lähetetä."))
        elif decision == "revoke":
            services.revoke_consent(consent_id=consent.pk, person=person, words=words, now=now)
            messages.success(request, _("Peruit luvan. Tietosi eivät enää näy vastaanottajalle."))
        else:
            return _again(request, consent.referral_id, 422, error=_("Valitse, annatko luvan."))
    except (ContactRefused, BodyRefused) as refused:
        return _again(request, consent.referral_id, _status(refused), error=refused.detail, revoke_words=words)
    return redirect("me_referral", referral_id=consent.referral_id)


@require_POST
@requires(Action.END_OWN_REFERRAL, _own)
def me_referral_end(request: HttpRequest, own: OwnReferral) -> HttpResponse:
    """The family does not want the service, and need not say why."""
    words = typed_text(request, "words")
    try:
        services.withdraw_as_family(referral_id=own.row.pk, person=identified(request), words=words, now=clock.now())
    except (ContactRefused, BodyRefused) as refused:
        return _again(request, own.row.pk, _status(refused), error=refused.detail, end_words=words)
    messages.success(request, _("Peruit ohjauksen. Tietosi eivät enää näy vastaanottajalle."))
    return redirect("me_referral", referral_id=own.row.pk)


@require_POST
@requires(Action.TELL_FEELING, _own)
def me_referral_feeling(request: HttpRequest, own: OwnReferral) -> HttpResponse:
    chosen, word = request.POST.get("feeling", ""), typed_text(request, "word")
    feeling, person = int(chosen) if chosen in tuple("12345") else 0, identified(request)
    try:
        services.tell_feeling(referral_id=own.row.pk, person=person, feeling=feeling, word=word, now=clock.now())
    except (ContactRefused, BodyRefused) as refused:
        given = {"feeling_error": refused.detail, "feeling": feeling, "word": word}
        return _again(request, own.row.pk, _status(refused), **given)
    messages.success(request, _("Kiitos. Kertomasi on tallessa."))
    return redirect("me_referral", referral_id=own.row.pk)


def _status(refused: ContactRefused | BodyRefused) -> int:
    return getattr(refused, "http_status", 422)


def _again(request: HttpRequest, referral_id: uuid.UUID, status: int, **given: Any) -> HttpResponse:
    """The referral as it stands by now, with what was wrong and what was typed."""
    return _page(request, _own(request, referral_id), status, **given)


def _page(request: HttpRequest, own: OwnReferral, status: int = 200, **given: Any) -> HttpResponse:
    felt = own.feeling
    context = {
        "own": own,
        "error": "",
        "revoke_words": "",
        "end_words": "",
        "feeling": felt.feeling if felt else 0,
        "word": felt.word if felt else "",
        "feeling_error": "",
        "words_limit": TEXT_LIMIT,
        "word_limit": WORD_LIMIT,
        **given,
    }
    return render(request, "family/me/referral.html", context, status=status)
