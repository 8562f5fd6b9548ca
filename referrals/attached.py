"""What this room hangs on a relationship, for erasing and for the family's own data."""

from typing import Any

from guidance.attached import Attached, Rows, deleted
from guidance.models import ClientRelationship
from referrals.models import Consent, ReceiverLink, Referral, ReferralFeeling, ReferralStep


def take_out(relationship_id: int) -> Rows:
    referrals = Referral.objects.filter(relationship=relationship_id)
    referrals.update(follows=None)
    return deleted(
        ReferralFeeling.objects.filter(referral__in=referrals),
        ReceiverLink.objects.filter(referral__in=referrals),
        Consent.objects.filter(referral__in=referrals),
        ReferralStep.objects.filter(referral__in=referrals),
        referrals,
    )


def export(relationship: ClientRelationship) -> list[dict[str, Any]]:
    referrals = Referral.objects.filter(relationship=relationship).select_related("receiver", "feeling")
    return [_referral(row) for row in referrals.prefetch_related("steps", "consents__receiver").order_by("made_at")]


def _referral(row: Referral) -> dict[str, Any]:
    feeling = getattr(row, "feeling", None)
    return {
        "kind": row.kind,
        "state": row.state,
        "urgency": row.urgency,
        "receiver": row.receiver.name,
        "service": row.service_name,
        "made_at": row.made_at,
        "summary": row.summary,
        "wish": row.wish,
        "outcome": row.outcome or None,
        "steps": [{"to": step.to_state, "by": step.by, "words": step.words, "at": step.at} for step in row.steps.all()],
        "consents": [
            {
                "receiver": consent.receiver.name,
                "what": consent.items,
                "until": consent.until_on,
                "given_at": consent.given_at,
                "how": consent.given_how or None,
                "refused_at": consent.refused_at,
                "revoked_at": consent.revoked_at,
                "cancelled_at": consent.cancelled_at,
            }
            for consent in row.consents.all()
        ],
        "feeling": {"feeling": feeling.feeling, "word": feeling.word, "at": feeling.at} if feeling else None,
    }


REFERRALS = Attached("referrals", take_out, export)
