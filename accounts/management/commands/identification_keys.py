"""Our key pairs towards the identification provider: made once, rotated now and then."""

import datetime as dt
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.identification.oidc.own_keys import KeysMissing, OwnKey, OwnKeys, make_file, read_file, rotate_file
from core import clock


class Command(BaseCommand):
    help = "Make, rotate or list the keys that requests are signed with and ID tokens are encrypted to."
    requires_system_checks = []  # the checks ask for the file that this makes

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["make", "rotate", "list"])
        parser.add_argument("--file", default=settings.IDENTIFICATION_KEYS, help="instead of IDENTIFICATION_KEYS")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["file"]:
            raise CommandError("Say where: set IDENTIFICATION_KEYS, or give --file.")
        path, now = Path(options["file"]), clock.now()
        try:
            if options["what"] == "make" and not make_file(path, now=now):
                raise CommandError(f"{path} is there already; to renew the keys: manage.py identification_keys rotate.")
            keys = rotate_file(path, now=now) if options["what"] == "rotate" else read_file(path)
            signing = OwnKeys(path).signing_key(now)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}.") from None
        except KeysMissing as error:
            raise CommandError(error.detail) from None
        for own in keys:
            self.stdout.write(f"{own.use}  {_made(own)}  {own.kid}{'  signs now' if own.kid == signing.kid else ''}")


def _made(own: OwnKey) -> str:
    return f"{dt.datetime.fromtimestamp(own.made_at, dt.UTC):%Y-%m-%d %H:%M} UTC"
