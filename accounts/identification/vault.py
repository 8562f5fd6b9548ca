"""How a person's identity is found again: by a keyed hash. The sealed value beside it, for the few tasks that need it,
is core/sealing.py's.

Hashes are layered. Key 1 hashes who somebody is, key 2 hashes that hash, and so on: a new key is laid over the old
ones without the clear value, and a lookup walks the same way. So a hash key is never taken away, and an old key or
an old dump alone does not open the present table. In the setting the newest key stands first (docs/adr/0008).
"""

import hashlib
import hmac

from django.conf import settings


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
