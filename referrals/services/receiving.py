"""The receiver's acts: by staff of a unit on this platform, or by whoever has opened the link of a receiver outside."""

import datetime as dt
import uuid

from django.db import transaction

from accounts.models import User
from referrals.errors import OutcomeMissing
from referrals.models import Receiver, Referral
from referrals.rights import living_consent
from referrals.services.stepping import (
    By,
    Taker,
    check_receiver,
    clean_words,
    locked,
    receiver_of,
    set_answer_deadline,
    step,
)
from referrals.transitions import Act


def receive(*, referral_id: uuid.UUID, worker: Taker, now: dt.datetime) -> Referral:
    """It has been seen, and somebody looks into it. Raises ReferralUnknown, StateWrong, ConsentMissing."""
    with transaction.atomic():
        referral = locked(referral_id)
        actor = receiver_of(referral, worker, now)
        referral.received_at, referral.worker = _not_before(referral, now), _staff(worker)
        step(referral, Act.RECEIVE, By.RECEIVER, actor, now)
    return referral


def accept(*, referral_id: uuid.UUID, worker: Taker, words: str = "", now: dt.datetime) -> Referral:
    """The family gets the service; `words` tell what comes next. Raises ReferralUnknown, StateWrong, ConsentMissing,
    BodyRefused."""
    words = clean_words(words)
    with transaction.atomic():
        referral = locked(referral_id)
        actor = receiver_of(referral, worker, now)
        referral.answered_at, referral.worker = _not_before(referral, now), _staff(worker)
        step(referral, Act.ACCEPT, By.RECEIVER, actor, now, words=words)
    return referral


def decline(*, referral_id: uuid.UUID, worker: Taker, reason: str, now: dt.datetime) -> Referral:
    """No, and why: the sender sees to what comes next. Raises ReferralUnknown, StateWrong, WordsMissing,
    BodyRefused."""
    words = clean_words(reason)
    with transaction.atomic():
        referral = locked(referral_id)
        actor = receiver_of(referral, worker, now)
        referral.answered_at = referral.ended_at = _not_before(referral, now)
        step(referral, Act.DECLINE, By.RECEIVER, actor, now, words=words)
    return referral


def return_for_more(*, referral_id: uuid.UUID, worker: Taker, words: str, now: dt.datetime) -> Referral:
    """Something is missing; `words` tell what. Raises ReferralUnknown, StateWrong, WordsMissing, BodyRefused."""
    words = clean_words(words)
    with transaction.atomic():
        referral = locked(referral_id)
        actor = receiver_of(referral, worker, now)
        step(referral, Act.RETURN, By.RECEIVER, actor, now, words=words)
    return referral


def reroute(*, referral_id: uuid.UUID, worker: Taker, to: Receiver, words: str, now: dt.datetime) -> Referral:
    """Another receiver fits better. Where the family's consent covers others too, it goes there at once and is no
    longer here; else it goes back to the sender with the suggestion, since the family has to be asked.

    Raises ReferralUnknown, StateWrong, WordsMissing, ReceiverUnfit, BodyRefused.
    """
    words = clean_words(words)
    with transaction.atomic():
        referral = locked(referral_id)
        actor = receiver_of(referral, worker, now)
        check_receiver(to, referral.kind)
        consent = living_consent(referral, now)
        referral.worker = None
        if consent is not None and consent.others_too:
            referral.receiver, referral.suggested = to, None
            set_answer_deadline(referral, _not_before(referral, now))
            step(referral, Act.REROUTE, By.RECEIVER, actor, now, words=words, receiver=to.pk)
        else:
            referral.suggested = to
            step(referral, Act.RETURN, By.RECEIVER, actor, now, words=words, suggested=to.pk)
    return referral


def start(*, referral_id: uuid.UUID, worker: Taker, now: dt.datetime) -> Referral:
    """The service, or the assessment, has begun. Raises ReferralUnknown, StateWrong, ConsentMissing."""
    with transaction.atomic():
        referral = locked(referral_id)
        actor = receiver_of(referral, worker, now)
        referral.started_at, referral.worker = _not_before(referral, now), _staff(worker)
        step(referral, Act.START, By.RECEIVER, actor, now)
    return referral


def complete(*, referral_id: uuid.UUID, worker: Taker, outcome: str, words: str = "", now: dt.datetime) -> Referral:
    """It is over, with what came of it; the receiver's access ends. Raises ReferralUnknown, StateWrong, OutcomeMissing,
    BodyRefused."""
    words = clean_words(words)
    if outcome not in Referral.Outcome.values:
        raise OutcomeMissing
    with transaction.atomic():
        referral = locked(referral_id)
        actor = receiver_of(referral, worker, now)
        referral.ended_at, referral.outcome = _not_before(referral, now), outcome
        step(referral, Act.COMPLETE, By.RECEIVER, actor, now, words=words, has_words=True, outcome=outcome)
    return referral


def _not_before(referral: Referral, now: dt.datetime) -> dt.datetime:
    """Two servers' clocks may differ; the row's times stay in their order."""
    known = (referral.made_at, referral.sent_at, referral.answered_at, referral.started_at)
    return max(now, *(moment for moment in known if moment is not None))


def _staff(taker: Taker) -> User | None:
    return taker if isinstance(taker, User) else None
