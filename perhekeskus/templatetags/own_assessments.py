"""Words of a family's assessments."""

from django import template
from django.utils.translation import gettext as _

from core.templatetags.words import full_date
from segments.models import Assessment
from segments.segment_words import FOR_FAMILY, OWN_CHOICES

register = template.Library()
Answered = Assessment.Answered


@register.filter
def support_in_words(segment: str) -> str:
    """What support was decided."""
    return str(FOR_FAMILY.get(segment, ""))


@register.filter
def own_choice_in_words(segment: str) -> str:
    return str(dict(OWN_CHOICES).get(segment, ""))


@register.filter
def assessment_standing(assessment: Assessment) -> str:
    """Whose turn it is, or what came of it."""
    names = {"name": assessment.started_by.first_name}
    if assessment.state == Assessment.State.WITHDRAWN:
        return _("Arvio peruttiin. Sinun ei tarvitse vastata.")
    if assessment.decided:
        decider = assessment.decided_by.first_name if assessment.decided_by else ""
        return _("%(name)s päätti tästä %(day)s.") % {"name": decider, "day": full_date(assessment.decided_at)}
    if assessment.client_answers is None:
        return _("%(name)s pyytää sinua vastaamaan muutamaan kysymykseen arjestanne.") % names
    return _("Vastauksesi ovat perillä. %(name)s käy ne läpi ja kertoo sinulle, mitä ehdottaa.") % names


@register.filter
def answered_in_words(assessment: Assessment) -> str:
    """When and how the family has answered."""
    day = {"day": full_date(assessment.client_answered_at)}
    if assessment.client_answered == Answered.TOGETHER:
        return _("Vastasitte yhdessä työntekijän kanssa %(day)s.") % day
    return _("Vastasit %(day)s.") % day
