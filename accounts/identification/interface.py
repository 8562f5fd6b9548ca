"""What every way of strong identification looks like from outside: one interface, exchangeable back ends.

A back end sends the browser away (`begin`) and turns what comes back into evidence (`complete`). It knows its
protocol and nothing of our database: the attempt, the person and the audit are `accounts/persons.py`.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol


class Level(StrEnum):
    """Levels of assurance by the names that providers use: Finnish trust network, and eIDAS for the others."""

    SUBSTANTIAL = "http://ftn.ficora.fi/2017/loa2"  # korotettu
    HIGH = "http://ftn.ficora.fi/2017/loa3"  # korkea
    EIDAS_SUBSTANTIAL = "http://eidas.europa.eu/LoA/substantial"
    EIDAS_HIGH = "http://eidas.europa.eu/LoA/high"


_STRENGTH: dict[str, int] = {
    Level.SUBSTANTIAL: 2,
    Level.EIDAS_SUBSTANTIAL: 2,
    Level.HIGH: 3,
    Level.EIDAS_HIGH: 3,
}


def satisfies(acr: object, asked: str) -> bool:
    """Does the level that the provider vouches for reach the one asked? An unknown one reaches nothing."""
    return isinstance(acr, str) and asked in _STRENGTH and _STRENGTH.get(acr, 0) >= _STRENGTH[asked]


class Failure(StrEnum):
    """Why an identification failed, for our record and our log; `words.py` says it to people."""

    UNREACHABLE = "unreachable"  # the provider did not answer
    PROVIDER_ERROR = "provider_error"  # it answered with an error of its own
    WRONG_ANSWER = "wrong_answer"  # it answered with something that is not the protocol
    WRONG_ISSUER = "wrong_issuer"
    NOT_ENCRYPTED = "not_encrypted"
    NOT_READABLE = "not_readable"  # truncated, for another key, by another algorithm
    NESTING = "nesting"  # not exactly one signed token inside one encrypted token
    SIGNATURE = "signature"
    WRONG_AUDIENCE = "wrong_audience"
    WRONG_NONCE = "wrong_nonce"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    OLD_AUTHENTICATION = "old_authentication"
    LOW_LEVEL = "low_level"  # missing or too low acr
    REPLAYED = "replayed"
    NO_IDENTITY = "no_identity"  # claims that name nobody, or a code that cannot be one
    NOT_CONFIGURED = "not_configured"  # our own fault: keys or a back end are missing


class IdentificationFailed(Exception):
    """Refused. `detail` is for the log: never a token, a claim's value or a name."""

    def __init__(self, failure: Failure, detail: str = "") -> None:
        super().__init__(f"{failure}: {detail}" if detail else str(failure))
        self.failure = failure
        self.detail = detail


class Cancelled(Exception):
    """The person turned back at the provider: an ordinary way to go."""


@dataclass(frozen=True)
class BeginRequest:
    """One attempt. `state`, `nonce` and `code_verifier` are its fresh secrets."""

    state: str
    nonce: str
    code_verifier: str
    level: str
    language: str
    return_address: str
    now: dt.datetime


@dataclass(frozen=True)
class Redirect:
    address: str


@dataclass(frozen=True)
class CallbackRequest:
    """What came back with the browser, beside what the attempt remembers. `is_nonce` compares with its keyed hash."""

    params: Mapping[str, str]
    is_nonce: Callable[[str], bool]
    code_verifier: str
    level: str
    return_address: str
    started_at: dt.datetime
    now: dt.datetime


@dataclass(frozen=True)
class Evidence:
    """Who it is, as the provider vouches for it.

    `subject` is what a person is found again by: "fi:" and the personal identity code, or "eidas:" and the foreign
    identifier; `identity_code` is None for the latter. `token_id` is the same for the same token, however it is
    wrapped: the attempt's record holds it, so that no token counts twice.
    """

    provider: str
    acr: str
    auth_time: dt.datetime
    subject: str
    identity_code: str | None
    given_names: str
    family_name: str
    birth_date: dt.date | None
    non_disclosure: bool
    token_id: str


class Backend(Protocol):
    name: str

    def published_keys(self) -> dict[str, Any]:
        """Our public keys as a JWK set, for the provider to read."""
        ...

    def begin(self, request: BeginRequest) -> Redirect:
        """Where to send the browser. Raises IdentificationFailed."""
        ...

    def complete(self, request: CallbackRequest) -> Evidence:
        """The evidence behind a return. Raises Cancelled and IdentificationFailed."""
        ...
