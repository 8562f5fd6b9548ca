"""The demo's identity provider as a real process, for tests: `identity_provider` chooses, misbehaves and remembers.

Its address is in the settings of the tests and of every live server (DEMO_PROVIDER_URL), so the whole way works:

    def test_…(server, identity_provider):
        identity_provider.steer(answer="eka")              # nobody needs to look at its page
        identity_provider.steer(fault="wrong_aud")         # perhekeskus/demo/provider/faults.py has them all
        identity_provider.steer(keys={"keys": […]})        # a client without a server: its published keys
        identity_provider.seen()["requests"][-1]["nonce"]  # the claims of the signed requests, newest last
"""

import json
import os
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from perhekeskus.processes import Program, spawn, stop_all
from tests import servers

# Names that a test's site is reached by; `testserver` is what Django's client calls itself.
HOSTS = "localhost,127.0.0.1,testserver"


class IdentityProvider:
    def __init__(self, url: str, secret: str) -> None:
        self.url = url
        self._secret = secret

    def steer(self, **wishes: Any) -> dict[str, Any]:
        """`answer` (a person's key, "cancel", "" for the page), `level`, `fault`, `keys`, `rotate` ("keep", "drop")."""
        return self._control(wishes)

    def seen(self) -> dict[str, Any]:
        """`requests` (claims of the signed requests) and `counts` of each address."""
        return self._control(None)

    def _control(self, wishes: dict[str, Any] | None) -> dict[str, Any]:
        request = urllib.request.Request(
            f"{self.url}/control",
            data=None if wishes is None else json.dumps(wishes).encode(),
            headers={"Authorization": f"Bearer {self._secret}", "Content-Type": "application/json"},
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=20) as answer:
            found: dict[str, Any] = json.load(answer)
        return found


@pytest.fixture(scope="session")
def _provider_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IdentityProvider]:
    [listening] = servers.provider_socket
    listening.listen()
    log: Path = tmp_path_factory.mktemp("provider") / "log"
    url = os.environ["DEMO_PROVIDER_URL"]
    fd = listening.fileno()
    program = Program(
        name="identity provider",
        argv=[
            *(sys.executable, "-m", "perhekeskus.demo.provider"),
            *("--fd", str(fd), "--issuer", url, "--hosts", HOSTS),
        ],
        env=dict(os.environ),
        log=log,
        pass_fds=[fd],
    )
    process = spawn(program)
    yield IdentityProvider(url, os.environ["DEMO_PROVIDER_CONTROL"])
    stop_all([(program, process)], seconds=5)


@pytest.fixture
def identity_provider(_provider_process: IdentityProvider) -> IdentityProvider:
    """As after a start: it asks on its page, and behaves."""
    _provider_process.steer(reset=True)
    return _provider_process
