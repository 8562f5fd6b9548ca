"""A family asks that its data be erased. Anonymous: at once. Identified: a supervisor decides, since the law obliges
to keep a client's record for its time (asiakastietolaki 703/2023, annex); the family hears the decision and its ground.
"""

import datetime as dt
import logging

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person, User, VisitorKey
from accounts.selectors import Role, unit_ids
from accounts.visitors import client_actor, person_actor
from audit.codes import AuditCode, AuditGround
from audit.services import SYSTEM, AuditActor, record, staff_member
from core.opening_hours import local_date
from core.text import clean_body
from guidance.models import ClientRelationship, Contact, Erasure
from guidance.services.erasing import contacts_moved_away, take_out_person, take_out_relationship
from guidance.services.errors import ContactRefused

# "Without undue delay and in any event within one month" (GDPR 12(3)); the shortest month counts.
DAYS_TO_ANSWER = 28
State, Asker = Erasure.State, Erasure.Asker
log = logging.getLogger("perhekeskus.erasure")


class NothingToErase(ContactRefused):
    code = "nothing_to_erase"

    def __init__(self) -> None:
        super().__init__(_("Tältä laitteelta ei löydy poistettavaa."))


class ErasureAnswered(ContactRefused):
    code = "answered"

    def __init__(self) -> None:
        super().__init__(_("Pyyntöön on jo vastattu."))


class AnswerMissing(ContactRefused):
    code = "invalid"
    http_status = 422

    def __init__(self) -> None:
        super().__init__(_("Kirjoita perheelle, miksi tietoja ei voi poistaa."))


def erase_conversations(*, visitor_key: VisitorKey, now: dt.datetime) -> Erasure:
    """An anonymous visitor's own wish, carried out at once: conversations, devices, return code. What has moved to an
    identified person's record stays there. Raises NothingToErase."""
    with transaction.atomic():
        found = ClientRelationship.objects.select_for_update().filter(visitor_id=visitor_key.visitor_id).first()
        if found is None or (not _has_record(found) and contacts_moved_away(visitor_key.visitor_id)):
            raise NothingToErase
        rows = take_out_relationship(found.pk)
        return _evidence(Asker.VISITOR, found.pk, dict(rows), client_actor(visitor_key.visitor_id), now)


def ask_erasure(*, person: Person, reason: str, now: dt.datetime) -> Erasure:
    """An identified person's wish. Without a client's record nothing has to be kept, and they are erased at once; else
    it waits for a supervisor. Asking again while it waits is the same wish. Raises BodyRefused."""
    reason = clean_body(reason).strip() if reason.strip() else ""
    with transaction.atomic():
        relationship = ClientRelationship.objects.select_for_update().filter(person=person).first()
        if relationship is None or not _has_record(relationship):
            number = relationship.pk if relationship else None
            rows = take_out_relationship(relationship.pk) if relationship else take_out_person(person.pk)
            return _evidence(Asker.PERSON, number, dict(rows), person_actor(person.pk), now)
        waiting = relationship.erasures.filter(state=State.ASKED).first()
        if waiting is not None:
            return waiting
        erasure = Erasure.objects.create(
            asker=Asker.PERSON,
            relationship=relationship,
            relationship_number=relationship.pk,
            reason=reason,
            asked_at=now,
            due_on=local_date(now) + dt.timedelta(days=DAYS_TO_ANSWER),
        )
        _recorded(AuditCode.ERASURE_ASKED, erasure, person_actor(person.pk), AuditGround.OWN, now)
    return erasure


def withdraw_erasure(*, person: Person, now: dt.datetime) -> bool:
    """The person takes the wish back. False when none was waiting."""
    with transaction.atomic():
        waiting = Erasure.objects.select_for_update().filter(relationship__person=person, state=State.ASKED).first()
        if waiting is None:
            return False
        waiting.state, waiting.answered_at = State.WITHDRAWN, now
        waiting.save(update_fields=["state", "answered_at"])
        _recorded(AuditCode.ERASURE_ANSWERED, waiting, person_actor(person.pk), AuditGround.OWN, now)
    return True


def grant_erasure(*, erasure: Erasure, by: User, now: dt.datetime) -> Erasure:
    """A supervisor lets the data go: it is erased in this very act. Raises ErasureAnswered."""
    with transaction.atomic():
        erasure = _waiting(erasure)
        relationship_id, erasure.relationship = erasure.relationship_id, None
        assert relationship_id is not None
        actor = supervisor_actor(by, relationship_id)
        erasure.state, erasure.answered_at, erasure.answered_by = State.ERASED, now, by
        erasure.reason = ""
        erasure.save(update_fields=["relationship", "state", "answered_at", "answered_by", "reason"])
        erasure.rows = dict(take_out_relationship(relationship_id))
        erasure.save(update_fields=["rows"])
        _recorded(AuditCode.ERASURE_ANSWERED, erasure, actor, AuditGround.SUPERVISION, now)
        _recorded(AuditCode.DATA_ERASED, erasure, actor, AuditGround.SUPERVISION, now)
    return erasure


def refuse_erasure(*, erasure: Erasure, by: User, answer: str, now: dt.datetime) -> Erasure:
    """The law obliges to keep the record. `answer` tells the family so. Raises ErasureAnswered, AnswerMissing,
    BodyRefused."""
    if not answer.strip():
        raise AnswerMissing
    answer = clean_body(answer).strip()
    with transaction.atomic():
        erasure = _waiting(erasure)
        assert erasure.relationship_id is not None
        erasure.state, erasure.answered_at, erasure.answered_by = State.REFUSED, now, by
        erasure.answer = answer
        erasure.save(update_fields=["state", "answered_at", "answered_by", "answer"])
        actor = supervisor_actor(by, erasure.relationship_id)
        _recorded(AuditCode.ERASURE_ANSWERED, erasure, actor, AuditGround.SUPERVISION, now)
    return erasure


def erase_again(*, relationship_number: int, now: dt.datetime) -> bool:
    """A restored dump has brought back what was erased: erase it once more. False when it is not there."""
    with transaction.atomic():
        found = ClientRelationship.objects.select_for_update().filter(pk=relationship_number).first()
        if found is None:
            return False
        asker = Asker.VISITOR if found.person_id is None else Asker.PERSON
        rows = take_out_relationship(found.pk)
        _evidence(asker, relationship_number, dict(rows), SYSTEM, now, AuditGround.PLATFORM)
    return True


def supervisor_actor(user: User, relationship_id: int) -> AuditActor:
    """The supervisor in the unit by which this relationship is theirs to decide on."""
    units = Contact.objects.filter(relationship=relationship_id, unit__in=unit_ids(user, Role.SUPERVISOR))
    return staff_member(user.pk, units.values_list("unit_id", flat=True).first(), Role.SUPERVISOR)


def _waiting(erasure: Erasure) -> Erasure:
    erasure = Erasure.objects.select_for_update().get(pk=erasure.pk)
    if erasure.state != State.ASKED:
        raise ErasureAnswered
    return erasure


def _has_record(relationship: ClientRelationship) -> bool:
    return relationship.contacts.exists() or relationship.notes.exists() or relationship.children.exists()


def _evidence(
    asker: Erasure.Asker,
    number: int | None,
    rows: dict[str, int],
    actor: AuditActor,
    now: dt.datetime,
    ground: AuditGround = AuditGround.OWN,
) -> Erasure:
    erasure = Erasure.objects.create(
        asker=asker,
        relationship_number=number,
        asked_at=now,
        due_on=local_date(now),
        state=State.ERASED,
        answered_at=now,
        rows=rows,
    )
    _recorded(AuditCode.DATA_ERASED, erasure, actor, ground, now)
    return erasure


def _recorded(code: AuditCode, erasure: Erasure, actor: AuditActor, ground: AuditGround, now: dt.datetime) -> None:
    record(
        code=code,
        actor=actor,
        object_type="erasure",
        object_id=erasure.pk,
        relationship_id=erasure.relationship_number,
        ground=ground,
        now=now,
        data={"state": erasure.state},
    )
    if code == AuditCode.DATA_ERASED:
        # Outside the database too: a restored dump brings back what was erased, and `erase_again` needs the numbers.
        transaction.on_commit(lambda: log.info("erased relationship %s", erasure.relationship_number))
