"""An identification provider in this process: it speaks the wire format as the real one does, checks what it is sent,
and spoils exactly what a test tells it to. Tokens are made here by hand, apart from the code under test."""

import datetime as dt
import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc import jwe, jws, jwt
from joserfc.jwk import KeySet, RSAKey

ISSUER = "https://tunnistus.test"
CLIENT_ID = "perhekeskus-test"
RETURN_ADDRESS = "https://perhekeskus.test/identify/return/"
CHECKED = "0123456789ABCDEFHJKLMNPRSTUVWXY"

Claims = dict[str, Any]


def made_up_code(birth: str, sign: str, individual: str) -> str:
    """A code with its right check character, worked out here once more: ("010190", "-", "999") → 010190-999…"""
    return f"{birth}{sign}{individual}{CHECKED[int(birth + individual) % 31]}"


def new_key(use: str, kid: str) -> RSAKey:
    parameters: dict[str, str] = {"use": use, "kid": kid}
    return RSAKey.generate_key(2048, parameters, private=True)  # type: ignore[arg-type]


def b64(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def sign(claims: Mapping[str, Any], key: RSAKey, **header: Any) -> str:
    """A signed token with any header: RS256 unless it says otherwise."""
    full = {"alg": "RS256", "kid": key.kid, "typ": "JWT", **header}
    payload = json.dumps(claims).encode()
    return jws.serialize_compact({k: v for k, v in full.items() if v is not None}, payload, key, [full["alg"]])


def unsigned(claims: Mapping[str, Any]) -> str:
    """alg "none", put together by hand, since no library would."""
    return f"{b64(json.dumps({'alg': 'none', 'typ': 'JWT'}).encode())}.{b64(json.dumps(claims).encode())}."


def encrypt(text: str, key: RSAKey, **header: Any) -> str:
    full = {"alg": "RSA-OAEP", "enc": "A128CBC-HS256", "cty": "JWT", "kid": key.kid, **header}
    registry = jwe.JWERegistry(algorithms=["RSA-OAEP", "RSA-OAEP-256", "RSA1_5", "A128CBC-HS256", "A256GCM", "DEF"])
    return jwe.encrypt_compact({k: v for k, v in full.items() if v is not None}, text, key, registry=registry)


def person(**changed: Any) -> Claims:
    """Claims of Eka Huoltaja; None takes one away."""
    claims = {
        "urn:oid:1.2.246.21": made_up_code("010190", "-", "999"),
        "urn:oid:1.2.246.575.1.14": "Eka",
        "urn:oid:2.5.4.4": "Huoltaja",
        "urn:oid:1.3.6.1.5.5.7.9.1": "1990-01-01",
        **changed,
    }
    return {name: value for name, value in claims.items() if value is not None}


@dataclass
class FakeProvider:
    """`spoil` changes the claims, `wrap` makes the token of them; both may be replaced by a test."""

    signing: RSAKey
    encryption: RSAKey
    client_keys: Callable[[], dict[str, Any]]
    now: Callable[[], dt.datetime]
    person: Claims = field(default_factory=person)
    acr: str | None = "http://ftn.ficora.fi/2017/loa2"
    metadata: Claims = field(default_factory=dict)
    published: list[RSAKey] = field(default_factory=list)
    spoil: Callable[[Claims], None] = lambda claims: None
    wrap: Callable[[Claims, RSAKey], str] | None = None
    refuse_token: tuple[int, Claims] | None = None
    asked: list[str] = field(default_factory=list)
    assertions: list[str] = field(default_factory=list)
    requests: dict[str, Claims] = field(default_factory=dict)  # by code

    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self._answer)

    # -- what a browser does ----------------------------------------------------------------------

    def authorize(self, address: str) -> Claims:
        """Check a request as a strict provider does and return its claims."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query, strict_parsing=True).items()}
        assert address.startswith(f"{ISSUER}/authorize?")
        assert set(query) == {"client_id", "response_type", "scope", "request"}
        keys = KeySet.import_key_set(self.client_keys())  # type: ignore[arg-type]
        token = jwt.decode(query["request"], keys, algorithms=["RS256"])
        assert token.header["typ"] == "oauth-authz-req+jwt"
        claims = token.claims
        assert claims["iss"] == claims["client_id"] == CLIENT_ID
        assert claims["aud"] == ISSUER
        assert claims["exp"] - claims["iat"] <= 600
        assert claims["code_challenge_method"] == "S256"
        return claims

    def come_back(self, address: str, **changed: str | None) -> dict[str, str]:
        """What the browser brings back after a sign-in; None takes a parameter away."""
        claims = self.authorize(address)
        code = f"code-{len(self.requests)}"
        self.requests[code] = claims
        params = {"state": claims["state"], "code": code, "iss": ISSUER, **changed}
        return {name: value for name, value in params.items() if value is not None}

    # -- what it answers ---------------------------------------------------------------------------

    def _answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.asked.append(path)
        if path == "/.well-known/openid-configuration":
            return httpx.Response(200, json=self._metadata())
        if path == "/jwks":
            keys = [*(self.published or [self.signing]), self.encryption]
            return httpx.Response(200, json={"keys": [key.as_dict(private=False) for key in keys]})
        assert path == "/token", path
        return self._token({name: values[0] for name, values in parse_qs(request.content.decode()).items()})

    def _metadata(self) -> Claims:
        return {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/jwks",
            "authorization_response_iss_parameter_supported": True,
            **self.metadata,
        }

    def _token(self, form: dict[str, str]) -> httpx.Response:
        keys = KeySet.import_key_set(self.client_keys())  # type: ignore[arg-type]
        assertion = jwt.decode(form["client_assertion"], keys, algorithms=["RS256"]).claims
        assert form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        assert assertion["iss"] == assertion["sub"] == CLIENT_ID
        assert assertion["aud"] == f"{ISSUER}/token"
        assert assertion["jti"] not in self.assertions
        self.assertions.append(assertion["jti"])
        if self.refuse_token:
            return httpx.Response(self.refuse_token[0], json=self.refuse_token[1])
        asked = self.requests.pop(form["code"])
        assert form["redirect_uri"] == asked["redirect_uri"]
        assert b64(hashlib.sha256(form["code_verifier"].encode()).digest()) == asked["code_challenge"]
        at = int(self.now().timestamp())
        claims: Claims = {
            "iss": ISSUER,
            "sub": f"subject-{len(self.assertions)}",
            "aud": CLIENT_ID,
            "exp": at + 300,
            "iat": at,
            "auth_time": at - 5,
            "nonce": asked["nonce"],
            "jti": f"token-{len(self.assertions)}",
            **({} if self.acr is None else {"acr": self.acr}),
            **self.person,
        }
        self.spoil(claims)
        return httpx.Response(200, json={"token_type": "Bearer", "id_token": self._wrapped(claims)})

    def _wrapped(self, claims: Claims) -> str:
        published = KeySet.import_key_set(self.client_keys()).keys  # type: ignore[arg-type]
        recipient = next(key for key in published if key.get("use") == "enc")
        assert isinstance(recipient, RSAKey)
        if self.wrap is not None:
            return self.wrap(claims, recipient)
        return encrypt(sign(claims, self.signing), recipient)
