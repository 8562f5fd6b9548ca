"""Lay the newest hash key over persons' hashes, and seal their codes and the numbers of callbacks with the newest seal
key."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.identification.rotation import persons_behind, rotate_batch
from accounts.identification.vault import generations
from core import clock
from core.sealing import SealBroken
from guidance.number_rotation import numbers_behind, rotate_numbers


class Command(BaseCommand):
    help = (
        "Bring all persons and numbers under the newest IDENTITY_HASH_KEYS and IDENTITY_SEAL_KEYS. First give every "
        "process the new keys (in front of the old ones) and restart it; the command can be stopped and started again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count, and change nothing")
        parser.add_argument("--batch", type=int, default=500, help="persons in one transaction")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["batch"] < 1:
            raise CommandError("--batch is at least 1.")
        try:
            behind = persons_behind()
            self.stdout.write(
                f"{behind.hashes} hashes and {behind.seals} sealed codes to renew of {behind.persons} persons."
            )
            self.stdout.write(f"{numbers_behind()} sealed numbers of callbacks to renew.")
            if options["dry_run"]:
                return
            after, seen, changed = 0, 0, 0
            while (batch := rotate_batch(after=after, size=options["batch"], now=clock.now())).seen:
                after, seen, changed = batch.last, seen + batch.seen, changed + batch.changed
                self.stdout.write(f"\r{seen} of {behind.persons} persons", ending="")
                self.stdout.flush()
            numbers = self._numbers(options["batch"])
        except SealBroken:
            raise CommandError("A sealed code opens with none of IDENTITY_SEAL_KEYS: an old key is missing.") from None
        self.stdout.write(f"\n{changed} persons renewed; hashes are of generation {generations()}.")
        self.stdout.write(f"{numbers} numbers of callbacks renewed.")

    def _numbers(self, size: int) -> int:
        after, changed = None, 0
        while (batch := rotate_numbers(after=after, size=size, now=clock.now())).seen:
            after, changed = batch.last, changed + batch.changed
        return changed
