"""Breaking the glass: reading for a while, with a reason, a contact that is no task of one's own."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors import Role, has_role, unit_ids
from audit.codes import AuditCode, AuditGround
from audit.services import AuditActor, record, staff_member
from core.text import BodyRefused, clean_body
from guidance import events
from guidance.models import BreakGlass, Contact
from guidance.selectors import contact_by_reference, live_glass
from guidance.services.actors import staff_actor
from guidance.services.errors import GlassReviewed, OwnGlass, UnknownReference

GLASS_LASTS = dt.timedelta(minutes=60)
REASON_FROM, REASON_TO = 20, 500


def break_glass(*, user: User, reference: str, reason: str, now: dt.datetime) -> uuid.UUID:
    """Let a worker or supervisor read a contact of another unit for an hour. Its supervisors see it at once.

    Returns the contact's id; for a contact that the user may read anyway nothing is broken. `reference` is the
    contact's number as desks show it, or its whole id. Raises BodyRefused for a reason that says too little,
    UnknownReference.
    """
    reason = clean_reason(reason)
    contact = contact_by_reference(reference)
    if contact is None:
        with transaction.atomic():
            record(
                code=AuditCode.BREAK_GLASS_REFUSED,
                actor=_breaker(user),
                object_type="user",
                object_id=user.pk,
                ground=AuditGround.BREAK_GLASS,
                now=now,
            )
        raise UnknownReference
    if contact.unit_id in unit_ids(user, Role.WORKER, Role.SUPERVISOR) or live_glass(user, contact.pk, now):
        return contact.pk
    with transaction.atomic():
        actor = _breaker(user)
        assert actor.unit_id is not None
        glass = BreakGlass.objects.create(
            user=user, unit_id=actor.unit_id, contact=contact, reason=reason, at=now, until=now + GLASS_LASTS
        )
        record(
            code=AuditCode.GLASS_BROKEN,
            actor=actor,
            object_type="contact",
            object_id=contact.pk,
            relationship_id=contact.relationship_id,
            ground=AuditGround.BREAK_GLASS,
            now=now,
            data={"glass": glass.pk},
        )
        events.announce_desks([contact.unit_id])
    return contact.pk


def clean_reason(reason: str) -> str:
    """A reason that can be judged afterwards. Raises BodyRefused."""
    if len(reason.strip()) < REASON_FROM:
        raise BodyRefused("too_short", _("Kerro syy vähintään 20 merkillä. Esihenkilö lukee sen."))
    reason = clean_body(reason).strip()
    if len(reason) > REASON_TO:
        raise BodyRefused("too_long", _("Perustelu on liian pitkä. Enintään 500 merkkiä mahtuu."))
    return reason


def review_glass(*, glass: BreakGlass, by: User, now: dt.datetime) -> None:
    """A supervisor of the contact's unit has looked into why the glass was broken. Raises OwnGlass, GlassReviewed."""
    with transaction.atomic():
        glass = BreakGlass.objects.select_for_update(of=("self",)).select_related("contact").get(pk=glass.pk)
        if glass.user_id == by.pk:
            raise OwnGlass
        if glass.reviewed_at is not None:
            raise GlassReviewed
        glass.reviewed_by, glass.reviewed_at = by, now
        glass.save(update_fields=["reviewed_by", "reviewed_at"])
        contact: Contact = glass.contact
        record(
            code=AuditCode.BREAK_GLASS_REVIEWED,
            actor=staff_actor(by, contact),
            object_type="contact",
            object_id=contact.pk,
            relationship_id=contact.relationship_id,
            ground=AuditGround.SUPERVISION,
            now=now,
            data={"glass": glass.pk},
        )
        events.announce_desks([contact.unit_id])


def _breaker(user: User) -> AuditActor:
    role = Role.WORKER if has_role(user, Role.WORKER) else Role.SUPERVISOR
    return staff_member(user.pk, unit_ids(user, role)[0], role)
