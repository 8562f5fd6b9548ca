"""Who answers for an identified relationship: proposed by somebody who knows the family, and answered only by the
person asked. Handing over is a proposal that replaces the standing term, which ends in the moment of acceptance.

The relationship's row is the lock of all of it: of two acts at the same moment the second sees what the first did.
"""

import datetime as dt

from django.db import transaction

from accounts.models import Membership, Unit, User
from accounts.selectors import Role
from audit.codes import AuditCode, AuditGround
from audit.services import record, staff_member
from core.opening_hours import local_date
from core.text import clean_body
from guidance.models import ClientRelationship, Contact, ResponsibleWorker, Substitute
from guidance.models.responsible import REASON_LIMIT
from guidance.services.errors import NotIdentified
from guidance.services.responsible_errors import (
    AlreadyProposed,
    AlreadyResponsible,
    CannotAnswer,
    DaysWrong,
    NotAskedOfYou,
    NotYoursToName,
    ProposalAnswered,
    ReasonMissing,
    ReasonTooLong,
    SubstituteThen,
    TermNotYours,
    TermOver,
)

State = ResponsibleWorker.State


def propose_responsible(
    *,
    relationship: ClientRelationship,
    worker: User,
    unit: Unit,
    role: ResponsibleWorker.Role,
    by: User,
    proposal: str = "",
    now: dt.datetime,
) -> ResponsibleWorker:
    """Ask `worker` to answer for the family; they stand only when they accept. While somebody stands, this is handing
    over. Raises NotIdentified, NotYoursToName, CannotAnswer, AlreadyProposed, AlreadyResponsible, BodyRefused."""
    proposal = _words(proposal) if proposal.strip() else ""
    with transaction.atomic():
        _lock(relationship.pk)
        standing = _standing(relationship.pk)
        if not (_knows(by, relationship.pk) or (standing and standing.worker_id == by.pk and _works_in(by, standing))):
            raise NotYoursToName
        if not _works(worker, unit.pk):
            raise CannotAnswer
        if ResponsibleWorker.objects.filter(relationship=relationship, state=State.PROPOSED).exists():
            raise AlreadyProposed
        if standing and (standing.worker_id, standing.unit_id, standing.role) == (worker.pk, unit.pk, role):
            raise AlreadyResponsible
        term = ResponsibleWorker.objects.create(
            relationship=relationship,
            worker=worker,
            unit=unit,
            role=role,
            replaces=standing,
            proposed_by=by,
            proposed_at=now,
            proposal=proposal,
        )
        _recorded(AuditCode.RESPONSIBLE_PROPOSED, term, by, now, worker=worker.pk, role=term.role)
    return term


def accept_responsible(*, term: ResponsibleWorker, by: User, now: dt.datetime) -> ResponsibleWorker:
    """The person asked takes it on; whoever stood until now ends in the same moment, and their substitutes' turns with
    them. Raises ProposalAnswered, NotAskedOfYou, CannotAnswer when they have left the unit."""
    with transaction.atomic():
        term = _asked(term, by)
        if not _works_in(by, term):
            raise CannotAnswer
        moment = max(now, term.proposed_at)
        standing = _standing(term.relationship_id)
        if standing is not None:
            _end(standing, by, "", moment, replaced_by=str(term.pk))
        term.state, term.answered_at = State.ACCEPTED, moment
        term.save(update_fields=["state", "answered_at"])
        _recorded(AuditCode.RESPONSIBLE_ACCEPTED, term, by, now)
    return term


def decline_responsible(*, term: ResponsibleWorker, by: User, reason: str, now: dt.datetime) -> ResponsibleWorker:
    """The person asked says no and why. Raises ProposalAnswered, NotAskedOfYou, ReasonMissing, BodyRefused."""
    reason = _words(reason)
    with transaction.atomic():
        term = _asked(term, by)
        term.state, term.answered_at, term.decline_reason = State.DECLINED, max(now, term.proposed_at), reason
        term.save(update_fields=["state", "answered_at", "decline_reason"])
        _recorded(AuditCode.RESPONSIBLE_DECLINED, term, by, now)
    return term


def withdraw_proposal(*, term: ResponsibleWorker, by: User, now: dt.datetime) -> ResponsibleWorker:
    """The proposer, or a supervisor of the unit asked, takes the proposal back before it is answered. Raises
    ProposalAnswered, TermNotYours."""
    with transaction.atomic():
        term = _locked(term)
        if term.state != State.PROPOSED:
            raise ProposalAnswered
        if term.proposed_by_id != by.pk and not _works(by, term.unit_id, Role.SUPERVISOR):
            raise TermNotYours
        term.state, term.ended_at, term.ended_by = State.WITHDRAWN, max(now, term.proposed_at), by
        term.save(update_fields=["state", "ended_at", "ended_by"])
        _recorded(AuditCode.RESPONSIBLE_WITHDRAWN, term, by, now)
    return term


def end_responsible(*, term: ResponsibleWorker, by: User, reason: str, now: dt.datetime) -> ResponsibleWorker:
    """Nobody answers after this, until somebody accepts. Raises TermOver, TermNotYours, ReasonMissing, BodyRefused."""
    reason = _words(reason)
    with transaction.atomic():
        term = _own_standing(term, by)
        _end(term, by, reason, now)
    return term


def name_substitute(
    *, term: ResponsibleWorker, worker: User, from_on: dt.date, until_on: dt.date, by: User, now: dt.datetime
) -> Substitute:
    """`worker` answers from the first day up to, and without, `until_on`. Raises TermOver, TermNotYours, CannotAnswer,
    DaysWrong, SubstituteThen."""
    if until_on <= max(from_on, local_date(now)):
        raise DaysWrong
    with transaction.atomic():
        term = _own_standing(term, by)
        if worker.pk == term.worker_id or not _works_in(worker, term):
            raise CannotAnswer
        others = Substitute.objects.filter(term=term, cancelled_at__isnull=True)
        if others.filter(from_on__lt=until_on, until_on__gt=from_on).exists():
            raise SubstituteThen
        substitute = Substitute.objects.create(
            term=term, worker=worker, from_on=from_on, until_on=until_on, named_by=by, named_at=now
        )
        _recorded(AuditCode.SUBSTITUTE_NAMED, term, by, now, substitute=substitute.pk, worker=worker.pk)
    return substitute


def cancel_substitute(*, substitute: Substitute, by: User, now: dt.datetime) -> Substitute:
    """The turn ends at once; cancelling again is nothing new. Raises TermOver, TermNotYours."""
    with transaction.atomic():
        term = _own_standing(substitute.term, by)
        substitute = Substitute.objects.get(pk=substitute.pk)
        if substitute.cancelled_at is None:
            substitute.cancelled_at = now
            substitute.save(update_fields=["cancelled_at"])
            _recorded(AuditCode.SUBSTITUTE_CANCELLED, term, by, now, substitute=substitute.pk)
    return substitute


def _lock(relationship_id: int) -> None:
    """Take the relationship's row until the transaction ends. Raises NotIdentified."""
    found = ClientRelationship.objects.select_for_update(no_key=True).get(pk=relationship_id)
    if found.person_id is None:
        raise NotIdentified


def _locked(term: ResponsibleWorker) -> ResponsibleWorker:
    """The term as it is once the relationship's row is ours."""
    _lock(term.relationship_id)
    return ResponsibleWorker.objects.get(pk=term.pk)


def _standing(relationship_id: int) -> ResponsibleWorker | None:
    return ResponsibleWorker.objects.filter(relationship=relationship_id, state=State.ACCEPTED).first()


def _asked(term: ResponsibleWorker, by: User) -> ResponsibleWorker:
    term = _locked(term)
    if term.worker_id != by.pk:
        raise NotAskedOfYou
    if term.state != State.PROPOSED:
        raise ProposalAnswered
    return term


def _own_standing(term: ResponsibleWorker, by: User) -> ResponsibleWorker:
    term = _locked(term)
    if term.state != State.ACCEPTED:
        raise TermOver
    if not _works(by, term.unit_id, Role.SUPERVISOR) and not (term.worker_id == by.pk and _works_in(by, term)):
        raise TermNotYours
    return term


def _end(term: ResponsibleWorker, by: User, reason: str, now: dt.datetime, **data: str) -> None:
    assert term.answered_at is not None
    term.state, term.ended_at, term.ended_by = State.ENDED, max(now, term.answered_at), by
    term.end_reason = reason
    term.save(update_fields=["state", "ended_at", "ended_by", "end_reason"])
    _recorded(AuditCode.RESPONSIBLE_ENDED, term, by, now, **data)


def _works(user: User, unit_id: int, *roles: Membership.Role) -> bool:
    """Asked of the database, not of what the user object remembers: a role may have ended since."""
    held = Membership.objects.filter(user=user, user__is_active=True, unit=unit_id, ended_at__isnull=True)
    return held.filter(role__in=roles or (Role.WORKER, Role.SUPERVISOR)).exists()


def _works_in(user: User, term: ResponsibleWorker) -> bool:
    return _works(user, term.unit_id)


def _knows(user: User, relationship_id: int) -> bool:
    """Whether the family has a contact in a unit where the user is a worker or a supervisor."""
    held = Membership.objects.filter(user=user, user__is_active=True, ended_at__isnull=True)
    units = held.filter(role__in=(Role.WORKER, Role.SUPERVISOR)).values("unit")
    return Contact.objects.filter(relationship=relationship_id, unit__in=units).exists()


def _words(text: str) -> str:
    if not text.strip():
        raise ReasonMissing
    text = clean_body(text).strip()
    if len(text) > REASON_LIMIT:
        raise ReasonTooLong
    return text


def _recorded(code: AuditCode, term: ResponsibleWorker, by: User, now: dt.datetime, **data: int | str) -> None:
    """In the role that `by` holds in the term's unit; without one there, in a unit where the family has a contact."""
    held = Membership.objects.filter(user=by, ended_at__isnull=True, role__in=(Role.WORKER, Role.SUPERVISOR))
    contacts = Contact.objects.filter(relationship=term.relationship_id).values("unit")
    membership = held.filter(unit=term.unit_id).order_by("-role").first() or held.filter(unit__in=contacts).first()
    actor = staff_member(by.pk, membership.unit_id, membership.role) if membership else staff_member(by.pk)
    record(
        code=code,
        actor=actor,
        object_type="responsible_worker",
        object_id=term.pk,
        relationship_id=term.relationship_id,
        ground=AuditGround.TASK,
        now=now,
        data=dict(data),
    )
