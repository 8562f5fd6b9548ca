"""The worker's whole form at once: the draft, and the question that goes with it."""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from accounts.models import Unit, User
from catalogue.models import Service
from referrals.models import Receiver, Referral
from referrals.services.consenting import ask_consent, record_spoken_consent
from referrals.services.sending import make_draft


@dataclass(frozen=True)
class Asking:
    """What the family is asked; `spoken`: it has said yes aloud already, and the worker writes it down."""

    items: Collection[str]
    until_on: dt.date
    others_too: bool = False
    spoken: bool = False


def refer(
    *,
    relationship_id: int,
    worker: User,
    unit: Unit,
    receiver: Receiver,
    kind: Referral.Kind,
    urgency: Referral.Urgency,
    service: Service | None,
    contact_id: uuid.UUID | None,
    summary: str,
    wish: str,
    is_warm: bool,
    asking: Asking | None,
    now: dt.datetime,
) -> Referral:
    """A draft with its question, or neither. Raises what make_draft, ask_consent and record_spoken_consent raise."""
    with transaction.atomic():
        referral = make_draft(
            relationship_id=relationship_id,
            worker=worker,
            unit=unit,
            receiver=receiver,
            kind=kind,
            urgency=urgency,
            service=service,
            contact_id=contact_id,
            summary=summary,
            wish=wish,
            is_warm=is_warm,
            now=now,
        )
        if asking is not None:
            ask(referral_id=referral.pk, worker=worker, asking=asking, now=now)
    return referral


def ask(*, referral_id: uuid.UUID, worker: User, asking: Asking, now: dt.datetime) -> None:
    """Ask the family, and write down its spoken answer when there is one. Raises what ask_consent and
    record_spoken_consent raise."""
    with transaction.atomic():
        consent = ask_consent(
            referral_id=referral_id,
            worker=worker,
            items=asking.items,
            until_on=asking.until_on,
            others_too=asking.others_too,
            now=now,
        )
        if asking.spoken:
            record_spoken_consent(consent_id=consent.pk, worker=worker, now=now)
