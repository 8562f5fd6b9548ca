"""`make run`'s promises about processes, on the real supervisor and servers."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from perhekeskus.embedded import free_port
from perhekeskus.listening import provider_address
from perhekeskus.supervisor import Child, Program, site_environment
from tests.run.site import OWN, Site, eventually

pytestmark = pytest.mark.faults
ALLOWED_SECONDS = 10


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    # PostgreSQL's account must be able to reach the data when the tests run as root.
    site = Site(tmp_path)
    yield site
    site.end()
    assert site.processes() == {}


def test_starts_serves_and_stops_without_a_trace(site: Site) -> None:
    site.start().wait_for("Perhekeskus is running")
    assert site.get().isdigit()
    for line in ("Creating the database", "prepared with postgresql", "ohjaaja1@demo.test", "Stop with Ctrl-C"):
        assert line in site.said
    # PostgreSQL, Valkey, web server, identity provider, worker and clock are really there before they are not.
    for words in ("bin/postgres", "valkey-server", "perhekeskus.web", "demo.provider", " worker ", " beat "):
        assert site.pid_of(words)

    site.signal(signal.SIGTERM)

    assert site.process is not None
    assert site.process.wait(ALLOWED_SECONDS) == 0
    assert site.processes() == {}
    assert "Stopped." in site.said


def test_the_death_of_the_parent_ends_everything_and_the_next_start_keeps_the_data(site: Site) -> None:
    site.start().wait_for("Perhekeskus is running")
    cluster = site.data / "postgres" / "data" / "PG_VERSION"
    made_at = cluster.stat().st_mtime_ns
    assert len(site.processes()) > 6

    site.signal(signal.SIGKILL)

    assert site.process is not None
    site.process.wait(5)
    eventually(lambda: site.processes() == {}, ALLOWED_SECONDS, lambda: str(site.processes()))

    site.output.write_text("")
    site.start().wait_for("Perhekeskus is running")
    assert "Creating the database" not in site.said
    assert cluster.stat().st_mtime_ns == made_at


def test_even_without_its_lifeline_the_kernel_tells_the_children(site: Site) -> None:
    site.start().wait_for("Perhekeskus is running")
    assert site.process is not None
    parent = site.process.pid
    lifeline = next(pid for pid, line in site.processes().items() if "perhekeskus.supervisor" in line and pid != parent)

    os.kill(lifeline, signal.SIGKILL)
    site.signal(signal.SIGKILL)

    site.process.wait(5)
    eventually(lambda: site.processes() == {}, ALLOWED_SECONDS, lambda: str(site.processes()))


def test_a_child_that_dies_is_started_again(site: Site) -> None:
    site.start().wait_for("Perhekeskus is running")
    for words, name in (("perhekeskus.web", "the web server"), ("bin/postgres", "PostgreSQL"), ("valkey", "Valkey")):
        victim = site.pid_of(words)
        assert victim is not None
        os.kill(victim, signal.SIGKILL)
        site.wait_for(f"{name} was killed by signal 9; starting it again in 1 s.")
        eventually(partial(is_back, site, words, victim), 8)
    # The socket outlives the web process: a visitor during the pause waits instead of being refused.
    assert site.get().isdigit()


def test_the_identity_provider_answers_at_its_address_and_keeps_its_keys(site: Site) -> None:
    site.start().wait_for("Perhekeskus is running")
    metadata = json_at(f"{site.provider}/.well-known/openid-configuration")
    assert metadata["issuer"] == site.provider
    keys = json_at(metadata["jwks_uri"])
    file = site.data / "provider" / "keys.json"
    assert file.stat().st_mode & 0o077 == 0
    victim = site.pid_of("demo.provider")
    assert victim is not None
    os.kill(victim, signal.SIGKILL)
    site.wait_for("the demo's identity provider was killed by signal 9")
    eventually(partial(is_back, site, "demo.provider", victim), 8)
    assert json_at(metadata["jwks_uri"]) == keys


def json_at(address: str) -> Any:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(address, timeout=10) as answer:
        return json.load(answer)


def test_the_identity_provider_finds_another_port(site: Site) -> None:
    with socket.create_server(("127.0.0.1", site.port + 1)):
        site.start().wait_for("Perhekeskus is running")
        assert site.provider != f"http://127.0.0.1:{site.port + 1}"
        assert json_at(f"{site.provider}/.well-known/openid-configuration")["issuer"] == site.provider


def test_outside_demo_mode_there_is_no_identity_provider(site: Site) -> None:
    site.start(DEMO_MODE="0").wait_for("Perhekeskus is running")
    assert site.get().isdigit()
    assert site.pid_of("demo.provider") is None


@pytest.mark.parametrize(
    ("host", "environment", "address"),
    [
        ("127.0.0.1", {}, "http://127.0.0.1:8001"),
        ("192.0.2.7", {"ALLOWED_HOSTS": "demo.example"}, "http://192.0.2.7:8001"),
        ("::1", {}, "http://[::1]:8001"),
        ("0.0.0.0", {}, "http://127.0.0.1:8001"),
        ("0.0.0.0", {"ALLOWED_HOSTS": "*,.example,demo.example,localhost"}, "http://demo.example:8001"),
        ("::", {"ALLOWED_HOSTS": "[::1]"}, "http://[::1]:8001"),
        ("0.0.0.0", {"DEMO_PROVIDER_URL": "https://idp.demo.example/"}, "https://idp.demo.example"),
    ],
)
def test_the_identity_providers_address_for_browsers(host: str, environment: dict[str, str], address: str) -> None:
    assert provider_address(host, 8001, environment) == address


def test_a_chosen_port_for_the_identity_provider_that_is_taken_is_said(site: Site) -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        site.start(DEMO_PROVIDER_PORT=str(port))
        assert site.process is not None
        assert site.process.wait(5) == 1
    assert site.said == (
        f"perhekeskus: Port {port} on 127.0.0.1 is taken by another program; stop that one or choose another port with "
        f"DEMO_PROVIDER_PORT={port + 1} make run.\n"
    )


def is_back(site: Site, words: str, victim: int) -> bool:
    return site.pid_of(words) not in (None, victim)


def test_the_pause_grows_and_a_steady_minute_forgives() -> None:
    child = Child(Program("the worker", ["true"]), started_at=0.0)
    assert [child.pause_after_failure(now=1.0) for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]
    assert child.pause_after_failure(now=120.0) == 1


def test_a_taken_port_is_one_clear_sentence(site: Site) -> None:
    with socket.create_server(("127.0.0.1", site.port)):
        site.start()
        assert site.process is not None
        assert site.process.wait(5) == 1
    assert site.said.strip() == (
        f"perhekeskus: Port {site.port} on 127.0.0.1 is taken by another program; "
        f"stop that one or choose another port with PORT={site.port + 1} make run."
    )
    assert not site.data.exists()


@pytest.mark.parametrize("port", ["0", "65536", "abc", "-1"])
def test_a_port_that_is_none_is_refused(site: Site, port: str) -> None:
    site.start(PORT=port)
    assert site.process is not None
    assert site.process.wait(5) == 1
    assert site.said == f"perhekeskus: PORT={port} is not a port number.\n"


def test_a_failed_preparation_leaves_nothing_running(site: Site) -> None:
    site.start(PREPARE_EXIT="3")
    assert site.process is not None
    assert site.process.wait(20) == 1
    assert "The preparation failed" in site.said
    assert site.processes() == {}


def test_a_second_start_on_the_same_data_is_refused(site: Site, tmp_path: Path) -> None:
    site.start().wait_for("Perhekeskus is running")
    second = Site(tmp_path / "second")
    second.data = site.data
    second.start()
    assert second.process is not None
    assert second.process.wait(5) == 1
    assert "Another make run is already using" in second.said
    assert site.get().isdigit()


def test_servers_by_url_are_used_instead_of_own_ones(site: Site) -> None:
    site.start(DATABASE_URL=os.environ["DATABASE_URL"], REDIS_URL=os.environ["REDIS_URL"])
    site.wait_for("Perhekeskus is running")
    assert "Starting PostgreSQL" not in site.said
    assert not any("bin/postgres" in line or "valkey-server" in line for line in site.processes().values())


def test_make_run_ends_with_make(site: Site) -> None:
    """kill -9 of make itself: the supervisor hears of it, since the Makefile tells it whose child it is."""
    (site.root / "Makefile").write_text(
        f"run:\n\t@SUPERVISOR_PARENT=$$PPID exec {sys.executable} -m perhekeskus.supervisor\n"
    )
    # The tests themselves may have been started by a make.
    dropped = (*OWN, "MAKEFLAGS", "MAKELEVEL", "MFLAGS")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    with site.output.open("ab") as output:
        make = subprocess.Popen(
            ["make", "run"],
            cwd=site.root,
            env={**kept, "PORT": str(site.port), "DATA_DIR": str(site.data)},
            stdout=output,
            stderr=output,
        )
    site.wait_for("Perhekeskus is running")
    make.kill()
    make.wait(5)
    eventually(lambda: site.processes() == {}, ALLOWED_SECONDS, lambda: str(site.processes()))


def test_the_environment_that_children_get(tmp_path: Path) -> None:
    env = site_environment({"DEMO_MODE": "0", "ALLOWED_HOSTS": "", "X": ""}, data_dir=tmp_path, host="192.0.2.7")
    assert env["DEMO_MODE"] == "0"
    assert env["X"] == ""
    assert "192.0.2.7" in env["ALLOWED_HOSTS"].split(",")
    assert env["STATIC_ROOT"] == str(tmp_path / "static")
    assert env["IDENTIFICATION_KEYS"] == str(tmp_path / "identification-keys.json")
