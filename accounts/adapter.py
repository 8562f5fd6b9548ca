"""allauth's questions about staff accounts."""

from typing import ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


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
