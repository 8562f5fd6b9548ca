"""The family's consent to one handing-on: asked by the sender, answered by the family, taken back at any time."""

import datetime as dt
import uuid
from collections.abc import Collection

from django.db import transaction

from accounts.models import Person, User
from audit.codes import AuditCode
from core.opening_hours import local_date
from referrals.errors import ConsentAnswered, ConsentDaysWrong, ConsentEmpty, ConsentUnknown, StateWrong, SummaryMissing
from referrals.models import Consent, Referral
from referrals.services.stepping import By, clean_words, family_of, locked, open_consent, recorded, sender_of, step
from referrals.transitions import LIVE, WITH_RECEIVER, Act

How = Consent.How
LONGEST = dt.timedelta(days=366)


def ask_consent(
    *,
    referral_id: uuid.UUID,
    worker: User,
    items: Collection[str],
    until_on: dt.date,
    others_too: bool = False,
    now: dt.datetime,
) -> Consent:
    """Ask the family. Asking anew takes the place of a question without an answer, and of a consent whose days have
    passed; one that lives has to be taken back by the family first.

    Raises ReferralUnknown, StateWrong, SummaryMissing, ConsentEmpty, ConsentDaysWrong, ConsentAnswered.
    """
    chosen = [item for item in Consent.Item.values if item in items]
    if not chosen or len(chosen) != len(set(items)):
        raise ConsentEmpty
    today = local_date(now)
    if not today <= until_on <= today + LONGEST:
        raise ConsentDaysWrong
    with transaction.atomic():
        referral = locked(referral_id)
        actor = sender_of(referral, worker, now)
        if referral.state not in LIVE:
            raise StateWrong
        if not referral.summary:
            raise SummaryMissing
        standing = open_consent(referral)
        if standing is not None:
            if standing.given_at is not None and standing.until_on >= today:
                raise ConsentAnswered
            _cancel(standing, now)
        consent = Consent.objects.create(
            referral=referral,
            receiver=referral.receiver,
            items=chosen,
            others_too=others_too,
            until_on=until_on,
            asked_by=worker,
            asked_at=now,
        )
        recorded(AuditCode.CONSENT_ASKED, referral, actor, now, consent=consent.pk)
    return consent


def cancel_consent(*, consent_id: int, worker: User, now: dt.datetime) -> Consent:
    """The sender takes the question back. Raises ConsentUnknown, ReferralUnknown, ConsentAnswered."""
    with transaction.atomic():
        consent, referral = _locked(consent_id)
        actor = sender_of(referral, worker, now)
        _require_asked(consent)
        _cancel(consent, now)
        recorded(AuditCode.REFERRAL_CHANGED, referral, actor, now, cancelled=consent.pk)
    return consent


def give_consent(*, consent_id: int, person: Person, now: dt.datetime) -> Consent:
    """The family says yes on its own page. Raises ConsentUnknown, ReferralUnknown, ConsentAnswered,
    ConsentDaysWrong."""
    with transaction.atomic():
        consent, referral = _locked(consent_id)
        actor = family_of(referral, person)
        _give(consent, How.OWN_PAGE, None, now)
        recorded(AuditCode.CONSENT_GIVEN, referral, actor, now, consent=consent.pk, how=consent.given_how)
    return consent


def record_spoken_consent(*, consent_id: int, worker: User, now: dt.datetime) -> Consent:
    """The family said yes aloud, and the worker writes it down. Raises ConsentUnknown, ReferralUnknown,
    ConsentAnswered, ConsentDaysWrong."""
    with transaction.atomic():
        consent, referral = _locked(consent_id)
        actor = sender_of(referral, worker, now)
        _give(consent, How.SPOKEN, worker, now)
        recorded(AuditCode.CONSENT_GIVEN, referral, actor, now, consent=consent.pk, how=consent.given_how)
    return consent


def refuse_consent(*, consent_id: int, person: Person, now: dt.datetime) -> Consent:
    """The family says no, and need not say why. Raises ConsentUnknown, ReferralUnknown, ConsentAnswered."""
    with transaction.atomic():
        consent, referral = _locked(consent_id)
        actor = family_of(referral, person)
        _require_asked(consent)
        consent.refused_at = max(now, consent.asked_at)
        consent.save(update_fields=["refused_at"])
        recorded(AuditCode.CONSENT_REFUSED, referral, actor, now, consent=consent.pk)
    return consent


def revoke_consent(*, consent_id: int, person: Person, words: str = "", now: dt.datetime) -> Consent:
    """The family takes its word back: the receiver's access ends in this moment, and a referral that is with the
    receiver ends with it. Raises ConsentUnknown, ReferralUnknown, ConsentAnswered, BodyRefused."""
    words = clean_words(words)
    with transaction.atomic():
        consent, referral = _locked(consent_id)
        actor = family_of(referral, person)
        if consent.given_at is None or consent.revoked_at is not None or consent.cancelled_at is not None:
            raise ConsentAnswered
        consent.revoked_at = max(now, consent.given_at)
        consent.save(update_fields=["revoked_at"])
        recorded(AuditCode.CONSENT_REVOKED, referral, actor, now, consent=consent.pk)
        if referral.state in WITH_RECEIVER:
            referral.ended_at = max(now, referral.made_at)
            step(referral, Act.WITHDRAW, By.FAMILY, actor, now, words=words)
    return consent


def _locked(consent_id: int) -> tuple[Consent, Referral]:
    referral_id = Consent.objects.filter(pk=consent_id).values_list("referral_id", flat=True).first()
    if referral_id is None:
        raise ConsentUnknown
    referral = locked(referral_id)
    return Consent.objects.get(pk=consent_id), referral


def _require_asked(consent: Consent) -> None:
    if consent.given_at or consent.refused_at or consent.cancelled_at:
        raise ConsentAnswered


def _give(consent: Consent, how: Consent.How, recorded_by: User | None, now: dt.datetime) -> None:
    _require_asked(consent)
    if consent.until_on < local_date(now):
        raise ConsentDaysWrong
    consent.given_at, consent.given_how, consent.recorded_by = max(now, consent.asked_at), how, recorded_by
    consent.save(update_fields=["given_at", "given_how", "recorded_by"])


def _cancel(consent: Consent, now: dt.datetime) -> None:
    consent.cancelled_at = max(now, consent.asked_at)
    consent.save(update_fields=["cancelled_at"])
