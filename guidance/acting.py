"""As whom staff act on what a family has beside its contacts: in the unit whose it is, or as who answers for it."""

import datetime as dt

from django.db.models import Q

from accounts.models import User
from accounts.selectors import Role, has_role, role_in
from audit.services import AuditActor, staff_member
from core.opening_hours import local_date
from guidance.models import ResponsibleWorker

WORKING = (Role.WORKER, Role.SUPERVISOR)


def acting_in_unit(worker: User, unit_id: int) -> AuditActor | None:
    """A worker or supervisor of the unit, as the audit keeps them; None for anybody else."""
    role = role_in(worker, unit_id)
    return staff_member(worker.pk, unit_id, role) if role in WORKING else None


def acting_as_responsible(worker: User, relationship_id: int, now: dt.datetime) -> AuditActor | None:
    """The relationship's responsible worker, or the substitute of today."""
    if not has_role(worker, *WORKING):
        return None
    today = local_date(now)
    substitute = Q(
        substitutes__worker=worker,
        substitutes__from_on__lte=today,
        substitutes__until_on__gt=today,
        substitutes__cancelled_at__isnull=True,
    )
    terms = ResponsibleWorker.objects.filter(
        Q(worker=worker) | substitute, relationship=relationship_id, state=ResponsibleWorker.State.ACCEPTED
    )
    term = terms.first()
    if term is None:
        return None
    return staff_member(worker.pk, term.unit_id, role_in(worker, term.unit_id) or Role.WORKER)
