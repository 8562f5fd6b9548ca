"""System checks of strong identification: a production start has a whole configuration or none, and nothing of the
demo's."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.conf import settings
from django.core import checks

from accounts.identification.oidc.own_keys import KeysMissing, read_file

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
    path = Path(settings.IDENTIFICATION_KEYS)
    try:
        read_file(path)
    except OSError as error:
        return [_error("E012", f"{path}: {error.strerror}. Make it with manage.py identification_keys make.")]
    except KeysMissing as error:
        return [_error("E012", str(error))]
    if path.stat().st_mode & 0o007:
        return [_error("E013", f"{path} holds private keys and can be read by everybody: chmod 600.")]
    return []


def _identity_keys() -> list[checks.CheckMessage]:
    found: list[checks.CheckMessage] = []
    hash_keys, seal_keys = settings.IDENTITY_HASH_KEYS, settings.IDENTITY_SEAL_KEYS
    if not hash_keys or not seal_keys:
        found.append(_error("E014", "IDENTITY_HASH_KEYS and IDENTITY_SEAL_KEYS are needed."))
    if settings.DEMO_SECRET in hash_keys or settings.DEMO_SEAL_KEY in seal_keys:
        found.append(_error("E015", "An identity key of the demo is in use in production."))
    if any(len(key) < SHORTEST_KEY for key in hash_keys) or len(set(hash_keys)) != len(hash_keys):
        found.append(_error("E016", f"IDENTITY_HASH_KEYS: each needs {SHORTEST_KEY} characters and to differ."))
    if not all(_is_seal_key(key) for key in seal_keys):
        found.append(_error("E017", "IDENTITY_SEAL_KEYS: each is 32 random bytes in URL-safe base64."))
    return found


def _is_seal_key(key: str) -> bool:
    try:
        Fernet(key)
    except ValueError:
        return False
    return True


def _error(number: str, text: str) -> checks.Error:
    return checks.Error(text, id=f"perhekeskus.{number}")
