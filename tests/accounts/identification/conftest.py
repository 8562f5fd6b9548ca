"""A relying party of the tests and its provider, in one process, at one moment that a test may move."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import RSAKey

from accounts.identification import registry
from accounts.identification.interface import Level
from accounts.identification.oidc.backend import OidcBackend
from accounts.identification.oidc.http import ProviderHttp
from accounts.identification.oidc.own_keys import OwnKeys
from accounts.identification.oidc.provider import Provider
from accounts.models import Identification
from accounts.persons import Started, complete_identification, start_identification
from tests.accounts.identification.provider import CLIENT_ID, ISSUER, RETURN_ADDRESS, FakeProvider, new_key
from tests.cast import NOW


@pytest.fixture(scope="session")
def provider_keys() -> tuple[RSAKey, RSAKey]:
    return new_key("sig", "sig-1"), new_key("enc", "enc-1")


@pytest.fixture(scope="session")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our keys, made once: a test that rotates makes its own."""
    path = tmp_path_factory.mktemp("keys") / "keys.json"
    OwnKeys(path, make_if_missing=True).published()
    return path


@dataclass
class Scene:
    """Both sides. `now` is everybody's clock, `ticks` the one by which a provider's keys are remembered."""

    provider: FakeProvider
    backend: OidcBackend
    now: dt.datetime = NOW
    ticks: float = 0.0

    def start(self, **changed: Any) -> Started:
        asked = {
            "purpose": Identification.Purpose.OWN_PAGE,
            "language": "fi",
            "level": Level.SUBSTANTIAL,
            "return_address": RETURN_ADDRESS,
            "now": self.now,
            **changed,
        }
        return start_identification(**asked)

    def complete(self, params: dict[str, str], browser_secret: str) -> Identification:
        return complete_identification(
            params=params, browser_secret=browser_secret, return_address=RETURN_ADDRESS, now=self.now
        )

    def walk(self, **changed: Any) -> Identification:
        """There and back."""
        started = self.start(**changed)
        return self.complete(self.provider.come_back(started.address), started.browser_secret)


@pytest.fixture
def make_scene(
    provider_keys: tuple[RSAKey, RSAKey], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Path], Scene]:
    def make(file: Path) -> Scene:
        keys = OwnKeys(file)
        signing, encryption = provider_keys
        provider = FakeProvider(signing, encryption, keys.published, now=lambda: scene.now)
        http = ProviderHttp(provider.transport())
        backend = OidcBackend(
            name="ftn",
            provider=Provider(ISSUER, http, monotonic=lambda: scene.ticks),
            http=http,
            keys=keys,
            client_id=CLIENT_ID,
            service_name="Perhekeskus",
            artificial_allowed=True,
        )
        scene = Scene(provider, backend)
        settings.IDENTIFICATION_BACKENDS = {"ftn": {}}
        monkeypatch.setattr(registry, "backend_named", lambda name: backend)
        return scene

    return make


@pytest.fixture
def scene(make_scene: Callable[[Path], Scene], key_file: Path) -> Scene:
    return make_scene(key_file)
