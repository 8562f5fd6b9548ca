"""What the provider remembers, in memory only: sign-ins under way, codes not yet spent, and what tests told it."""

import secrets
from dataclasses import dataclass, field
from typing import Any

from perhekeskus.demo.provider.client import AuthorizationRequest
from perhekeskus.demo.provider.faults import Fault
from perhekeskus.demo.provider.http import Refused
from perhekeskus.demo.provider.persons import Person

# As long as the platform's own attempt: somebody fetches the card reader, and the page still works.
SIGN_IN_SECONDS = 60 * 60
CODE_SECONDS = 60
MOST = 2_000


@dataclass(frozen=True)
class SignIn:
    request: AuthorizationRequest
    until: int


@dataclass(frozen=True)
class Grant:
    request: AuthorizationRequest
    person: Person
    acr: str
    fault: Fault
    auth_time: int
    until: int


@dataclass
class Plan:
    """How tests want it: what is chosen without anybody looking at the page, and which fault comes with it."""

    fault: Fault = Fault.NONE
    # A person's key, "cancel", or empty: the page asks.
    answer: str = ""
    level: str = ""


@dataclass
class Memory:
    plan: Plan = field(default_factory=Plan)
    # Claims of the newest requests, oldest first, and how often each thing was asked: for tests to look at.
    seen: list[dict[str, Any]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    # The claims and the text of the token that each origin got last.
    last: dict[str, tuple[dict[str, Any], str]] = field(default_factory=dict)
    _sign_ins: dict[str, SignIn] = field(default_factory=dict)
    _grants: dict[str, Grant] = field(default_factory=dict)

    def count(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1

    def saw(self, claims: dict[str, Any]) -> None:
        self.seen = [*self.seen, claims][-50:]

    def begin(self, request: AuthorizationRequest, now: int) -> str:
        _forget_old(self._sign_ins, now)
        name = secrets.token_urlsafe(24)
        self._sign_ins[name] = SignIn(request, now + SIGN_IN_SECONDS)
        return name

    def sign_in(self, name: str, now: int) -> SignIn | None:
        found = self._sign_ins.get(name)
        return found if found is not None and found.until > now else None

    def end(self, name: str) -> None:
        self._sign_ins.pop(name, None)

    def grant(self, request: AuthorizationRequest, person: Person, acr: str, fault: Fault, now: int) -> str:
        _forget_old(self._grants, now)
        code = secrets.token_urlsafe(32)
        self._grants[code] = Grant(request, person, acr, fault, now, now + CODE_SECONDS)
        return code

    def granted(self, code: str, now: int) -> Grant:
        found = self._grants.get(code)
        if found is None or found.until <= now:
            raise Refused("The code is unknown, spent or expired.")
        return found

    def spend(self, code: str) -> None:
        """A code is good for one answer; what comes second is refused."""
        if self._grants.pop(code, None) is None:
            raise Refused("The code is unknown, spent or expired.")

    def reset(self) -> None:
        self.plan, self.seen, self.counts = Plan(), [], {}
        self.last.clear()


def _forget_old(kept: dict[str, Any], now: int) -> None:
    for name in [name for name, one in kept.items() if one.until <= now]:
        del kept[name]
    while len(kept) >= MOST:
        del kept[next(iter(kept))]
