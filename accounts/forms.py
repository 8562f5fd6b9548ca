"""The codes of the second step: each opens once, and a wrong one is on record."""

import hashlib
import hmac

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError

from accounts.models import User
from accounts.sign_in import record_confirmed, record_refused
from core import clock

# A code of the app is good for three steps of 30 s: one past, the present one, one to come.
CODE_LIFE_S = 90


class _OnceOnly:
    user: User

    def clean_code(self) -> str:
        try:
            code: str = super().clean_code()  # type: ignore[misc]
            if not cache.add(f"second-step:{_fingerprint(self.user, code)}", 1, timeout=CODE_LIFE_S):
                raise get_adapter().validation_error("incorrect_code")
        except ValidationError:
            record_refused(user=self.user, at="code", now=clock.now())
            raise
        return code


def _fingerprint(user: User, code: str) -> str:
    digits = "".join(filter(str.isdigit, code))
    return hmac.new(settings.SECRET_KEY.encode(), f"{user.pk}:{digits}".encode(), hashlib.sha256).hexdigest()


class CodeForm(_OnceOnly, AuthenticateForm):
    """At signing in."""


class ConfirmByCodeForm(_OnceOnly, ReauthenticateForm):
    """Before a sensitive act."""

    def save(self) -> None:
        super().save()
        record_confirmed(user=self.user, by="code", now=clock.now())
