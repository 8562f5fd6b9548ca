"""Our own key pairs: one to sign requests with, one that ID tokens are encrypted to, in several generations.

They live in a file (a JWK set with private keys, readable by the site alone), which every process reads again when it
changes. A new generation is published at once and signs a day later, when the provider has surely read our key set;
old ones decrypt until they are taken away. `manage.py identification_keys` makes and rotates them.
"""

import datetime as dt
import fcntl
import json
import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from accounts.identification.interface import Failure, IdentificationFailed
from accounts.identification.oidc.profile import SIGNATURE

BITS = 2048
KEPT_GENERATIONS = 3
PUBLISHED_BEFORE_USE = dt.timedelta(days=1)
PUBLIC_MEMBERS = ("kty", "kid", "use", "alg", "n", "e")


class KeysMissing(IdentificationFailed):
    """No file of keys, or one that cannot be used. `detail` says what to do."""

    def __init__(self, detail: str) -> None:
        super().__init__(Failure.NOT_CONFIGURED, detail)


@dataclass(frozen=True)
class OwnKey:
    key: RSAKey
    use: str
    made_at: int  # seconds since 1970

    @property
    def kid(self) -> str:
        return str(self.key.kid)


class OwnKeys:
    def __init__(self, path: Path, *, make_if_missing: bool = False) -> None:
        self._path = path
        self._make_if_missing = make_if_missing
        self._lock = threading.Lock()
        self._read: tuple[tuple[int, int], list[OwnKey]] | None = None

    def published(self) -> dict[str, Any]:
        """The key set for the provider: public members only, the newest generation first."""
        keys = [own.key.as_dict(private=False) for own in self._keys()]
        return {"keys": [{name: key[name] for name in PUBLIC_MEMBERS if name in key} for key in keys]}

    def signing_key(self, now: dt.datetime) -> OwnKey:
        """The newest that has been published long enough; the oldest while none has."""
        signing = _of_use(self._keys(), "sig")
        known = [own for own in signing if own.made_at <= (now - PUBLISHED_BEFORE_USE).timestamp()]
        return known[0] if known else signing[-1]

    def decryption_keys(self, kid: str | None) -> list[RSAKey]:
        """The key of this id; all of them for a token that names none."""
        return [own.key for own in _of_use(self._keys(), "enc") if kid in (None, own.kid)]

    def _keys(self) -> list[OwnKey]:
        with self._lock:
            if self._make_if_missing and not self._path.exists():
                make_file(self._path, now=None)
            try:
                status = self._path.stat()
                stamp = (status.st_mtime_ns, status.st_ino)
                if self._read is None or self._read[0] != stamp:
                    self._read = (stamp, read_file(self._path))
            except OSError as error:
                raise KeysMissing(f"{self._path}: {error.strerror}; see manage.py identification_keys.") from None
            return self._read[1]


def read_file(path: Path) -> list[OwnKey]:
    """The keys of a file, the newest first. Raises OSError and KeysMissing."""
    text = path.read_text(encoding="utf-8")
    try:
        found = [
            OwnKey(RSAKey.import_key(entry), str(entry["use"]), int(entry["iat"])) for entry in json.loads(text)["keys"]
        ]
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise KeysMissing(f"{path} is not a file of manage.py identification_keys ({type(error).__name__}).") from None
    if {own.use for own in found} != {"sig", "enc"} or not all(own.key.is_private for own in found):
        raise KeysMissing(f"{path} needs private keys both for signing and for encryption.")
    return sorted(found, key=lambda own: own.made_at, reverse=True)


def make_file(path: Path, *, now: dt.datetime | None) -> bool:
    """A first generation, unless there is one already. Without `now` it counts as published long ago."""
    with _alone(path):
        if path.exists():
            return False
        _write(path, _generation(0 if now is None else int(now.timestamp())))
        return True


def rotate_file(path: Path, *, now: dt.datetime) -> list[OwnKey]:
    """A new generation on top; more than three are not kept. Raises OSError and KeysMissing."""
    with _alone(path):
        present = read_file(path)
        kept = [own for use in ("sig", "enc") for own in _of_use(present, use)[: KEPT_GENERATIONS - 1]]
        _write(path, [*_generation(int(now.timestamp())), *kept])
        return read_file(path)


def _of_use(keys: list[OwnKey], use: str) -> list[OwnKey]:
    return [own for own in keys if own.use == use]


def _generation(made_at: int) -> list[OwnKey]:
    signing = RSAKey.generate_key(BITS, {"use": "sig", "alg": SIGNATURE}, auto_kid=True)
    # Names no algorithm: the provider may encrypt by any of the profile's.
    encryption = RSAKey.generate_key(BITS, {"use": "enc"}, auto_kid=True)
    return [OwnKey(signing, "sig", made_at), OwnKey(encryption, "enc", made_at)]


def _write(path: Path, keys: list[OwnKey]) -> None:
    entries = [{**own.key.as_dict(private=True), "use": own.use, "iat": own.made_at} for own in keys]
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump({"keys": entries}, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


class _alone:
    """One process at a time makes or changes the file."""

    def __init__(self, path: Path) -> None:
        self._name = path.with_name(f"{path.name}.lock")

    def __enter__(self) -> None:
        self._name.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._name.open("a")
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_error: object) -> None:
        self._file.close()
