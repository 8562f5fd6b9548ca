"""How a person's identity is kept: a keyed hash to find it by, and a sealed value for the few tasks that need it.

Hashes are layered. Key 1 hashes who somebody is, key 2 hashes that hash, and so on: a new key is laid over the old
ones without the clear value, and a lookup walks the same way. So a hash key is never taken away, and an old key or
an old dump alone does not open the present table. Sealing is Fernet with several keys: the newest seals, all open, and
an old one may go after a rotation. In both settings the newest key stands first (docs/adr/0008).
"""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class SealBroken(Exception):
    """None of the present keys opens this value."""


def generations() -> int:
    """How many hash keys there are; a hash is of the newest generation when all have been laid over it."""
    return len(settings.IDENTITY_HASH_KEYS)


def subject_hashes(subject: str) -> list[str]:
    """The hash of a subject in every generation, the first generation first."""
    found: list[str] = []
    value = subject
    for key in reversed(settings.IDENTITY_HASH_KEYS):
        value = _layer(key, value)
        found.append(value)
    return found


def advanced(subject_hash: str, generation: int) -> str:
    """A hash of `generation` with all later keys laid over it."""
    value = subject_hash
    for key in settings.IDENTITY_HASH_KEYS[::-1][generation:]:
        value = _layer(key, value)
    return value


def _layer(key: str, value: str) -> str:
    return hmac.new(key.encode(), value.encode(), hashlib.sha256).hexdigest()


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
