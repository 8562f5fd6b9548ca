"""What every server does before it serves: the system checks, since neither gunicorn nor uvicorn runs them."""

import sys

import django
from django.core.checks import run_checks


def refuse_faulty_settings() -> None:
    """Exit 1 with the reasons if a system check fails: above all, nothing of the demo starts in production."""
    django.setup()
    if serious := [message for message in run_checks() if message.is_serious()]:
        for message in serious:
            print(f"perhekeskus: {message}", file=sys.stderr)
        sys.exit(1)
