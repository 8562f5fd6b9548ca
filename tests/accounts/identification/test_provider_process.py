"""Our relying party against the demo's provider as a real process: each person, and each fault it can be told."""

import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from accounts.identification import registry
from accounts.identification.interface import IdentificationFailed, Level
from accounts.identification.oidc.backend import OidcBackend
from accounts.models import Identification, Person
from accounts.persons import Started, UnknownAttempt, complete_identification, start_identification
from core import clock
from perhekeskus.demo.provider.faults import Fault
from perhekeskus.demo.provider.persons import persons
from tests.identity_provider import IdentityProvider

pytestmark = pytest.mark.django_db
RETURN = "http://testserver/identify/return/"


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def follow(address: str) -> dict[str, str]:
    """What the browser brings back; the provider answers by itself as it was steered."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay)
    with pytest.raises(urllib.error.HTTPError) as caught:
        opener.open(address, timeout=20)
    with caught.value as answer:
        assert answer.code in (302, 303), answer.read()
        location = answer.headers["Location"]
    assert location.startswith(f"{RETURN}?")
    return dict(parse_qsl(urlsplit(location).query))


Walk = Callable[..., Identification]


def begin(level: str = Level.SUBSTANTIAL) -> Started:
    return start_identification(
        purpose=Identification.Purpose.OWN_PAGE,
        language="fi",
        level=level,
        return_address=RETURN,
        now=clock.now(),
    )


def finish(started: Started, params: dict[str, str]) -> Identification:
    return complete_identification(
        params=params, browser_secret=started.browser_secret, return_address=RETURN, now=clock.now()
    )


@pytest.fixture
def walk(identity_provider: IdentityProvider, key_file: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Walk:
    """There and back, steered as the test wishes; one relying party throughout, as in one web process."""
    backend = OidcBackend.from_settings(
        "ftn",
        {
            "issuer": identity_provider.url,
            "client_id": "perhekeskus-demo",
            "keys": str(key_file),
            "service_name": "Perhekeskus",
            "demo": True,
        },
    )
    settings.IDENTIFICATION_BACKENDS = {"ftn": {}}
    monkeypatch.setattr(registry, "backend_named", lambda name: backend)
    identity_provider.steer(keys=backend.keys.published())

    def there_and_back(*, level: str = Level.SUBSTANTIAL, **wishes: Any) -> Identification:
        identity_provider.steer(**{"answer": "eka", "fault": "", **wishes})
        started = begin(level)
        return finish(started, follow(started.address))

    return there_and_back


def test_each_person_of_the_demo(walk: Walk) -> None:
    people = persons(clock.now().date())
    assert len(people) >= 6
    for one in people:
        done = walk(answer=one.key)
        assert done.state == "done", (one.key, done.failure)
        assert done.person is not None
        assert done.person.full_name == one.name
        assert done.person.birth_date == one.born
        assert done.person.non_disclosure is one.non_disclosure
        assert bool(done.person.code_sealed) is (one.number is not None)
    assert Person.objects.count() == len(people)


def test_the_higher_level(walk: Walk) -> None:
    assert walk(level=Level.HIGH).acr == Level.HIGH
    assert walk(level=Level.HIGH, answer="eka").person == walk().person


def test_cancelling_there(walk: Walk) -> None:
    assert walk(answer="cancel").state == "cancelled"


REFUSALS = {
    "wrong_aud": "wrong_audience",
    "wrong_iss": "wrong_issuer",
    "wrong_nonce": "wrong_nonce",
    "missing_nonce": "wrong_nonce",
    "expired": "expired",
    "future_iat": "not_yet_valid",
    "low_acr": "low_level",
    "missing_acr": "low_level",
    "old_auth_time": "old_authentication",
    "missing_auth_time": "old_authentication",
    "missing_person": "no_identity",
    "unsigned": "signature",
    "algorithm_swap": "signature",
    "unknown_key": "signature",
    "broken_signature": "signature",
    "not_encrypted": "not_encrypted",
    "nested_twice": "nesting",
    "truncated": "not_readable",
    "replay": "wrong_nonce",
    "repeated_jti": "replayed",
    "wrong_iss_parameter": "wrong_issuer",
    "server_error": "provider_error",
    "token_error": "provider_error",
    "slow": "unreachable",
    "huge": "wrong_answer",
}


@pytest.mark.parametrize(("fault", "failure"), REFUSALS.items())
def test_a_fault_of_the_provider_is_refused(walk: Walk, fault: str, failure: str) -> None:
    first = walk()
    assert first.state == "done", "the provider can behave"
    ended = walk(fault=fault, answer="toka")
    assert (ended.state, ended.failure, ended.person) == ("failed", failure, None)
    assert list(Person.objects.all()) == [first.person]
    assert walk(answer="toka").state == "done", "and afterwards all is well"


def test_an_answer_to_another_question_is_nobodys(walk: Walk, identity_provider: IdentityProvider) -> None:
    identity_provider.steer(answer="eka", fault="wrong_state")
    started = begin()
    with pytest.raises(UnknownAttempt):
        finish(started, follow(started.address))
    assert Identification.objects.get().state == "started"


def test_no_fault_of_the_provider_is_left_out() -> None:
    assert {fault.value for fault in Fault} == {"", "wrong_state", *REFUSALS}


@pytest.mark.parametrize("rotation", ["keep", "drop"])
def test_the_providers_new_key_is_learnt(walk: Walk, identity_provider: IdentityProvider, rotation: str) -> None:
    assert walk().state == "done"
    identity_provider.steer(rotate=rotation)
    assert walk().state == "done"


def test_a_provider_that_is_not_there(walk: Walk, key_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = {"client_id": "x", "keys": str(key_file), "service_name": "x", "demo": True}
    backend = OidcBackend.from_settings("ftn", {"issuer": "http://127.0.0.1:9", **options})
    monkeypatch.setattr(registry, "backend_named", lambda name: backend)
    with pytest.raises(IdentificationFailed, match="unreachable"):
        begin()
    assert Identification.objects.get().failure == "unreachable"
