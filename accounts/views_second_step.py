"""allauth's pages that change the second step, with what they lack: the record, and the end of older sign-ins."""

from typing import Any

from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from accounts.second_step import record_second_step
from accounts.selectors import signed_in
from accounts.sessions import browser_of, end_sessions, note_seen
from core import clock


class Activate(ActivateTOTPView):
    def form_valid(self, form: Any) -> HttpResponse:
        """Sign-ins by password alone end: whoever else knew the password is out."""
        user, now = signed_in(self.request), clock.now()
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)
            record_second_step(user=user, by=user, change="activated", now=now)
            end_sessions(user=user, by=user, keep=self.request.session.session_key, now=now)
        return response


class Deactivate(DeactivateTOTPView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"second_step_required": settings.STAFF_MFA_REQUIRED}

    def form_valid(self, form: Any) -> HttpResponse:
        """Where the second step is required, every session ends that could do anything but set it up again."""
        user, now = signed_in(self.request), clock.now()
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)
            record_second_step(user=user, by=user, change="removed", now=now)
            if settings.STAFF_MFA_REQUIRED:
                end_sessions(user=user, by=user, keep=self.request.session.session_key, now=now)
                _renew_session(self.request)
        return response


class RenewCodes(GenerateRecoveryCodesView):
    def form_valid(self, form: Any) -> HttpResponse:
        user = signed_in(self.request)
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)
            record_second_step(user=user, by=user, change="codes_renewed", now=clock.now())
        return response


def _renew_session(request: HttpRequest) -> None:
    """The same sign-in under a new key: sockets that were opened with the old one close."""
    request.session.cycle_key()
    assert request.session.session_key is not None
    note_seen(
        user=signed_in(request),
        session_key=request.session.session_key,
        user_agent=browser_of(request),
        now=clock.now(),
    )


activate = Activate.as_view()
deactivate = Deactivate.as_view()
renew_codes = RenewCodes.as_view()
