"""System checks of strong identification: a production start has a whole configuration or none, and nothing of the
demo's."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks

NEEDED = ("IDENTIFICATION_CLIENT_ID", "IDENTIFICATION_KEYS", "IDENTIFICATION_RETURN_ADDRESS")
SHORTEST_KEY = 32


@checks.register(checks.Tags.security)
def identification_is_whole(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    if settings.DEMO_MODE or not settings.IDENTIFICATION_ISSUER:
        return []
    found: list[checks.CheckMessage] = []
    for name in ("IDENTIFICATION_ISSUER", "IDENTIFICATION_RETURN_ADDRESS"):
        if (value := getattr(settings, name)) and urlsplit(value).scheme != "https":
            found.append(_error("E010", f"{name} needs https."))
    missing = [name for name in NEEDED if not getattr(settings, name)]
    if missing:
        found.append(_error("E011", f"Identification is configured by halves; missing: {', '.join(missing)}."))
    return [*found, *_key_file(), *_identity_keys()]


def _key_file() -> list[checks.CheckMessage]:
    if not settings.IDENTIFICATION_KEYS:
        return []
    # Here and not above: its cryptography would cost every start of the demo a tenth of a second.
    from accounts.identification.oidc.own_keys import KeysMissing, read_file

    path = Path(settings.IDENTIFICATION_KEYS)
    try:
        read_file(path)
    except OSError as error:
        return [_error("E012", f"{path}: {error.strerror}. Make it with manage.py identification_keys make.")]
    except KeysMissing as error:
        return [_error("E012", error.detail)]
    if path.stat().st_mode & 0o007:
        return [_error("E013", f"{path} holds private keys and can be read by everybody: chmod 600.")]
    return []


def _identity_keys() -> list[checks.CheckMessage]:
    found: list[checks.CheckMessage] = []
    for name in ("IDENTITY_HASH_KEYS", "IDENTITY_SEAL_KEYS"):
        keys = getattr(settings, name)
        if settings.DEMO_SECRET in keys:
            found.append(_error("E014", f"{name} holds a key of the demo."))
        if not keys or any(len(key) < SHORTEST_KEY for key in keys) or len(set(keys)) != len(keys):
            found.append(_error("E015", f"{name} needs a key of {SHORTEST_KEY} characters or more, and none twice."))
    return found


def _error(number: str, text: str) -> checks.Error:
    return checks.Error(text, id=f"perhekeskus.{number}")
