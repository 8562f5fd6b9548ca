"""A way of identification that stands in for a provider: what comes back with the browser says how it went.

`?who=eka`, `?who=toka` and `?who=nuori` are persons, `?cancel=1` turned back, `?fault=low_level` failed.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from accounts.identification import registry
from accounts.identification.interface import (
    BeginRequest,
    CallbackRequest,
    Cancelled,
    Evidence,
    Failure,
    IdentificationFailed,
    Redirect,
)

PERSONS = {
    "eka": ("Eka Maria", "Huoltaja", dt.date(1990, 1, 1), False),
    "toka": ("Toka", "Huoltaja", dt.date(1988, 2, 2), False),
    "nuori": ("Nuori", "Testi", dt.date(2010, 3, 3), False),
    "suojattu": ("Suojattu", "Henkilö", dt.date(1991, 4, 4), True),
}


class StandIn:
    def __init__(self, name: str) -> None:
        self.name = name

    @classmethod
    def from_settings(cls, name: str, values: Mapping[str, Any]) -> "StandIn":
        return cls(name)

    def begin(self, request: BeginRequest) -> Redirect:
        return Redirect(f"https://tunnistus.example/?state={request.state}&lang={request.language}")

    def complete(self, request: CallbackRequest) -> Evidence:
        params = request.params
        if "cancel" in params:
            raise Cancelled
        if "fault" in params:
            raise IdentificationFailed(Failure(params["fault"]))
        given, family, born, hidden = PERSONS[params["who"]]
        return Evidence(
            provider=self.name,
            acr=request.level,
            auth_time=request.now,
            subject=f"fi:{params['who']}",
            identity_code=None,
            given_names=given,
            family_name=family,
            birth_date=born,
            non_disclosure=hidden,
            token_id=hashlib.sha256(params["state"].encode()).hexdigest(),
        )


def leave(browser: Client, contact: object | None = None, *, prefix: str = "") -> str:
    """Press the button. Returns the state that the provider will send back."""
    form = {"contact": str(contact)} if contact else {}
    answer = browser.post(f"{prefix}/identify/start/", form)
    assert answer.status_code == 302, answer.content
    return parse_qs(urlsplit(answer.headers["Location"]).query)["state"][0]


def come_back(browser: Client, state: str, **how: str) -> HttpResponse:
    answer: Any = browser.get("/identify/return/", {"state": state, **how})
    return answer


def identify(browser: Client, who: str, contact: object | None = None, *, prefix: str = "") -> HttpResponse:
    """The whole walk."""
    return come_back(browser, leave(browser, contact, prefix=prefix), who=who)


@pytest.fixture
def stand_in(settings: Any) -> None:
    """The only way of identification is the stand-in."""
    settings.IDENTIFICATION_BACKENDS = {"test": {"backend": "tests.stand_in.StandIn"}}
    registry._made.cache_clear()


def browser_of(secret: str = "") -> Client:
    """A browser of its own, with a visitor's cookie if there is a secret."""
    client = Client()
    if secret:
        client.cookies[settings.VISITOR_COOKIE_NAME] = secret
    return client
