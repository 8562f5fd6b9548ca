"""`manage.py import_ptv SOURCE…`: the national service catalogue into ours. Every night by itself, if set up."""

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from catalogue.models import Area, ImportRun
from catalogue.ptv.reading import SourceBroken
from catalogue.ptv.reasons import told
from catalogue.ptv.references import Limit
from catalogue.ptv.runs import NothingToResume, last_run, run_import, source_of
from core import clock
from core.locks import AlreadyRunning

BAR = 40
SHOWN_LINES = 50


class Command(BaseCommand):
    help = (
        "Import services from files of the PTV interface (version 11) or from its address. What people here have "
        "written otherwise stays; conflicts are listed. Exit code 1 when the run stopped on its way."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", nargs="+", help="JSON files or folders of them, or one https:// address")
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--full", action="store_true", help="this is everything: withdraw what is no longer there")
        how.add_argument(
            "--changes", action="store_true", help="only what has changed since the last run (the default)"
        )
        how.add_argument("--resume", action="store_true", help="go on where the last run of this source stopped")
        parser.add_argument("--county", metavar="CODE", default="", help="only what concerns this county: two digits")
        parser.add_argument("--dry-run", action="store_true", help="write nothing; tell what would be done")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("en"):
            run = self._run(options)
            self._report(run, dry_run=options["dry_run"])
            why = told(run.why_stopped)
        if run.state == ImportRun.State.STOPPED:
            raise CommandError(f"The run stopped: {why}. What came before it stands; --resume goes on.")

    def _run(self, options: dict[str, Any]) -> ImportRun:
        self._shown = -1
        try:
            reader = source_of(options["source"])
            limit = Limit.of_county(options["county"]) if options["county"] else Limit()
            return run_import(
                reader,
                mode=ImportRun.Mode.FULL if options["full"] else ImportRun.Mode.CHANGES,
                clock=clock.now,
                limit=limit,
                resume=options["resume"],
                dry_run=options["dry_run"],
                tell=self._progress,
            )
        except SourceBroken as broken:
            raise CommandError(told(broken.why)) from None
        except ValueError as wrong:
            raise CommandError(f"SOURCE: {wrong}") from None
        except Area.DoesNotExist:
            raise CommandError(f"There is no county {options['county']}.") from None
        except AlreadyRunning:
            raise CommandError("Another import is running: let it end.") from None
        except NothingToResume:
            last = last_run(reader.source, done=False)
            ended = (
                f"the last one ended {last.ended_at:%Y-%m-%d %H:%M} UTC" if last and last.ended_at else "none has begun"
            )
            raise CommandError(f"There is no run of this source to go on with: {ended}.") from None

    def _progress(self, share: float, counts: Counter[str]) -> None:
        """A bar that grows on a terminal; a line for each tenth in a log."""
        tenth = int(10 * share)
        records = sum(counts[act] for act in ("added", "changed", "unchanged", "refused"))
        if self.stderr.isatty():
            filled = min(BAR, int(BAR * share))
            self.stderr.write(f"\r[{'#' * filled}{'.' * (BAR - filled)}] {records} records", ending="")
        elif tenth != self._shown:
            self.stderr.write(f"{10 * tenth} %: {records} records")
        self._shown = tenth

    def _report(self, run: ImportRun, *, dry_run: bool) -> None:
        if self.stderr.isatty():
            self.stderr.write("")
        for act in ("added", "changed", "unchanged", "withdrawn", "refused", "left_out", "conflict", "outside"):
            if run.counts.get(act) or act not in ("left_out", "outside"):
                self.stdout.write(f"{act.replace('_', ' '):10} {run.counts.get(act, 0):>8}")
        if dry_run:
            self.stdout.write("Nothing was written.")
            return
        lines = run.lines.filter(act__in=("refused", "conflict"))
        for line in lines[:SHOWN_LINES]:
            what = " ".join(part for part in (line.kind, line.source_id, line.name, ", ".join(line.fields)) if part)
            self.stdout.write(f"{line.act}: {what}" + (f": {told(line.why)}" if line.why else ""))
        more = lines.count() - SHOWN_LINES
        if more > 0:
            self.stdout.write(f"… and {more} more, in the admin under imports")
