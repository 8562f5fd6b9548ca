"""How a handing-on has felt to the family: told on its own page, and told anew as often as it likes."""

import datetime as dt
import uuid

from django.db import transaction

from accounts.models import Person
from audit.codes import AuditCode
from referrals.errors import FeelingUnknown, StateWrong
from referrals.models import ReferralFeeling
from referrals.services.stepping import clean_words, family_of, locked, recorded

SCALE = range(1, 6)
WORD_LIMIT = 1_000


def tell_feeling(
    *, referral_id: uuid.UUID, person: Person, feeling: int, word: str = "", now: dt.datetime
) -> ReferralFeeling:
    """1 (bad) to 5 (good) with a free word; the last one told counts. Raises ReferralUnknown, StateWrong before it has
    been sent, FeelingUnknown, BodyRefused."""
    word = clean_words(word, limit=WORD_LIMIT)
    with transaction.atomic():
        referral = locked(referral_id)
        actor = family_of(referral, person)
        if referral.sent_at is None:
            raise StateWrong
        if feeling not in SCALE:
            raise FeelingUnknown
        told, _made = ReferralFeeling.objects.update_or_create(
            referral=referral, defaults={"feeling": feeling, "word": word, "at": now}
        )
        recorded(AuditCode.REFERRAL_FELT, referral, actor, now)
    return told
