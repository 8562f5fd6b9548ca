"""An assessment from its start to both answers. The family answers of its everyday life, the professional of how
demanding the situation is; when both are there, the instrument proposes a segment."""

import datetime as dt
import uuid
from collections.abc import Mapping

from django.db import transaction

from accounts.models import Person, Unit, User
from accounts.visitors import person_actor
from audit.codes import AuditCode
from audit.services import AuditActor
from guidance.acting import acting_as_responsible, acting_in_unit
from guidance.models import Contact
from segments.errors import (
    AnswersIncomplete,
    AnswersUnknown,
    AssessmentOpen,
    AssessmentUnknown,
    FamilyAnswered,
    FamilyUnknown,
    HowUnfit,
    NoInstrument,
    SegmentUnknown,
)
from segments.instruments import AnswersRefused, Axis, Score, coping_of, demand_of, propose, read_pack, score
from segments.models import Assessment, Segment
from segments.selectors import instrument_in_use, open_assessment
from segments.services.locking import (
    clean_words,
    locked_assessment,
    locked_family,
    recorded,
    require_open,
    worker_on,
)

INSTRUMENT = "arjen-tuki"
Answered, State = Assessment.Answered, Assessment.State
BY_ITSELF = (Answered.ALONE, Answered.IN_CHAT)


def start_assessment(
    *, relationship_id: int, worker: User, unit: Unit, contact_id: uuid.UUID | None = None, now: dt.datetime
) -> Assessment:
    """A worker of the unit, which the family has been in contact with, or the family's responsible worker begins one.

    Raises FamilyUnknown, NotIdentified, AssessmentOpen, NoInstrument.
    """
    with transaction.atomic():
        relationship = locked_family(relationship_id)
        contacts = Contact.objects.filter(relationship=relationship)
        actor = acting_in_unit(worker, unit.pk) if contacts.filter(unit=unit).exists() else None
        if actor is None:
            actor = acting_as_responsible(worker, relationship_id, now)
            if actor is None or actor.unit_id != unit.pk:
                raise FamilyUnknown
        if contact_id is not None and not contacts.filter(pk=contact_id).exists():
            raise FamilyUnknown
        if open_assessment(relationship_id) is not None:
            raise AssessmentOpen
        instrument = instrument_in_use(INSTRUMENT)
        if instrument is None:
            raise NoInstrument
        assessment = Assessment.objects.create(
            relationship=relationship,
            contact_id=contact_id,
            instrument=instrument,
            unit=unit,
            started_by=worker,
            started_at=now,
        )
        recorded(AuditCode.ASSESSMENT_STARTED, assessment, actor, now, instrument=instrument.pk)
    return assessment


def answer_as_family(
    *,
    assessment_id: uuid.UUID,
    by: Person | User,
    answered: str,
    answers: Mapping[str, str],
    view: str = "",
    own_choice: str = "",
    now: dt.datetime,
) -> Assessment:
    """The family's answers, all at once: by itself (alone, or in the chat that the assessment was begun in), or
    together with a worker who writes them down. `view` is what it thinks it needs, in its own words, and `own_choice`
    the segment that it would choose. It may answer anew until the decision; a worker never replaces what the family
    has answered by itself.

    Raises AssessmentUnknown, AssessmentEnded, HowUnfit, FamilyAnswered, AnswersIncomplete, AnswersUnknown,
    SegmentUnknown, BodyRefused.
    """
    view = clean_words(view)
    if own_choice and own_choice not in Segment.values:
        raise SegmentUnknown
    with transaction.atomic():
        assessment = locked_assessment(assessment_id)
        actor = _family_or_worker(assessment, by, now)
        require_open(assessment)
        _fits(assessment, by, answered)
        result = _scored(assessment, Axis.COPING, answers)
        assessment.client_answers = dict(answers)
        assessment.client_answered = answered
        assessment.client_answered_at = now
        assessment.client_view, assessment.client_segment = view, own_choice
        assessment.coping_score, assessment.coping = result.value, coping_of(result)
        _propose(assessment)
        assessment.save()
        recorded(AuditCode.ASSESSMENT_ANSWERED, assessment, actor, now, answered=answered)
    return assessment


def answer_demand(
    *, assessment_id: uuid.UUID, worker: User, answers: Mapping[str, str], now: dt.datetime
) -> Assessment:
    """The professional's answers, all at once; they may be changed until the decision.

    Raises AssessmentUnknown, AssessmentEnded, AnswersIncomplete, AnswersUnknown.
    """
    with transaction.atomic():
        assessment = locked_assessment(assessment_id)
        actor = worker_on(assessment, worker, now)
        require_open(assessment)
        result = _scored(assessment, Axis.DEMAND, answers)
        assessment.demand_answers = dict(answers)
        assessment.demand_answered_by, assessment.demand_answered_at = worker, now
        assessment.demand_score, assessment.demand = result.value, demand_of(result)
        _propose(assessment)
        assessment.save()
        recorded(AuditCode.DEMAND_ANSWERED, assessment, actor, now)
    return assessment


def withdraw_assessment(*, assessment_id: uuid.UUID, worker: User, now: dt.datetime) -> Assessment:
    """It was begun in vain. What was answered stays in it, and the segment stays as it was.

    Raises AssessmentUnknown, AssessmentEnded.
    """
    with transaction.atomic():
        assessment = locked_assessment(assessment_id)
        actor = worker_on(assessment, worker, now)
        require_open(assessment)
        assessment.state, assessment.withdrawn_at = State.WITHDRAWN, now
        assessment.save(update_fields=["state", "withdrawn_at"])
        recorded(AuditCode.ASSESSMENT_WITHDRAWN, assessment, actor, now)
    return assessment


def _family_or_worker(assessment: Assessment, by: Person | User, now: dt.datetime) -> AuditActor:
    if isinstance(by, User):
        return worker_on(assessment, by, now)
    if assessment.relationship.person_id != by.pk:
        raise AssessmentUnknown
    return person_actor(by.pk)


def _fits(assessment: Assessment, by: Person | User, answered: str) -> None:
    """Whether these answers may come in this way, and in the place of those that are there."""
    if (answered in BY_ITSELF) != isinstance(by, Person) or answered not in Answered.values:
        raise HowUnfit
    if answered == Answered.IN_CHAT and assessment.contact_id is None:
        raise HowUnfit
    if isinstance(by, User) and assessment.client_answered in BY_ITSELF:
        raise FamilyAnswered


def _scored(assessment: Assessment, axis: Axis, answers: Mapping[str, str]) -> Score:
    """By the version that the assessment was begun with, whatever has been published since."""
    try:
        return score(read_pack(assessment.instrument.content).axes[axis], answers)
    except AnswersRefused as refused:
        if refused.unknown:
            raise AnswersUnknown(refused.unknown) from None
        raise AnswersIncomplete(refused.missing) from None


def _propose(assessment: Assessment) -> None:
    if assessment.client_answers is not None and assessment.demand_answers is not None:
        coping, demand = Assessment.Coping(assessment.coping), Assessment.Demand(assessment.demand)
        assessment.proposed = propose(coping, demand)
