"""The provider as it describes itself: its metadata and its signing keys, remembered for a while.

An unknown key id means that the provider may have rotated: the key set is read again, once, and at most once a
minute, so that invented key ids cannot make us flood it.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from accounts.identification.interface import Failure, IdentificationFailed
from accounts.identification.oidc.http import ProviderHttp
from accounts.identification.oidc.profile import METADATA_PATH, SIGNATURE

KEPT_SECONDS = 3600.0
REFETCH_SECONDS = 60.0
LEAST_BITS = 2048


@dataclass(frozen=True)
class Metadata:
    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    names_itself: bool  # authorization responses always carry `iss` (RFC 9207)


class Provider:
    """One per process; threads share it."""

    def __init__(self, issuer: str, http: ProviderHttp, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.issuer = issuer
        self._http = http
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._metadata: tuple[float, Metadata] | None = None
        self._keys: tuple[float, dict[str, RSAKey]] | None = None
        self._asked_again_at = float("-inf")

    def metadata(self) -> Metadata:
        with self._lock:
            at = self._monotonic()
            if self._metadata is None or at - self._metadata[0] > KEPT_SECONDS:
                self._metadata = (at, self._parsed(self._http.get(self.issuer + METADATA_PATH)))
            return self._metadata[1]

    def signing_key(self, kid: str) -> RSAKey:
        """The provider's public key of this id. Raises IdentificationFailed."""
        address = self.metadata().jwks_uri
        with self._lock:
            at = self._monotonic()
            if self._keys is None or at - self._keys[0] > KEPT_SECONDS:
                self._keys = (at, signing_keys(self._http.get(address)))
            elif kid not in self._keys[1] and at - self._asked_again_at > REFETCH_SECONDS:
                self._asked_again_at = at  # before asking: a provider that is away is not asked more often either
                self._keys = (at, signing_keys(self._http.get(address)))
            found = self._keys[1].get(kid)
        if found is None:
            raise IdentificationFailed(Failure.SIGNATURE, "signed by an unknown key")
        return found

    def _parsed(self, answer: dict[str, Any]) -> Metadata:
        if answer.get("issuer") != self.issuer:
            raise IdentificationFailed(Failure.WRONG_ISSUER, "the metadata are somebody else's")
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        addresses = [answer.get(name) for name in names]
        scheme = urlsplit(self.issuer).scheme
        for name, address in zip(names, addresses, strict=True):
            if not isinstance(address, str) or urlsplit(address).scheme != scheme or not urlsplit(address).netloc:
                raise IdentificationFailed(Failure.WRONG_ANSWER, f"no usable {name} in the metadata")
        authorize, token, keys = map(str, addresses)
        return Metadata(
            issuer=self.issuer,
            authorization_endpoint=authorize,
            token_endpoint=token,
            jwks_uri=keys,
            names_itself=answer.get("authorization_response_iss_parameter_supported") is True,
        )


def signing_keys(answer: dict[str, Any]) -> dict[str, RSAKey]:
    """The RSA keys for signatures in a key set, by id; others are passed over. Only their public part counts."""
    entries = answer.get("keys")
    if not isinstance(entries, list):
        raise IdentificationFailed(Failure.WRONG_ANSWER, "no key set")
    found: dict[str, RSAKey] = {}
    for entry in entries:
        if not isinstance(entry, dict) or entry.get("kty") != "RSA" or entry.get("use") != "sig":
            continue
        kid = entry.get("kid")
        if not isinstance(kid, str) or entry.get("alg", SIGNATURE) != SIGNATURE:
            continue
        try:
            key = RSAKey.import_key({"kty": "RSA", "use": "sig", "n": entry["n"], "e": entry["e"]})
            bits = key.public_key.key_size
        except (JoseError, ValueError, KeyError, TypeError):
            continue
        if bits >= LEAST_BITS:
            found[kid] = key
    if not found:
        raise IdentificationFailed(Failure.WRONG_ANSWER, "no usable key in the key set")
    return found
