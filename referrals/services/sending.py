"""The sender's acts: the draft, sending, taking back, and seeing to what follows a referral that came to nothing."""

import datetime as dt
import uuid

from django.db import transaction

from accounts.models import Person, Unit, User
from audit.codes import AuditCode
from catalogue.models import Service
from guidance.acting import acting_in_unit
from guidance.models import ClientRelationship, Contact
from guidance.responsible import relationships_of_staff
from referrals.deadlines import ready_due_on, start_due_on
from referrals.errors import NothingToHandOver, ReferralUnknown, StateWrong, SummaryMissing
from referrals.models import Receiver, Referral
from referrals.services.stepping import (
    By,
    check_receiver,
    clean_words,
    family_of,
    locked,
    locked_family,
    open_consent,
    recorded,
    sender_of,
    set_answer_deadline,
    step,
    stepped,
)
from referrals.transitions import WITH_RECEIVER, Act

State = Referral.State
EDITABLE = (State.DRAFT, State.RETURNED)
CAME_TO_NOTHING = (State.DECLINED, State.LAPSED)


def make_draft(
    *,
    relationship_id: int,
    worker: User,
    unit: Unit,
    receiver: Receiver,
    kind: Referral.Kind = Referral.Kind.SERVICE,
    urgency: Referral.Urgency = Referral.Urgency.NORMAL,
    service: Service | None = None,
    contact_id: uuid.UUID | None = None,
    follows: Referral | None = None,
    summary: str = "",
    wish: str = "",
    is_warm: bool = False,
    now: dt.datetime,
) -> Referral:
    """A referral that nobody else sees yet. `follows`: one of the same family that came to nothing, which is seen to
    by this. Raises ReferralUnknown, NotIdentified, ReceiverUnfit, StateWrong, BodyRefused."""
    summary, wish = clean_words(summary), clean_words(wish)
    check_receiver(receiver, kind)
    with transaction.atomic():
        relationship = locked_family(relationship_id)
        actor = acting_in_unit(worker, unit.pk)
        mine = ClientRelationship.objects.filter(relationships_of_staff(worker, now), pk=relationship.pk)
        if actor is None or not mine.exists():
            raise ReferralUnknown
        if contact_id and not Contact.objects.filter(pk=contact_id, relationship=relationship).exists():
            raise ReferralUnknown
        if follows is not None and follows.relationship_id != relationship.pk:
            raise ReferralUnknown
        referral = Referral.objects.create(
            relationship=relationship,
            contact_id=contact_id,
            kind=kind,
            urgency=urgency,
            receiver=receiver,
            service=service,
            service_name=service.name_fi if service else "",
            unit=unit,
            made_by=worker,
            made_at=now,
            summary=summary,
            wish=wish,
            is_warm=is_warm,
            follows=follows,
        )
        stepped(referral, Act.MAKE, By.SENDER, actor, now)
        recorded(AuditCode.REFERRAL_MADE, referral, actor, now, receiver=receiver.pk)
        if follows is not None:
            see_to(referral_id=follows.pk, worker=worker, now=now)
    return referral


def change_draft(
    *,
    referral_id: uuid.UUID,
    worker: User,
    receiver: Receiver,
    urgency: Referral.Urgency,
    summary: str,
    wish: str,
    is_warm: bool,
    now: dt.datetime,
) -> Referral:
    """Change what is not sent, or was returned. The family has seen the words and the receiver that it consented to:
    when one of them changes, it is asked again. Raises ReferralUnknown, StateWrong, ReceiverUnfit, BodyRefused."""
    summary, wish = clean_words(summary), clean_words(wish)
    with transaction.atomic():
        referral = locked(referral_id)
        actor = sender_of(referral, worker, now)
        if referral.state not in EDITABLE:
            raise StateWrong
        check_receiver(receiver, referral.kind)
        seen = (referral.receiver_id, referral.summary, referral.wish)
        if seen != (receiver.pk, summary, wish) and (consent := open_consent(referral)) is not None:
            consent.cancelled_at = max(now, consent.asked_at)
            consent.save(update_fields=["cancelled_at"])
        referral.receiver, referral.urgency, referral.is_warm = receiver, urgency, is_warm
        referral.summary, referral.wish = summary, wish
        referral.save()
        recorded(AuditCode.REFERRAL_CHANGED, referral, actor, now, receiver=receiver.pk)
    return referral


def send(*, referral_id: uuid.UUID, worker: User, now: dt.datetime) -> Referral:
    """Give it to the receiver, for the first time or after it came back for more. The time limits of a service-needs
    assessment run from the first sending. Raises ReferralUnknown, StateWrong, ConsentMissing, SummaryMissing,
    ReceiverUnfit."""
    with transaction.atomic():
        referral = locked(referral_id)
        actor = sender_of(referral, worker, now)
        if not referral.summary:
            raise SummaryMissing
        moment = max(now, referral.made_at)
        set_answer_deadline(referral, moment)
        if referral.kind == Referral.Kind.NEEDS_ASSESSMENT and referral.start_due_on is None:
            referral.start_due_on, referral.ready_due_on = start_due_on(moment), ready_due_on(moment)
        step(referral, Act.SEND, By.SENDER, actor, now, receiver=referral.receiver_id)
    return referral


def withdraw(*, referral_id: uuid.UUID, worker: User, reason: str, now: dt.datetime) -> Referral:
    """The sender takes it back, with a reason. Raises ReferralUnknown, StateWrong, WordsMissing, BodyRefused."""
    words = clean_words(reason)
    with transaction.atomic():
        referral = locked(referral_id)
        actor = sender_of(referral, worker, now)
        referral.ended_at = max(now, referral.made_at)
        step(referral, Act.WITHDRAW, By.SENDER, actor, now, words=words)
    return referral


def withdraw_as_family(*, referral_id: uuid.UUID, person: Person, words: str = "", now: dt.datetime) -> Referral:
    """The family does not want it, and need not say why. Raises ReferralUnknown, StateWrong, BodyRefused."""
    words = clean_words(words)
    with transaction.atomic():
        referral = locked(referral_id)
        actor = family_of(referral, person)
        referral.ended_at = max(now, referral.made_at)
        step(referral, Act.WITHDRAW, By.FAMILY, actor, now, words=words)
    return referral


def see_to(*, referral_id: uuid.UUID, worker: User, now: dt.datetime) -> Referral:
    """What comes next for the family has been seen to; saying it again is nothing new. Raises ReferralUnknown,
    StateWrong."""
    with transaction.atomic():
        referral = locked(referral_id)
        actor = sender_of(referral, worker, now)
        if referral.state not in CAME_TO_NOTHING:
            raise StateWrong
        if referral.seen_to_at is None:
            referral.seen_to_at = now
            referral.save(update_fields=["seen_to_at"])
            recorded(AuditCode.REFERRAL_SEEN_TO, referral, actor, now)
    return referral


def hand_over_warmly(*, referral_id: uuid.UUID, worker: User, now: dt.datetime) -> Referral:
    """The agreed call or meeting with family, sender and receiver took place. Raises ReferralUnknown, StateWrong,
    NothingToHandOver."""
    with transaction.atomic():
        referral = locked(referral_id)
        actor = sender_of(referral, worker, now)
        if referral.state not in WITH_RECEIVER:
            raise StateWrong
        if not referral.is_warm or referral.warm_at is not None:
            raise NothingToHandOver
        referral.warm_at = now
        referral.save(update_fields=["warm_at"])
        recorded(AuditCode.REFERRAL_HANDED_OVER, referral, actor, now)
    return referral
