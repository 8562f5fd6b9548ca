"""At the desk: the link of a referral to a receiver outside, for the sender's side: the code to be said, a new link,
the end of it."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.selectors import signed_in
from chat.desk_page import bar_context
from core import clock
from core.opening_hours import local_date
from core.permissions import requires
from guidance.services.errors import ContactRefused
from referrals import services
from referrals.links import BROWSER_LASTS, CODE_LASTS, TRIES
from referrals.models import ReceiverLink, Referral
from referrals.permissions import Action
from referrals.rights import as_sender, living_consent
from referrals.transitions import WITH_RECEIVER


def _sent(request: HttpRequest, referral_id: uuid.UUID) -> Referral:
    """A referral of the sender's side. Raises Http404 for any other."""
    found = Referral.objects.select_related("receiver", "relationship").filter(pk=referral_id).first()
    if found is None or as_sender(found, signed_in(request), clock.now()) is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.SEND_REFERRAL, _sent)
def desk_link(request: HttpRequest, referral: Referral) -> HttpResponse:
    """The code stands in this one answer alone."""
    if request.method != "POST":
        return _page(request, referral)
    act, worker, now = request.POST.get("act", ""), signed_in(request), clock.now()
    try:
        if act == "code":
            return _page(request, referral, code=services.make_code(referral_id=referral.pk, worker=worker, now=now))
        if act == "renew":
            services.renew_link(referral_id=referral.pk, worker=worker, now=now)
            messages.success(request, _("Uusi linkki on lähetetty. Aiempi ei enää toimi."))
        elif act == "end":
            services.end_link(referral_id=referral.pk, worker=worker, now=now)
            messages.success(request, _("Linkki on suljettu. Vastaanottaja ei enää näe ohjausta."))
        else:
            return _page(request, referral, 422, error=_("Valitse, mitä haluat tehdä."))
    except ContactRefused as refused:
        return _page(request, referral, refused.http_status, error=refused.detail)
    return redirect("desk_link", referral_id=referral.pk)


def _page(request: HttpRequest, referral: Referral, status: int = 200, **given: str) -> HttpResponse:
    now = clock.now()
    link = ReceiverLink.objects.filter(referral=referral, ended_at__isnull=True, expires_at__gt=now).first()
    may_read = referral.state in WITH_RECEIVER and living_consent(referral, now) is not None
    code_lives = link is not None and link.code_sent_at is not None and now - link.code_sent_at <= CODE_LASTS
    context = {
        "referral": referral,
        "link": link,
        "may_read": may_read,
        "code_until": link.code_sent_at + CODE_LASTS if code_lives and link and link.code_sent_at else None,
        "reads_now": link is not None and link.browser_until is not None and link.browser_until > now,
        "tries_left": TRIES - link.tries if link is not None else 0,
        "browser_days": BROWSER_LASTS.days,
        "code": "",
        "error": "",
        "today": local_date(now),
        **given,
    }
    return render(request, "desk/referral/link.html", bar_context(signed_in(request), now) | context, status=status)
