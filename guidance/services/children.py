"""Children: whom a contact is about, and who may act for them.

A guardian acts for a child under 12. From 12 on a worker judges, with a reason, whether the guardian may act in the
matter or the child decides (Act on the Status and Rights of Social Welfare Clients 812/2000, sections 10 and 11).
"""

import calendar
import datetime as dt
import uuid
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction

from accounts.models import User
from audit.codes import AuditCode, AuditGround
from audit.services import record
from core.opening_hours import local_date
from core.text import BodyRefused, clean_body
from guidance import events
from guidance.models import Child, Contact, MaturityJudgement
from guidance.services.actors import staff_actor
from guidance.services.errors import ChildDecides, ChildUnknown, MaturityNeeded, NotIdentified
from guidance.services.identification import clean_reason
from guidance.services.staff import own_open_contact

NAME_LIMIT = 120
JUDGED_FROM = 12
OF_AGE = 18


class Standing(StrEnum):
    """Who acts for a child on a day."""

    GUARDIAN = "guardian"  # under 12
    UNJUDGED = "unjudged"  # 12 or older, and no worker has judged
    GUARDIAN_BY_JUDGEMENT = "guardian_by_judgement"
    CHILD = "child"  # by judgement
    OF_AGE = "of_age"


@dataclass(frozen=True)
class Judgement:
    """What a worker has judged of a child of 12 or older."""

    guardian_may_act: bool
    reason: str


def age_on(birth_date: dt.date, day: dt.date) -> int:
    """Full years on that day. Who was born on 29 February is a year older on 28 February in other years: where the
    month has no such day, its last one stands for it (Act 150/1930 on the calculation of time limits, section 3)."""
    birthday = (birth_date.month, birth_date.day)
    if birthday == (2, 29) and not calendar.isleap(day.year):
        birthday = (2, 28)
    return day.year - birth_date.year - ((day.month, day.day) < birthday)


def standing_of(child: Child, day: dt.date) -> Standing:
    """Who acts for the child on that day, by age and by the newest judgement."""
    age = age_on(child.birth_date, day)
    if age >= OF_AGE:
        return Standing.OF_AGE
    if age < JUDGED_FROM:
        return Standing.GUARDIAN
    judgements = list(child.judgements.all())
    if not judgements:
        return Standing.UNJUDGED
    newest = max(judgements, key=lambda judgement: (judgement.at, judgement.pk))
    return Standing.GUARDIAN_BY_JUDGEMENT if newest.guardian_may_act else Standing.CHILD


def name_child(
    *,
    contact_id: uuid.UUID,
    worker: User,
    child_id: int | None = None,
    name: str = "",
    birth_date: dt.date | None = None,
    judgement: Judgement | None = None,
    now: dt.datetime,
) -> Contact:
    """The worker writes down whom the contact is about: a child that this relationship has already (`child_id`), or
    a new one by name and birth date. Nobody is ever found by a name.

    From 12 on a judgement is needed, an earlier one or one that is given now. Where the child decides, the judgement
    is kept and ChildDecides raised: the contact is not about the child then. Raises NotYours, ContactClosed,
    NotIdentified, ChildUnknown, MaturityNeeded, BodyRefused for the judgement's reason.
    """
    refusal: ChildDecides | None = None
    with transaction.atomic():
        contact = own_open_contact(contact_id, worker)
        if contact.family.person_id is None:
            raise NotIdentified
        today = local_date(now)
        child = _known(contact, child_id) if child_id is not None else _new(contact, worker, name, birth_date, now)
        if age_on(child.birth_date, today) >= OF_AGE:
            raise ChildUnknown
        if judgement is not None and age_on(child.birth_date, today) >= JUDGED_FROM:
            _judge(child, contact, worker, judgement, now)
        standing = standing_of(child, today)
        if standing == Standing.UNJUDGED:
            raise MaturityNeeded
        if standing == Standing.CHILD:
            refusal = ChildDecides()
        contact.about_child = None if refusal else child
        contact.save(update_fields=["about_child"])
        if refusal is None:
            _recorded(AuditCode.CHILD_NAMED, child, contact, worker, now)
        events.announce_desks([contact.unit_id])
    if refusal is not None:
        raise refusal
    return contact


def _known(contact: Contact, child_id: int) -> Child:
    child = Child.objects.filter(relationship_id=contact.relationship_id, pk=child_id).first()
    if child is None:
        raise ChildUnknown
    return child


def _new(contact: Contact, worker: User, name: str, birth_date: dt.date | None, now: dt.datetime) -> Child:
    try:
        name = clean_body(name.strip())
    except BodyRefused:
        raise ChildUnknown from None
    if len(name) > NAME_LIMIT or "\n" in name:
        raise ChildUnknown
    if birth_date is None or not 0 <= age_on(birth_date, local_date(now)) < OF_AGE or birth_date > local_date(now):
        raise ChildUnknown
    return Child.objects.create(
        relationship=contact.family, name=name, birth_date=birth_date, named_by=worker, named_at=now
    )


def _judge(child: Child, contact: Contact, worker: User, judgement: Judgement, now: dt.datetime) -> None:
    MaturityJudgement.objects.create(
        child=child,
        worker=worker,
        guardian_may_act=judgement.guardian_may_act,
        reason=clean_reason(judgement.reason),
        at=now,
    )
    _recorded(AuditCode.MATURITY_JUDGED, child, contact, worker, now, guardian_may_act=judgement.guardian_may_act)


def _recorded(code: AuditCode, child: Child, contact: Contact, worker: User, now: dt.datetime, **data: bool) -> None:
    record(
        code=code,
        actor=staff_actor(worker, contact),
        ground=AuditGround.TASK,
        object_type="child",
        object_id=child.pk,
        relationship_id=contact.relationship_id,
        now=now,
        data={"contact": str(contact.pk), **data},
    )
