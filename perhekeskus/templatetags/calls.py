"""Words of callbacks: when it suits, what has been tried, how many tries are left."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core import clock
from core.templatetags.words import weekday_date
from guidance import callbacks
from guidance.callbacks import MAX_TRIES
from guidance.models import CallbackRequest
from perhekeskus.templatetags.family import clock_hour

register = template.Library()


@register.filter
def near_moment_past(moment: dt.datetime) -> str:
    """tänään klo 10.15, eilen klo 14, perjantaina 20.11. klo 9"""
    today = timezone.localtime(clock.now(), clock.HELSINKI).date()
    days = (today - timezone.localtime(moment, clock.HELSINKI).date()).days
    day = {0: pgettext("a time earlier on this day", "tänään"), 1: _("eilen")}.get(days) or weekday_date(moment)
    return _("%(day)s %(clock)s") % {"day": day, "clock": clock_hour(moment)}


@register.filter
def last_one(rows: Sequence[Any]) -> Any:
    """The last of them, or None."""
    return rows[len(rows) - 1] if rows else None


@register.filter
def wishes_in_words(callback: CallbackRequest) -> str:
    """aamulla (8–10) ja iltapäivällä (12–14); any time when nothing is wished."""
    words = [str(CallbackRequest.Wish(wish).label) for wish in callback.wishes]
    if not words:
        return _("milloin vain")
    return (
        words[0] if len(words) == 1 else _("%(some)s ja %(last)s") % {"some": ", ".join(words[:-1]), "last": words[-1]}
    )


@register.filter
def suits_now(callback: CallbackRequest) -> bool:
    return callbacks.suits_now(callback.wishes, clock.now())


@register.filter
def tries_left(callback: CallbackRequest) -> int:
    return max(1, MAX_TRIES - len(callback.attempts.all()))
