"""Tokens: those that we sign, and the ID token, opened and doubted in every respect.

An ID token is exactly one signed token inside exactly one encrypted token. Algorithms come from our lists, keys from
our file and the provider's key set by their ids, and nothing from the token's own headers but these names.
"""

import base64
import binascii
import datetime as dt
import hashlib
import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from joserfc import jwe, jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from accounts.identification.interface import CallbackRequest, Failure, IdentificationFailed, satisfies
from accounts.identification.oidc.own_keys import OwnKey
from accounts.identification.oidc.profile import CONTENT_ENCRYPTION, KEY_ENCRYPTION, SIGNATURE, SKEW_SECONDS

LONGEST_TOKEN = 48 * 1024
_SHAPE = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*){2,4}", re.ASCII)
_JWE = jwe.JWERegistry(algorithms=[*KEY_ENCRYPTION, *CONTENT_ENCRYPTION])
_JWS = jws.JWSRegistry(algorithms=[SIGNATURE])


def signed(claims: dict[str, Any], *, key: OwnKey, typ: str) -> str:
    """A token of ours: RS256, with the id of the key."""
    return jwt.encode({"alg": SIGNATURE, "kid": key.kid, "typ": typ}, claims, key.key, algorithms=[SIGNATURE])


@dataclass(frozen=True)
class OpenedToken:
    claims: dict[str, Any]
    token_id: str


def open_id_token(
    token: str,
    *,
    decryption_keys: Callable[[str | None], list[RSAKey]],
    signing_key: Callable[[str], RSAKey],
) -> OpenedToken:
    """Decrypt, then verify. Raises IdentificationFailed; the claims are not looked at yet."""
    outer = _header(token)
    if token.count(".") == 2:
        _refuse(Failure.NOT_ENCRYPTED, "a token that is not encrypted")
    if outer.get("alg") not in KEY_ENCRYPTION or outer.get("enc") not in CONTENT_ENCRYPTION or "zip" in outer:
        _refuse(Failure.NOT_READABLE, "encrypted by an algorithm that is not agreed")
    inner_token = _decrypted(token, decryption_keys(_kid(outer)))
    inner = _header(inner_token)
    if inner_token.count(".") != 2 or "cty" in inner:
        _refuse(Failure.NESTING, "not one signed token inside")
    if inner.get("alg") != SIGNATURE or inner.get("typ", "JWT") != "JWT":
        _refuse(Failure.SIGNATURE, "signed by an algorithm or as a type that is not agreed")
    kid = _kid(inner)
    if kid is None:
        _refuse(Failure.SIGNATURE, "the signing key is not named")
    try:
        payload = jws.deserialize_compact(inner_token, signing_key(kid), registry=_JWS).payload
    except (JoseError, ValueError):
        _refuse(Failure.SIGNATURE, "the signature does not hold")
    claims = _json_object(payload or b"")
    if claims is None:
        _refuse(Failure.NESTING, "the signed token holds no claims")
    return OpenedToken(claims, _token_id(claims, payload or b""))


def check_claims(claims: dict[str, Any], *, issuer: str, client_id: str, callback: CallbackRequest) -> dt.datetime:
    """Everything that a token must say before it is believed. Returns when the person was authenticated."""
    if claims.get("iss") != issuer:
        _refuse(Failure.WRONG_ISSUER, "iss")
    if claims.get("aud") not in (client_id, [client_id]) or claims.get("azp", client_id) != client_id:
        _refuse(Failure.WRONG_AUDIENCE, "aud or azp")
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not callback.is_nonce(nonce):
        _refuse(Failure.WRONG_NONCE, "nonce")
    now, started = callback.now.timestamp(), callback.started_at.timestamp()
    issued, expires = _moment(claims, "iat"), _moment(claims, "exp")
    if expires <= now - SKEW_SECONDS:
        _refuse(Failure.EXPIRED, "exp")
    if issued > now + SKEW_SECONDS or ("nbf" in claims and _moment(claims, "nbf") > now + SKEW_SECONDS):
        _refuse(Failure.NOT_YET_VALID, "iat or nbf")
    if issued < started - SKEW_SECONDS:
        _refuse(Failure.EXPIRED, "iat is before the attempt")
    authenticated = _moment(claims, "auth_time")
    if authenticated > now + SKEW_SECONDS:
        _refuse(Failure.NOT_YET_VALID, "auth_time")
    # An older sign-in at the provider may be of somebody else who used this device before.
    if authenticated < started - SKEW_SECONDS:
        _refuse(Failure.OLD_AUTHENTICATION, "auth_time is before the attempt")
    if not satisfies(claims.get("acr"), callback.level):
        _refuse(Failure.LOW_LEVEL, "acr")
    if not isinstance(claims.get("sub"), str) or not claims["sub"]:
        _refuse(Failure.WRONG_ANSWER, "sub")
    return dt.datetime.fromtimestamp(authenticated, dt.UTC)


def _decrypted(token: str, keys: list[RSAKey]) -> str:
    for key in keys:
        try:
            return (jwe.decrypt_compact(token, key, registry=_JWE).plaintext or b"").decode("ascii")
        except (JoseError, ValueError):  # not by this key, or changed on the way
            continue
    _refuse(Failure.NOT_READABLE, "none of our keys opens it")


def _header(token: str) -> dict[str, Any]:
    if len(token) > LONGEST_TOKEN or not _SHAPE.fullmatch(token) or token.count(".") == 3:
        _refuse(Failure.NOT_READABLE, "not the shape of a token")
    first = token.partition(".")[0]
    try:
        header = _json_object(base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)))
    except binascii.Error:
        header = None
    if header is None or "crit" in header:
        _refuse(Failure.NOT_READABLE, "no usable header")
    return header


def _kid(header: dict[str, Any]) -> str | None:
    kid = header.get("kid")
    return kid if isinstance(kid, str) else None


def _token_id(claims: dict[str, Any], payload: bytes) -> str:
    """The same for the same signed content, however often it is wrapped anew."""
    jti = claims.get("jti")
    name = f"jti:{claims.get('iss')}:{jti}".encode() if isinstance(jti, str) and jti else b"payload:" + payload
    return hashlib.sha256(name).hexdigest()


def _moment(claims: dict[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        _refuse(Failure.OLD_AUTHENTICATION if name == "auth_time" else Failure.WRONG_ANSWER, f"no {name}")
    if not 0 < value < 253_402_300_800:  # year 10000, where datetime ends
        _refuse(Failure.WRONG_ANSWER, f"no moment in {name}")
    return float(value)


def _json_object(text: bytes) -> dict[str, Any] | None:
    """A JSON object in which no name stands twice: two readers must not read two things."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({name for name, _value in pairs}) != len(pairs):
            raise ValueError("a name stands twice")
        return dict(pairs)

    def no_constant(name: str) -> NoReturn:
        raise ValueError(f"{name} is not JSON")

    try:
        found = json.loads(text, object_pairs_hook=once, parse_constant=no_constant)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _refuse(failure: Failure, detail: str) -> NoReturn:
    raise IdentificationFailed(failure, detail)
