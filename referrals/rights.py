"""Who may see and act on a referral. The receiver's access is granted by a referral that is with it and a consent that
lives, for what the consent names, and ends with either of them.

The sender's side is the unit that made it and whoever answers for the family; each keeps its own record of what it
sent, whatever becomes of it.
"""

import datetime as dt

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import User
from accounts.selectors import unit_ids
from audit.models import AuditEvent
from audit.services import AuditActor
from core.opening_hours import local_date
from guidance.acting import WORKING, acting_as_responsible, acting_in_unit
from referrals.models import Consent, ReceiverLink, Referral
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


def outside_actor(referral: Referral) -> AuditActor:
    """The present receiver outside the platform, as the record keeps it."""
    return AuditActor(AuditEvent.Actor.RECEIVER, referral.receiver_id)


def link_works(link: ReceiverLink, referral: Referral, now: dt.datetime) -> bool:
    """Whether a link leads anywhere: it is the present receiver's and has not ended, the referral is with that
    receiver, and the family's consent lives."""
    return (
        link.ended_at is None
        and link.expires_at > now
        and link.referral_id == referral.pk
        and link.receiver_id == referral.receiver_id
        and referral.state in WITH_RECEIVER
        and living_consent(referral, now) is not None
    )


def as_outside(referral: Referral, link: ReceiverLink, now: dt.datetime) -> AuditActor | None:
    """The receiver outside, in the browser that gave the right code. The link is read again: what the caller has of it
    may have ended meanwhile."""
    fresh = ReceiverLink.objects.filter(pk=link.pk, browser_until__gt=now).first()
    if fresh is None or not fresh.browser_hash or fresh.browser_hash != link.browser_hash:
        return None
    return outside_actor(referral) if link_works(fresh, referral, now) else None


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
