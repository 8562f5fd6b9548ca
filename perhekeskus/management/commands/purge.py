"""`manage.py purge [--dry-run]`: remove what has passed its time. Every night it runs by itself."""

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from core import clock
from core.locks import AlreadyRunning
from core.retention import Purged, count_due
from perhekeskus import retention

BAR = 30


class Command(BaseCommand):
    help = "Remove what has passed its time to be kept, with evidence. --dry-run only counts, by the same queries."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="remove nothing; print what would go")

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        with translation.override("en"):
            due = {counted.name: counted for counted in count_due(retention.TABLE, now=now)}
            if not options["dry_run"]:
                due = self._purge(now, sum(counted.rows for counted in due.values()))
            self._print(due)
            if not retention.is_owner():
                self.stdout.write("audit: left alone, since only the owner of its tables may remove from it.")
        total = sum(counted.rows for counted in due.values())
        self.stdout.write(f"{total} would go; nothing was removed." if options["dry_run"] else f"{total} removed.")

    def _purge(self, now: dt.datetime, total: int) -> dict[str, Purged]:
        self._done, self._total = 0, total
        try:
            return {purged.name: purged for purged in retention.purge(now=now, tell=self._progress)}
        except AlreadyRunning:
            raise CommandError("Another purge is running: let it end.") from None

    def _progress(self, rows: int) -> None:
        """A bar that grows on a terminal; nothing in a log."""
        self._done += rows
        if self.stderr.isatty():
            filled = min(BAR, BAR * self._done // max(self._total, 1))
            end = "\n" if self._done >= self._total else ""
            self.stderr.write(f"\r[{'#' * filled}{'.' * (BAR - filled)}] {self._done}/{self._total}", ending=end)

    def _print(self, due: dict[str, Purged]) -> None:
        for kept in retention.TABLE:
            counted = due[kept.name]
            age = retention.in_words(kept.days)
            self.stdout.write(f"{kept.name:24} {counted.rows:>9}  older than {age} ({counted.before:%Y-%m-%d})")
