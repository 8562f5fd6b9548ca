"""What production relies on and nobody looks at until it fails."""

import re
import subprocess
from pathlib import Path

import pytest

from perhekeskus import trusted_proxies

ROOT = Path(__file__).resolve().parents[2]
READ = re.compile(
    r"""(?:env\.\w+|environment\.get|environ\.get|env\.get)\(\s*["']([A-Z][A-Z_]+)["']|\$\{?([A-Z][A-Z_]+)"""
)
NOT_OURS = {"XDG_RUNTIME_DIR", "SUPERVISOR_PARENT", "HOSTNAME", "BACKUP_DIR", "LIVE_HOST", "LIVE_PORT"}
NOT_OURS |= {
    "DEMO_CLOCK_STARTED_AT",
    "PAGES_HOST",
    "PAGES_PORT",
    "DJANGO_SETTINGS_MODULE",
    "HTTP_X_FORWARDED_FOR",
    "REMOTE_ADDR",
}
PLACES = ("perhekeskus/*.py", "core/*.py", "deploy/*", "docker-compose.yml")


def test_every_variable_is_in_the_example() -> None:
    listed = set(re.findall(r"^#?([A-Z][A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    used = set()
    for place in PLACES:
        for path in ROOT.glob(place):
            used |= {one or other for one, other in READ.findall(path.read_text())}
    assert used - NOT_OURS - listed == set()
    assert listed - used == set()


def test_shell_scripts_parse() -> None:
    for script in (".ci/run", ".ci/ensure-browser", "deploy/backup.sh"):
        subprocess.run(["bash", "-n", ROOT / script], check=True)


@pytest.mark.parametrize(
    ("forwarded", "peer", "expected"),
    [
        ("", "172.18.0.5", "172.18.0.5"),
        ("203.0.113.9", "172.18.0.5", "203.0.113.9"),
        ("1.1.1.1, 203.0.113.9", "172.18.0.5", "203.0.113.9"),
        ("203.0.113.9, 10.0.0.7", "172.18.0.5", "203.0.113.9"),
        ("2001:db8::1", "172.18.0.5", "2001:db8::1"),
        ("203.0.113.9", "198.51.100.1", "198.51.100.1"),
        ("10.1.1.1", "172.18.0.5", "10.1.1.1"),
    ],
)
def test_a_visitors_address_is_what_our_own_proxy_saw(forwarded: str, peer: str, expected: str) -> None:
    assert trusted_proxies.visitor_address(forwarded, peer) == expected
