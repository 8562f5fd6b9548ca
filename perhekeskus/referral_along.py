"""What goes along with a referral, for the receiver's eyes: of the family's record what its consent names, and of that
nothing more."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from guidance.message_log import StoredMessage
from guidance.models import Child
from guidance.selectors import messages_after
from referrals.models import Consent, Referral
from referrals.staff import StaffReferral
from segments.models import PlanVersion
from segments.selectors import current_segment

Item = Consent.Item


@dataclass(frozen=True)
class Along:
    """Empty where the consent does not name it, or where there is none. `plan`: the goals as the family confirmed them
    last."""

    children: list[Child]
    conversation: list[StoredMessage]
    segment: str
    plan: list[dict[str, Any]]


def along(told: StaffReferral) -> Along:
    """For the receiver; the sender's side sees its own record at the desk."""
    return along_of(told.row, told.items if told.is_receiver and not told.is_sender else frozenset())


def along_of(referral: Referral, items: Collection[str]) -> Along:
    """`items`: what the reader may read now. A conversation that has been moved away from the family since is not its
    to hand along any more."""
    relationship, contact = referral.relationship, referral.contact
    if contact is not None and contact.relationship_id != relationship.pk:
        contact = None
    return Along(
        list(relationship.children.order_by("birth_date", "pk")) if Item.CHILDREN in items else [],
        _said(messages_after(contact)) if Item.CONVERSATION in items and contact is not None else [],
        _segment(relationship.pk) if Item.SEGMENT in items else "",
        _goals(relationship.pk) if Item.PLAN in items else [],
    )


def _said(messages: list[StoredMessage]) -> list[StoredMessage]:
    """What people wrote; the platform's own lines tell a stranger nothing."""
    return [message for message in messages if message.kind in ("client", "worker")]


def _segment(relationship_id: int) -> str:
    newest = current_segment(relationship_id)
    return newest.get_decided_display() if newest is not None else ""


def _goals(relationship_id: int) -> list[dict[str, Any]]:
    versions = PlanVersion.objects.filter(plan__relationship=relationship_id, plan__ended_at__isnull=True)
    newest = versions.order_by("-confirmed_at").first()
    return newest.content["goals"] if newest is not None else []
