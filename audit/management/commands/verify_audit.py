"""`manage.py verify_audit`: is the record of who did and saw what still as it was sealed?"""

import re
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.verifying import missing_guards, verify
from core import clock

BAR = 40
SHOWN_FAULTS = 100


class Command(BaseCommand):
    help = "Recompute the seals of the audit record and say exactly which block or row is wrong. Exit code 1 if any is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--last",
            default="",
            metavar="NUMBER:SEAL",
            help="a block as the process log published it ('audit sealed …'): finds an end that was cut off",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        last = options["last"].strip()
        if last and not re.fullmatch(r"\d+:[0-9a-f]{64}", last):
            raise CommandError("--last is a block's number and seal as the log has them: NUMBER:SEAL")
        self._shown = -1
        report = verify(now=clock.now(), last=last, progress=self._progress)
        faults = report.faults + missing_guards()
        for fault in faults[:SHOWN_FAULTS]:
            self.stdout.write(self.style.ERROR(fault))
        if len(faults) > SHOWN_FAULTS:
            self.stdout.write(f"… and {len(faults) - SHOWN_FAULTS} more")
        self.stdout.write(f"{report.blocks} blocks, {report.rows} rows; {report.unsealed} rows wait for their seal.")
        self.stdout.write(f"Newest block: {report.newest or 'none'}")
        if faults:
            raise CommandError(f"The record is not as it was sealed: {len(faults)} faults.")
        self.stdout.write("The record is as it was sealed.")

    def _progress(self, done: int, total: int) -> None:
        """A bar that grows on a terminal; a line for each tenth in a log."""
        tenth = 10 * done // max(total, 1)
        if self.stderr.isatty():
            filled = BAR * done // max(total, 1)
            end = "\n" if done >= total else ""
            self.stderr.write(f"\r[{'#' * filled}{'.' * (BAR - filled)}] {done}/{total} rows", ending=end)
        elif tenth != self._shown:
            self.stderr.write(f"{10 * tenth} % of {total} rows")
        self._shown = tenth
