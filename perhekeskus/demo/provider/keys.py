"""The provider's own keys: one pair to sign with and one to be encrypted to, kept over a restart, changed on demand."""

import json
import os
import secrets
from pathlib import Path
from typing import Any

from joserfc.jwk import KeySet, RSAKey

BITS = 2048


class ProviderKeys:
    """The newest signing key signs; older ones stay published until they are dropped."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._signing: list[RSAKey] = []
        self._encryption: list[RSAKey] = []
        if file is None or not self._read(file):
            self._signing, self._encryption = [_make("sig")], [_make("enc")]
            self._keep()

    @property
    def signing(self) -> RSAKey:
        return self._signing[-1]

    def published(self) -> dict[str, Any]:
        return dict(KeySet([*reversed(self._signing), *self._encryption]).as_dict(private=False))

    def rotate(self, *, keep_old: bool = True) -> None:
        self._signing = [*(self._signing if keep_old else []), _make("sig")]
        self._keep()

    def _read(self, file: Path) -> bool:
        try:
            found = json.loads(file.read_text())
            self._signing = [RSAKey.import_key(key) for key in found["signing"]]
            self._encryption = [RSAKey.import_key(key) for key in found["encryption"]]
        except (OSError, ValueError, KeyError, TypeError):
            return False  # none yet, or cut off while being written: the demo makes new ones
        return bool(self._signing and self._encryption)

    def _keep(self) -> None:
        if self._file is None:
            return
        keys = {
            "signing": [key.as_dict(private=True) for key in self._signing],
            "encryption": [key.as_dict(private=True) for key in self._encryption],
        }
        self._file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self._file.with_suffix(".new")
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as writing:
            json.dump(keys, writing)
        unfinished.rename(self._file)


def _make(use: str) -> RSAKey:
    alg = "RS256" if use == "sig" else "RSA-OAEP"
    return RSAKey.generate_key(BITS, {"use": use, "alg": alg, "kid": f"{use}-{secrets.token_hex(8)}"}, private=True)
