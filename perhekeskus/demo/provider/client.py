"""The client's side as the provider sees it: who may ask, its published keys, its signed request and its assertion."""

import datetime as dt
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey
from joserfc.jws import JWSRegistry
from joserfc.util import urlsafe_b64decode

from perhekeskus.demo.provider.faults import Recipient
from perhekeskus.demo.provider.http import Refused

CLIENT_ID = "perhekeskus-demo"
RETURN_PATH = "/identify/return/"
KEYS_PATH = "/identify/keys/"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
REQUEST_TYPES = ("oauth-authz-req+jwt", "JWT", None)
KEY_ENCRYPTION = ("RSA-OAEP", "RSA-OAEP-256")
LONGEST_NAME = 40
LONGEST_LIFE = dt.timedelta(minutes=10).total_seconds()
SKEW = 60
LONGEST_KEYS = 64 * 1024
FETCH_SECONDS = 5.0


@dataclass(frozen=True)
class AuthorizationRequest:
    redirect_uri: str
    state: str
    nonce: str
    code_challenge: str
    acr_values: tuple[str, ...]
    locales: tuple[str, ...]
    service_name: str

    @property
    def origin(self) -> str:
        return origin_of(self.redirect_uri)


@dataclass
class Client:
    """One client, reached under several names of one machine: its keys are read from the origin it returns to."""

    issuer: str
    hosts: frozenset[str]
    client_id: str = CLIENT_ID
    keys_address: str = ""
    # Given by a test that runs no server to read them from.
    given_keys: dict[str, Any] | None = None
    key_reads: int = 0
    _keys: dict[str, KeySet] = field(default_factory=dict)
    _used: dict[str, float] = field(default_factory=dict)

    def read_request(self, query: Mapping[str, str], now: int) -> tuple[AuthorizationRequest, dict[str, Any]]:
        """The checked request and its claims. Only what is signed counts; the query repeats it or says nothing."""
        if query.get("client_id") != self.client_id:
            raise Refused("client_id is missing or unknown.")
        if "request" not in query:
            raise Refused("The request object is missing: parameters must come signed (request=…, RFC 9101).")
        redirect_uri = _unverified(query["request"]).get("redirect_uri")
        self._check_redirect(redirect_uri)
        claims = self._verified(query["request"], origin_of(str(redirect_uri)), REQUEST_TYPES)
        for name, value in query.items():
            if name != "request" and name in claims and str(claims[name]) != value:
                raise Refused(f"The query and the request object disagree about {name}.")
        self._check_times(claims, now)
        expected = {"iss": self.client_id, "client_id": self.client_id, "response_type": "code"}
        for name, value in expected.items():
            if claims.get(name) != value:
                raise Refused(f"{name} in the request object is not {value}.")
        if self.issuer not in _listed(claims.get("aud")):
            raise Refused("aud in the request object is not this provider.")
        for name in ("state", "nonce", "jti", "acr_values", "code_challenge", "ftn_spname"):
            if not isinstance(claims.get(name), str) or not claims[name]:
                raise Refused(f"{name} is missing from the request object.")
        if claims.get("code_challenge_method") != "S256" or len(claims["code_challenge"]) != 43:
            raise Refused("PKCE with S256 is required.")
        if "openid" not in str(claims.get("scope", "")).split():
            raise Refused("scope does not hold openid.")
        if len(claims["ftn_spname"]) > LONGEST_NAME:
            raise Refused(f"ftn_spname is longer than {LONGEST_NAME} characters.")
        request = AuthorizationRequest(
            redirect_uri=claims["redirect_uri"],
            state=claims["state"],
            nonce=claims["nonce"],
            code_challenge=claims["code_challenge"],
            acr_values=tuple(claims["acr_values"].split()),
            locales=tuple(str(claims.get("ui_locales", "")).split()),
            service_name=claims["ftn_spname"],
        )
        return request, claims

    def check_assertion(self, form: Mapping[str, str], *, origin: str, audiences: tuple[str, ...], now: int) -> None:
        """`private_key_jwt`: signed by the client, meant for us, short-lived, and never seen before."""
        if form.get("client_assertion_type") != ASSERTION_TYPE:
            raise Refused("client_assertion_type is not private_key_jwt's.", 401)
        try:
            claims = self._verified(form.get("client_assertion", ""), origin, ("JWT", None))
            self._check_times(claims, now)
        except Refused as refusal:
            raise Refused(str(refusal), 401) from None
        if claims.get("iss") != self.client_id or claims.get("sub") != self.client_id:
            raise Refused("iss and sub of the client assertion are not the client.", 401)
        if not set(_listed(claims.get("aud"))) & set(audiences):
            raise Refused("aud of the client assertion is neither the issuer nor the token endpoint.", 401)
        jti = claims.get("jti")
        if not isinstance(jti, str) or not jti:
            raise Refused("jti is missing from the client assertion.", 401)
        self._used = {known: until for known, until in self._used.items() if until > now - SKEW}
        if jti in self._used:
            raise Refused("This client assertion has been used already.", 401)
        self._used[jti] = claims["exp"]

    def recipient(self, origin: str) -> Recipient:
        """The newest key that the client wants ID tokens encrypted to, and how."""
        for key in self._key_set(origin, fresh=True):
            if isinstance(key, RSAKey) and key.get("use") == "enc":
                alg = str(key.alg or KEY_ENCRYPTION[0])
                if alg not in KEY_ENCRYPTION:
                    raise Refused(f"The client's encryption key is for {alg}, which the profile does not have.")
                return Recipient(key=key, alg=alg, enc="A128CBC-HS256" if alg == KEY_ENCRYPTION[0] else "A256GCM")
        raise Refused("The client publishes no key to encrypt to.")

    def forget(self) -> None:
        """As after a start: no keys, nothing used."""
        self.given_keys, self.key_reads = None, 0
        self._keys.clear()
        self._used.clear()

    def _check_redirect(self, address: object) -> None:
        """Exact path, a host of the list; the port is free, since a demo may run on any."""
        parts = urlsplit(address) if isinstance(address, str) else urlsplit("")
        plain = f"{parts.scheme}://{parts.netloc}{RETURN_PATH}" == address and "@" not in parts.netloc
        if not plain or parts.scheme not in ("http", "https") or not self._is_ours(parts.hostname or ""):
            raise Refused(
                f"redirect_uri is not registered: {RETURN_PATH} on one of {', '.join(sorted(self.hosts))} is "
                "(ALLOWED_HOSTS of the site)."
            )

    def _is_ours(self, host: str) -> bool:
        """As Django reads ALLOWED_HOSTS: `.example.fi` is the name and everything under it, `*` is any."""
        return any(name in ("*", host) or (name.startswith(".") and f".{host}".endswith(name)) for name in self.hosts)

    def _verified(self, token: str, origin: str, types: tuple[str | None, ...]) -> dict[str, Any]:
        kid = _unverified(token, part=0).get("kid")
        if not isinstance(kid, str):
            raise Refused("A signed token has no kid.")
        keys = self._key_set(origin)
        if all(key.kid != kid for key in keys):
            keys = self._key_set(origin, fresh=True)
        key = next((key for key in keys if key.kid == kid), None)
        if not isinstance(key, RSAKey) or key.get("use", "sig") != "sig":
            raise Refused("A token is signed with a key that the client does not publish.")
        try:
            found = jwt.decode(token, key, ["RS256"], JWSRegistry(algorithms=["RS256"]))
        except (JoseError, ValueError) as error:
            raise Refused(f"A signature of the client is not valid ({type(error).__name__}).") from None
        if found.header.get("typ") not in types:
            raise Refused("A signed token has the wrong typ.")
        return dict(found.claims)

    def _check_times(self, claims: Mapping[str, Any], now: int) -> None:
        exp, iat = claims.get("exp"), claims.get("iat", claims.get("nbf"))
        if not isinstance(exp, int) or not isinstance(iat, int):
            raise Refused("exp or iat is missing.")
        if exp < now - SKEW:
            raise Refused("A signed token of the client has expired.")
        if iat > now + SKEW or exp - iat > LONGEST_LIFE:
            raise Refused("A signed token of the client is from the future, or lives too long.")

    def _key_set(self, origin: str, *, fresh: bool = False) -> KeySet:
        if self.given_keys is not None:
            return KeySet.import_key_set(self.given_keys)  # type: ignore[arg-type]
        if fresh or origin not in self._keys:
            self._keys[origin] = self._fetch(self.keys_address or f"{origin}{KEYS_PATH}")
        return self._keys[origin]

    def _fetch(self, address: str) -> KeySet:
        self.key_reads += 1
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(address, timeout=FETCH_SECONDS) as answer:
                return KeySet.import_key_set(json.loads(answer.read(LONGEST_KEYS)))
        except (OSError, ValueError, KeyError, TypeError, JoseError) as error:
            raise Refused(f"The client's keys could not be read from {address} ({type(error).__name__}).") from None


def origin_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _unverified(token: str, part: int = 1) -> dict[str, Any]:
    """Header (0) or claims (1), to know where to look for the key; nothing of it is believed."""
    try:
        found = json.loads(urlsafe_b64decode(token.split(".")[part].encode()))
    except (ValueError, IndexError):
        raise Refused("A signed token cannot be read.") from None
    if not isinstance(found, dict):
        raise Refused("A signed token cannot be read.")
    return found


def _listed(value: object) -> list[str]:
    return [value] if isinstance(value, str) else [str(one) for one in value] if isinstance(value, list) else []
