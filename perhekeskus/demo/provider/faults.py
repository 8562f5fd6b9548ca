"""How the provider can be told to misbehave. Each fault spoils exactly one thing of an otherwise faultless answer."""

import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from joserfc import jwe, jws
from joserfc.jwk import RSAKey
from joserfc.util import urlsafe_b64encode

Claims = dict[str, Any]


class Fault(StrEnum):
    NONE = ""
    # claims
    WRONG_AUD = "wrong_aud"
    WRONG_ISS = "wrong_iss"
    WRONG_NONCE = "wrong_nonce"
    MISSING_NONCE = "missing_nonce"
    EXPIRED = "expired"
    FUTURE_IAT = "future_iat"
    LOW_ACR = "low_acr"
    MISSING_ACR = "missing_acr"
    OLD_AUTH_TIME = "old_auth_time"
    MISSING_AUTH_TIME = "missing_auth_time"
    MISSING_PERSON = "missing_person"
    # wrapping
    UNSIGNED = "unsigned"
    ALGORITHM_SWAP = "algorithm_swap"
    UNKNOWN_KEY = "unknown_key"
    BROKEN_SIGNATURE = "broken_signature"
    NOT_ENCRYPTED = "not_encrypted"
    NESTED_TWICE = "nested_twice"
    TRUNCATED = "truncated"
    # the same again
    REPLAY = "replay"
    REPEATED_JTI = "repeated_jti"
    # the way back and the back channel
    WRONG_STATE = "wrong_state"
    WRONG_ISS_PARAMETER = "wrong_iss_parameter"
    SERVER_ERROR = "server_error"
    TOKEN_ERROR = "token_error"
    SLOW = "slow"
    HUGE = "huge"


SPOILED: dict[Fault, Callable[[Claims], None]] = {
    Fault.WRONG_AUD: lambda claims: claims.update(aud="somebody-else"),
    Fault.WRONG_ISS: lambda claims: claims.update(iss="https://another-provider.example"),
    Fault.WRONG_NONCE: lambda claims: claims.update(nonce=secrets.token_urlsafe(16)),
    Fault.MISSING_NONCE: lambda claims: claims.pop("nonce"),
    Fault.EXPIRED: lambda claims: claims.update(iat=claims["iat"] - 1200, exp=claims["iat"] - 600),
    Fault.FUTURE_IAT: lambda claims: claims.update(iat=claims["iat"] + 1200, exp=claims["exp"] + 1200),
    Fault.LOW_ACR: lambda claims: claims.update(acr="http://eidas.europa.eu/LoA/low"),
    Fault.MISSING_ACR: lambda claims: claims.pop("acr"),
    Fault.OLD_AUTH_TIME: lambda claims: claims.update(auth_time=claims["auth_time"] - 24 * 3600),
    Fault.MISSING_AUTH_TIME: lambda claims: claims.pop("auth_time"),
    Fault.MISSING_PERSON: lambda claims: _drop_person(claims),
}


@dataclass(frozen=True)
class Recipient:
    """The client's key to encrypt to."""

    key: RSAKey
    alg: str
    enc: str


def wrap(claims: Claims, *, signing: RSAKey, recipient: Recipient, fault: Fault) -> str:
    """The ID token: claims signed (RS256), the signed token encrypted to the client."""
    claims = dict(claims)
    if spoil := SPOILED.get(fault):
        spoil(claims)
    inner = _sign(claims, signing, fault)
    if fault is Fault.NOT_ENCRYPTED:
        return inner
    token = _encrypt(inner, recipient)
    if fault is Fault.NESTED_TWICE:
        return _encrypt(token, recipient)
    if fault is Fault.TRUNCATED:
        return token[: len(token) * 2 // 3]
    return token


def _sign(claims: Claims, signing: RSAKey, fault: Fault) -> str:
    header = {"typ": "JWT", "alg": "RS256", "kid": signing.kid}
    payload = json.dumps(claims).encode()
    # By hand, since joserfc does neither of these two: that is what it is chosen for.
    if fault is Fault.UNSIGNED:
        return _compact({**header, "alg": "none"}, payload, lambda _text: b"")
    if fault is Fault.ALGORITHM_SWAP:
        # The public key's text, which everybody may know, taken for a shared secret.
        secret = signing.as_pem(private=False)
        return _compact({**header, "alg": "HS256"}, payload, lambda text: hmac.digest(secret, text, "sha256"))
    key = RSAKey.generate_key(2048) if fault is Fault.UNKNOWN_KEY else signing
    signed = jws.serialize_compact(header, payload, key, ["RS256"])
    if fault is Fault.BROKEN_SIGNATURE:
        head, body, signature = signed.split(".")
        return f"{head}.{body}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"
    return signed


def _compact(header: dict[str, Any], payload: bytes, sign: Callable[[bytes], bytes]) -> str:
    text = b".".join(urlsafe_b64encode(part) for part in (json.dumps(header).encode(), payload))
    return (text + b"." + urlsafe_b64encode(sign(text))).decode()


def _encrypt(inner: str, recipient: Recipient) -> str:
    header = {"alg": recipient.alg, "enc": recipient.enc, "cty": "JWT", "kid": recipient.key.kid}
    return jwe.encrypt_compact(header, inner.encode(), recipient.key, [recipient.alg, recipient.enc])


def _drop_person(claims: Claims) -> None:
    for name in [name for name in claims if name.startswith(("urn:oid:", "http://eidas."))]:
        del claims[name]
