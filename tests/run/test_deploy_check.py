"""Django's own check for production finds nothing, under the settings of production."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

ROOT = Path(__file__).resolve().parents[2]
OF_THE_TESTS = ("DEMO_", "DJANGO_", "RATE_LIMITS", "STATIC_ROOT", "IDENTI", "STAFF_MFA", "AUDIT_SEAL", "HTTPS", "DEBUG")


def production(**changed: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OF_THE_TESTS)}
    return kept | {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "VISITOR_HASH_KEY": secrets.token_urlsafe(50),
        "AUDIT_SEAL_KEY": secrets.token_urlsafe(50),
        "STAFF_MFA_KEYS": secrets.token_urlsafe(50),
        "IDENTITY_HASH_KEYS": secrets.token_urlsafe(50),
        "IDENTITY_SEAL_KEYS": Fernet.generate_key().decode(),
        "ALLOWED_HOSTS": "perhekeskus.example.fi",
        "EMAIL_URL": "smtp+tls://user:secret@mail.example.fi:587",
        **changed,
    }


def check(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "INFO"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_production_is_clean() -> None:
    done = check(production())
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


@pytest.mark.parametrize(
    "changed", [{"DEBUG": "1"}, {"HTTPS": "false"}, {"DEMO_DOORS": "open"}, {"EMAIL_URL": "consolemail://"}]
)
def test_what_does_not_belong_there_is_found(changed: dict[str, str]) -> None:
    assert check(production(**changed)).returncode != 0
