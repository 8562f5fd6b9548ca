"""A family's own referrals, as its own page tells of them: how each stands, whose turn it is, and the family's word on
what is told to whom."""

import datetime as dt
import uuid
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Prefetch, QuerySet
from django.http import Http404

from accounts.models import Person
from core.opening_hours import local_date
from referrals.models import Consent, Referral, ReferralFeeling, ReferralStep
from referrals.transitions import LIVE, UNANSWERED, WITH_RECEIVER, Clock, Turn, clock_of, turn_of


class Word(StrEnum):
    """How a consent stands for the family that it is asked of."""

    ASKED = "asked"
    GIVEN = "given"
    PASSED = "passed"  # given, and its last day is over
    REFUSED = "refused"
    REVOKED = "revoked"


@dataclass(frozen=True)
class OwnReferral:
    """`consent`: the newest that the sender has not taken back, and `word` how it stands; None when none is asked."""

    row: Referral
    consent: Consent | None
    word: Word | None
    steps: list[ReferralStep]
    turn: Turn
    clock: Clock
    is_late: bool  # the receiver's answer

    @property
    def feeling(self) -> ReferralFeeling | None:
        return getattr(self.row, "feeling", None)

    @property
    def is_live(self) -> bool:
        return self.row.state in LIVE

    @property
    def is_sent(self) -> bool:
        return self.row.sent_at is not None

    @property
    def is_with_receiver(self) -> bool:
        return self.row.state in WITH_RECEIVER

    @property
    def shows_words(self) -> bool:
        """What the sender is still changing is shown when the family is asked about it, and not before."""
        return self.word in (Word.ASKED, Word.GIVEN) or self.row.state not in (
            Referral.State.DRAFT,
            Referral.State.RETURNED,
        )


def own_referrals(person: Person, now: dt.datetime) -> list[OwnReferral]:
    """Newest first; drafts from when the family has been asked about them."""
    told = (_told(row, now) for row in _rows().filter(relationship__person=person).order_by("-made_at", "pk"))
    return [own for own in told if own.is_sent or own.consent is not None or _was_given(own)]


def own_referral(person: Person, referral_id: uuid.UUID, now: dt.datetime) -> OwnReferral:
    """Raises Http404 for any other."""
    for own in own_referrals(person, now):
        if own.row.pk == referral_id:
            return own
    raise Http404


def own_consent(person: Person, consent_id: int) -> Consent:
    """A consent asked of this person. Raises Http404 for any other."""
    found = Consent.objects.filter(pk=consent_id, referral__relationship__person=person).first()
    if found is None:
        raise Http404
    return found


def _rows() -> QuerySet[Referral]:
    related = ("receiver", "made_by", "service", "feeling")
    return Referral.objects.select_related(*related).prefetch_related(
        Prefetch("consents", Consent.objects.select_related("receiver").order_by("-asked_at", "-pk")),
        Prefetch("steps", ReferralStep.objects.select_related("receiver")),
    )


def _told(row: Referral, now: dt.datetime) -> OwnReferral:
    consent = next((one for one in row.consents.all() if one.cancelled_at is None), None)
    word = word_of(consent, now) if consent is not None else None
    return OwnReferral(
        row,
        consent,
        word,
        list(row.steps.all()),
        turn_of(row.state, consent_asked=word == Word.ASKED, seen_to=row.seen_to_at is not None),
        clock_of(row.state, row.kind),
        row.state in UNANSWERED and row.answer_due_at is not None and row.answer_due_at < now,
    )


def word_of(consent: Consent, now: dt.datetime) -> Word:
    if consent.refused_at is not None:
        return Word.REFUSED
    if consent.revoked_at is not None:
        return Word.REVOKED
    if consent.given_at is None:
        return Word.ASKED
    return Word.GIVEN if consent.until_on >= local_date(now) else Word.PASSED


def _was_given(own: OwnReferral) -> bool:
    return any(consent.given_at is not None for consent in own.row.consents.all())
