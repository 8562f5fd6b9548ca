"""The platform's relying party against the real provider process: each person comes through, each fault does not."""

import http.client
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.conf import settings
from django.test import Client

from accounts.identification.interface import Failure, Level
from accounts.identification.oidc.own_keys import OwnKeys
from accounts.models import Identification, Person
from accounts.persons import UnknownAttempt, complete_identification, start_identification
from core import clock
from perhekeskus.demo.provider.faults import Fault
from tests.identity_provider import IdentityProvider
from tests.live_server import WebProcess

pytestmark = pytest.mark.django_db
RETURN = "http://testserver/identify/return/"

REFUSED = {
    Fault.WRONG_AUD: Failure.WRONG_AUDIENCE,
    Fault.WRONG_ISS: Failure.WRONG_ISSUER,
    Fault.WRONG_NONCE: Failure.WRONG_NONCE,
    Fault.MISSING_NONCE: Failure.WRONG_NONCE,
    Fault.EXPIRED: Failure.EXPIRED,
    Fault.FUTURE_IAT: Failure.NOT_YET_VALID,
    Fault.LOW_ACR: Failure.LOW_LEVEL,
    Fault.MISSING_ACR: Failure.LOW_LEVEL,
    Fault.OLD_AUTH_TIME: Failure.OLD_AUTHENTICATION,
    Fault.MISSING_AUTH_TIME: Failure.OLD_AUTHENTICATION,
    Fault.MISSING_PERSON: Failure.NO_IDENTITY,
    Fault.UNSIGNED: Failure.SIGNATURE,
    Fault.ALGORITHM_SWAP: Failure.SIGNATURE,
    Fault.UNKNOWN_KEY: Failure.SIGNATURE,
    Fault.BROKEN_SIGNATURE: Failure.SIGNATURE,
    Fault.NOT_ENCRYPTED: Failure.NOT_ENCRYPTED,
    Fault.NESTED_TWICE: Failure.NESTING,
    Fault.TRUNCATED: Failure.NOT_READABLE,
    Fault.REPLAY: Failure.WRONG_NONCE,
    Fault.REPEATED_JTI: Failure.REPLAYED,
    Fault.WRONG_ISS_PARAMETER: Failure.WRONG_ISSUER,
    Fault.SERVER_ERROR: Failure.PROVIDER_ERROR,
    Fault.TOKEN_ERROR: Failure.PROVIDER_ERROR,
    Fault.SLOW: Failure.UNREACHABLE,
    Fault.HUGE: Failure.WRONG_ANSWER,
}


@pytest.fixture(autouse=True)
def provider(identity_provider: IdentityProvider) -> IdentityProvider:
    keys = OwnKeys(Path(settings.IDENTIFICATION_KEYS), make_if_missing=True)
    identity_provider.steer(keys=keys.published(), answer="eka")
    return identity_provider


def walk(**asked: Any) -> Identification:
    """There and back, the browser's part done by hand."""
    started = start_identification(
        **{
            "purpose": Identification.Purpose.OWN_PAGE, "language": "sv", "level": Level.SUBSTANTIAL,
            "return_address": RETURN, "now": clock.now(), **asked,
        }
    )  # fmt: skip
    address = urlsplit(started.address)
    link = http.client.HTTPConnection(address.netloc, timeout=20)
    link.request("GET", f"{address.path}?{address.query}")
    answer = link.getresponse()
    assert answer.status == 303, answer.read().decode()
    back = urlsplit(answer.headers["Location"])
    link.close()
    return_address = asked.get("return_address", RETURN)
    assert f"{back.scheme}://{back.netloc}{back.path}" == return_address
    return complete_identification(
        params=dict(parse_qsl(back.query)),
        browser_secret=started.browser_secret,
        return_address=return_address,
        now=clock.now(),
    )


@pytest.mark.parametrize(
    ("key", "name", "acr"),
    [
        ("eka", "Eka Huoltaja", Level.SUBSTANTIAL),
        ("toka", "Toka Huoltaja", Level.SUBSTANTIAL),
        ("svensk", "Svensk Huoltaja", Level.SUBSTANTIAL),
        ("nuori", "Nuori Testi", Level.SUBSTANTIAL),
        ("turva", "Turva Huoltaja", Level.SUBSTANTIAL),
        ("eidas", "Mari Vanem", Level.EIDAS_SUBSTANTIAL),
    ],
)
def test_everybody_comes_through(provider: IdentityProvider, key: str, name: str, acr: str) -> None:
    provider.steer(answer=key)
    done = walk()
    assert (done.state, done.acr) == ("done", acr)
    person = Person.objects.get()
    assert f"{person.given_names} {person.family_name}" == name
    assert person.non_disclosure is (key == "turva")
    assert bool(person.code_sealed) is (key != "eidas")


def test_a_higher_level_is_asked_and_given(provider: IdentityProvider) -> None:
    done = walk(level=Level.HIGH)
    assert (done.state, done.acr) == ("done", Level.HIGH)
    provider.steer(level="substantial")
    lower = walk(level=Level.HIGH)
    assert (lower.state, lower.failure) == ("failed", Failure.LOW_LEVEL)


def test_cancelling_is_an_ordinary_end(provider: IdentityProvider) -> None:
    provider.steer(answer="cancel")
    assert walk().state == "cancelled"
    assert not Person.objects.exists()


def test_every_fault_has_its_refusal() -> None:
    assert set(Fault) - set(REFUSED) == {Fault.NONE, Fault.WRONG_STATE}


@pytest.mark.parametrize("fault", REFUSED)
def test_each_fault_is_refused_and_leaves_nobody(provider: IdentityProvider, fault: Fault) -> None:
    if fault in (Fault.REPLAY, Fault.REPEATED_JTI):
        assert walk().state == "done"
        provider.steer(answer="toka")
    before = Person.objects.count()
    provider.steer(fault=fault)
    refused = walk()
    assert (refused.state, refused.failure, refused.person) == ("failed", REFUSED[fault], None)
    assert Person.objects.count() == before
    provider.steer(fault="")
    assert walk().state == "done", "the same without the fault comes through"


def test_a_way_back_with_another_state_belongs_to_no_attempt(provider: IdentityProvider) -> None:
    provider.steer(fault=Fault.WRONG_STATE)
    with pytest.raises(UnknownAttempt):
        walk()
    assert list(Identification.objects.values_list("state", flat=True)) == ["started"]


@pytest.mark.django_db(transaction=True)
def test_the_provider_reads_our_keys_where_it_sends_browsers_back_to(
    provider: IdentityProvider, server: WebProcess
) -> None:
    provider.steer(reset=True, answer="eka")
    done = walk(return_address=f"{server.url}/identify/return/")
    assert done.state == "done"
    assert provider.seen()["counts"]["client_keys"] >= 1


def test_browsers_may_follow_our_forms_to_the_provider_and_nowhere_else(
    client: Client, provider: IdentityProvider
) -> None:
    directives = client.get("/accounts/login/").headers["Content-Security-Policy"].split("; ")
    assert f"form-action 'self' {provider.url}" in directives


def test_with_another_provider_to_the_origins_that_are_named() -> None:
    origins = {
        "IDENTIFICATION_ISSUER": "https://issuer.example.fi/path",
        "IDENTIFICATION_ORIGINS": "https://bank.example.fi,https://other.example.fi/deep",
    }
    done = subprocess.run(
        [sys.executable, "-c", "from perhekeskus import settings as s; "
         "print(*s.CONTENT_SECURITY_POLICY['DIRECTIVES']['form-action'][1:])"],
        env={**os.environ, **origins},
        cwd=Path(settings.BASE_DIR), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == [
        "https://issuer.example.fi", "https://bank.example.fi", "https://other.example.fi",
    ]  # fmt: skip


def test_the_provider_got_what_the_profile_wants(provider: IdentityProvider) -> None:
    walk()
    asked = provider.seen()["requests"][-1]
    assert (asked["ui_locales"], asked["ftn_spname"]) == ("sv", "Perhekeskus")
    assert asked["acr_values"].split()[0] == Level.SUBSTANTIAL
