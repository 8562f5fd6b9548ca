"""What goes along with a referral, put together from every room for its receiver: what the family's consent names, and
nothing of anything else."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from guidance.models import Child, Message
from referrals.models import Consent, Referral
from segments.models import PlanVersion, Segment
from segments.selectors import current_segment

Item = Consent.Item
Said = Message.Kind


@dataclass(frozen=True)
class HandedAlong:
    """Empty where the consent does not name it, or there is none. `plan` is the newest version that the family
    confirmed, in the shape of PlanVersion."""

    summary: str = ""
    wish: str = ""
    name: str = ""
    children: list[Child] = field(default_factory=list)
    segment: str = ""
    plan: dict[str, Any] | None = None
    conversation: list[Message] = field(default_factory=list)


def handed_along(referral: Referral, items: Collection[str]) -> HandedAlong:
    """`items`: what this reader may read now (referrals/rights.py)."""
    person = referral.relationship.person
    return HandedAlong(
        summary=referral.summary if Item.SUMMARY in items else "",
        wish=referral.wish if Item.SUMMARY in items else "",
        name=person.full_name if Item.NAME in items and person is not None else "",
        children=_children(referral) if Item.CHILDREN in items else [],
        segment=_segment(referral) if Item.SEGMENT in items else "",
        plan=_plan(referral) if Item.PLAN in items else None,
        conversation=_conversation(referral) if Item.CONVERSATION in items else [],
    )


def _children(referral: Referral) -> list[Child]:
    return list(Child.objects.filter(relationship=referral.relationship_id).order_by("birth_date", "pk"))


def _segment(referral: Referral) -> str:
    assessment = current_segment(referral.relationship_id)
    return str(Segment(assessment.decided).label) if assessment is not None else ""


def _plan(referral: Referral) -> dict[str, Any] | None:
    confirmed = PlanVersion.objects.filter(plan__relationship=referral.relationship_id, plan__ended_at__isnull=True)
    newest = confirmed.order_by("-number").first()
    content: dict[str, Any] | None = newest.content if newest is not None else None
    return content


def _conversation(referral: Referral) -> list[Message]:
    """What family and worker said to each other, as long as the contact is still this family's."""
    said = Message.objects.filter(
        contact=referral.contact_id,
        contact__relationship=referral.relationship_id,
        kind__in=[Said.CLIENT, Said.WORKER],
    )
    return list(said.select_related("staff").order_by("seq"))
