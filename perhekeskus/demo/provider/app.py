"""The provider as an ASGI application: each address, in the order in which a sign-in comes by."""

import asyncio
import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from perhekeskus.demo.provider import clock, pages
from perhekeskus.demo.provider.client import AuthorizationRequest, Client
from perhekeskus.demo.provider.faults import Fault, wrap
from perhekeskus.demo.provider.files import shared_file
from perhekeskus.demo.provider.http import Answer, Receive, Refused, Request, Send, read_request, send_answer
from perhekeskus.demo.provider.keys import ProviderKeys
from perhekeskus.demo.provider.persons import LEVELS, persons
from perhekeskus.demo.provider.sign_ins import Grant, Memory, Plan
from perhekeskus.demo.provider.words import language_of

TOKEN_SECONDS = 300
SLOW_SECONDS = 30
HUGE_BYTES = 4 * 1024 * 1024
NEEDS_AN_EARLIER_ONE = (Fault.REPLAY, Fault.REPEATED_JTI)


@dataclass
class Provider:
    issuer: str
    client: Client
    keys: ProviderKeys
    # Without it there is no way to steer the provider but its page.
    control_secret: str = ""
    memory: Memory = field(default_factory=Memory)

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        try:
            request = await read_request(scope, receive)
            answer = await self._answer(request)
        except Refused as refusal:
            answer = pages.refusal(str(refusal), refusal.status)
        await send_answer(send, answer)

    async def _answer(self, request: Request) -> Answer:
        match request.method, request.path.split("/")[1:]:
            case "GET", [".well-known", "openid-configuration"]:
                self.memory.count("metadata")
                return Answer.of_json(self.metadata())
            case "GET", ["jwks"]:
                self.memory.count("jwks")
                return Answer.of_json(self.keys.published())
            case "GET" | "POST", ["authorize"]:
                return await asyncio.to_thread(self._authorize, request)
            case "GET", ["choose", name]:
                return self._ask(request, name)
            case "POST", ["choose", name]:
                return self._chosen(request, name)
            case "POST", ["token"]:
                return await self._token(request)
            case "GET" | "POST", ["control"] if self.control_secret:
                return self._control(request)
            case "GET", [""]:
                return pages.welcome(language_of(request.query.get("lang", ""), ()))
            case "GET", ["static", *_]:
                return shared_file(request.path.removeprefix("/static/"))
        raise Refused("There is nothing here.", 404)

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["pairwise"],
            "scopes_supported": ["openid"],
            "acr_values_supported": [acr for pair in LEVELS.values() for acr in pair],
            "ui_locales_supported": ["fi", "sv", "en"],
            "claims_supported": sorted({name for one in persons(clock.now().date()) for name in one.claims()}),
            "code_challenge_methods_supported": ["S256"],
            "request_parameter_supported": True,
            "request_uri_parameter_supported": False,
            "require_signed_request_object": True,
            "request_object_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "id_token_encryption_alg_values_supported": ["RSA-OAEP", "RSA-OAEP-256"],
            "id_token_encryption_enc_values_supported": ["A128CBC-HS256", "A256GCM"],
            "authorization_response_iss_parameter_supported": True,
        }

    # -- with the browser -------------------------------------------------------------------------

    def _authorize(self, request: Request) -> Answer:
        self.memory.count("authorize")
        now = clock.seconds()
        query = request.query if request.method == "GET" else request.form()
        asked, claims = self.client.read_request(query, now)
        self.memory.saw(claims)
        plan = self.memory.plan
        if plan.answer == "cancel":
            return self._back(asked, {"error": "access_denied"}, plan.fault)
        if plan.answer:
            return self._grant(asked, plan.answer, plan.level or _least(asked), plan.fault)
        # On an address of its own the page can be loaded again, and read in another language.
        return Answer.redirect(f"{self.issuer}/choose/{self.memory.begin(asked, now)}")

    def _ask(self, request: Request, name: str, *, nothing_to_repeat: bool = False) -> Answer:
        sign_in = self.memory.sign_in(name, clock.seconds())
        if sign_in is None:
            return pages.too_late(language_of(request.query.get("lang", ""), ()))
        asked = sign_in.request
        people = persons(clock.now().date())
        chosen = request.form()
        return pages.choice(
            people=people,
            asked=asked,
            person=chosen.get("person", people[0].key),
            level=chosen.get("level", _least(asked)),
            language=language_of(request.query.get("lang", ""), asked.locales),
            fault=Fault(chosen.get("fault", self.memory.plan.fault)),
            nothing_to_repeat=nothing_to_repeat,
        )

    def _chosen(self, request: Request, name: str) -> Answer:
        sign_in = self.memory.sign_in(name, clock.seconds())
        if sign_in is None:
            return pages.too_late(language_of(request.query.get("lang", ""), ()))
        form = request.form()
        try:
            fault = Fault(form.get("fault", ""))
        except ValueError:
            raise Refused("There is no such fault.") from None
        asked = sign_in.request
        if form.get("answer") == "cancel":
            self.memory.end(name)
            return self._back(asked, {"error": "access_denied"}, fault)
        if fault in NEEDS_AN_EARLIER_ONE and asked.origin not in self.memory.last:
            return self._ask(request, name, nothing_to_repeat=True)
        answer = self._grant(asked, form.get("person", ""), form.get("level", ""), fault)
        self.memory.end(name)
        return answer

    def _grant(self, asked: AuthorizationRequest, key: str, level: str, fault: Fault) -> Answer:
        person = next((one for one in persons(clock.now().date()) if one.key == key), None)
        if person is None or level not in LEVELS:
            raise Refused("There is no such person or level.")
        if fault is Fault.SERVER_ERROR:
            return self._back(asked, {"error": "server_error"}, fault)
        code = self.memory.grant(asked, person, person.acr(level), fault, clock.seconds())
        return self._back(asked, {"code": code}, fault)

    def _back(self, asked: AuthorizationRequest, outcome: dict[str, str], fault: Fault) -> Answer:
        state = secrets.token_urlsafe(16) if fault is Fault.WRONG_STATE else asked.state
        issuer = "https://another-provider.example" if fault is Fault.WRONG_ISS_PARAMETER else self.issuer
        return Answer.redirect(f"{asked.redirect_uri}?{urlencode({**outcome, 'state': state, 'iss': issuer})}")

    # -- with the client's server -----------------------------------------------------------------

    async def _token(self, request: Request) -> Answer:
        self.memory.count("token")
        try:
            grant, token = await asyncio.to_thread(self._exchange, request.form())
        except Refused as refusal:
            error = "invalid_client" if refusal.status == 401 else "invalid_grant"
            return Answer.of_json({"error": error, "error_description": str(refusal)}, refusal.status)
        if grant.fault is Fault.TOKEN_ERROR:
            return Answer.of_json({"error": "server_error"}, 500)
        if grant.fault is Fault.SLOW:
            await asyncio.sleep(SLOW_SECONDS)
        answer = {
            "access_token": secrets.token_urlsafe(32),
            "token_type": "Bearer",
            "expires_in": TOKEN_SECONDS,
            "id_token": token,
        }
        if grant.fault is Fault.HUGE:
            answer["padding"] = "x" * HUGE_BYTES
        return Answer.of_json(answer)

    def _exchange(self, form: dict[str, str]) -> tuple[Grant, str]:
        now = clock.seconds()
        if form.get("grant_type") != "authorization_code":
            raise Refused("grant_type is not authorization_code.")
        grant = self.memory.granted(form.get("code", ""), now)
        asked = grant.request
        self.client.check_assertion(form, origin=asked.origin, audiences=(f"{self.issuer}/token", self.issuer), now=now)
        if form.get("redirect_uri") != asked.redirect_uri:
            raise Refused("redirect_uri is not the one that the code was asked for.")
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if not hmac.compare_digest(challenge.rstrip(b"=").decode(), asked.code_challenge):
            raise Refused("code_verifier does not belong to the code.")
        self.memory.spend(form["code"])
        return grant, self._token_for(grant, now)

    def _token_for(self, grant: Grant, now: int) -> str:
        origin = grant.request.origin
        earlier = self.memory.last.get(origin)
        if grant.fault is Fault.REPLAY and earlier is not None:
            return earlier[1]
        claims = {
            "iss": self.issuer,
            "aud": self.client.client_id,
            # A new one each time, as in the trust network: the person is known by the attributes.
            "sub": secrets.token_urlsafe(16),
            "jti": secrets.token_urlsafe(16),
            "iat": now,
            "exp": now + TOKEN_SECONDS,
            "auth_time": grant.auth_time,
            "nonce": grant.request.nonce,
            "acr": grant.acr,
            "amr": ["demo"],
            "session_index": secrets.token_urlsafe(16),
            **grant.person.claims(),
        }
        if grant.fault is Fault.REPEATED_JTI and earlier is not None:
            claims["jti"] = earlier[0]["jti"]
        token = wrap(claims, signing=self.keys.signing, recipient=self.client.recipient(origin), fault=grant.fault)
        if grant.fault is Fault.NONE:
            self.memory.last[origin] = claims, token
        return token

    # -- with tests -------------------------------------------------------------------------------

    def _control(self, request: Request) -> Answer:
        """GET: what was seen. POST: `reset`, `fault`, `answer`, `level`, `keys`, `rotate` ("keep", "drop")."""
        given = request.headers.get("authorization", "").encode()
        if not hmac.compare_digest(given, f"Bearer {self.control_secret}".encode()):
            raise Refused("There is nothing here.", 404)
        if request.method == "POST":
            try:
                self._steer(request.json())
            except ValueError as error:
                raise Refused(str(error)) from None
        counts = {**self.memory.counts, "client_keys": self.client.key_reads}
        return Answer.of_json({"requests": self.memory.seen, "counts": counts, "plan": vars(self.memory.plan)})

    def _steer(self, wishes: dict[str, Any]) -> None:
        if unknown := set(wishes) - {"reset", "fault", "answer", "level", "keys", "rotate"}:
            raise ValueError(f"Unknown wishes: {', '.join(sorted(unknown))}.")
        if wishes.get("reset"):
            self.memory.reset()
            self.client.forget()
        plan = self.memory.plan
        self.memory.plan = Plan(
            fault=Fault(wishes.get("fault", plan.fault)),
            answer=str(wishes.get("answer", plan.answer)),
            level=str(wishes.get("level", plan.level)),
        )
        if "keys" in wishes:
            self.client.given_keys = wishes["keys"]
        if "rotate" in wishes:
            self.keys.rotate(keep_old=wishes["rotate"] == "keep")


def _least(asked: AuthorizationRequest) -> str:
    """The lowest level that is good enough: the page starts there."""
    levels = [level for level, names in LEVELS.items() if set(names) & set(asked.acr_values)]
    return levels[0] if levels else "substantial"
