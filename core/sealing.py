"""Values that are kept but may be read for a few tasks only: sealed by Fernet with several keys.

The newest key seals, all of them open, and an old one may go after a rotation (`rotate_identity_keys`). In the setting
the newest key stands first (docs/adr/0008). Whoever opens a value for somebody to see audits it.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class SealBroken(Exception):
    """None of the present keys opens this value."""


def seal(value: str) -> str:
    return _newest().encrypt(value.encode()).decode()


def unseal(sealed: str) -> str:
    """The clear value; audit whoever asks for it. Raises SealBroken."""
    try:
        return MultiFernet(_all()).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise SealBroken from None


def resealed(sealed: str) -> str:
    """The same value under the newest key; unchanged when it is so already. Raises SealBroken."""
    try:
        _newest().decrypt(sealed.encode())
    except InvalidToken:
        return seal(unseal(sealed))
    return sealed


def _all() -> list[Fernet]:
    digests = (hashlib.sha256(f"identity:{key}".encode()).digest() for key in settings.IDENTITY_SEAL_KEYS)
    return [Fernet(base64.urlsafe_b64encode(digest)) for digest in digests]


def _newest() -> Fernet:
    return _all()[0]
