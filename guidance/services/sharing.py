"""Sharing one conversation with another identified person, to be read: by a one-time code that the sharing person hands
over themselves. The platform never works out who belongs to whose family, and shows nobody anything by itself."""

import datetime as dt
import uuid

from django.db import transaction

from accounts.models import Person
from accounts.visitors import CODE_DIGITS, keyed_hash, new_return_code, person_actor
from audit.codes import AuditCode, AuditGround
from audit.services import record
from guidance.models import ThreadShare
from guidance.services.errors import OwnShare, ShareUnknown
from guidance.services.locking import locked

SHARE_LASTS = dt.timedelta(days=7)


def share_thread(*, contact_id: uuid.UUID, person: Person, now: dt.datetime) -> tuple[ThreadShare, str]:
    """Share one's own contact. Returns (share, code of 16 digits, which cannot be read again). Raises ShareUnknown for
    a contact that is not this person's."""
    code = new_return_code()
    with transaction.atomic():
        contact = locked(contact_id)
        if contact.family.person_id != person.pk:
            raise ShareUnknown
        share = ThreadShare.objects.create(
            contact=contact,
            shared_by=person,
            code_hash=_hash(code),
            created_at=now,
            expires_at=now + SHARE_LASTS,
        )
        _recorded(AuditCode.THREAD_SHARED, share, person, AuditGround.OWN, contact.family.pk, now)
    return share, code


def redeem_share(*, code: str, person: Person, now: dt.datetime) -> ThreadShare:
    """The other person uses the code, once. Raises ShareUnknown for a wrong, used, old or revoked one, OwnShare for the
    sharing person's own."""
    digits = "".join(char for char in code if char.isascii() and char.isdigit())
    if len(digits) != CODE_DIGITS:
        raise ShareUnknown
    with transaction.atomic():
        share = ThreadShare.objects.select_for_update().filter(code_hash=_hash(digits)).first()
        if share is None or share.used_at is not None or share.revoked_at is not None or share.expires_at <= now:
            raise ShareUnknown
        contact = locked(share.contact_id)
        if contact.family.person_id != share.shared_by_id:
            raise ShareUnknown
        if share.shared_by_id == person.pk:
            raise OwnShare
        share.with_person, share.used_at = person, now
        share.save(update_fields=["with_person", "used_at"])
        _recorded(AuditCode.THREAD_SHARE_USED, share, person, AuditGround.SHARED, contact.family.pk, now)
    return share


def revoke_share(*, share_id: int, person: Person, now: dt.datetime) -> None:
    """The sharing person takes it back: the other one sees nothing from now on. Revoking twice is revoking once.
    Raises ShareUnknown for what is not this person's."""
    with transaction.atomic():
        share = ThreadShare.objects.select_for_update().filter(pk=share_id, shared_by=person).first()
        if share is None:
            raise ShareUnknown
        if share.revoked_at is not None:
            return
        share.revoked_at = now
        share.save(update_fields=["revoked_at"])
        relationship_id = share.contact.family.pk
        _recorded(AuditCode.THREAD_SHARE_REVOKED, share, person, AuditGround.OWN, relationship_id, now)


def record_shared_look(*, share: ThreadShare, person: Person, now: dt.datetime) -> None:
    """Somebody with whom a conversation is shared reads it: a look like any other."""
    with transaction.atomic():
        relationship_id = share.contact.family.pk
        _recorded(AuditCode.THREAD_READ_AS_SHARED, share, person, AuditGround.SHARED, relationship_id, now)


def _hash(code: str) -> str:
    return keyed_hash(f"share:{code}")


def _recorded(
    code: AuditCode, share: ThreadShare, person: Person, ground: AuditGround, relationship_id: int, now: dt.datetime
) -> None:
    record(
        code=code,
        actor=person_actor(person.pk),
        ground=ground,
        object_type="contact",
        object_id=share.contact_id,
        relationship_id=relationship_id,
        now=now,
        data={"share": share.pk},
    )
