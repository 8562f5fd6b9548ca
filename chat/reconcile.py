"""States that should not be, each with its mend: the one table of them.

Every five minutes `reconcile` looks for each. What it mends about a contact is audited as reconciled and told to the
unit's supervisors; a second look finds nothing to do. A chat whose worker's desk has gone silent is no fault but an
ordinary day, and is upkeep's (chat/upkeep.py); alarms that are over end in chat/alarms.py; letters that nobody finished
sending are core/outbox.py's.

Refused by the database, so that nothing has to look for them: waiting though somebody has it, closed but in a queue,
open without anybody, two living alarms of one matter (guidance/models/contact.py, chat/models.py).
"""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Unit
from accounts.selectors import Role
from audit.codes import AuditCode
from audit.services import SYSTEM, record
from chat.alarms import tell_of_mend
from chat.models import Presence
from guidance.callbacks import taken_without_attempt
from guidance.models import ConsultationMember, Contact, IdentificationRequest
from guidance.services import mending

Found = Iterable[uuid.UUID]
State, Channel = Contact.State, Contact.Channel


@dataclass(frozen=True)
class Mend:
    """A state that should not be: its code, how supervisors read of it, how it is found, and how it is put right."""

    code: str
    words: Promise
    find: Callable[[dt.datetime], Found]
    mend: Callable[[uuid.UUID, dt.datetime], Contact | None]


def reconcile(*, now: dt.datetime) -> Counter[str]:
    """Put right whatever is wrong. Returns how many of each."""
    done: Counter[str] = Counter()
    for entry in TABLE:
        for contact_id in list(entry.find(now)):
            with transaction.atomic():
                contact = entry.mend(contact_id, now)
                if contact is not None:
                    tell_of_mend(contact=contact, code=entry.code, now=now)
                    done[entry.code] += 1
    forgotten = _forgotten_presences(now)
    return done + Counter({"presence_forgotten": forgotten}) if forgotten else done


def mend_in_words(code: str) -> str:
    return next((str(entry.words) for entry in TABLE if entry.code == code), "")


# -- finding ------------------------------------------------------------------------------------


def _ids(condition: Q, *more: Any) -> Found:
    return Contact.objects.filter(condition, *more).values_list("pk", flat=True)


def _of_gone_workers(now: dt.datetime) -> Found:
    roles = Membership.objects.filter(user=OuterRef("worker"), unit=OuterRef("unit"), ended_at__isnull=True)
    holds = Exists(roles.filter(role__in=[Role.WORKER, Role.SUPERVISOR], user__is_active=True))
    return _ids(Q(state=State.OPEN) & ~Q(channel=Channel.CONSULTATION), ~holds)


def _idle_callbacks(now: dt.datetime) -> Found:
    return taken_without_attempt(_taken_before(now)).values_list("pk", flat=True)


def _closed_and_asking(now: dt.datetime) -> Found:
    asked = IdentificationRequest.objects.filter(contact=OuterRef("pk"), state=IdentificationRequest.State.ASKED)
    return _ids(Q(state=State.CLOSED), Exists(asked))


def _at_unstaffed_units(now: dt.datetime) -> Found:
    front_door = _front_door()
    if front_door is None:
        return []
    workers = Membership.objects.filter(unit=OuterRef("unit"), role=Role.WORKER, ended_at__isnull=True)
    elsewhere = Q(state=State.WAITING) & ~Q(channel=Channel.CONSULTATION) & ~Q(unit=front_door)
    return _ids(elsewhere, ~Exists(workers.filter(user__is_active=True)))


def _stray_pooled(now: dt.datetime) -> Found:
    stray = Q(unit__pool_after_minutes__isnull=True) | ~Q(state=State.WAITING)
    return _ids(Q(pooled_at__isnull=False) & ~Q(state=State.CLOSED), stray)


def _empty_consultations(now: dt.datetime) -> Found:
    seats = ConsultationMember.objects.filter(consultation=OuterRef("pk"), left_at__isnull=True, user__is_active=True)
    asked = Q(channel=Channel.CONSULTATION, asked_by__isnull=False) & ~Q(state=State.CLOSED)
    return _ids(asked, ~Exists(seats))


def _front_door() -> Unit | None:
    """Where people work; None on a platform whose front door has nobody, either."""
    unit = Unit.objects.filter(is_front_door=True).first()
    return unit if unit is not None and mending.is_staffed(unit.pk) else None


def _taken_before(now: dt.datetime) -> dt.datetime:
    return now - dt.timedelta(seconds=settings.CALLBACK_IDLE_AFTER)


# -- mending ------------------------------------------------------------------------------------


def _mend_idle_callback(contact_id: uuid.UUID, now: dt.datetime) -> Contact | None:
    return mending.mend_idle_callback(contact_id=contact_id, taken_before=_taken_before(now), now=now)


def _mend_unstaffed_unit(contact_id: uuid.UUID, now: dt.datetime) -> Contact | None:
    front_door = _front_door()
    if front_door is None:
        return None
    return mending.mend_unstaffed_unit(contact_id=contact_id, front_door=front_door, now=now)


def _by(mend: Callable[..., Contact | None], contact_id: uuid.UUID, now: dt.datetime) -> Contact | None:
    return mend(contact_id=contact_id, now=now)


def _forgotten_presences(now: dt.datetime) -> int:
    """Still "available" long after the desk's last sign of life: away since then. Nobody counted on it any more."""
    before = now - dt.timedelta(seconds=settings.PRESENCE_FORGOTTEN_AFTER)
    forgotten = Presence.objects.filter(state=Presence.State.AVAILABLE, last_seen_at__lt=before)
    done = 0
    for user_id in list(forgotten.values_list("user_id", flat=True)):
        with transaction.atomic():
            still = forgotten.select_for_update(skip_locked=True).filter(user=user_id)
            if not still.exists():
                continue
            forgotten.filter(user=user_id).update(state=Presence.State.AWAY, since=F("last_seen_at"))
            record(
                code=AuditCode.PRESENCE_CHANGED,
                actor=SYSTEM,
                object_type="user",
                object_id=user_id,
                now=now,
                data={"state": Presence.State.AWAY.value, "reason": "forgotten"},
            )
            done += 1
    return done


TABLE = (
    Mend(
        "worker_gone",
        _("Keskustelun hoitajalla ei enää ollut oikeutta siihen. Se palautettiin jonoon."),
        _of_gone_workers,
        partial(_by, mending.mend_gone_worker),
    ),
    Mend(
        "callback_idle",
        _("Takaisinsoitto oli otettu, mutta kukaan ei soittanut. Se palautettiin jonoon."),
        _idle_callbacks,
        _mend_idle_callback,
    ),
    Mend(
        "request_open",
        _("Päättyneessä keskustelussa odotti tunnistautumispyyntö. Pyyntö peruttiin."),
        _closed_and_asking,
        partial(_by, mending.mend_open_request),
    ),
    Mend(
        "unit_unstaffed",
        _("Yksikössä ei ollut yhtään ohjaajaa. Odottava siirrettiin yksikköön, joka ottaa uudet vastaan."),
        _at_unstaffed_units,
        _mend_unstaffed_unit,
    ),
    Mend(
        "pooled_stray",
        _("Keskustelu oli yhteisessä jonossa, vaikka sen ei kuulunut olla. Merkintä poistettiin."),
        _stray_pooled,
        partial(_by, mending.mend_stray_pooled),
    ),
    Mend(
        "consultation_empty",
        _("Konsultaatiossa ei ollut enää ketään. Se päätettiin."),
        _empty_consultations,
        partial(_by, mending.mend_empty_consultation),
    ),
)
