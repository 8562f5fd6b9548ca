"""A referral in words for its receiver outside."""

from django import template
from django.utils.translation import gettext as _

from core.templatetags.words import full_date, weekday_date
from perhekeskus.templatetags.family import near_day_moment
from referrals.models import Referral
from referrals.transitions import UNANSWERED, Clock, clock_of

register = template.Library()


@register.filter
def standing_for_receiver(referral: Referral) -> str:
    """Whose turn it is, and by when."""
    running = clock_of(referral.state, referral.kind)
    if referral.state in UNANSWERED:
        return _("Teidän vuoronne: vastatkaa viimeistään %(when)s.") % {"when": near_day_moment(referral.answer_due_at)}
    if running == Clock.START and referral.start_due_on is not None:
        return _("Teidän vuoronne: arviointi alkaa viimeistään %(day)s.") % {"day": weekday_date(referral.start_due_on)}
    if running == Clock.READY and referral.ready_due_on is not None:
        return _("Arviointi on käynnissä ja valmis viimeistään %(day)s.") % {"day": full_date(referral.ready_due_on)}
    if referral.state == Referral.State.ACCEPTED:
        return _("Olette ottaneet perheen vastaan. Olkaa yhteydessä perheeseen.")
    return _("Palvelu on käynnissä.")
