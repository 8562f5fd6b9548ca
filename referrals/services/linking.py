"""The link of a receiver outside: the sender's code, a new link, the end of it; and the receiver's way in and out.

Everything happens under the relationship's lock, as every act on a referral, so that of two browsers with the same code
one gets in, and a try is counted before the next one is made.
"""

import datetime as dt
import hmac
import uuid

from django.db import transaction

from accounts.models import User
from accounts.visitors import new_secret
from audit.codes import AuditCode
from referrals import links
from referrals.errors import ConsentMissing, LinkGone, NameMissing, ReferralUnknown, StateWrong
from referrals.models import ReceiverLink, Referral
from referrals.rights import as_outside, link_works, living_consent, outside_actor
from referrals.services.stepping import clean_words, links_ended, locked, new_link, recorded, sender_of
from referrals.transitions import WITH_RECEIVER

NAME_LIMIT = 120


def make_code(*, referral_id: uuid.UUID, worker: User, now: dt.datetime) -> str:
    """The code that the worker says to the receiver; it is shown this once, and one made before is worth nothing.

    Raises ReferralUnknown, LinkGone.
    """
    with transaction.atomic():
        referral = locked(referral_id)
        actor = sender_of(referral, worker, now)
        link = _living(referral, now)
        code = links.new_code()
        link.code_hash, link.code_sent_at, link.tries = links.code_hash(link, code), now, 0
        link.save(update_fields=["code_hash", "code_sent_at", "tries"])
        recorded(AuditCode.LINK_CODE_MADE, referral, actor, now)
    return code


def renew_link(*, referral_id: uuid.UUID, worker: User, now: dt.datetime) -> ReceiverLink:
    """Another letter with another link; whoever read by the old one reads no more. Raises ReferralUnknown, StateWrong,
    ConsentMissing."""
    with transaction.atomic():
        referral = locked(referral_id)
        actor = sender_of(referral, worker, now)
        if referral.state not in WITH_RECEIVER or not referral.receiver.is_outside:
            raise StateWrong
        if living_consent(referral, now) is None:
            raise ConsentMissing
        links_ended(referral, actor, now)
        return new_link(referral, actor, now)


def end_link(*, referral_id: uuid.UUID, worker: User, now: dt.datetime) -> None:
    """The receiver reads no more from this moment; the referral stays as it is. Raises ReferralUnknown, LinkGone."""
    with transaction.atomic():
        referral = locked(referral_id)
        actor = sender_of(referral, worker, now)
        if not links_ended(referral, actor, now):
            raise LinkGone


def enter_link(*, link: ReceiverLink, code: str, name: str, now: dt.datetime) -> str:
    """The right code opens this browser, and closes any other. Returns the browser's secret; empty for a wrong code, an
    old one, one that was used, and after five tries. `name`: as the receiver calls themselves.

    Raises LinkGone, NameMissing, BodyRefused.
    """
    name = " ".join(clean_words(name, NAME_LIMIT).split())
    if not name:
        raise NameMissing
    digits = "".join(sign for sign in code if sign.isascii() and sign.isdigit())
    with transaction.atomic():
        referral = _locked_by(link)
        fresh = _living(referral, now)
        if fresh.pk != link.pk or not link_works(fresh, referral, now):
            raise LinkGone
        secret, actor = new_secret(), outside_actor(referral)
        right = _is_code(fresh, digits, now)
        fresh.tries += 1
        if right:
            fresh.opened_at = fresh.opened_at or now
            fresh.browser_hash, fresh.browser_until = links.browser_hash(fresh, secret), now + links.BROWSER_LASTS
            referral.taker_name = name
            referral.save(update_fields=["taker_name"])
        if right or fresh.tries >= links.TRIES:
            fresh.code_hash, fresh.code_sent_at = "", None
        fresh.save()
        recorded(AuditCode.LINK_OPENED if right else AuditCode.LINK_REFUSED, referral, actor, now)
    return secret if right else ""


def look_by_link(*, link: ReceiverLink, now: dt.datetime) -> tuple[Referral, frozenset[str]]:
    """The referral and what the consent lets this receiver read of it; every look is written down. Raises LinkGone."""
    with transaction.atomic():
        referral = _locked_by(link)
        actor, consent = as_outside(referral, link, now), living_consent(referral, now)
        if actor is None or consent is None:
            raise LinkGone
        recorded(AuditCode.REFERRAL_VIEWED, referral, actor, now)
    return referral, frozenset(consent.items)


def leave_link(*, link: ReceiverLink, now: dt.datetime) -> None:
    """This browser reads no more; the next one needs a new code."""
    with transaction.atomic():
        referral = _locked_by(link)
        if as_outside(referral, link, now) is not None:
            ReceiverLink.objects.filter(pk=link.pk).update(browser_hash="", browser_until=None)


def _locked_by(link: ReceiverLink) -> Referral:
    try:
        return locked(link.referral_id)
    except ReferralUnknown:
        raise LinkGone from None


def _living(referral: Referral, now: dt.datetime) -> ReceiverLink:
    found = ReceiverLink.objects.filter(referral=referral.pk, ended_at__isnull=True, expires_at__gt=now).first()
    if found is None:
        raise LinkGone
    return found


def _is_code(link: ReceiverLink, digits: str, now: dt.datetime) -> bool:
    if not link.code_hash or link.code_sent_at is None or now - link.code_sent_at > links.CODE_LASTS:
        return False
    return hmac.compare_digest(link.code_hash, links.code_hash(link, digits))
