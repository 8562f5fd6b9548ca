"""A client of the demo's provider, not the platform's own: it shows that the provider speaks the profile to anybody."""

import base64
import hashlib
import json
import secrets
import time
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jwe, jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT_ID = "perhekeskus-demo"
RETURN = "http://127.0.0.1:9/identify/return/"


class Refusal(Exception):
    """The provider's answer when it is not the one hoped for: status and text."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status}: {text}")
        self.status, self.text = status, text


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirect)


def call(address: str, form: dict[str, str] | None = None) -> tuple[int, dict[str, str], str]:
    """Status, headers in small letters, text. A redirect is an answer; 400 and worse is a Refusal."""
    data = None if form is None else urlencode(form).encode()
    try:
        with _opener.open(urllib.request.Request(address, data), timeout=20) as answer:
            return answer.status, {n.lower(): v for n, v in answer.headers.items()}, answer.read().decode()
    except urllib.error.HTTPError as error:
        text = error.read().decode()
        if error.code >= 400:
            raise Refusal(error.code, text) from None
        return error.code, {n.lower(): v for n, v in error.headers.items()}, text


def make_key(use: str, alg: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"use": use, "alg": alg, "kid": secrets.token_hex(4)})


class Client:
    """One client with its keys; `ask` begins, `fetch` gets the ID token, `read` opens it."""

    def __init__(self, issuer: str, alg: str = "RSA-OAEP", return_address: str = RETURN) -> None:
        self.return_address = return_address
        self.metadata = json.loads(call(f"{issuer}/.well-known/openid-configuration")[2])
        self.issuer = issuer
        self.signing, self.encryption = make_key("sig", "RS256"), make_key("enc", alg)
        self.alg = alg
        self.verifier = secrets.token_urlsafe(48)
        self.state, self.nonce = secrets.token_urlsafe(16), secrets.token_urlsafe(16)

    @property
    def keys(self) -> dict[str, Any]:
        return dict(KeySet([self.signing, self.encryption]).as_dict(private=False))

    def request_claims(self, **changes: Any) -> dict[str, Any]:
        now = int(time.time())
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()
        claims = {
            "iss": CLIENT_ID, "aud": self.issuer, "client_id": CLIENT_ID, "jti": secrets.token_urlsafe(8),
            "iat": now, "exp": now + 300, "response_type": "code", "scope": "openid",
            "redirect_uri": self.return_address,
            "state": self.state, "nonce": self.nonce, "acr_values": "http://ftn.ficora.fi/2017/loa2",
            "code_challenge": challenge, "code_challenge_method": "S256", "ui_locales": "sv fi",
            "ftn_spname": "Perhekeskus",
        }  # fmt: skip
        return {name: value for name, value in {**claims, **changes}.items() if value is not None}

    def signed(self, claims: dict[str, Any], **header: Any) -> str:
        return jwt.encode({"alg": "RS256", "kid": self.signing.kid, **header}, claims, self.signing, ["RS256"])

    def ask_with(self, request: str, **query: str) -> str:
        """The address to which the provider sends the browser."""
        query = {"client_id": CLIENT_ID, "response_type": "code", "scope": "openid", "request": request, **query}
        status, headers, _text = call(f"{self.metadata['authorization_endpoint']}?{urlencode(query)}")
        assert status == 303
        return headers["location"]

    def ask(self, **changes: Any) -> str:
        return self.ask_with(self.signed(self.request_claims(**changes), typ="oauth-authz-req+jwt"))

    def assertion(self, **changes: Any) -> str:
        now = int(time.time())
        claims = {"iss": CLIENT_ID, "sub": CLIENT_ID, "aud": self.metadata["token_endpoint"], "iat": now}
        return self.signed({**claims, "exp": now + 60, "jti": secrets.token_urlsafe(8), **changes})

    def fetch(self, code: str, **changes: str) -> str:
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": self.return_address,
            "code_verifier": self.verifier,
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": self.assertion(), **changes,
        }  # fmt: skip
        token: str = json.loads(call(self.metadata["token_endpoint"], form)[2])["id_token"]
        return token

    def open(self, token: str) -> str:
        """What is inside the encrypted token."""
        enc = "A128CBC-HS256" if self.alg == "RSA-OAEP" else "A256GCM"
        opened = jwe.decrypt_compact(token, self.encryption, [self.alg, enc])
        assert opened.plaintext is not None
        assert opened.headers()["cty"] == "JWT"
        return opened.plaintext.decode()

    def read(self, token: str) -> dict[str, Any]:
        """Opened, its signature checked with the keys that the provider publishes."""
        published = KeySet.import_key_set(json.loads(call(self.metadata["jwks_uri"])[2]))
        return dict(jwt.decode(self.open(token), published, ["RS256"]).claims)


def outcome(address: str) -> dict[str, str]:
    """The query of the way back; fails when it is another way."""
    assert address.startswith(f"{RETURN}?"), address
    return dict(parse_qsl(urlsplit(address).query))
