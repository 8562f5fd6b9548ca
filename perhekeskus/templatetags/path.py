"""Words of the path's picture and table."""

from django import template
from django.utils.translation import gettext as _

from core import clock
from core.templatetags.words import full_date, lasted
from guidance.path import Touch

register = template.Library()


@register.filter
def touch_in_words(touch: Touch) -> str:
    """20.11.2026: Chat, Asiakasohjaus, Vauvan uni"""
    parts = (touch.channel, touch.provider, touch.words)
    return f"{full_date(touch.at)}: {', '.join(part for part in parts if part)}"


@register.filter
def wait_in_words(touch: Touch) -> str:
    """How long it has been waited for, and whether it still is."""
    waited = touch.waited(clock.now())
    if not waited:
        return "–"
    return _("%(time)s, odottaa yhä") % {"time": lasted(waited)} if touch.is_waiting else lasted(waited)
