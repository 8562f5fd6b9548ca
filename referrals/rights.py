"""Who may see and act on a referral. The receiver's access is granted by a referral that is with it and a consent that
lives, for what the consent names, and ends with either of them.

The sender's side is the unit that made it and whoever answers for the family; each keeps its own record of what it
sent, whatever becomes of it.
"""

import datetime as dt

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import User
from accounts.selectors import unit_ids
from audit.services import AuditActor
from core.opening_hours import local_date
from guidance.acting import WORKING, acting_as_responsible, acting_in_unit
from referrals.models import Consent, Referral
from referrals.transitions import WITH_RECEIVER


def as_sender(referral: Referral, worker: User, now: dt.datetime) -> AuditActor | None:
    actor = acting_in_unit(worker, referral.unit_id)
    return actor or acting_as_responsible(worker, referral.relationship_id, now)


def as_receiver(referral: Referral, worker: User) -> AuditActor | None:
    """Somebody of the unit whose turn a sent referral is. What they may read is `items_for_receiver`."""
    unit_id = referral.receiver.unit_id
    if unit_id is None or referral.state not in WITH_RECEIVER:
        return None
    return acting_in_unit(worker, unit_id)


def living(now: dt.datetime) -> Q:
    """Consents given and neither taken back nor past their last day (Helsinki), which still counts."""
    return Q(given_at__isnull=False, revoked_at__isnull=True, cancelled_at__isnull=True, until_on__gte=local_date(now))


def living_consent(referral: Referral, now: dt.datetime) -> Consent | None:
    """The consent that covers the referral's present receiver: named in it, or one that it was passed on to by a
    consent that allows so."""
    covering = Q(receiver=referral.receiver_id) | Q(others_too=True)
    return Consent.objects.filter(living(now), covering, referral=referral.pk).first()


def open_to_receiver(worker: User, now: dt.datetime) -> QuerySet[Referral]:
    """What the worker's units have been sent and may read now."""
    consent = Consent.objects.filter(
        living(now), Q(receiver=OuterRef("receiver")) | Q(others_too=True), referral=OuterRef("pk")
    )
    mine = Referral.objects.filter(receiver__unit__in=unit_ids(worker, *WORKING), state__in=WITH_RECEIVER)
    return (
        mine.filter(Exists(consent))
        .select_related("receiver", "unit")
        .order_by(F("answer_due_at").asc(nulls_last=True), "made_at")
    )


def items_for_receiver(referral: Referral, worker: User, now: dt.datetime) -> frozenset[str]:
    """What the receiver's worker may read along with the referral; nothing without a right to it now."""
    if as_receiver(referral, worker) is None:
        return frozenset()
    consent = living_consent(referral, now)
    return frozenset(consent.items) if consent else frozenset()
