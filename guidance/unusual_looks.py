"""Looks that a supervisor should go through: without a task, very many at a time, or long after the end."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, QuerySet, Value

from accounts.models import User
from accounts.selectors import Role, unit_ids
from audit.codes import AuditCode, AuditGround
from audit.models import AuditEvent
from guidance.models import BreakGlass, Contact, LookReview, OlderLogRequest

Kind = LookReview.Kind
LOOKED_BACK = dt.timedelta(days=30)
HOUR = dt.timedelta(hours=1)
MANY = 20  # different relationships in an hour: more is unusual
LONG_CLOSED_DAYS = 30
GLASS_SHOWN = 100


@dataclass(frozen=True)
class SingleLook:
    event: int
    at: dt.datetime
    contact: str
    relationship: int | None


@dataclass(frozen=True)
class UnusualLooks:
    """Looks of one worker that belong together. `subject`: the contact's id, or the moment at which many began."""

    kind: Kind
    worker: User
    unit_id: int
    subject: str
    looks: tuple[SingleLook, ...]

    @property
    def up_to(self) -> int:
        return max(look.event for look in self.looks)

    @property
    def first_at(self) -> dt.datetime:
        return min(look.at for look in self.looks)

    @property
    def last_at(self) -> dt.datetime:
        return max(look.at for look in self.looks)

    @property
    def relationships(self) -> int:
        return len({look.relationship for look in self.looks})


def glasses_of_units(user: User) -> QuerySet[BreakGlass]:
    """Who has broken the glass before contacts of the units that the user supervises; those to review first."""
    found = BreakGlass.objects.filter(contact__unit__in=unit_ids(user, Role.SUPERVISOR))
    return found.select_related("user", "unit", "contact__unit", "reviewed_by").order_by("-reviewed_at", "-at")


def older_log_requests_of_units(user: User) -> QuerySet[OlderLogRequest]:
    """Wishes to see older looks that wait for the user's answer."""
    found = OlderLogRequest.objects.filter(unit__in=unit_ids(user, Role.SUPERVISOR), state=OlderLogRequest.State.ASKED)
    return found.select_related("relationship__person").order_by("asked_at")


def matters_waiting(user: User) -> QuerySet[Any, tuple[str]]:
    """A row for each broken glass and wish that waits for this supervisor."""
    glasses = glasses_of_units(user).filter(reviewed_at__isnull=True).exclude(user=user)
    matter = Value("matter", output_field=CharField())
    wishes = older_log_requests_of_units(user).order_by().annotate(what=matter).values_list("what")
    return glasses.order_by().annotate(what=matter).values_list("what").union(wishes, all=True)


def matters_to_review(user: User) -> int:
    """How many of them: the mark on the desk."""
    return matters_waiting(user).count() if unit_ids(user, Role.SUPERVISOR) else 0


def unusual_looks(user: User, now: dt.datetime) -> list[UnusualLooks]:
    """What in the supervised units nobody has gone through yet, newest first."""
    events = AuditEvent.objects.filter(
        unit_id__in=unit_ids(user, Role.SUPERVISOR),
        code=AuditCode.CONTACT_VIEWED,
        actor_kind=AuditEvent.Actor.STAFF,
        at__gte=now - LOOKED_BACK,
    ).order_by("at", "pk")
    by_worker: dict[int, list[AuditEvent]] = defaultdict(list)
    for event in events:
        by_worker[event.actor_id or 0].append(event)
    workers = User.objects.in_bulk(by_worker)
    reviewed = _reviewed(workers)
    found: list[UnusualLooks] = []
    for worker_id, theirs in by_worker.items():
        worker = workers.get(worker_id)
        if worker is not None:
            found += _without_task_or_late(worker, theirs, reviewed)
            found += _many_at_a_time(worker, theirs, reviewed.get((Kind.MANY, worker_id, ""), 0))
    return sorted(found, key=lambda row: row.last_at, reverse=True)


def contacts_looked_at(rows: Iterable[UnusualLooks]) -> dict[str, Contact]:
    """The contacts of these looks by their ids as text; one that has been erased is missing."""
    ids = {look.contact for row in rows for look in row.looks}
    return {str(contact.pk): contact for contact in Contact.objects.filter(pk__in=ids)}


def _reviewed(workers: Iterable[int]) -> dict[tuple[str, int, str], int]:
    """The newest event gone through, by kind, worker and subject; for many at a time whatever the subject."""
    newest: dict[tuple[str, int, str], int] = {}
    for review in LookReview.objects.filter(worker__in=workers):
        subject = "" if review.kind == Kind.MANY else review.subject
        place = (review.kind, review.worker_id, subject)
        newest[place] = max(newest.get(place, 0), review.up_to)
    return newest


def _without_task_or_late(
    worker: User, events: list[AuditEvent], reviewed: dict[tuple[str, int, str], int]
) -> list[UnusualLooks]:
    groups: dict[tuple[Kind, str], list[AuditEvent]] = defaultdict(list)
    for event in events:
        kind = _kind_of(event)
        if kind is not None and event.pk > reviewed.get((kind, worker.pk, event.object_id), 0):
            groups[kind, event.object_id].append(event)
    return [_row(kind, worker, subject, group) for (kind, subject), group in groups.items()]


def _kind_of(event: AuditEvent) -> Kind | None:
    """A look long after the end, or one at a contact that neither waited nor was the worker's own."""
    if event.data.get("closed_days", 0) >= LONG_CLOSED_DAYS:
        return Kind.LONG_CLOSED
    if event.ground == AuditGround.UNIT and event.data.get("state") in (Contact.State.OPEN, Contact.State.CLOSED):
        return Kind.NO_TASK
    return None


def _many_at_a_time(worker: User, events: list[AuditEvent], reviewed_to: int) -> list[UnusualLooks]:
    """Each stretch of one hour with looks at more than 20 relationships; stretches do not overlap."""
    found = []
    start = 0
    while start < len(events):
        end = start
        while end < len(events) and events[end].at < events[start].at + HOUR:
            end += 1
        stretch = events[start:end]
        if len({event.relationship_id for event in stretch}) <= MANY:
            start += 1
            continue
        if stretch[-1].pk > reviewed_to:
            found.append(_row(Kind.MANY, worker, stretch[0].at.isoformat(timespec="minutes"), stretch))
        start = end
    return found


def _row(kind: Kind, worker: User, subject: str, events: list[AuditEvent]) -> UnusualLooks:
    looks = tuple(SingleLook(event.pk, event.at, event.object_id, event.relationship_id) for event in events)
    return UnusualLooks(kind, worker, events[-1].unit_id or 0, subject, looks)
