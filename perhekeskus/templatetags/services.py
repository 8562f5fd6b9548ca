"""Words of the catalogue's pages: for whom, when it is open, in which language a text is, and what tells of danger."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from django import template
from django.urls import translate_url
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _

from catalogue import hours_in_words
from catalogue.facts import ComingDay, Reach, WeekRow
from catalogue.models import REVIEW_EVERY, Location, Service
from catalogue.search.finding import Why
from core import clock
from core.opening_hours import local_date
from core.templatetags.words import weekday_date
from core.translations import LANGUAGES, active_language, language_of
from guidance.danger import may_tell_of_danger
from perhekeskus.templatetags.family import clock_hour, near_moment

register = template.Library()

MAP = "https://www.openstreetmap.org/?mlat={lat:.5f}&mlon={lon:.5f}#map=17/{lat:.5f}/{lon:.5f}"


@register.filter
def other_language(obj: object, field: str) -> SafeString:
    """`<p{{ service|other_language:"summary" }}>`: says the language of a text that is not in the reader's own."""
    code = language_of(obj, field)
    return mark_safe("") if code == active_language() else format_html(' lang="{}"', code)


@register.filter
def language_name(code: str) -> str:
    """suomi, ruotsi, arabia: the name of a language, small as in a list."""
    names = {
        "fi": _("suomi"), "sv": _("ruotsi"), "en": _("englanti"), "se": _("pohjoissaame"), "smn": _("inarinsaame"),
        "sms": _("koltansaame"), "fse": _("suomalainen viittomakieli"), "fss": _("suomenruotsalainen viittomakieli"),
        "ar": _("arabia"), "so": _("somali"), "ru": _("venäjä"), "uk": _("ukraina"), "fa": _("persia"),
        "prs": _("dari"), "ku": _("kurdi"), "et": _("viro"), "tr": _("turkki"), "vi": _("vietnam"), "th": _("thai"),
        "zh": _("kiina"), "es": _("espanja"), "fr": _("ranska"), "de": _("saksa"), "sq": _("albania"), "pl": _("puola"),
        "bn": _("bengali"), "ne": _("nepali"), "ti": _("tigrinja"), "sw": _("swahili"), "tl": _("tagalog"),
    }  # fmt: skip
    if code in names:
        return names[code]
    try:
        return str(get_language_info(code)["name_translated"]).lower()
    except KeyError:
        return _("muu kieli")


@register.filter
def named_languages(codes: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(language_name(code) for code in codes))


@register.filter
def in_the_language(codes: Sequence[str]) -> str:
    """suomeksi, ruotsiksi: in which languages a text is."""
    names = {"fi": _("suomeksi"), "sv": _("ruotsiksi"), "en": _("englanniksi")}
    return _(" ja ").join(names[code] for code in codes)


@register.filter
def ages(service: Service) -> str:
    """0–6-vuotiaat, enintään 12-vuotiaat, 13 vuotta täyttäneet; empty for everybody."""
    first, last = service.age_from or 0, service.age_to
    if last is None:
        return _("%(age)s vuotta täyttäneet") % {"age": first} if first else ""
    if first == last:
        return _("%(age)s-vuotiaat") % {"age": first}
    return _("%(first)s–%(last)s-vuotiaat") % {"first": first, "last": last}


@register.filter
def queue_length(service: Service) -> str:
    """Jono noin 3 viikkoa; empty when it is not known."""
    weeks = service.waiting_weeks
    if weeks is None:
        return ""
    if weeks == 0:
        return _("Ei jonoa")
    if weeks >= 8:
        months = round(weeks / 4.35)
        return ngettext("Jono noin %(n)s kuukausi", "Jono noin %(n)s kuukautta", months) % {"n": months}
    return ngettext("Jono noin %(n)s viikko", "Jono noin %(n)s viikkoa", weeks) % {"n": weeks}


@register.filter
def opening(reach: Reach) -> str:
    """Auki klo 14 asti; Suljettu, avautuu huomenna klo 9: the sign on its door now."""
    if reach.around_the_clock:
        return _("Auki ympäri vuorokauden")
    if reach.is_open and reach.closes_at:
        return _("Auki nyt, %(until)s asti") % {"until": clock_hour(reach.closes_at)}
    if reach.is_open:
        return _("Auki nyt")
    if reach.opens_next:
        return _("Suljettu, avautuu %(when)s") % {"when": near_moment(reach.opens_next)}
    return _("Suljettu")


@register.filter
def week_days(row: WeekRow) -> str:
    return hours_in_words.weekdays(row.first, row.last)


@register.filter
def windows(row: WeekRow | ComingDay) -> str:
    return hours_in_words.windows(row.windows)


@register.filter
def coming_day(row: ComingDay) -> str:
    """torstaina 24.12."""
    return weekday_date(row.date)


@register.filter
def met_otherwise(why: Why) -> bool:
    """Whether the service's word differs so much from the reader's that it is worth telling."""
    return bool(why.met) and not why.met.casefold().startswith(why.word.casefold()[:4])


@register.filter
def map_address(place: Location) -> str:
    """A public map with a mark on the place; empty when nobody knows where it is. Nothing is fetched before a click."""
    return MAP.format(lat=place.lat, lon=place.lon) if place.lat is not None and place.lon is not None else ""


@register.filter
def in_address(text: object) -> str:
    """For a part of a `mailto:` address."""
    return quote(str(text), safe="")


@register.filter
def review_is_old(service: Service) -> bool:
    """Nobody has looked the service over for half a year: the page says so."""
    return service.reviewed_on is None or service.reviewed_on < local_date(clock.now()) - REVIEW_EVERY


@register.simple_tag
def tells_of_danger(words: str) -> bool:
    """Whether words that somebody looks for may tell of danger: then the emergency numbers stand first."""
    return bool(words) and may_tell_of_danger(words)


@register.simple_tag(takes_context=True)
def page_address(context: Mapping[str, Any]) -> str:
    """The page's own address, without what was asked of it: what may be shared."""
    request = context["request"]
    return request.build_absolute_uri(request.path)


@register.filter
def in_languages(address: str) -> list[tuple[str, str]]:
    """(language, the address in it) of a page, and the one to offer those who read none of them."""
    found = [(code, translate_url(address, code)) for code in LANGUAGES]
    return [*found, ("x-default", found[0][1])]


@register.simple_tag
def today() -> dt.date:
    return local_date(clock.now())
