"""A family asks that something in its record be corrected, and a supervisor of a unit that it has been in contact with
answers (GDPR, articles 12(3) and 16). What is corrected is corrected by hand; this keeps the wish and its answer."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person, User
from accounts.visitors import person_actor
from audit.codes import AuditCode, AuditGround
from audit.services import AuditActor, record
from core.opening_hours import local_date
from core.text import BodyRefused, clean_body
from guidance.models import ClientRelationship, CorrectionRequest
from guidance.services.erasure import DAYS_TO_ANSWER, supervisor_actor
from guidance.services.errors import ContactRefused

TEXT_LIMIT = 2_000
State = CorrectionRequest.State


class NothingToCorrect(ContactRefused):
    code = "nothing_to_correct"

    def __init__(self) -> None:
        super().__init__(_("Sinusta ei ole vielä merkintöjä, joita voisi korjata."))


class CorrectionAnswered(ContactRefused):
    code = "answered"

    def __init__(self) -> None:
        super().__init__(_("Pyyntöön on jo vastattu, tai se on peruttu."))


def ask_correction(*, person: Person, body: str, now: dt.datetime) -> CorrectionRequest:
    """The same words again while they wait are the same wish. Raises NothingToCorrect, BodyRefused."""
    body = _clean(body)
    with transaction.atomic():
        relationship = ClientRelationship.objects.select_for_update(no_key=True).filter(person=person).first()
        if relationship is None or not relationship.contacts.exists():
            raise NothingToCorrect
        waiting = relationship.corrections.filter(state=State.ASKED, body=body).first()
        if waiting is not None:
            return waiting
        due_on = local_date(now) + dt.timedelta(days=DAYS_TO_ANSWER)
        correction = CorrectionRequest.objects.create(relationship=relationship, body=body, asked_at=now, due_on=due_on)
        _recorded(AuditCode.CORRECTION_ASKED, correction, person_actor(person.pk), AuditGround.OWN, now)
    return correction


def withdraw_correction(*, correction: CorrectionRequest, person: Person, now: dt.datetime) -> CorrectionRequest:
    """The family takes it back. Raises CorrectionAnswered."""
    with transaction.atomic():
        correction = _waiting(correction)
        correction.state, correction.answered_at = State.WITHDRAWN, max(now, correction.asked_at)
        correction.save(update_fields=["state", "answered_at"])
        _recorded(AuditCode.CORRECTION_WITHDRAWN, correction, person_actor(person.pk), AuditGround.OWN, now)
    return correction


def answer_correction(
    *, correction: CorrectionRequest, by: User, is_corrected: bool, answer: str, now: dt.datetime
) -> CorrectionRequest:
    """`answer` tells the family what was corrected, or why it was not. Raises CorrectionAnswered, BodyRefused."""
    answer = _clean(answer)
    with transaction.atomic():
        correction = _waiting(correction)
        correction.state = State.CORRECTED if is_corrected else State.REFUSED
        correction.answer, correction.answered_by = answer, by
        correction.answered_at = max(now, correction.asked_at)
        correction.save(update_fields=["state", "answer", "answered_by", "answered_at"])
        actor = supervisor_actor(by, correction.relationship_id)
        _recorded(AuditCode.CORRECTION_ANSWERED, correction, actor, AuditGround.SUPERVISION, now)
    return correction


def _waiting(correction: CorrectionRequest) -> CorrectionRequest:
    correction = CorrectionRequest.objects.select_for_update().get(pk=correction.pk)
    if correction.state != State.ASKED:
        raise CorrectionAnswered
    return correction


def _clean(words: str) -> str:
    words = clean_body(words).strip()
    if len(words) > TEXT_LIMIT:
        raise BodyRefused("too_long", _("Teksti on liian pitkä. Enintään 2 000 merkkiä mahtuu."))
    return words


def _recorded(
    code: AuditCode, correction: CorrectionRequest, actor: AuditActor, ground: AuditGround, now: dt.datetime
) -> None:
    record(
        code=code,
        actor=actor,
        ground=ground,
        object_type="correction",
        object_id=correction.pk,
        relationship_id=correction.relationship_id,
        now=now,
        data={"state": correction.state},
    )
