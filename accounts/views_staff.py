"""One's own account: language, password, second step, and where one is signed in."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.confirmation import confirmed
from accounts.models import Language
from accounts.notices import choose_notices, kinds_for
from accounts.selectors import current_memberships, roles_of, signed_in
from accounts.services import choose_language
from accounts.sessions import end_sessions, sign_ins_of
from core import clock


@require_GET
@login_required
def own_account(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    steps = {step.type: step for step in Authenticator.objects.filter(user=user)}
    codes = steps.get(Authenticator.Type.RECOVERY_CODES)
    return render(
        request,
        "account/own.html",
        {
            "roles": roles_of(user),
            "memberships": current_memberships(user),
            "served": [Language(code).label for code in user.languages],
            "second_step": steps.get(Authenticator.Type.TOTP),
            "second_step_required": settings.STAFF_MFA_REQUIRED,
            "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
            "sign_ins": sign_ins_of(user, clock.now()),
            "session_key": request.session.session_key,
            "notice_kinds": kinds_for(user),
        },
    )


@require_POST
@login_required
def own_language(request: HttpRequest) -> HttpResponse:
    language = request.POST.get("language", "")
    if language in Language.values:
        choose_language(user=signed_in(request), language=language)
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith(("/desk/", "/accounts/"))
    return HttpResponseRedirect(wanted if ours else reverse("own_account"))


@require_POST
@login_required
def own_notices(request: HttpRequest) -> HttpResponse:
    """What one wants to be told of by e-mail."""
    choose_notices(user=signed_in(request), kinds=request.POST.getlist("kind"))
    messages.success(request, _("Ilmoitusasetuksesi on tallennettu."))
    return redirect(reverse("own_account") + "#notices")


@require_POST
@login_required
@confirmed
def end_sign_ins(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere else, or in the one place that `sign_in` names."""
    user, one = signed_in(request), request.POST.get("sign_in", "")
    if one and not (one.isascii() and one.isdigit() and len(one) < 18):
        return redirect("own_account")
    ended = end_sessions(
        user=user, by=user, keep=request.session.session_key, only=int(one) if one else None, now=clock.now()
    )
    words = ngettext("Yksi kirjautuminen päättyi.", "%(n)s kirjautumista päättyi.", ended) % {"n": ended}
    messages.success(request, words if ended else _("Et ollut kirjautuneena muualla."))
    return redirect("own_account")
