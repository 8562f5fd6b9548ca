"""Words for the values of an own-data export: never an internal code on screen."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from accounts.identification.interface import Level
from guidance.models import CallbackAttempt, Contact, Erasure, Feedback

register = template.Library()

CHOICES: dict[str, Any] = {
    "channel": Contact.Channel,
    "state": Contact.State,
    "outcome": Contact.Outcome,
    "next_step_owner": Contact.NextStepOwner,
    "helped": Feedback.Helped,
    "erasure": Erasure.State,
    "call": CallbackAttempt.Outcome,
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
