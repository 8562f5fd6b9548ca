"""The relying party: the interface's two verbs in OpenID Connect, as profile.py describes it."""

import base64
import datetime as dt
import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from accounts.identification.interface import (
    BeginRequest,
    CallbackRequest,
    Cancelled,
    Evidence,
    Failure,
    IdentificationFailed,
    Redirect,
)
from accounts.identification.oidc import profile
from accounts.identification.oidc.claims import evidence_from
from accounts.identification.oidc.http import ProviderHttp
from accounts.identification.oidc.own_keys import OwnKeys
from accounts.identification.oidc.provider import Provider
from accounts.identification.oidc.tokens import check_claims, open_id_token, signed

LONGEST_CODE = 2048
_ERROR = re.compile(r"[a-z_]{1,40}", re.ASCII)


@dataclass(frozen=True)
class OidcBackend:
    name: str
    provider: Provider
    http: ProviderHttp
    keys: OwnKeys
    client_id: str
    service_name: str  # what the provider shows to the person
    artificial_allowed: bool

    @classmethod
    def from_settings(cls, name: str, options: Mapping[str, Any]) -> "OidcBackend":
        http = ProviderHttp()
        return cls(
            name=name,
            provider=Provider(options["issuer"], http),
            http=http,
            keys=OwnKeys(Path(options["keys"]), make_if_missing=options["demo"]),
            client_id=options["client_id"],
            service_name=options["service_name"][: profile.SERVICE_NAME_LENGTH],
            artificial_allowed=options["demo"],
        )

    def published_keys(self) -> dict[str, Any]:
        return self.keys.published()

    def begin(self, request: BeginRequest) -> Redirect:
        metadata = self.provider.metadata()
        asked = {"client_id": self.client_id, "response_type": "code", "scope": profile.SCOPE}
        claims = {
            **self._signed_claims(request.now, audience=metadata.issuer),
            **asked,
            "redirect_uri": request.return_address,
            "state": request.state,
            "nonce": request.nonce,
            "code_challenge": code_challenge(request.code_verifier),
            "code_challenge_method": "S256",
            "acr_values": " ".join(profile.ACR_VALUES[request.level]),
            # Everybody shows who they are now: an older sign-in may be of another user of the device.
            "prompt": "login",
            "ui_locales": request.language,
            "ftn_spname": self.service_name,
        }
        signed_request = signed(claims, key=self.keys.signing_key(request.now), typ=profile.REQUEST_TYPE)
        separator = "&" if "?" in metadata.authorization_endpoint else "?"
        query = urlencode({**asked, "request": signed_request})
        return Redirect(f"{metadata.authorization_endpoint}{separator}{query}")

    def complete(self, request: CallbackRequest) -> Evidence:
        metadata = self.provider.metadata()
        issuer = request.params.get("iss")
        if issuer is None and metadata.names_itself:
            raise IdentificationFailed(Failure.WRONG_ISSUER, "the answer does not say whose it is")
        if issuer is not None and issuer != metadata.issuer:
            raise IdentificationFailed(Failure.WRONG_ISSUER, "the answer is another provider's")
        if error := request.params.get("error"):
            if error == "access_denied":
                raise Cancelled
            raise IdentificationFailed(Failure.PROVIDER_ERROR, _plain(error))
        code = request.params.get("code", "")
        if not 0 < len(code) <= LONGEST_CODE:
            raise IdentificationFailed(Failure.WRONG_ANSWER, "no code")
        token = open_id_token(
            self._id_token(code, metadata.token_endpoint, request),
            decryption_keys=self.keys.decryption_keys,
            signing_key=self.provider.signing_key,
        )
        auth_time = check_claims(token.claims, issuer=metadata.issuer, client_id=self.client_id, callback=request)
        return evidence_from(
            token.claims,
            provider=self.name,
            auth_time=auth_time,
            token_id=token.token_id,
            artificial_allowed=self.artificial_allowed,
        )

    def _id_token(self, code: str, token_endpoint: str, request: CallbackRequest) -> str:
        assertion = {**self._signed_claims(request.now, audience=token_endpoint), "sub": self.client_id}
        status, answer = self.http.post_form(
            token_endpoint,
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": request.return_address,
                "code_verifier": request.code_verifier,
                "client_id": self.client_id,
                "client_assertion_type": profile.ASSERTION_TYPE,
                "client_assertion": signed(assertion, key=self.keys.signing_key(request.now), typ="JWT"),
            },
        )
        if status != 200:
            raise IdentificationFailed(Failure.PROVIDER_ERROR, f"{status} {_plain(answer.get('error'))}")
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise IdentificationFailed(Failure.WRONG_ANSWER, "no ID token")
        return token

    def _signed_claims(self, now: dt.datetime, *, audience: str) -> dict[str, Any]:
        at = int(now.timestamp())
        return {
            "iss": self.client_id,
            "aud": audience,
            "jti": secrets.token_urlsafe(24),
            "iat": at,
            "exp": at + profile.REQUEST_SECONDS,
        }


def code_challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _plain(error: object) -> str:
    """An error code for the log, if it looks like one."""
    return error if isinstance(error, str) and _ERROR.fullmatch(error) else "unnamed error"
