"""Looks of staff at a family's record, as events of the record: who, in which role and unit, what, and why."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.selectors import Role, has_role, role_in, unit_ids
from audit.codes import AuditCode, AuditGround
from audit.models import AuditEvent
from audit.services import AuditActor, record, staff_member
from guidance.models import BreakGlass, Contact
from guidance.selectors import live_glass

ONE_LOOK = dt.timedelta(minutes=10)
CONSULTATION = (AuditCode.CONSULTATION_VIEWED,)
THREAD = (AuditCode.CONTACT_VIEWED,)
# The desk's page shows the relationship and the notes beside the thread.
PAGE = (AuditCode.CONTACT_VIEWED, AuditCode.RELATIONSHIP_VIEWED, AuditCode.NOTES_VIEWED)


def record_look(*, contact: Contact, worker: User, now: dt.datetime, parts: Iterable[AuditCode] = THREAD) -> None:
    """A member of staff looks at a family's matter: that is an event for each part. A page, its socket and a socket
    that reconnects are one look; after ten minutes it is another."""
    if contact.is_consultation:
        parts = CONSULTATION
    seen_already = AuditEvent.objects.filter(
        relationship_id=contact.relationship_id,
        object_id=str(contact.pk),
        code__in=parts,
        actor_kind=AuditEvent.Actor.STAFF,
        actor_id=worker.pk,
        at__gt=now - ONE_LOOK,
    )
    known = set(seen_already.values_list("code", flat=True))
    fresh = [code for code in parts if code not in known]
    if not fresh:
        return
    glass = None if role_in(worker, contact.unit_id) else live_glass(worker, contact.pk, now)
    with transaction.atomic():
        for code in fresh:
            record(
                code=code,
                actor=_looker(worker, contact, glass),
                object_type="contact",
                object_id=contact.pk,
                relationship_id=contact.relationship_id,
                ground=_ground(contact, worker),
                now=now,
                data=_circumstances(contact, glass, now),
            )


def parts_of_page(*, others: bool, notes: bool) -> tuple[AuditCode, ...]:
    """What the desk's page shows beside the thread: the relationship's other contacts, its notes, if there are any."""
    hidden = {AuditCode.RELATIONSHIP_VIEWED: not others, AuditCode.NOTES_VIEWED: not notes}
    return tuple(code for code in PAGE if not hidden.get(code))


def record_look_at_relationship(
    *, relationship_id: int, worker: User, unit_id: int, task: bool, now: dt.datetime
) -> None:
    """A member of staff opens a family's whole matter. `unit_id`: the unit through which they may; `task`: they answer
    for the family."""
    role = role_in(worker, unit_id) or ""
    supervising = AuditGround.UNIT if role == Role.WORKER else AuditGround.SUPERVISION
    with transaction.atomic():
        record(
            code=AuditCode.RELATIONSHIP_VIEWED,
            actor=staff_member(worker.pk, unit_id, role),
            object_type="relationship",
            object_id=relationship_id,
            relationship_id=relationship_id,
            ground=AuditGround.TASK if task else supervising,
            now=now,
        )


def record_look_at_wishes(*, relationships: Iterable[int], worker: User, now: dt.datetime) -> None:
    """A supervisor reads what families have asked for, with their names: a look at each relationship."""
    asked = {str(pk): pk for pk in relationships}
    seen_already = AuditEvent.objects.filter(
        relationship_id__in=asked.values(),
        object_type="relationship",
        code=AuditCode.RELATIONSHIP_VIEWED,
        actor_kind=AuditEvent.Actor.STAFF,
        actor_id=worker.pk,
        at__gt=now - ONE_LOOK,
    )
    known = set(seen_already.values_list("object_id", flat=True))
    unit_id = next(iter(unit_ids(worker, Role.SUPERVISOR)), None)
    with transaction.atomic():
        for name, pk in asked.items():
            if name not in known:
                record(
                    code=AuditCode.RELATIONSHIP_VIEWED,
                    actor=staff_member(worker.pk, unit_id, Role.SUPERVISOR),
                    object_type="relationship",
                    object_id=pk,
                    relationship_id=pk,
                    ground=AuditGround.SUPERVISION,
                    now=now,
                )


def record_look_at_lists(*, worker: User, now: dt.datetime) -> None:
    """The desk's lists show names and last words of everybody who waits or is helped in the worker's units: one event
    for each unit, again after ten minutes."""
    units = unit_ids(worker, Role.WORKER, Role.SUPERVISOR)
    seen_already = AuditEvent.objects.filter(
        unit_id__in=units,
        code=AuditCode.LISTS_VIEWED,
        actor_kind=AuditEvent.Actor.STAFF,
        actor_id=worker.pk,
        at__gt=now - ONE_LOOK,
    )
    known = set(seen_already.values_list("unit_id", flat=True))
    with transaction.atomic():
        for unit_id in units:
            if unit_id not in known:
                role = role_in(worker, unit_id) or ""
                record(
                    code=AuditCode.LISTS_VIEWED,
                    actor=staff_member(worker.pk, unit_id, role),
                    object_type="unit",
                    object_id=unit_id,
                    ground=AuditGround.UNIT if role == Role.WORKER else AuditGround.SUPERVISION,
                    now=now,
                )


def _looker(worker: User, contact: Contact, glass: BreakGlass | None) -> AuditActor:
    """In the unit of the contact, or in their own when they have broken the glass or consult from elsewhere."""
    if contact.is_consultation and role_in(worker, contact.unit_id) is None:
        own_unit = next(iter(unit_ids(worker)), None)
        return staff_member(worker.pk, own_unit, (role_in(worker, own_unit) or "") if own_unit else "")
    if glass is None:
        return staff_member(worker.pk, contact.unit_id, role_in(worker, contact.unit_id) or "")
    own_role = Role.WORKER if has_role(worker, Role.WORKER) else Role.SUPERVISOR
    return staff_member(worker.pk, glass.unit_id, own_role)


def _ground(contact: Contact, worker: User) -> AuditGround:
    role = role_in(worker, contact.unit_id)
    if contact.is_consultation and contact.asked_by_id is not None:
        return AuditGround.TASK
    if role is None:
        return AuditGround.BREAK_GLASS
    if contact.worker_id == worker.pk:
        return AuditGround.TASK
    return AuditGround.UNIT if role == Role.WORKER else AuditGround.SUPERVISION


def _circumstances(contact: Contact, glass: BreakGlass | None, now: dt.datetime) -> dict[str, Any]:
    """The contact's state at the look: what a supervisor tells ordinary looks from unusual ones by."""
    data: dict[str, Any] = {"state": contact.state}
    if contact.closed_at is not None:
        data["closed_days"] = max(0, (now - contact.closed_at).days)
    if glass is not None:
        data["glass"] = glass.pk
    return data
