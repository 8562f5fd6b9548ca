"""Identification inside a conversation: asked for with a reason, declined or done, bound to the person, and undone.

Every step takes the contact's lock first, so that of two that meet one is first and the other sees what it did.
"""

import datetime as dt
import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Identification, Person, User, VisitorKey
from accounts.persons import remember_person
from accounts.selectors import Role, unit_ids
from accounts.visitors import person_actor
from audit.codes import AuditCode, AuditGround
from audit.services import SYSTEM, AuditActor, record
from core.realtime import recheck_rights
from core.text import BodyRefused, clean_body
from guidance import events
from guidance.identification import asked_request, identification_shown, live_binding, request_shown
from guidance.models import Binding, ClientRelationship, Consultation, Contact, IdentificationRequest, ThreadShare
from guidance.selectors import contact_of_key
from guidance.services import wording
from guidance.services.actors import staff_actor
from guidance.services.errors import (
    AlreadyAsked,
    AlreadyIdentified,
    BoundToAnother,
    FamilyLeft,
    NotAsked,
    NotBound,
    NotYours,
)
from guidance.services.locking import locked, say
from guidance.services.recording import record_of_contact, record_of_family, record_of_worker
from guidance.services.staff import own_open_contact

State = IdentificationRequest.State
REASON_LIMIT = 500


def clean_reason(reason: str) -> str:
    """A reason as it is kept. Raises BodyRefused for an empty, too long or unstorable one."""
    if not reason.strip():
        raise BodyRefused("invalid", _("Kirjoita perustelu."))
    reason = clean_body(reason.strip())
    if len(reason) > REASON_LIMIT:
        raise BodyRefused("too_long", _("Perustelu on liian pitkä. Enintään 500 merkkiä mahtuu."))
    return reason


def ask_identification(*, contact_id: uuid.UUID, worker: User, reason: str, now: dt.datetime) -> Contact:
    """The worker who has the contact asks the family to identify itself. The family reads the reason.

    Raises NotYours, ContactClosed, FamilyLeft, AlreadyIdentified, AlreadyAsked, BodyRefused.
    """
    reason = clean_reason(reason)
    with transaction.atomic():
        contact = own_open_contact(contact_id, worker)
        if contact.left_at is not None:
            raise FamilyLeft
        if contact.family.person_id is not None:
            raise AlreadyIdentified
        if asked_request(contact) is not None:
            raise AlreadyAsked
        request = IdentificationRequest.objects.create(contact=contact, asked_by=worker, reason=reason, asked_at=now)
        say(contact, "identification_asked", wording.identification_asked(contact, worker.first_name, reason), now)
        record_of_worker(AuditCode.IDENTIFICATION_ASKED, worker, contact, now)
        events.announce_state(contact, identification=request_shown(request))
    return contact


def decline_identification(*, contact: Contact, now: dt.datetime) -> Contact:
    """The family goes on without a name; declining twice is declining once. Raises NotAsked."""
    with transaction.atomic():
        contact = locked(contact.pk)
        request = asked_request(contact)
        if request is None:
            latest = contact.identification_requests.order_by("-asked_at", "-pk").first()
            if latest is not None and latest.state == State.DECLINED:
                return contact
            raise NotAsked
        _answered(request, State.DECLINED, now)
        say(contact, "identification_declined", wording.identification_declined(contact), now)
        record_of_family(AuditCode.IDENTIFICATION_DECLINED, contact, now)
        events.announce_state(contact, identification=request_shown(request))
    return contact


def withdraw_identification(*, contact_id: uuid.UUID, worker: User, now: dt.datetime) -> Contact:
    """The worker takes the request back. Raises NotYours, ContactClosed, NotAsked."""
    with transaction.atomic():
        contact = own_open_contact(contact_id, worker)
        request = asked_request(contact)
        if request is None:
            raise NotAsked
        _answered(request, State.WITHDRAWN, now)
        say(contact, "identification_withdrawn", wording.identification_withdrawn(contact, worker.first_name), now)
        record_of_worker(AuditCode.IDENTIFICATION_WITHDRAWN, worker, contact, now)
        events.announce_state(contact, identification=request_shown(request))
    return contact


def withdraw_at_the_end(contact: Contact, now: dt.datetime) -> None:
    """A contact that ends asks nothing any more. Call with the contact locked."""
    request = asked_request(contact)
    if request is not None:
        _answered(request, State.WITHDRAWN, now)
        record_of_contact(AuditCode.IDENTIFICATION_WITHDRAWN, SYSTEM, AuditGround.PLATFORM, contact, now)


def bind_contact(
    *, identification: Identification, visitor_key: VisitorKey | None, now: dt.datetime, secret: str = ""
) -> tuple[Contact, str]:
    """The contact that the identification was for moves to the person's own relationship, and this contact alone.

    `visitor_key` is the device that went and came back: from now on it speaks for the person too. Returns (contact,
    the device's new secret for its cookie: `secret`, if one is given). Binding again to the same person is nothing
    new: another device has come to where the first one is. Raises NotAsked when the request was answered or withdrawn
    meanwhile, BoundToAnother when the contact is somebody else's by now, Http404 when it is not this device's; the
    device has not changed then.
    """
    person = identification.person
    assert person is not None and identification.contact_id is not None
    with transaction.atomic():
        contact = locked(identification.contact_id)
        bound_to = contact.family.person_id
        if bound_to not in (None, person.pk):
            raise BoundToAnother
        if bound_to is None:
            contact_of_key(visitor_key, contact.pk, now)
        _key, secret = remember_person(key=visitor_key, person=person, now=now, secret=secret)
        if bound_to is None:
            _bind(contact, identification, person, now)
    return contact, secret


def _bind(contact: Contact, identification: Identification, person: Person, now: dt.datetime) -> None:
    request = asked_request(contact)
    if request is None:
        raise NotAsked
    origin = contact.family
    target, _made = ClientRelationship.objects.get_or_create(person=person, defaults={"created_at": now})
    _move(contact, target)
    request.identification = identification
    _answered(request, State.DONE, now)
    Binding.objects.create(
        contact=contact,
        from_relationship=origin,
        to_relationship=target,
        identification=identification,
        bound_at=now,
    )
    _recorded_on_both(AuditCode.CONTACT_BOUND, person_actor(person.pk), AuditGround.OWN, contact, origin, target, now)
    recheck_rights(contact=contact.pk)
    say(contact, "identified", wording.identified(contact), now)
    events.announce_state(contact, identification=request_shown(request), identified=True)


def undo_binding(*, contact_id: uuid.UUID, worker: User, reason: str, now: dt.datetime) -> Contact:
    """A worker of the unit takes the contact off the person's relationship again: it goes back to where it came from.

    The child that the contact was about stays with the person, and what the person shared of it is shared no more.
    Raises NotYours for staff that do not work in the unit, NotBound, BodyRefused.
    """
    reason = clean_reason(reason)
    with transaction.atomic():
        contact = locked(contact_id)
        if contact.unit_id not in unit_ids(worker, Role.WORKER):
            raise NotYours
        binding = live_binding(contact)
        if binding is None:
            raise NotBound
        binding.undone_at, binding.undone_by, binding.undo_reason = now, worker, reason
        binding.save(update_fields=["undone_at", "undone_by", "undo_reason"])
        origin, target = binding.from_relationship, binding.to_relationship
        _move(contact, origin)
        ThreadShare.objects.filter(contact=contact, revoked_at__isnull=True).update(revoked_at=now)
        actor, ground = staff_actor(worker, contact), _ground(contact, worker)
        _recorded_on_both(AuditCode.CONTACT_UNBOUND, actor, ground, contact, origin, target, now)
        recheck_rights(contact=contact.pk)
        say(contact, "unbound", wording.unbound(contact, worker.first_name), now)
        events.announce_state(contact, identification=identification_shown(contact), identified=False)
    return contact


def _move(contact: Contact, to: ClientRelationship) -> None:
    """Only the contact's place changes, and that of what colleagues have linked through it. A nonce that the other
    relationship has for an opening of its own gives way: the opening that it named is long done."""
    Consultation.objects.filter(about=contact, relationship=contact.relationship_id).update(relationship=to)
    if to.contacts.filter(open_nonce=contact.open_nonce).exists():
        contact.open_nonce = uuid.uuid4()
    contact.relationship, contact.about_child = to, None
    contact.save(update_fields=["relationship", "about_child", "open_nonce"])


def _answered(request: IdentificationRequest, state: State, now: dt.datetime) -> None:
    request.state, request.answered_at = state, now
    request.save(update_fields=["state", "answered_at", "identification"])


def _ground(contact: Contact, worker: User) -> AuditGround:
    return AuditGround.TASK if contact.worker_id == worker.pk else AuditGround.UNIT


def _recorded_on_both(
    code: AuditCode,
    actor: AuditActor,
    ground: AuditGround,
    contact: Contact,
    origin: ClientRelationship,
    target: ClientRelationship,
    now: dt.datetime,
) -> None:
    """One row on each relationship's own record: each tells where the contact came from or went."""
    for relationship in (origin, target):
        record(
            code=code,
            actor=actor,
            ground=ground,
            object_type="contact",
            object_id=contact.pk,
            relationship_id=relationship.pk,
            now=now,
            data={"anonymous": origin.pk, "identified": target.pk},
        )
