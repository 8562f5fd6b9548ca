"""Words for the values of an own-data export: never an internal code on screen."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from accounts.identification.interface import Level
from guidance.models import CallbackAttempt, Contact, CorrectionRequest, Erasure, Feedback, ResponsibleWorker
from referrals.models import Consent, Referral
from segments.models import Assessment, Goal, Plan, Step
from segments.segment_words import FOR_FAMILY, OWN_CHOICES

register = template.Library()

CHOICES: dict[str, Any] = {
    "channel": Contact.Channel,
    "state": Contact.State,
    "outcome": Contact.Outcome,
    "next_step_owner": Contact.NextStepOwner,
    "helped": Feedback.Helped,
    "erasure": Erasure.State,
    "call": CallbackAttempt.Outcome,
    "correction": CorrectionRequest.State,
    "role": ResponsibleWorker.Role,
    "responsible": ResponsibleWorker.State,
    "referral": Referral.State,
    "referral_outcome": Referral.Outcome,
    "item": Consent.Item,
    "assessment": Assessment.State,
    "plan": Plan.State,
    "plan_kind": Plan.Kind,
    "goal": Goal.State,
    "who": Step.Who,
}


@register.filter
def choice(value: str | None, kind: str) -> str:
    """The label of a stored choice."""
    return str(CHOICES[kind](value).label) if value else ""


@register.filter
def author_word(message: dict[str, Any]) -> str:
    """Who wrote: the family itself, a worker by first name, or the platform."""
    if message["author"] == "client":
        return _("Sinä")
    return message["name"] or _("Perhekeskus")


@register.filter
def level_word(level: str) -> str:
    """The level of assurance in words."""
    if level in (Level.HIGH, Level.EIDAS_HIGH):
        return _("korkea varmuustaso")
    return _("korotettu varmuustaso")


@register.filter
def support_word(segment: str | None) -> str:
    """What support was decided, as the family's own page calls it."""
    return str(FOR_FAMILY[segment]) if segment else ""


@register.filter
def own_choice_word(segment: str | None) -> str:
    return str(dict(OWN_CHOICES)[segment]) if segment else ""
