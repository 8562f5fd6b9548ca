"""Words and doors of the family's pages: a page asks here what is open now, in the reader's own words."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from catalogue.models import EmergencyContact, Service
from chat.doors import DoorState, door_states
from core import clock
from core.templatetags.words import clock_time, weekday_date
from core.translations import active_language

register = template.Library()


class DoorCard:
    """A channel's state for a page. `lit`: somebody is there now (a lamp may be shown)."""

    def __init__(self, state: DoorState) -> None:
        self._state = state
        self.lit = state.is_open and (state.staffed or state.channel != "chat")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._state, name)


@register.simple_tag(takes_context=True)
def doors_now(context: Mapping[str, Any]) -> list[DoorCard]:
    """The doors that a family can see, those that are open first; as the view saw them, if it has looked already.

    A page asks once, however many of its parts tell of them.
    """
    seen = context.get("door_states")
    if seen is None:
        request = context["request"]
        if not hasattr(request, "doors_seen"):
            request.doors_seen = door_states(clock.now())
        seen = request.doors_seen
    cards = [DoorCard(state) for state in seen]
    return sorted(cards, key=lambda card: not card.is_open)


@register.filter
def door(cards: Iterable[DoorCard], channel: str) -> DoorCard | None:
    return next((card for card in cards if card.channel == channel), None)


@register.filter
def clock_hour(moment: dt.datetime | None) -> str:
    """klo 16, klo 9.30 (kl. 16, 16:00): the hour alone when it is full and the language speaks so."""
    if moment is None:
        return ""
    local = timezone.localtime(moment, clock.HELSINKI)
    bare = local.minute == 0 and active_language() != "en"
    return _("klo %(time)s") % {"time": str(local.hour) if bare else clock_time(moment)}


def _days_from_today(moment: dt.datetime) -> int:
    today = timezone.localtime(clock.now(), clock.HELSINKI).date()
    return (timezone.localtime(moment, clock.HELSINKI).date() - today).days


def _near(moment: dt.datetime, tomorrow: str) -> str:
    days = _days_from_today(moment)
    if days == 0:
        day = pgettext("a time later on this day", "tänään")
    elif days == 1:
        day = tomorrow
    else:
        day = weekday_date(moment)
    return _("%(day)s %(clock)s") % {"day": day, "clock": clock_hour(moment)}


@register.filter
def near_moment(moment: dt.datetime | None) -> str:
    """tänään klo 16, huomenna klo 9, keskiviikkona 25.11. klo 9"""
    return _near(moment, _("huomenna")) if moment else ""


@register.filter
def near_day_moment(moment: dt.datetime | None) -> str:
    """As near_moment, but tomorrow with its weekday: huomenna, tiistaina klo 16. For promises."""
    if moment is None:
        return ""
    weekday = weekday_date(moment).split(" ")[0]
    return _near(moment, _("huomenna, %(weekday)s") % {"weekday": weekday})


@register.filter
def day_heading(moment: dt.datetime) -> str:
    """Tänään, maanantaina 23.11.: the line between the days of a thread."""
    if _days_from_today(moment) == 0:
        return _("Tänään, %(day)s") % {"day": weekday_date(moment)}
    named = weekday_date(moment)
    return named[:1].upper() + named[1:]


@register.filter
def local_day(moment: dt.datetime) -> dt.date:
    return timezone.localtime(moment, clock.HELSINKI).date()


@register.simple_tag
def site_address() -> str:
    """The site as its letters and messages name it."""
    return str(settings.PUBLIC_ADDRESS)


@register.filter
def oldest_check(contacts: Iterable[EmergencyContact]) -> dt.date | None:
    """The day by which every one of the numbers had been checked: the oldest of their days."""
    return min((contact.checked_on for contact in contacts), default=None)


@register.filter
def is_free(service: Service) -> bool:
    """Free of charge, which deserves a sign of its own."""
    return service.price_kind == Service.PriceKind.FREE


@register.filter
def place_in_queue(position: int) -> str:
    """Olet toisena jonossa: the first ten in words, then in figures."""
    words = {
        1: _("Olet seuraavana vuorossa"),
        2: _("Olet toisena jonossa"),
        3: _("Olet kolmantena jonossa"),
        4: _("Olet neljäntenä jonossa"),
        5: _("Olet viidentenä jonossa"),
    }
    return words.get(position) or _("Olet %(position)s. jonossa") % {"position": position}


@register.filter
def paragraphs(text: str) -> list[str]:
    """The parts of a text between its empty lines."""
    return [part.strip() for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]


@register.filter
def in_fours(code: str) -> list[str]:
    """A return code as it is read aloud: 4821 7730 1965 0248."""
    digits = code.replace(" ", "")
    return [digits[start : start + 4] for start in range(0, len(digits), 4)]


@register.filter
def over(phase: str) -> bool:
    """Whether nothing more is written into the contact."""
    return phase in ("closed", "left")
