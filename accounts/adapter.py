"""allauth's questions about staff accounts."""

import hashlib
import hmac
import secrets
import time
from ipaddress import ip_address, ip_network
from typing import Any, ClassVar

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.second_step import seals
from accounts.selectors import roles_of, signed_in
from accounts.services import change_password
from accounts.sessions import browser_of, note_seen
from accounts.sign_in import record_confirmed, record_refused, record_sign_in
from core import clock, outbox
from core.letters import Letter


class StaffAccountAdapter(DefaultAccountAdapter):
    """Nobody signs up: accounts are made by an administrator. What is met at signing in is said in our own words."""

    error_messages: ClassVar[dict[str, str | Promise]] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("Tili ei ole käytössä. Pyydä yksikkösi pääkäyttäjää ottamaan se käyttöön."),
        "email_password_mismatch": _("Sähköposti tai salasana ei täsmää. Tarkista molemmat."),
        "too_many_login_attempts": _("Liian monta yritystä. Odota hetki ja yritä uudelleen."),
        "incorrect_password": _("Salasana ei täsmää."),
        "enter_current_password": _("Kirjoita nykyinen salasanasi."),
        "rate_limited": _("Liian monta yritystä. Odota hetki ja yritä uudelleen."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """For counting attempts only: a keyed hash of the address, of the whole network for IPv6."""
        address = ip_address(super().get_client_ip(request))
        network = ip_network((address, 64 if address.version == 6 else 32), strict=False)
        return hmac.new(settings.SECRET_KEY.encode(), f"sign-in:{network}".encode(), hashlib.sha256).hexdigest()[:32]

    # -- signing in and out ---------------------------------------------------------------------

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        assert isinstance(user, User)
        now = clock.now()
        methods = {str(done["method"]) for done in get_authentication_records(request, user)}
        with transaction.atomic():
            super().login(request, user)
            assert request.session.session_key is not None
            note_seen(user=user, session_key=request.session.session_key, user_agent=browser_of(request), now=now)
            record_sign_in(user=user, second_step="mfa" in methods, now=now)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """To the desk; without a role there is none."""
        if roles_of(signed_in(request)):
            return super().get_login_redirect_url(request)
        return reverse("admin:index" if signed_in(request).is_staff else "own_account")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        user = User.objects.filter(email__iexact=credentials.get("email", "")).first()
        record_refused(user=user, at="password", now=clock.now())

    # -- confirming before a sensitive act --------------------------------------------------------

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Not within ten minutes of having signed in; allauth asks for the confirmations after that itself."""
        records = get_authentication_records(self.request, self.request.user)
        allauths_clock = time.time()  # noqa: TID251  (what it wrote into the record)
        return not records or allauths_clock - records[-1]["at"] >= app_settings.REAUTHENTICATION_TIMEOUT

    def reauthenticate(self, user: AbstractBaseUser, password: str) -> bool:
        assert isinstance(user, User)
        confirmed = super().reauthenticate(user, password)
        if confirmed:
            # Checking a password may renew an old hash, and this session hangs on it.
            user.refresh_from_db(fields=["password"])
            self.request.session[HASH_SESSION_KEY] = user.get_session_auth_hash()
            record_confirmed(user=user, by="password", now=clock.now())
        return confirmed

    # -- letters ----------------------------------------------------------------------------------

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """By the outbox, like every letter: sealed until it is sent, since it may hold a link that opens an account."""
        made = self.render_mail(template_prefix, email, {"request": self.request, "email": email, **context})
        letter = Letter(to=email, subject=str(made.subject), body=str(made.body))
        outbox.enqueue_letter(key=f"account-{secrets.token_hex(16)}", letter=letter, now=clock.now())

    # -- passwords --------------------------------------------------------------------------------

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """A new password ends every sign-in but the one in which it was changed."""
        assert isinstance(user, User)
        keep = self.request.session.session_key if self.request.user == user else None
        change_password(user=user, password=password, by=user, keep=keep, now=clock.now())

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("own_account")


class SecondStepAdapter(DefaultMFAAdapter):
    """Secrets sealed at rest, and our own words."""

    error_messages: ClassVar[dict[str, str | Promise]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("Koodi ei täsmää. Odota, että sovellus näyttää uuden koodin, ja kirjoita se."),
        "cannot_generate_recovery_codes": _("Ota ensin kaksivaiheinen kirjautuminen käyttöön."),
    }

    def encrypt(self, text: str) -> str:
        return seals().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return seals().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        return "Perhekeskus"
