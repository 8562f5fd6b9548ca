"""Limits on what a provider may do to us over HTTP, its metadata, and what a production start asks of the settings."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from accounts.checks import identification_is_whole
from accounts.identification.interface import Failure, IdentificationFailed
from accounts.identification.oidc import http as http_module
from accounts.identification.oidc.http import LARGEST_ANSWER, TIMEOUT, ProviderHttp
from accounts.identification.oidc.provider import Provider
from tests.accounts.identification.conftest import Scene
from tests.accounts.identification.provider import ISSUER

ADDRESS = f"{ISSUER}/jwks"


def answering(answer: httpx.Response | Exception) -> ProviderHttp:
    def handle(request: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    return ProviderHttp(httpx.MockTransport(handle))


def failure_of(http: ProviderHttp) -> Failure:
    with pytest.raises(IdentificationFailed) as refusal:
        http.get(ADDRESS)
    return refusal.value.failure


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (httpx.ConnectTimeout("slow"), Failure.UNREACHABLE),
        (httpx.ReadError("gone"), Failure.UNREACHABLE),
        (httpx.RemoteProtocolError("nonsense"), Failure.UNREACHABLE),
        (httpx.Response(503, json={}), Failure.UNREACHABLE),
        (httpx.Response(302, headers={"Location": "https://elsewhere.test/"}, json={}), Failure.UNREACHABLE),
        (httpx.Response(200, text="<html>"), Failure.WRONG_ANSWER),
        (httpx.Response(200, json=[1]), Failure.WRONG_ANSWER),
        (httpx.Response(200, content=b"\xff\xfe"), Failure.WRONG_ANSWER),
        (httpx.Response(200, content=b"[" * 100_000), Failure.WRONG_ANSWER),
        (httpx.Response(200, content=b"{" + b" " * LARGEST_ANSWER + b"}"), Failure.WRONG_ANSWER),
    ],
)
def test_whatever_it_answers_is_a_failure_and_no_fault_of_ours(
    answer: httpx.Response | Exception, failure: Failure
) -> None:
    assert failure_of(answering(answer)) is failure


def test_an_answer_within_the_limits_is_read() -> None:
    assert answering(httpx.Response(200, json={"a": 1})).get(ADDRESS) == {"a": 1}


def test_an_answer_that_trickles_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter(range(0, 100, 4))
    monkeypatch.setattr(http_module.time, "monotonic", lambda: float(next(moments)))

    class Trickle(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            while True:
                yield b" "

    assert failure_of(answering(httpx.Response(200, stream=Trickle()))) is Failure.UNREACHABLE


def test_every_step_has_a_time_limit() -> None:
    assert None not in (TIMEOUT.connect, TIMEOUT.read, TIMEOUT.write, TIMEOUT.pool)


@pytest.mark.parametrize(
    ("changed", "failure"),
    [
        ({"issuer": "https://another.test"}, Failure.WRONG_ISSUER),
        ({"issuer": None}, Failure.WRONG_ISSUER),
        ({"token_endpoint": None}, Failure.WRONG_ANSWER),
        ({"token_endpoint": "http://tunnistus.test/token"}, Failure.WRONG_ANSWER),
        ({"jwks_uri": "file:///etc/passwd"}, Failure.WRONG_ANSWER),
        ({"authorization_endpoint": "https:///authorize"}, Failure.WRONG_ANSWER),
        ({"authorization_endpoint": ["https://tunnistus.test/authorize"]}, Failure.WRONG_ANSWER),
    ],
)
def test_metadata_that_are_not_the_providers_own(scene: Scene, changed: dict[str, Any], failure: Failure) -> None:
    scene.provider.metadata = changed
    with pytest.raises(IdentificationFailed) as refusal:
        scene.backend.provider.metadata()
    assert refusal.value.failure is failure


def test_metadata_are_read_once_an_hour(scene: Scene) -> None:
    for _ in range(3):
        scene.backend.provider.metadata()
    assert len(scene.provider.asked) == 1
    scene.ticks += 3601
    scene.backend.provider.metadata()
    assert len(scene.provider.asked) == 2


@pytest.mark.django_db
@pytest.mark.parametrize("issuer", ["https://another.test", "", None])
def test_an_answer_must_say_whose_it_is_where_the_provider_says_it_does(scene: Scene, issuer: str | None) -> None:
    started = scene.start()
    ended = scene.complete(scene.provider.come_back(started.address, iss=issuer), started.browser_secret)
    assert (ended.state, ended.failure) == ("failed", "wrong_issuer")
    assert "/token" not in scene.provider.asked


@pytest.mark.django_db
def test_a_provider_that_never_says_so_need_not(scene: Scene) -> None:
    scene.provider.metadata = {"authorization_response_iss_parameter_supported": None}
    started = scene.start()
    assert scene.complete(scene.provider.come_back(started.address, iss=None), started.browser_secret).state == "done"


@pytest.mark.django_db
@pytest.mark.parametrize("code", [None, "", "x" * 2049])
def test_no_code_to_ask_with(scene: Scene, code: str | None) -> None:
    started = scene.start()
    ended = scene.complete(scene.provider.come_back(started.address, code=code), started.browser_secret)
    assert (ended.state, ended.failure) == ("failed", "wrong_answer")
    assert "/token" not in scene.provider.asked


def test_an_address_that_is_none() -> None:
    with pytest.raises(IdentificationFailed):
        Provider("nonsense://", ProviderHttp()).metadata()


# -- a production start -----------------------------------------------------------------------------


@pytest.fixture
def production(settings: Any, key_file: Path) -> Any:
    settings.DEMO_MODE = False
    settings.IDENTIFICATION_ISSUER = "https://tunnistus.example.fi"
    settings.IDENTIFICATION_CLIENT_ID = "perhekeskus"
    settings.IDENTIFICATION_RETURN_ADDRESS = "https://perhekeskus.example.fi/identify/return/"
    settings.IDENTIFICATION_KEYS = str(key_file)
    settings.IDENTITY_HASH_KEYS = ["h" * 40]
    settings.IDENTITY_SEAL_KEYS = ["s" * 40]
    return settings


def ids() -> set[str | None]:
    return {found.id for found in identification_is_whole(None)}


def test_a_whole_configuration_starts(production: Any) -> None:
    assert ids() == set()


def test_a_site_without_identification_starts(production: Any) -> None:
    production.IDENTIFICATION_ISSUER = ""
    production.IDENTIFICATION_KEYS = ""
    production.IDENTITY_HASH_KEYS = production.IDENTITY_SEAL_KEYS = []
    assert ids() == set()


@pytest.mark.parametrize(
    ("name", "value", "number"),
    [
        ("IDENTIFICATION_ISSUER", "http://tunnistus.example.fi", "E010"),
        ("IDENTIFICATION_RETURN_ADDRESS", "http://perhekeskus.example.fi/identify/return/", "E010"),
        ("IDENTIFICATION_CLIENT_ID", "", "E011"),
        ("IDENTIFICATION_RETURN_ADDRESS", "", "E011"),
        ("IDENTIFICATION_KEYS", "", "E011"),
        ("IDENTIFICATION_KEYS", "/nonexistent/keys.json", "E012"),
        ("IDENTIFICATION_KEYS", "/dev/null", "E012"),
        ("IDENTITY_HASH_KEYS", [], "E015"),
        ("IDENTITY_SEAL_KEYS", [], "E015"),
        ("IDENTITY_HASH_KEYS", ["short"], "E015"),
        ("IDENTITY_HASH_KEYS", ["h" * 40, "h" * 40], "E015"),
        ("IDENTITY_SEAL_KEYS", ["s" * 40, "short"], "E015"),
    ],
)
def test_half_a_configuration_is_refused(production: Any, name: str, value: object, number: str) -> None:
    setattr(production, name, value)
    assert f"perhekeskus.{number}" in ids()


@pytest.mark.parametrize("name", ["IDENTITY_HASH_KEYS", "IDENTITY_SEAL_KEYS"])
def test_the_demos_keys_are_refused(production: Any, name: str) -> None:
    setattr(production, name, ["k" * 40, production.DEMO_SECRET])
    assert ids() == {"perhekeskus.E014"}


def test_keys_that_everybody_may_read_are_refused(production: Any, tmp_path: Path, key_file: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_bytes(key_file.read_bytes())
    path.chmod(0o604)
    production.IDENTIFICATION_KEYS = str(path)
    assert ids() == {"perhekeskus.E013"}
