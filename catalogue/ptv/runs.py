"""One import from beginning to end: page by page, each with its bookmark in one transaction: a killed run goes on."""

import datetime as dt
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from uuid import UUID

from django.db import transaction

from audit.codes import AuditCode
from audit.services import SYSTEM, AuditActor, record
from catalogue.models import Channel, ImportLine, ImportRun, Location, Service
from catalogue.ptv.outcome import Outcome
from catalogue.ptv.reading import Feed, Page, Reader, SourceBroken
from catalogue.ptv.reasons import Reason, stored
from catalogue.ptv.records import Record
from catalogue.ptv.references import Limit
from catalogue.ptv.v11.api import ApiReader
from catalogue.ptv.v11.files import FileReader
from catalogue.ptv.writing import PageWriter
from catalogue.search.index import index_services
from core.locks import only_one

log = logging.getLogger("perhekeskus.import")

Clock = Callable[[], dt.datetime]
Tell = Callable[[float, Counter[str]], None]
LOCK = "catalogue import"
# Changes are asked for from a while before the last run began: clocks differ, and a day's feed may come late.
OVERLAP = dt.timedelta(hours=2)
# A full pass that no longer has half of what we know of a kind has not been a full pass.
LEAST_SHARE = 0.5
FEW = 10  # so small a catalogue may lose any number
LINES_KEPT = dt.timedelta(days=366)
_GONE_AT_A_TIME = 500


def source_of(sources: Sequence[str]) -> Reader:
    """One address, or files and folders. Raises SourceBroken or ValueError."""
    if len(sources) == 1 and "://" in sources[0]:
        return ApiReader(sources[0])
    if any("://" in source for source in sources):
        raise ValueError("one address at a time, and no files beside it")
    return FileReader([Path(source) for source in sources])


def last_run(source: str, *, done: bool) -> ImportRun | None:
    runs = ImportRun.objects.filter(source=source)
    return (runs.filter(state=ImportRun.State.DONE) if done else runs).order_by("-started_at", "-pk").first()


def can_resume(run: ImportRun | None) -> bool:
    return run is not None and run.state != ImportRun.State.DONE and bool(run.cursor)


class NothingToResume(Exception):
    """No run of this source stopped on its way."""


def run_import(
    reader: Reader,
    *,
    mode: ImportRun.Mode,
    clock: Clock,
    limit: Limit | None = None,
    resume: bool = False,
    dry_run: bool = False,
    actor: AuditActor = SYSTEM,
    tell: Tell | None = None,
) -> ImportRun:
    """Read the source to its end and write it; the run tells how it went.

    A source that breaks ends the run as stopped, with everything before it kept. Raises AlreadyRunning,
    NothingToResume, and whatever else goes wrong, after the run has been marked as stopped. `dry_run`: the same, and
    nothing stays.
    """
    with only_one(LOCK):
        if dry_run:
            with transaction.atomic():
                run = _Run(reader, mode, clock, limit or Limit(), actor, tell).go(resume=resume)
                transaction.set_rollback(True)
            return run
        return _Run(reader, mode, clock, limit or Limit(), actor, tell).go(resume=resume)


class _Run:
    def __init__(
        self, reader: Reader, mode: ImportRun.Mode, clock: Clock, limit: Limit, actor: AuditActor, tell: Tell | None
    ) -> None:
        self._reader, self._mode, self._clock, self._limit = reader, mode, clock, limit
        self._actor = actor
        self._tell = tell or (lambda share, counts: None)

    def go(self, *, resume: bool) -> ImportRun:
        run = self._begin(resume=resume)
        self._counts: Counter[str] = Counter(run.counts)
        self._writer = PageWriter(run, self._limit)
        try:
            for page in self._reader.pages(since=self._since(run), bookmark=run.cursor):
                self._write(run, page)
            if run.mode == ImportRun.Mode.FULL:
                self._withdraw_missing(run)
            self._end(run, ImportRun.State.DONE)
        except SourceBroken as broken:
            if broken.bookmark is not None:
                run.cursor = broken.bookmark
            self._end(run, ImportRun.State.STOPPED, why=broken.why)
        except BaseException as error:
            self._end(run, ImportRun.State.STOPPED, why=stored(Reason.FAULT, type(error).__name__))
            raise
        return run

    def _begin(self, *, resume: bool) -> ImportRun:
        now = self._clock()
        last = last_run(self._reader.source, done=False)
        # We hold the lock: what is marked as running was killed.
        ImportRun.objects.filter(state=ImportRun.State.RUNNING).update(
            state=ImportRun.State.STOPPED, ended_at=now, why_stopped=Reason.KILLED.value
        )
        ImportLine.objects.filter(run__ended_at__lt=now - LINES_KEPT).delete()
        if not resume:
            return ImportRun.objects.create(source=self._reader.source, mode=self._mode, started_at=now)
        if last is None or not can_resume(last):
            raise NothingToResume
        last.state, last.ended_at, last.why_stopped = ImportRun.State.RUNNING, None, ""
        last.save(update_fields=["state", "ended_at", "why_stopped"])
        return last

    def _since(self, run: ImportRun) -> dt.datetime | None:
        if run.mode == ImportRun.Mode.FULL:
            return None
        last = last_run(self._reader.source, done=True)
        return last.covers_until - OVERLAP if last and last.covers_until else None

    def _write(self, run: ImportRun, page: Page) -> None:
        with transaction.atomic():
            outcome = self._writer.write(page, now=self._clock())
            self._keep(run, outcome)
            run.cursor = page.bookmark
            run.save(update_fields=["counts", "cursor"])
        self._tell(page.share, self._counts)

    def _keep(self, run: ImportRun, outcome: Outcome) -> None:
        for line in outcome.lines:
            line.run = run
        ImportLine.objects.bulk_create(outcome.lines)
        index_services(outcome.services)
        self._counts += outcome.counts
        run.counts = {str(name): number for name, number in self._counts.items()}

    # -- a full pass: what did not come ---------------------------------------------------------

    def _withdraw_missing(self, run: ImportRun) -> None:
        """Withdraw what we know and the source has not. Raises SourceBroken when it has suspiciously little."""
        missing = self._missing(run)
        now = self._clock()
        for feed, ids in missing.items():
            for some in _some(ids):
                # A record may have slipped from one page to another while they were read.
                back = {one.ptv_id for page in self._reader.again(feed, some) for one in self._taken(run, page)}
                gone = [(feed, one) for one in some if one not in back]
                with transaction.atomic():
                    self._keep(run, self._writer.write(Page({}, gone=gone), now=now))
                    run.save(update_fields=["counts"])

    def _taken(self, run: ImportRun, page: Page) -> list[Record]:
        page.bookmark = run.cursor
        self._write(run, page)
        return page.records

    def _missing(self, run: ImportRun) -> dict[Feed, list[UUID]]:
        known: dict[Feed, set[UUID]] = {
            Feed.CHANNEL: _known(Location) | _known(Channel),
            Feed.SERVICE: _known(Service),
        }
        whole = {feed: len(ids) for feed, ids in known.items()}
        for feed, one in self._reader.present():
            known[feed].discard(one)
        for feed, ids in known.items():
            if whole[feed] > FEW and len(ids) > whole[feed] * (1 - LEAST_SHARE):
                run.cursor = {}  # going on would come to the same
                raise SourceBroken(Reason.FAR_FEWER, f"{feed.value} {whole[feed] - len(ids)}/{whole[feed]}")
        return {feed: sorted(ids) for feed, ids in known.items()}

    def _end(self, run: ImportRun, state: ImportRun.State, why: str = "") -> None:
        now = self._clock()
        run.state, run.ended_at, run.why_stopped = state, now, why
        if state == ImportRun.State.DONE:
            run.covers_until, run.cursor = run.started_at, {}
        with transaction.atomic():
            run.save(update_fields=["state", "ended_at", "why_stopped", "covers_until", "cursor", "counts"])
            record(
                code=AuditCode.CATALOGUE_IMPORTED,
                actor=self._actor,
                object_type="import_run",
                object_id=run.pk,
                now=now,
                data={"state": state.value, "counts": run.counts},
            )
        log.info("import ended run=%s state=%s counts=%s why=%s", run.pk, state.value, run.counts, why)


def _known(model: type[Service] | type[Location] | type[Channel]) -> set[UUID]:
    rows = model._default_manager.filter(ptv_id__isnull=False, source_digest__isnull=False)
    return {one for one in rows.values_list("ptv_id", flat=True).iterator() if one is not None}


def _some(ids: list[UUID]) -> Iterator[list[UUID]]:
    yield from (ids[start : start + _GONE_AT_A_TIME] for start in range(0, len(ids), _GONE_AT_A_TIME))
