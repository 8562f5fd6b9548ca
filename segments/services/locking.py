"""The relationship's row as the lock of its assessments, and how an act on one is recorded."""

import datetime as dt
import uuid

from django.utils.translation import gettext as _

from accounts.models import User
from audit.codes import AuditCode, AuditGround
from audit.models import AuditEvent
from audit.services import AuditActor, record
from core.text import BodyRefused, clean_body
from guidance.acting import acting_as_responsible, acting_in_unit
from guidance.models import ClientRelationship
from guidance.services.errors import NotIdentified
from segments.errors import AssessmentEnded, AssessmentUnknown, FamilyUnknown
from segments.models import Assessment
from segments.models.assessment import TEXT_LIMIT


def locked_family(relationship_id: int) -> ClientRelationship:
    """An identified person's relationship, locked until the transaction ends. Raises FamilyUnknown, NotIdentified."""
    found = ClientRelationship.objects.select_for_update(no_key=True).filter(pk=relationship_id).first()
    if found is None:
        raise FamilyUnknown
    if found.person_id is None:
        raise NotIdentified
    return found


def locked_assessment(assessment_id: uuid.UUID) -> Assessment:
    """An assessment under its relationship's lock. Raises AssessmentUnknown."""
    relationship_id = Assessment.objects.filter(pk=assessment_id).values_list("relationship_id", flat=True).first()
    if relationship_id is None:
        raise AssessmentUnknown
    try:
        locked_family(relationship_id)
    except FamilyUnknown:  # erased while this waited
        raise AssessmentUnknown from None
    found = Assessment.objects.select_related("instrument", "relationship").filter(pk=assessment_id).first()
    if found is None:
        raise AssessmentUnknown
    return found


def require_open(assessment: Assessment) -> None:
    """Raises AssessmentEnded. Asked after the rights, so that strangers learn nothing of it."""
    if assessment.state != Assessment.State.OPEN:
        raise AssessmentEnded


def worker_on(assessment: Assessment, worker: User, now: dt.datetime) -> AuditActor:
    """Staff who may work on it: of its unit, or responsible for the family. Raises AssessmentUnknown."""
    actor = acting_in_unit(worker, assessment.unit_id)
    actor = actor or acting_as_responsible(worker, assessment.relationship_id, now)
    if actor is None:
        raise AssessmentUnknown
    return actor


def clean_words(words: str) -> str:
    """Words as they are kept; none are none. Raises BodyRefused."""
    words = clean_body(words.strip()) if words.strip() else ""
    if len(words) > TEXT_LIMIT:
        raise BodyRefused("too_long", _("Teksti on liian pitkä. Enintään 2 000 merkkiä mahtuu."))
    return words


def recorded(
    code: AuditCode, assessment: Assessment, actor: AuditActor, now: dt.datetime, **data: str | int | None
) -> None:
    own = actor.kind == AuditEvent.Actor.PERSON
    record(
        code=code,
        actor=actor,
        ground=AuditGround.OWN if own else AuditGround.TASK,
        object_type="assessment",
        object_id=assessment.pk,
        relationship_id=assessment.relationship_id,
        now=now,
        data=data,
    )
