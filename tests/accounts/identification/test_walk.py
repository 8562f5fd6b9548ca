"""The walk from a started attempt to a person: the happy one first, then every ordinary end."""

from pathlib import Path
from typing import Any

import pytest

from accounts.identification.interface import IdentificationFailed, Level
from accounts.identification.oidc.own_keys import OwnKeys
from accounts.models import Identification, Person
from accounts.persons import UnknownAttempt
from audit.models import AuditEvent
from tests.accounts.identification.conftest import Scene
from tests.accounts.identification.provider import RETURN_ADDRESS, made_up_code, person

pytestmark = pytest.mark.django_db


def test_a_person_with_an_identity_code(scene: Scene) -> None:
    done = scene.walk()
    assert done.state == "done"
    assert (done.acr, done.failure, done.code_verifier) == (Level.SUBSTANTIAL, "", "")
    assert done.auth_time is not None and (scene.now - done.auth_time).total_seconds() == 5
    found = Person.objects.get()
    assert done.person == found
    assert (found.given_names, found.family_name, str(found.birth_date)) == ("Eka", "Huoltaja", "1990-01-01")
    event = AuditEvent.objects.get()
    assert (event.code, event.actor_kind, event.actor_id) == ("accounts.person.identified", "person", found.pk)
    assert "Eka" not in str(event.data)


def test_the_request_says_what_the_profile_wants(scene: Scene) -> None:
    asked = scene.provider.authorize(scene.start(language="sv").address)
    assert asked["redirect_uri"] == RETURN_ADDRESS
    assert asked["acr_values"].split()[0] == "http://ftn.ficora.fi/2017/loa2"
    assert (asked["ui_locales"], asked["prompt"], asked["scope"]) == ("sv", "login", "openid")
    assert asked["ftn_spname"] == "Perhekeskus"
    assert len(asked["code_challenge"]) == 43


def test_secrets_of_an_attempt_are_fresh_and_kept_as_hashes_only(scene: Scene) -> None:
    first, second = scene.start(), scene.start()
    one, other = scene.provider.authorize(first.address), scene.provider.authorize(second.address)
    for name in ("state", "nonce", "code_challenge", "jti"):
        assert one[name] != other[name]
    row = str(Identification.objects.filter(pk=first.identification.pk).values().get())
    for secret in (one["state"], one["nonce"], first.browser_secret):
        assert secret not in row
    assert first.browser_secret != second.browser_secret


def test_the_same_person_is_found_again_and_renamed_as_the_newest_evidence_says(scene: Scene) -> None:
    first = scene.walk().person
    scene.provider.person = person(**{"urn:oid:2.5.4.4": "Uusinimi"})
    again = scene.walk().person
    assert first == again
    assert Person.objects.get().family_name == "Uusinimi"


def test_same_name_and_birth_date_are_two_persons(scene: Scene) -> None:
    scene.walk()
    scene.provider.person = person(**{"urn:oid:1.2.246.21": made_up_code("010190", "-", "998")})
    scene.walk()
    assert Person.objects.count() == 2
    # Since 2023 the sign alone may be the difference.
    scene.provider.person = person(**{"urn:oid:1.2.246.21": made_up_code("010190", "Y", "999")})
    scene.walk()
    assert Person.objects.count() == 3


def test_the_birth_date_follows_from_the_code_when_no_claim_tells_it(scene: Scene) -> None:
    code = made_up_code("290212", "A", "987")
    scene.provider.person = person(**{"urn:oid:1.2.246.21": code, "urn:oid:1.3.6.1.5.5.7.9.1": None})
    scene.walk()
    assert str(Person.objects.get().birth_date) == "2012-02-29"


EIDAS = {
    "http://eidas.europa.eu/attributes/naturalperson/PersonIdentifier": "EE/FI/49001010001",
    "http://eidas.europa.eu/attributes/naturalperson/CurrentGivenName": "Mari",
    "http://eidas.europa.eu/attributes/naturalperson/CurrentFamilyName": "Maasikas",
    "http://eidas.europa.eu/attributes/naturalperson/DateOfBirth": "1990-01-01",
}


def test_a_person_of_another_country_has_no_code_and_is_found_again(scene: Scene) -> None:
    scene.provider.person, scene.provider.acr = dict(EIDAS), Level.EIDAS_SUBSTANTIAL
    first, second = scene.walk(), scene.walk()
    assert first.state == second.state == "done"
    assert first.person == second.person == Person.objects.get()
    assert Person.objects.get().code_sealed == ""
    assert Person.objects.get().full_name == "Mari Maasikas"


def test_a_foreign_identifier_is_never_taken_for_a_finnish_code(scene: Scene) -> None:
    scene.walk()
    scene.provider.person = {**EIDAS, next(iter(EIDAS)): made_up_code("010190", "-", "999")}
    scene.provider.acr = Level.EIDAS_HIGH
    scene.walk()
    assert Person.objects.count() == 2


@pytest.mark.parametrize(
    ("value", "expected"),
    [("1", True), (True, True), ("true", True), ("kyllä", True), (None, False), ("0", False), (False, False)],
)
def test_turvakielto(scene: Scene, value: Any, expected: bool) -> None:
    scene.provider.person = person(**{"urn:oid:1.2.246.517.2002.2.27": value})
    assert scene.walk().state == "done"
    assert Person.objects.get().non_disclosure is expected


def test_a_higher_level_satisfies_a_lower_one(scene: Scene) -> None:
    scene.provider.acr = Level.HIGH
    assert scene.walk(level=Level.SUBSTANTIAL).state == "done"
    assert scene.walk(level=Level.HIGH).state == "done"


def test_who_turns_back_at_the_provider_has_cancelled_and_may_try_again(scene: Scene) -> None:
    started = scene.start()
    params = scene.provider.come_back(started.address, code=None, error="access_denied")
    ended = scene.complete(params, started.browser_secret)
    assert (ended.state, ended.failure, ended.person) == ("cancelled", "", None)
    event = AuditEvent.objects.get()
    assert (event.code, event.actor_kind) == ("accounts.identification.cancelled", "system")
    assert scene.walk().state == "done"


def test_an_error_of_the_provider_is_a_failure_and_its_text_goes_nowhere(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    started = scene.start()
    params = scene.provider.come_back(
        started.address, code=None, error="server_error", error_description="010190-999P fell over"
    )
    ended = scene.complete(params, started.browser_secret)
    assert (ended.state, ended.failure) == ("failed", "provider_error")
    assert "server_error" in caplog.text
    assert "010190" not in caplog.text
    assert AuditEvent.objects.get().code == "accounts.identification.failed"


@pytest.mark.parametrize("error", ["login_required", "temporarily_unavailable", "<script>", "x" * 5000])
def test_other_errors_are_failures_too(scene: Scene, error: str, caplog: pytest.LogCaptureFixture) -> None:
    started = scene.start()
    ended = scene.complete(scene.provider.come_back(started.address, error=error), started.browser_secret)
    assert (ended.state, ended.failure) == ("failed", "provider_error")
    assert "<script>" not in caplog.text
    assert "xxx" not in caplog.text


def test_an_error_in_another_providers_name_is_no_cancelling(scene: Scene) -> None:
    started = scene.start()
    params = scene.provider.come_back(started.address, error="access_denied", iss="https://another.test")
    ended = scene.complete(params, started.browser_secret)
    assert (ended.state, ended.failure) == ("failed", "wrong_issuer")


def test_a_refused_code_is_a_failure(scene: Scene) -> None:
    scene.provider.refuse_token = (400, {"error": "invalid_grant"})
    ended = scene.walk()
    assert (ended.state, ended.failure) == ("failed", "provider_error")


def test_a_provider_that_is_away_fails_the_start_and_says_so(scene: Scene) -> None:
    scene.provider.metadata = {"issuer": None}
    with pytest.raises(IdentificationFailed):
        scene.start()
    ended = Identification.objects.get()
    assert (ended.state, ended.failure, ended.code_verifier) == ("failed", "wrong_issuer", "")
    scene.provider.metadata = {}
    assert scene.walk().state == "done", "and nothing of it is remembered"


def test_a_key_file_that_vanished_is_a_failure_and_no_fault(scene: Scene, tmp_path: Path) -> None:
    started = scene.start()
    params = scene.provider.come_back(started.address)
    object.__setattr__(scene.backend, "keys", OwnKeys(tmp_path / "gone.json"))
    ended = scene.complete(params, started.browser_secret)
    assert (ended.state, ended.failure) == ("failed", "not_configured")
    with pytest.raises(IdentificationFailed):
        scene.start()


def test_a_back_end_that_was_taken_out_meanwhile_is_a_failure(
    scene: Scene, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = scene.start()
    params = scene.provider.come_back(started.address)
    monkeypatch.undo()
    settings.IDENTIFICATION_BACKENDS = {}
    assert scene.complete(params, started.browser_secret).failure == "not_configured"


# -- whose answer it is -----------------------------------------------------------------------------


def test_another_browser_cannot_finish_an_attempt_nor_spoil_it(scene: Scene) -> None:
    started, stranger = scene.start(), scene.start()
    params = scene.provider.come_back(started.address)
    for secret in (stranger.browser_secret, ""):
        with pytest.raises(UnknownAttempt) as refusal:
            scene.complete(params, secret)
        assert refusal.value.finished is None
        with pytest.raises(UnknownAttempt):
            scene.complete({**params, "error": "access_denied"}, secret)
    assert not Person.objects.exists()
    assert scene.complete(params, started.browser_secret).state == "done", "its own browser still can"


def test_an_unknown_state_is_nobodys(scene: Scene) -> None:
    started = scene.start()
    for params in ({}, {"state": ""}, {"state": "x" * 5000}, {"state": "\x00"}):
        with pytest.raises(UnknownAttempt):
            scene.complete({**scene.provider.come_back(started.address, state=None), **params}, started.browser_secret)
    assert Identification.objects.get().state == "started"


def test_an_attempt_takes_one_answer(scene: Scene) -> None:
    started = scene.start()
    params = scene.provider.come_back(started.address)
    done = scene.complete(params, started.browser_secret)
    with pytest.raises(UnknownAttempt) as refusal:
        scene.complete(params, started.browser_secret)
    assert refusal.value.finished == done
    assert scene.provider.asked.count("/token") == 1
    assert AuditEvent.objects.count() == 1


def test_a_cancelled_attempt_cannot_be_finished_later(scene: Scene) -> None:
    started = scene.start()
    params = scene.provider.come_back(started.address)
    scene.complete({**params, "error": "access_denied"}, started.browser_secret)
    with pytest.raises(UnknownAttempt):
        scene.complete(params, started.browser_secret)
    assert not Person.objects.exists()


def test_two_tabs_of_one_browser_do_not_disturb_each_other(scene: Scene) -> None:
    first = scene.start()
    second = scene.start(browser_secret=first.browser_secret)
    assert second.browser_secret == first.browser_secret
    for started in (first, second):
        params = scene.provider.come_back(started.address)
        assert scene.complete(params, first.browser_secret).state == "done"
