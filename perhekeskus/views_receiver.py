"""A receiver of referrals outside the platform: by the link in its letter and the code that the sender said aloud.

A link that works no more, and one that never was, get the same answer, whatever is asked of it.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from chat.views_family import typed_text
from core import clock
from core.permissions import requires
from core.text import BodyRefused
from core.throttling import receiver_code_attempts
from guidance.services.errors import ContactRefused
from perhekeskus.referral_along import along_of
from referrals import links, services
from referrals.errors import LinkGone
from referrals.models import ReceiverLink, Referral
from referrals.models.referral import TEXT_LIMIT
from referrals.permissions import Action
from referrals.rights import link_works
from referrals.services.linking import NAME_LIMIT
from referrals.transitions import TABLE, WITH_RECEIVER, Act, clock_of

By = "receiver"


@dataclass(frozen=True)
class _Asked:
    """One request by a link that works."""

    request: HttpRequest
    link: ReceiverLink
    now: dt.datetime

    @property
    def secret(self) -> str:
        return self.request.COOKIES.get(_cookie(self.link), "")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.USE_LINK)
def receiver_link(request: HttpRequest) -> HttpResponse:
    link, now = links.link_by_token(request.GET.get("t", "")), clock.now()
    if link is None or not link_works(link, link.referral, now):
        return _gone(request)
    asked = _Asked(request, link, now)
    try:
        if not links.is_browser_of(link, asked.secret, now):
            return _enter(asked) if request.method == "POST" else _code_page(asked)
        return _act(asked) if request.method == "POST" else _page(asked)
    except LinkGone:
        return _gone(request)


def _enter(asked: _Asked) -> HttpResponse:
    """The code, and who enters it."""
    code, name = asked.request.POST.get("code", "")[:20], asked.request.POST.get("name", "")
    if receiver_code_attempts.exceeded(asked.request.META.get("REMOTE_ADDR", "")):
        error = _("Koodia on kokeiltu monta kertaa. Odota 15 minuuttia ja yritä uudelleen.")
        return _code_page(asked, 429, name=name, code_error=error)
    try:
        secret = services.enter_link(link=asked.link, code=code, name=name, now=asked.now)
    except LinkGone:
        raise
    except (ContactRefused, BodyRefused) as refused:
        return _code_page(asked, 422, name=name, code=code, name_error=refused.detail)
    if not secret:
        error = _("Koodi ei täsmää tai se on jo käytetty. Tarkista numerot tai pyydä lähettäjältä uusi koodi.")
        return _code_page(asked, 422, name=name, code_error=error)
    response = _back(asked)
    response.set_cookie(
        _cookie(asked.link),
        secret,
        max_age=int(links.BROWSER_LASTS.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=settings.HTTPS,
    )
    return response


def _act(asked: _Asked) -> HttpResponse:
    given, now, link = asked.request.POST, asked.now, asked.link
    act, words = given.get("act", ""), typed_text(asked.request, "words")
    if act == "leave":
        services.leave_link(link=link, now=now)
        response = _back(asked)
        response.delete_cookie(_cookie(link), samesite="Lax")
        return response
    who: dict[str, Any] = {"referral_id": link.referral_id, "worker": link, "now": now}
    deeds: dict[str, Callable[[], Referral]] = {
        Act.RECEIVE: lambda: services.receive(**who),
        Act.ACCEPT: lambda: services.accept(words=words, **who),
        Act.DECLINE: lambda: services.decline(reason=words, **who),
        Act.RETURN: lambda: services.return_for_more(words=words, **who),
        Act.START: lambda: services.start(**who),
        Act.COMPLETE: lambda: services.complete(outcome=given.get("outcome", ""), words=words, **who),
    }
    if act not in deeds:
        return _page(asked, 422, error=_("Valitse, mitä haluat tehdä."))
    try:
        referral = deeds[act]()
    except LinkGone:
        raise
    except (ContactRefused, BodyRefused) as refused:
        status = getattr(refused, "http_status", 422)
        typed = {"act": act, "words": words, "outcome": given.get("outcome", "")}
        return _page(asked, status, error=refused.detail, **typed)
    if referral.state in WITH_RECEIVER:
        return _back(asked)
    response = render(asked.request, "family/receiver/done.html", {"act": act})
    response.delete_cookie(_cookie(link), samesite="Lax")
    return response


def _page(asked: _Asked, status: int = 200, **given: str) -> HttpResponse:
    referral, items = services.look_by_link(link=asked.link, now=asked.now)
    acts = {row.act.value for row in TABLE if referral.state in row.sources and By in row.by} - {Act.REROUTE.value}
    context = {
        "referral": referral,
        "along": along_of(referral, items),
        "items": items,
        "acts": acts,
        "clock": clock_of(referral.state, referral.kind),
        "outcomes": Referral.Outcome.choices,
        "words_limit": TEXT_LIMIT,
        "token": links.token_of(asked.link),
        "error": "",
        "act": "",
        "words": "",
        "outcome": "",
        **given,
    }
    return render(asked.request, "family/receiver/page.html", context, status=status)


def _code_page(asked: _Asked, status: int = 200, **given: str) -> HttpResponse:
    """Tells nothing of what the link leads to."""
    context = {
        "token": links.token_of(asked.link),
        "name_limit": NAME_LIMIT,
        "name": "",
        "code": "",
        "name_error": "",
        "code_error": "",
        **given,
    }
    return render(asked.request, "family/receiver/code.html", context, status=status)


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "family/receiver/gone.html", status=410)


def _back(asked: _Asked) -> HttpResponse:
    return redirect(f"{reverse('receiver_link')}?t={links.token_of(asked.link)}")


def _cookie(link: ReceiverLink) -> str:
    return f"{settings.RECEIVER_COOKIE_PREFIX}{link.pk.hex[:16]}"
