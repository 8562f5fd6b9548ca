"""A look at a referral, as an event of the record."""

import datetime as dt

from django.db import transaction

from accounts.models import User
from audit.codes import AuditCode
from audit.models import AuditEvent
from guidance.services.looks import ONE_LOOK
from referrals.errors import ReferralUnknown
from referrals.models import Referral
from referrals.rights import as_receiver, as_sender
from referrals.services.stepping import recorded


def record_look(*, referral: Referral, worker: User, now: dt.datetime) -> None:
    """Somebody of the sender's or the receiver's side reads it; again within ten minutes is the same look. Raises
    ReferralUnknown to anybody else."""
    actor = as_sender(referral, worker, now) or as_receiver(referral, worker)
    if actor is None:
        raise ReferralUnknown
    seen_already = AuditEvent.objects.filter(
        relationship_id=referral.relationship_id,
        object_type="referral",
        object_id=str(referral.pk),
        code=AuditCode.REFERRAL_VIEWED,
        actor_kind=AuditEvent.Actor.STAFF,
        actor_id=worker.pk,
        at__gt=now - ONE_LOOK,
    )
    with transaction.atomic():
        if not seen_already.exists():
            recorded(AuditCode.REFERRAL_VIEWED, referral, actor, now)
