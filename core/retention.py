"""How long each class of record is kept, and its removal when the time is over.

A class is declared once, in the table of perhekeskus/retention.py: what, how long, from which moment, on which ground.
The page for families, docs/privacy.md and the purge all read that table. A dry run counts by the very query that the
removal works through. Containers (a person, a visitor) come before what empties them, so that no class adds to another
one's number in the same night: what was emptied tonight goes tomorrow.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from core.locks import only_one
from core.models import OutboxEntry, PurgeRun

Note = Callable[[int], None]
Words = str | Promise  # in the reader's language when it is shown


class Store(Protocol):
    """Where the records of a class are, and how they go."""

    def count(self, before: dt.datetime, now: dt.datetime) -> int: ...

    def remove(self, before: dt.datetime, now: dt.datetime, note: Note) -> None:
        """Remove what is due; `note(rows)` is called in the transaction of each batch."""
        ...


@dataclass(frozen=True)
class Rows:
    """Rows found by `due(before)`, removed in batches by `erase(ids, now)`, the rows' own deletion by default."""

    due: Callable[[dt.datetime], QuerySet[Any]]
    erase: Callable[[list[Any], dt.datetime], None] | None = None
    batch: int = 1000

    def count(self, before: dt.datetime, now: dt.datetime) -> int:
        return self.due(before).count()

    def remove(self, before: dt.datetime, now: dt.datetime, note: Note) -> None:
        last: Any = None
        while True:
            with transaction.atomic():
                found = self.due(before).order_by("pk")
                if last is not None:
                    found = found.filter(pk__gt=last)
                # A row that somebody is just at is left for the next night.
                ids = [row.pk for row in found.select_for_update(skip_locked=True, of=("self",))[: self.batch]]
                if not ids:
                    return
                if self.erase is not None:
                    self.erase(ids, now)
                else:
                    self.due(before).model._default_manager.filter(pk__in=ids).delete()
                note(len(ids))
            last = ids[-1]


@dataclass(frozen=True)
class RetentionClass:
    """One class of record. `what`, `since` and `ground` are words for people; `shown` to families on the page of
    privacy. The days are the setting RETENTION_DAYS[name]."""

    name: str
    what: Words
    since: Words
    ground: Words
    store: Store
    shown: bool = True

    @property
    def days(self) -> int:
        return int(settings.RETENTION_DAYS[self.name])


@dataclass(frozen=True)
class Purged:
    name: str
    before: dt.datetime
    rows: int


def count_due(classes: Iterable[RetentionClass], *, now: dt.datetime) -> Iterator[Purged]:
    """What a purge would remove now, class by class."""
    for kept in classes:
        before = now - dt.timedelta(days=kept.days)
        yield Purged(kept.name, before, kept.store.count(before, now))


def purge(
    classes: Iterable[RetentionClass], *, now: dt.datetime, finished: Callable[[PurgeRun], None], tell: Note
) -> Iterator[Purged]:
    """Remove what has passed its time, class by class, each with a row of evidence; `finished` writes the audit of one,
    `tell` hears of each batch. Cut short, the next run goes on from there. Raises AlreadyRunning."""
    with only_one("purge"):
        for kept in classes:
            before = now - dt.timedelta(days=kept.days)
            if not kept.store.count(before, now):
                yield Purged(kept.name, before, 0)
                continue
            run = PurgeRun.objects.create(retention_class=kept.name, before=before, started_at=now)

            def note(rows: int, run: PurgeRun = run) -> None:
                run.rows += rows
                run.save(update_fields=["rows"])
                tell(rows)

            kept.store.remove(before, now, note)
            with transaction.atomic():
                run.finished_at = now
                run.save(update_fields=["finished_at"])
                finished(run)
            yield Purged(kept.name, before, run.rows)


# -- the records of core and of Django itself -------------------------------------------------------


def ended_sessions(before: dt.datetime) -> QuerySet[Session]:
    return Session.objects.filter(expire_date__lt=before)


def done_effects(before: dt.datetime) -> QuerySet[OutboxEntry]:
    unsettled = Q(state=OutboxEntry.State.UNCERTAIN, claimed_at__lt=before)
    return OutboxEntry.objects.filter(Q(ended_at__lt=before) | unsettled)


def old_runs(before: dt.datetime) -> QuerySet[PurgeRun]:
    return PurgeRun.objects.filter(started_at__lt=before)


def admin_changes(before: dt.datetime) -> QuerySet[LogEntry]:
    return LogEntry.objects.filter(action_time__lt=before)
