"""What supervisors should know now: a door that is open and unmanned, a promise that is late, danger that waits.

Every half a minute `keep_alarms` compares what is so with what has been told: what has begun is raised, what is over
ends. One matter is one alarm while it lasts. E-mail about them is chat/notices.py's.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.http import Http404

from accounts.models import Membership, Unit, User
from accounts.selectors import Role, unit_ids
from audit.codes import AuditCode, AuditGround
from audit.services import record, staff_member
from chat.models import Alarm, Presence
from guidance import events
from guidance.common_queue import WAITING_SINCE
from guidance.hours import hours_for
from guidance.models import CallbackAttempt, Contact, RoutingRule
from guidance.unusual_looks import matters_waiting

Kind, Channel = Alarm.Kind, Contact.Channel
SHOWN_FOR = dt.timedelta(days=7)


@dataclass(frozen=True)
class Matter:
    """Something that is so now, and that supervisors of the unit should know."""

    kind: Alarm.Kind
    unit_id: int
    contact_id: UUID | None = None

    @property
    def fingerprint(self) -> str:
        return f"{self.kind}:{self.contact_id or self.unit_id}"


def keep_alarms(*, now: dt.datetime) -> int:
    """Raise what has begun, end what is over. Returns how many were raised; the same matter twice is raised once."""
    matters = {matter.fingerprint: matter for matter in (*_unmanned(now), *_late(now), *_danger(now))}
    lasting = Alarm.objects.filter(ended_at__isnull=True)
    known = set(lasting.values_list("fingerprint", flat=True))
    fresh = [matter for name, matter in matters.items() if name not in known]
    with transaction.atomic():
        over = lasting.exclude(fingerprint__in=matters)
        units = {matter.unit_id for matter in fresh} | set(over.values_list("unit_id", flat=True))
        over.update(ended_at=now)
        # Another worker may be at it this moment: then it has raised the same.
        Alarm.objects.bulk_create([_alarm(matter, now) for matter in fresh], ignore_conflicts=True)
        if units:
            events.announce_desks(sorted(units))
    return len(fresh)


def _alarm(matter: Matter, now: dt.datetime) -> Alarm:
    return Alarm(
        kind=matter.kind,
        fingerprint=matter.fingerprint,
        unit_id=matter.unit_id,
        contact_id=matter.contact_id,
        raised_at=now,
    )


def tell_of_mend(*, contact: Contact, code: str, now: dt.datetime) -> None:
    """The platform has put something right by itself: over already, and to be seen once. Call in its transaction."""
    Alarm.objects.create(
        kind=Kind.MENDED,
        fingerprint=f"{Kind.MENDED}:{contact.pk}",
        unit_id=contact.unit_id,
        contact=contact,
        detail=code,
        raised_at=now,
        ended_at=now,
    )
    events.announce_desks([contact.unit_id])


# -- what is so ---------------------------------------------------------------------------------


def _unmanned(now: dt.datetime) -> Iterator[Matter]:
    """Chat doors that have been open for a while by their hours, with nobody of the unit there in all that time."""
    since = now - dt.timedelta(seconds=settings.ALARM_UNMANNED_AFTER)
    ruled = RoutingRule.objects.filter(unit=OuterRef("pk"), channel__in=["", Channel.CHAT])
    for unit in Unit.objects.filter(Q(is_front_door=True) | Exists(ruled)):
        hours = hours_for(unit, Channel.CHAT)
        if hours.is_open(now) and hours.is_open(since) and not _anybody_since(unit, since):
            yield Matter(Kind.UNMANNED, unit.pk)


def _anybody_since(unit: Unit, since: dt.datetime) -> bool:
    """Whether a worker has been there since: still is, or said only then that they are not."""
    workers = Membership.objects.filter(unit=unit, role=Role.WORKER, ended_at__isnull=True, user__is_active=True)
    there = Q(state=Presence.State.AVAILABLE, last_seen_at__gte=since)
    left = ~Q(state=Presence.State.AVAILABLE) & Q(since__gte=since)
    return Presence.objects.filter(there | left, user__in=workers.values("user")).exists()


def _late(now: dt.datetime) -> Iterator[Matter]:
    """What was promised to be answered, or called, by now and was not."""
    tried = CallbackAttempt.objects.filter(callback=OuterRef("pk"))
    late = Contact.objects.of_families().exclude(state=Contact.State.CLOSED).filter(due_at__lt=now, left_at=None)
    for contact in late.filter(~Exists(tried), first_response_at__isnull=True).only("pk", "unit_id"):
        yield Matter(Kind.PROMISE_LATE, contact.unit_id, contact.pk)


def _danger(now: dt.datetime) -> Iterator[Matter]:
    """Danger that a person has confirmed, and that nobody has taken."""
    before = now - dt.timedelta(seconds=settings.ALARM_DANGER_AFTER)
    urgent = Contact.objects.waiting().filter(priority=Contact.Priority.CONFIRMED)
    for contact in urgent.annotate(since=WAITING_SINCE).filter(since__lte=before).only("pk", "unit_id"):
        yield Matter(Kind.DANGER_WAITS, contact.unit_id, contact.pk)


# -- for supervisors ----------------------------------------------------------------------------


def alarms_of(user: User, now: dt.datetime) -> QuerySet[Alarm]:
    """The last days' alarms of the units that the user supervises, newest first."""
    recent = Q(ended_at__isnull=True) | Q(ended_at__gt=now - SHOWN_FOR)
    mine = Alarm.objects.filter(recent, unit__in=unit_ids(user, Role.SUPERVISOR))
    return mine.select_related("unit", "contact", "seen_by").order_by("-raised_at", "-pk")


def to_see(alarms: QuerySet[Alarm]) -> QuerySet[Alarm]:
    """Those that want somebody: they go on, or tell of a mend, and nobody has said that they know."""
    return alarms.filter(Q(ended_at__isnull=True) | Q(kind=Kind.MENDED), seen_at__isnull=True)


def unseen_alarms(user: User, now: dt.datetime) -> int:
    return to_see(alarms_of(user, now)).count() if unit_ids(user, Role.SUPERVISOR) else 0


@dataclass(frozen=True)
class Waiting:
    """How much waits for a supervisor: the marks on the desk."""

    matters: int = 0
    alarms: int = 0


def waiting_for_supervisor(user: User, now: dt.datetime) -> Waiting:
    """Both marks in one question, for the bar of every page."""
    if not unit_ids(user, Role.SUPERVISOR):
        return Waiting()
    alarm = Value("alarm", output_field=CharField())
    alarms = to_see(alarms_of(user, now)).order_by().annotate(what=alarm).values_list("what")
    rows = Counter(what for (what,) in alarms.union(matters_waiting(user), all=True))
    return Waiting(rows["matter"], rows["alarm"])


def alarm_of(user: User, alarm_id: int, now: dt.datetime) -> Alarm:
    """An alarm of the supervised units. Raises Http404 for any other."""
    found = alarms_of(user, now).filter(pk=alarm_id).first()
    if found is None:
        raise Http404
    return found


def see_alarm(*, alarm: Alarm, user: User, now: dt.datetime) -> Alarm:
    """A supervisor knows. The first one is written down; saying it again is nothing new."""
    with transaction.atomic():
        alarm = Alarm.objects.select_for_update(of=("self",)).get(pk=alarm.pk)
        if alarm.seen_at is not None:
            return alarm
        alarm.seen_by, alarm.seen_at = user, now
        alarm.save(update_fields=["seen_by", "seen_at"])
        record(
            code=AuditCode.ALARM_SEEN,
            actor=staff_member(user.pk, alarm.unit_id, Role.SUPERVISOR),
            ground=AuditGround.SUPERVISION,
            object_type="alarm",
            object_id=alarm.pk,
            now=now,
        )
        events.announce_desks([alarm.unit_id])
    return alarm


def old_alarms(before: dt.datetime) -> QuerySet[Alarm]:
    return Alarm.objects.filter(ended_at__lt=before)
