"""Every token whose claims must not be believed, each alone: one thing is wrong, and everything else is as it should
be. `refused` is the measure of all. The control stands beside it: the same scene unspoiled is done."""

from collections.abc import Callable
from typing import Any

import pytest
from joserfc.jwk import RSAKey

from accounts.identification.interface import Failure, Level
from accounts.models import Identification, Person
from tests.accounts.identification.conftest import Scene
from tests.accounts.identification.provider import CLIENT_ID, ISSUER, Claims, encrypt, made_up_code, person, sign
from tests.accounts.identification.refusal import refused

pytestmark = pytest.mark.django_db


def spoiled(scene: Scene, failure: Failure, **start: Any) -> Callable[[Callable[[Claims], object]], None]:
    def by(change: Callable[[Claims], object]) -> None:
        scene.provider.spoil = lambda claims: (change(claims), None)[1]
        refused(scene, failure, **start)

    return by


def test_the_control_is_believed(scene: Scene) -> None:
    assert scene.walk().state == "done"


# -- claims -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("issuer", ["https://another.test", f"{ISSUER}/", "", None])
def test_another_issuer(scene: Scene, issuer: str | None) -> None:
    spoiled(scene, Failure.WRONG_ISSUER)(lambda claims: claims.update(iss=issuer))


@pytest.mark.parametrize("audience", ["somebody-else", [], [CLIENT_ID, "somebody-else"], None, CLIENT_ID.upper()])
def test_for_another_client(scene: Scene, audience: object) -> None:
    spoiled(scene, Failure.WRONG_AUDIENCE)(lambda claims: claims.update(aud=audience))


def test_authorised_for_another_party(scene: Scene) -> None:
    spoiled(scene, Failure.WRONG_AUDIENCE)(lambda claims: claims.update(azp="somebody-else"))


def test_an_audience_in_a_list_of_one_is_ours(scene: Scene) -> None:
    scene.provider.spoil = lambda claims: claims.update(aud=[CLIENT_ID], azp=CLIENT_ID)
    assert scene.walk().state == "done"


@pytest.mark.parametrize("nonce", ["another-nonce", "", None, 7, ["nonce"]])
def test_another_nonce(scene: Scene, nonce: object) -> None:
    spoiled(scene, Failure.WRONG_NONCE)(lambda claims: claims.update(nonce=nonce))


def test_no_nonce(scene: Scene) -> None:
    spoiled(scene, Failure.WRONG_NONCE)(lambda claims: claims.pop("nonce"))


def test_expired(scene: Scene) -> None:
    spoiled(scene, Failure.EXPIRED)(lambda claims: claims.update(exp=claims["iat"] - 60))


def test_within_a_minute_clocks_may_differ(scene: Scene) -> None:
    scene.provider.spoil = lambda claims: claims.update(exp=claims["iat"] - 59, auth_time=claims["iat"] + 59)
    assert scene.walk().state == "done"


def test_issued_in_the_future(scene: Scene) -> None:
    spoiled(scene, Failure.NOT_YET_VALID)(lambda claims: claims.update(iat=claims["iat"] + 61))


def test_not_valid_yet(scene: Scene) -> None:
    spoiled(scene, Failure.NOT_YET_VALID)(lambda claims: claims.update(nbf=claims["iat"] + 61))


def test_issued_before_the_attempt(scene: Scene) -> None:
    spoiled(scene, Failure.EXPIRED)(lambda claims: claims.update(iat=claims["iat"] - 61))


def test_an_old_authentication(scene: Scene) -> None:
    """Of somebody who used this device before, perhaps."""
    spoiled(scene, Failure.OLD_AUTHENTICATION)(lambda claims: claims.update(auth_time=claims["iat"] - 61))


def test_no_time_of_authentication(scene: Scene) -> None:
    spoiled(scene, Failure.OLD_AUTHENTICATION)(lambda claims: claims.pop("auth_time"))


@pytest.mark.parametrize("name", ["exp", "iat"])
@pytest.mark.parametrize("value", [None, True, "1790000000", [], -1, 10**30])
def test_a_time_that_is_none(scene: Scene, name: str, value: object) -> None:
    spoiled(scene, Failure.WRONG_ANSWER)(lambda claims: claims.update({name: value}))


def test_a_time_that_never_comes(scene: Scene) -> None:
    """JSON has no NaN, which no comparison would ever find too late."""
    scene.provider.spoil = lambda claims: claims.update(exp=float("nan"))
    refused(scene, Failure.NESTING)


@pytest.mark.parametrize("acr", ["http://eidas.europa.eu/LoA/low", "http://ftn.ficora.fi/2017/loa1", "", None, [], 3])
def test_a_low_level(scene: Scene, acr: Any) -> None:
    spoiled(scene, Failure.LOW_LEVEL)(lambda claims: claims.update(acr=acr))


def test_a_test_environments_level(scene: Scene) -> None:
    scene.provider.acr = "http://ftn.ficora.fi/2017/loatest2"
    refused(scene, Failure.LOW_LEVEL)


def test_no_level(scene: Scene) -> None:
    scene.provider.acr = None
    refused(scene, Failure.LOW_LEVEL)


def test_a_level_below_the_one_asked(scene: Scene) -> None:
    scene.provider.acr = Level.SUBSTANTIAL
    refused(scene, Failure.LOW_LEVEL, level=Level.HIGH)


def test_what_the_query_says_of_the_level_counts_for_nothing(scene: Scene) -> None:
    scene.provider.acr = None
    started = scene.start()
    params = scene.provider.come_back(started.address, acr=Level.HIGH, acr_values=Level.HIGH)
    assert scene.complete(params, started.browser_secret).failure == "low_level"
    assert not Person.objects.exists()


def test_no_subject(scene: Scene) -> None:
    spoiled(scene, Failure.WRONG_ANSWER)(lambda claims: claims.pop("sub"))


# -- who it is --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changed",
    [
        {"urn:oid:1.2.246.21": None},
        {"urn:oid:1.2.246.21": "010190-999X"},
        {"urn:oid:1.2.246.21": "not a code"},
        {"urn:oid:1.2.246.21": ["010190-999P"]},
        {"urn:oid:2.5.4.4": None},
        {"urn:oid:2.5.4.4": " "},
        {"urn:oid:1.2.246.575.1.14": "E" * 201},
        {"urn:oid:1.2.246.575.1.14": "Eka\u202e"},
    ],
)
def test_claims_that_name_nobody(scene: Scene, changed: Claims) -> None:
    scene.provider.person = person(**changed)
    refused(scene, Failure.NO_IDENTITY)


def test_a_made_up_code_is_nobodys_outside_the_demo(scene: Scene) -> None:
    object.__setattr__(scene.backend, "artificial_allowed", False)
    refused(scene, Failure.NO_IDENTITY)


def test_a_real_ones_form_is_believed_outside_the_demo(scene: Scene) -> None:
    object.__setattr__(scene.backend, "artificial_allowed", False)
    scene.provider.person = person(**{"urn:oid:1.2.246.21": made_up_code("010190", "-", "123")})
    assert scene.walk().state == "done"


# -- the same again ---------------------------------------------------------------------------------


def test_a_tokens_number_counts_once(scene: Scene) -> None:
    """All else is fresh and right: only the number (jti) betrays it."""
    scene.provider.spoil = lambda claims: claims.update(jti="always the same")
    assert scene.walk().state == "done"
    again = scene.walk()
    assert (again.state, again.failure, again.person) == ("failed", "replayed", None)
    assert Identification.objects.filter(state="done").count() == 1


def test_a_token_without_a_number_counts_once_too(scene: Scene) -> None:
    kept: list[Claims] = []

    def spoil(claims: Claims) -> None:
        claims.pop("jti")
        if kept:
            claims.clear()
            claims.update(kept[0])
        kept.append(dict(claims))

    scene.provider.spoil = spoil
    first = scene.start()
    assert scene.complete(scene.provider.come_back(first.address), first.browser_secret).state == "done"
    second = scene.start()
    # As if the nonce were the same, so that nothing but the token itself can tell.
    Identification.objects.filter(pk=second.identification.pk).update(
        nonce_hash=Identification.objects.get(pk=first.identification.pk).nonce_hash
    )
    ended = scene.complete(scene.provider.come_back(second.address), second.browser_secret)
    assert (ended.state, ended.failure) == ("failed", "replayed")


def test_a_replayed_token_of_another_attempt_has_another_nonce(scene: Scene) -> None:
    tokens: list[str] = []

    def wrap(claims: Claims, ours: RSAKey) -> str:
        tokens.append(encrypt(sign(claims, scene.provider.signing), ours))
        return tokens[0]

    scene.provider.wrap = wrap
    assert scene.walk().state == "done"
    again = scene.walk()
    assert (again.state, again.failure) == ("failed", "wrong_nonce")
