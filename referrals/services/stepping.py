"""The frame of every act on a referral: the relationship's row as the lock, the one table's word, the step, the record.

Rights are asked under the lock, and before the state, so that strangers learn nothing of it.
"""

import datetime as dt
import uuid

from django.utils.translation import gettext as _

from accounts.models import Person, User
from accounts.visitors import person_actor
from audit.codes import AuditCode, AuditGround
from audit.models import AuditEvent
from audit.services import AuditActor, record
from core.opening_hours import OpeningHours
from core.text import BodyRefused, clean_body
from guidance.hours import answering_hours
from guidance.models import ClientRelationship, Contact
from guidance.services.errors import NotIdentified
from referrals import links
from referrals.deadlines import answer_due_at
from referrals.errors import (
    ConsentMissing,
    LinkGone,
    ReceiverUnfit,
    ReferralUnknown,
    StateWrong,
    WordsMissing,
)
from referrals.models import Consent, Receiver, ReceiverLink, Referral, ReferralStep
from referrals.models.referral import TEXT_LIMIT
from referrals.rights import as_outside, as_receiver, as_sender, living_consent
from referrals.transitions import WITH_RECEIVER, Act, IllegalTransition, transition

By = ReferralStep.By
# Who answers for a receiver: staff of its unit, or whoever has opened its link.
Taker = User | ReceiverLink
CODES = {
    Act.MAKE: AuditCode.REFERRAL_MADE,
    Act.SEND: AuditCode.REFERRAL_SENT,
    Act.RECEIVE: AuditCode.REFERRAL_RECEIVED,
    Act.ACCEPT: AuditCode.REFERRAL_ACCEPTED,
    Act.DECLINE: AuditCode.REFERRAL_DECLINED,
    Act.RETURN: AuditCode.REFERRAL_RETURNED,
    Act.REROUTE: AuditCode.REFERRAL_REROUTED,
    Act.START: AuditCode.REFERRAL_STARTED,
    Act.COMPLETE: AuditCode.REFERRAL_COMPLETED,
    Act.WITHDRAW: AuditCode.REFERRAL_WITHDRAWN,
}


def locked_family(relationship_id: int) -> ClientRelationship:
    """An identified person's relationship, locked until the transaction ends. Raises ReferralUnknown, NotIdentified."""
    found = ClientRelationship.objects.select_for_update(no_key=True).filter(pk=relationship_id).first()
    if found is None:
        raise ReferralUnknown
    if found.person_id is None:
        raise NotIdentified
    return found


def locked(referral_id: uuid.UUID) -> Referral:
    """A referral under its relationship's lock. Raises ReferralUnknown."""
    relationship_id = Referral.objects.filter(pk=referral_id).values_list("relationship_id", flat=True).first()
    if relationship_id is None:
        raise ReferralUnknown
    locked_family(relationship_id)
    found = Referral.objects.select_related("receiver__unit", "relationship").filter(pk=referral_id).first()
    if found is None:  # erased while this waited
        raise ReferralUnknown
    return found


def sender_of(referral: Referral, worker: User, now: dt.datetime) -> AuditActor:
    """Raises ReferralUnknown to anybody else."""
    actor = as_sender(referral, worker, now)
    if actor is None:
        raise ReferralUnknown
    return actor


def receiver_of(referral: Referral, taker: Taker, now: dt.datetime) -> AuditActor:
    """Raises ReferralUnknown to anybody else, LinkGone to a link."""
    if isinstance(taker, ReceiverLink):
        actor = as_outside(referral, taker, now)
        if actor is None:
            raise LinkGone
        return actor
    actor = as_receiver(referral, taker)
    if actor is None:
        raise ReferralUnknown
    return actor


def family_of(referral: Referral, person: Person) -> AuditActor:
    """Raises ReferralUnknown to anybody else."""
    if referral.relationship.person_id != person.pk:
        raise ReferralUnknown
    return person_actor(person.pk)


def step(
    referral: Referral,
    act: Act,
    by: By,
    actor: AuditActor,
    now: dt.datetime,
    *,
    words: str = "",
    has_words: bool | None = None,
    **data: str | int | None,
) -> None:
    """Move the referral, which is saved whole, and write down that it moved. `has_words` where something else than
    `words` (an outcome) tells what came of it. Raises StateWrong, ConsentMissing, WordsMissing."""
    before = referral.state
    try:
        row = transition(act, before, by)
    except IllegalTransition:
        raise StateWrong from None
    if row.consent and living_consent(referral, now) is None:
        raise ConsentMissing
    if row.words and by != By.FAMILY and not (words if has_words is None else has_words):
        raise WordsMissing
    referral.state = row.target
    referral.save()
    stepped(referral, act, by, actor, now, before=before, words=words)
    recorded(CODES[act], referral, actor, now, **data)
    _links_follow(referral, act, actor, now)


def _links_follow(referral: Referral, act: Act, actor: AuditActor, now: dt.datetime) -> None:
    """A receiver outside has a link for as long as the referral is with it."""
    moved = act in (Act.SEND, Act.REROUTE)
    if moved or referral.state not in WITH_RECEIVER:
        links_ended(referral, actor, now)
    if moved and referral.receiver.is_outside:
        new_link(referral, actor, now)


def new_link(referral: Referral, actor: AuditActor, now: dt.datetime) -> ReceiverLink:
    link = links.open_link(referral, now)
    recorded(AuditCode.LINK_MADE, referral, actor, now, receiver=referral.receiver_id)
    return link


def links_ended(referral: Referral, actor: AuditActor, now: dt.datetime) -> bool:
    """Whether there was one to end."""
    ended = links.end_links(referral, now)
    for link in ended:
        recorded(AuditCode.LINK_ENDED, referral, actor, now, receiver=link.receiver_id)
    return bool(ended)


def stepped(
    referral: Referral, act: Act, by: By, actor: AuditActor, now: dt.datetime, *, before: str = "", words: str = ""
) -> None:
    ReferralStep.objects.create(
        referral=referral,
        transition=act.value,
        from_state=before,
        to_state=referral.state,
        by=by,
        staff_id=actor.id if actor.kind == AuditEvent.Actor.STAFF else None,
        receiver_id=referral.receiver_id,
        words=words,
        at=now,
    )


def recorded(
    code: AuditCode, referral: Referral, actor: AuditActor, now: dt.datetime, **data: str | int | None
) -> None:
    own = actor.kind == AuditEvent.Actor.PERSON
    record(
        code=code,
        actor=actor,
        ground=AuditGround.OWN if own else AuditGround.TASK,
        object_type="referral",
        object_id=referral.pk,
        relationship_id=referral.relationship_id,
        now=now,
        data=data,
    )


def open_consent(referral: Referral) -> Consent | None:
    """Asked or given, and not ended by anybody; its days may have passed."""
    return Consent.objects.filter(
        referral=referral.pk, refused_at__isnull=True, revoked_at__isnull=True, cancelled_at__isnull=True
    ).first()


def set_answer_deadline(referral: Referral, now: dt.datetime) -> None:
    """It begins with this receiver now. Raises ReceiverUnfit."""
    receiver = referral.receiver
    check_receiver(receiver, referral.kind)
    hours = answering_hours(receiver.unit, Contact.Channel.MESSAGE) if receiver.unit else OpeningHours(())
    referral.sent_at, referral.received_at, referral.answered_at = now, None, None
    referral.answer_due_at = answer_due_at(hours, now, receiver.answer_days, referral.urgency)
    referral.reminded_at = referral.escalated_at = None
    referral.taker_name = ""


def check_receiver(receiver: Receiver, kind: str) -> None:
    """Raises ReceiverUnfit."""
    if not receiver.is_active or (kind == Referral.Kind.NEEDS_ASSESSMENT and not receiver.assesses_needs):
        raise ReceiverUnfit


def clean_words(words: str, limit: int = TEXT_LIMIT) -> str:
    """Words as they are kept; none are none. Raises BodyRefused."""
    words = clean_body(words).strip() if words.strip() else ""
    if len(words) > limit:
        most = f"{limit:,}".replace(",", " ")
        raise BodyRefused("too_long", _("Teksti on liian pitkä. Enintään %(n)s merkkiä mahtuu.") % {"n": most})
    return words
