"""Writing the record of who did and saw what. Call inside the transaction of the act itself: no record, no change."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection

from audit.codes import AuditCode, AuditGround
from audit.models import AuditEvent


@dataclass(frozen=True)
class AuditActor:
    """Who acts, as the record keeps it: a staff user, a client (a visitor's id), a person or the platform itself."""

    kind: AuditEvent.Actor
    id: int | None
    unit_id: int | None = None
    role: str = ""  # the membership's role in which staff act


SYSTEM = AuditActor(AuditEvent.Actor.SYSTEM, None)


def staff_member(user_id: int, unit_id: int | None = None, role: str = "") -> AuditActor:
    return AuditActor(AuditEvent.Actor.STAFF, user_id, unit_id, role)


class NotInTransaction(RuntimeError):
    """An audit record outside a transaction could survive an act that did not happen, or miss one that did."""


def record(
    *,
    code: AuditCode,
    actor: AuditActor,
    object_type: str,
    object_id: object,
    now: dt.datetime,
    relationship_id: int | None = None,
    ground: AuditGround = AuditGround.NONE,
    data: dict[str, Any] | None = None,
) -> AuditEvent:
    """Add one event. `data` holds codes and ids only. Raises NotInTransaction outside `transaction.atomic`."""
    if not connection.in_atomic_block:
        raise NotInTransaction(code)
    return AuditEvent.objects.create(
        at=now,
        code=code,
        actor_kind=actor.kind,
        actor_id=actor.id,
        unit_id=actor.unit_id,
        role=actor.role,
        ground=ground,
        object_type=object_type,
        object_id=str(object_id),
        relationship_id=relationship_id,
        data=data or {},
    )
