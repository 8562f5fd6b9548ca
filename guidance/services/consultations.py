"""What professionals do with a consultation while it lives. Its record stands on no family's relationship, so that
nothing of it shows in a family's log."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Profession, Unit, User
from accounts.selectors import Role, role_in, roles_of, unit_ids
from audit.codes import AuditCode, AuditGround
from audit.services import SYSTEM, AuditActor, record, staff_member
from catalogue.models import Topic
from core.opening_hours import local_date
from core.realtime import recheck_rights
from core.text import BodyRefused, clean_body
from guidance import events, message_log
from guidance.consultations import CONSULTING_ROLES, consultation_shown, desks_concerned, members_of, seat_of
from guidance.message_log import Author, Entry
from guidance.models import Consultation, ConsultationMember, Contact
from guidance.promises import due_at
from guidance.selectors import asks
from guidance.services import consultation_wording as wording
from guidance.services.closing import checked_sheet, end_contact
from guidance.services.consultation_errors import (
    NobodyAsked,
    NoSeat,
    NotAnswered,
    NotForYouToClose,
    NotInvitable,
    NotLinkable,
    NotLinked,
    OwnQuestion,
)
from guidance.services.errors import AlreadyTaken, ContactClosed, NotYours
from guidance.services.locking import locked, say

State, Outcome, Channel = Contact.State, Contact.Outcome, Contact.Channel
TITLE_LIMIT = 120


@dataclass(frozen=True)
class OpenedConsultation:
    contact: Contact
    created: bool


@dataclass(frozen=True)
class Asked:
    """Whom a consultation asks: one of them, or nobody, when the unit of the contact it is about is asked."""

    user: User | None = None
    profession: Profession | None = None
    unit: Unit | None = None

    @property
    def number(self) -> int:
        return sum(one is not None for one in (self.user, self.profession, self.unit))


def open_consultation(
    *,
    asker: User,
    asked: Asked,
    title: str = "",
    body: str = "",
    about: Contact | None = None,
    nonce: uuid.UUID,
    now: dt.datetime,
) -> OpenedConsultation:
    """Ask a colleague, a profession or a unit. The same nonce of the same asker is the same consultation. Nothing of
    the contact it is about goes into it. Raises NobodyAsked, BodyRefused."""
    title = clean_title(title)
    body = clean_body(body) if body else ""
    unit = _unit_for(asker, asked, about)
    try:
        return _open(asker, asked, unit, title, body, about, nonce, now)
    except IntegrityError:  # the same opening is arriving twice at once; the other one has it
        return _open(asker, asked, unit, title, body, about, nonce, now)


def clean_title(title: str) -> str:
    title = " ".join(clean_body(title).split()) if title.strip() else ""
    if len(title) > TITLE_LIMIT:
        raise BodyRefused("too_long", _("Otsikko on liian pitkä. Enintään 120 merkkiä mahtuu."))
    return title


def _unit_for(asker: User, asked: Asked, about: Contact | None) -> Unit:
    """In whose queue it is counted: the unit that is asked, or the asker's own when it is a person or a profession."""
    if asked.number > 1 or (asked.number == 0 and about is None):
        raise NobodyAsked
    if asked.user is not None and (asked.user == asker or not roles_of(asked.user) & set(CONSULTING_ROLES)):
        raise NobodyAsked
    if asked.unit is not None:
        return asked.unit
    if about is not None:
        return about.unit
    own = unit_ids(asker, Role.PROFESSIONAL, Role.WORKER) or unit_ids(asker)
    return Unit.objects.get(pk=own[0])


@transaction.atomic
def _open(
    asker: User,
    asked: Asked,
    unit: Unit,
    title: str,
    body: str,
    about: Contact | None,
    nonce: uuid.UUID,
    now: dt.datetime,
) -> OpenedConsultation:
    known = Contact.objects.filter(asked_by=asker, open_nonce=nonce).first()
    if known is not None:
        return OpenedConsultation(known, created=False)
    contact = Contact.objects.create(
        channel=Channel.CONSULTATION,
        asked_by=asker,
        unit=unit,
        topic=about.topic if about else None,
        language=asker.language,
        open_nonce=nonce,
        opened_at=now,
        queued_at=now,
        due_at=due_at(unit, Channel.CONSULTATION, now),
    )
    consultation = Consultation.objects.create(
        contact=contact, title=title, to_user=asked.user, to_profession=asked.profession, about=about
    )
    ConsultationMember.objects.create(consultation=consultation, user=asker, joined_at=now)
    _recorded(AuditCode.CONTACT_OPENED, contact, _actor(asker, contact), now, channel=Channel.CONSULTATION.value)
    if body:
        author = Author("worker", staff_id=asker.pk, trusted=True)
        result = message_log.write(Entry(contact.pk, nonce, body, author, now))
        assert result.message is not None
        events.announce_messages([result.message], unit.pk)
        contact.refresh_from_db()
    events.announce_desks(desks_concerned(contact))
    return OpenedConsultation(contact, created=True)


def take_consultation(*, contact_id: uuid.UUID, user: User, now: dt.datetime) -> Contact:
    """Answer a consultation that waits and asks this member of staff. Of two at once one gets it; the other gets
    AlreadyTaken. Taking again one's own is nothing new. Raises ContactClosed, OwnQuestion, NoSeat."""
    with transaction.atomic():
        contact = _locked(contact_id)
        if contact.is_closed:
            raise ContactClosed
        if contact.state == State.OPEN:
            if contact.worker_id == user.pk:
                return contact
            raise AlreadyTaken(contact.worker.first_name if contact.worker else None)
        if contact.asked_by_id == user.pk:
            raise OwnQuestion
        if not Contact.objects.filter(asks(user), pk=contact.pk).exists():
            raise NoSeat
        moment = max(now, contact.queued_at)
        contact.state, contact.worker, contact.returned_at, contact.taken_at = State.OPEN, user, None, moment
        contact.joined_at = contact.joined_at or moment
        contact.save(update_fields=["state", "worker", "joined_at", "taken_at", "returned_at"])
        if seat_of(contact, user) is None:
            _seat(contact, user, moment)
        say(contact, "consultation_answered", wording.answered(contact, user), now)
        _recorded(AuditCode.CONTACT_TAKEN, contact, _actor(user, contact), now)
        _told(contact)
    return contact


def invite_to_consultation(*, contact_id: uuid.UUID, user: User, invited: User | None, now: dt.datetime) -> Contact:
    """A member brings a colleague in, who has a seat at once. Raises NoSeat, ContactClosed, NotAnswered,
    NotInvitable."""
    with transaction.atomic():
        contact = _locked_as_member(contact_id, user)
        if contact.state == State.WAITING:
            raise NotAnswered
        if invited is None or not roles_of(invited) & set(CONSULTING_ROLES) or seat_of(contact, invited) is not None:
            raise NotInvitable
        _seat(contact, invited, now, by=user)
        say(contact, "consultation_invited", wording.invited(contact, user, invited), now)
        _recorded(AuditCode.CONSULTATION_INVITED, contact, _actor(user, contact), now, user=invited.pk)
        _told(contact)
    return contact


def leave_consultation(*, contact_id: uuid.UUID, user: User, now: dt.datetime) -> Contact:
    """A member leaves. It stays open for the others; when only the asker is left it waits for an answer again, and when
    nobody is left it closes: as withdrawn when nobody ever answered. Raises NoSeat, ContactClosed."""
    with transaction.atomic():
        contact = _locked_as_member(contact_id, user)
        units = desks_concerned(contact)
        ConsultationMember.objects.filter(consultation=contact.pk, user=user, left_at__isnull=True).update(
            left_at=max(now, contact.opened_at)
        )
        if contact.worker_id == user.pk:
            contact.worker, contact.taken_at = None, None
            contact.save(update_fields=["worker", "taken_at"])
        _recorded(AuditCode.CONSULTATION_LEFT, contact, _actor(user, contact), now)
        rest = [member.pk for member in members_of(contact)]
        if contact.state == State.WAITING and not rest:
            say(contact, "consultation_withdrawn", wording.withdrawn(contact, user), now)
        else:
            say(contact, "consultation_left", wording.left(contact, user), now)
        if not rest:
            _end_without_members(contact, user, now)
        elif contact.state == State.OPEN and rest == [contact.asked_by_id]:
            contact.state, contact.returned_at = State.WAITING, now
            contact.save(update_fields=["state", "returned_at"])
            say(contact, "consultation_waits", wording.waits_again(contact), now)
        recheck_rights(contact=contact.pk)
        _told(contact, more=units)
    return contact


def release_consultation(*, contact_id: uuid.UUID, user: User, now: dt.datetime) -> Contact:
    """Whoever answers gives it back, and leaves it with that. Raises NoSeat, ContactClosed, NotYours for a member who
    is not the one who answers."""
    with transaction.atomic():
        contact = _locked_as_member(contact_id, user)
        if contact.worker_id != user.pk:
            raise NotYours
        return leave_consultation(contact_id=contact.pk, user=user, now=now)


def _end_without_members(contact: Contact, user: User, now: dt.datetime) -> None:
    if contact.joined_at is None:
        outcome = Outcome.LEFT_QUEUE
    else:
        outcome = Outcome.RESOLVED if contact.first_response_at else Outcome.WENT_SILENT
        say(contact, "closed", wording.everybody_left(contact), now)
    end_contact(contact, outcome, now, _actor(user, contact) if contact.joined_at is None else SYSTEM)


def close_consultation(
    *,
    contact_id: uuid.UUID,
    user: User,
    outcome: str,
    topic: Topic | None,
    next_step: str = "",
    next_step_owner: str = "",
    now: dt.datetime,
) -> Contact:
    """The closing sheet, the same as every channel's, by the asker or whoever answers; by any member when neither is
    there any more. Raises NoSeat, ContactClosed, NotAnswered, NotForYouToClose, SheetIncomplete, BodyRefused."""
    next_step = checked_sheet(outcome, topic, next_step, next_step_owner)
    with transaction.atomic():
        contact = _locked_as_member(contact_id, user)
        if contact.state == State.WAITING:
            raise NotAnswered
        if not may_close(contact, user):
            raise NotForYouToClose
        say(contact, "closed", wording.closed(contact, user, next_step), now)
        contact.topic, contact.next_step, contact.next_step_owner = topic, next_step, next_step_owner
        end_contact(contact, outcome, now, _actor(user, contact))
        _told(contact)
    return contact


def may_close(contact: Contact, user: User) -> bool:
    """Whether this member is one of those who end it."""
    deciding = {contact.asked_by_id, contact.worker_id} & {member.pk for member in members_of(contact)}
    return user.pk in deciding or not deciding


def link_consultation(*, contact_id: uuid.UUID, user: User, to: Contact, now: dt.datetime) -> Contact:
    """Link it to the relationship of a family's contact `to`, which the view has found to be the member's to work with.
    Linking to the same again is nothing new. Raises NoSeat, NotLinkable when it is about another relationship."""
    with transaction.atomic():
        contact = _locked(contact_id)
        if seat_of(contact, user) is None:
            raise NoSeat
        to = locked(to.pk)
        consultation = contact.consultation
        if consultation.relationship_id == to.relationship_id:
            return contact
        about = consultation.about
        elsewhere = about is not None and about.relationship_id != to.relationship_id
        if elsewhere or consultation.relationship_id is not None or to.relationship_id is None:
            raise NotLinkable
        # Through the contact it follows when that moves to an identified person, or back.
        consultation.about = about or to
        consultation.relationship, consultation.linked_by, consultation.linked_at = to.relationship, user, now
        consultation.save(update_fields=["about", "relationship", "linked_by", "linked_at"])
        _recorded(AuditCode.CONSULTATION_LINKED, contact, _actor(user, contact), now, relationship=to.relationship_id)
        _told(contact)
    return contact


def unlink_consultation(*, contact_id: uuid.UUID, user: User, now: dt.datetime) -> Contact:
    """Undo a link, by a member who made it or works in a unit where the family has a contact. Raises NoSeat,
    NotLinked."""
    with transaction.atomic():
        contact = _locked(contact_id)
        if seat_of(contact, user) is None:
            raise NoSeat
        consultation = contact.consultation
        if consultation.relationship_id is None or not may_unlink(contact, user):
            raise NotLinked
        was = consultation.relationship_id
        consultation.about = consultation.relationship = consultation.linked_by = consultation.linked_at = None
        consultation.save(update_fields=["about", "relationship", "linked_by", "linked_at"])
        _recorded(AuditCode.CONSULTATION_UNLINKED, contact, _actor(user, contact), now, relationship=was)
        _told(contact)
    return contact


def may_unlink(contact: Contact, user: User) -> bool:
    consultation = contact.consultation
    of_family = Contact.objects.filter(relationship=consultation.relationship_id, relationship__isnull=False)
    return consultation.linked_by_id == user.pk or of_family.of_units(unit_ids(user, Role.WORKER)).exists()


def open_room(*, unit: Unit, user: User, now: dt.datetime) -> Contact:
    """The unit's hand-over room of this Helsinki day, made on its first opening."""
    try:
        return _room(unit, user, now)
    except IntegrityError:  # a colleague opens it at the same moment
        return _room(unit, user, now)


@transaction.atomic
def _room(unit: Unit, user: User, now: dt.datetime) -> Contact:
    today = {"kind": Consultation.Kind.ROOM, "room_unit_id": unit.pk, "room_on": local_date(now)}
    known = Consultation.objects.filter(**today).select_related("contact").first()
    if known is not None:
        return known.contact
    contact = Contact.objects.create(
        channel=Channel.CONSULTATION,
        state=State.OPEN,
        unit=unit,
        language=user.language,
        open_nonce=uuid.uuid4(),
        opened_at=now,
        queued_at=now,
        joined_at=now,
    )
    Consultation.objects.create(contact=contact, **today)
    say(contact, "room_opened", wording.room_opened(contact), now)
    _recorded(AuditCode.CONTACT_OPENED, contact, _actor(user, contact), now, channel=Channel.CONSULTATION.value)
    return contact


# -- what they share ----------------------------------------------------------------------------------


def _locked(contact_id: uuid.UUID) -> Contact:
    contact = locked(contact_id)
    assert contact.is_consultation and contact.asked_by_id is not None
    return contact


def _locked_as_member(contact_id: uuid.UUID, user: User) -> Contact:
    contact = _locked(contact_id)
    if seat_of(contact, user) is None:
        raise NoSeat
    if contact.is_closed:
        raise ContactClosed
    return contact


def _seat(contact: Contact, user: User, now: dt.datetime, *, by: User | None = None) -> None:
    ConsultationMember.objects.create(
        consultation=contact.consultation, user=user, invited_by=by, joined_at=max(now, contact.opened_at)
    )


def _told(contact: Contact, more: list[int] | None = None) -> None:
    """After the commit: its sockets hear how it stands, and every desk that lists it that it has changed."""
    worker = {"name": contact.worker.first_name, "role": contact.worker.role_name()} if contact.worker else None
    events.announce_state(
        contact, worker=worker, outcome=contact.outcome or None, consultation=consultation_shown(contact)
    )
    events.announce_desks(sorted({*desks_concerned(contact), *(more or [])}))


def _actor(user: User, contact: Contact) -> AuditActor:
    """In the contact's unit when they work there, else in one of their own."""
    units = unit_ids(user)
    unit_id = contact.unit_id if contact.unit_id in units else next(iter(units), None)
    return staff_member(user.pk, unit_id, (role_in(user, unit_id) or "") if unit_id else "")


def _recorded(code: AuditCode, contact: Contact, actor: AuditActor, now: dt.datetime, **data: int | str | None) -> None:
    record(
        code=code,
        actor=actor,
        object_type="contact",
        object_id=contact.pk,
        ground=AuditGround.TASK if actor is not SYSTEM else AuditGround.PLATFORM,
        now=now,
        data=data,
    )
