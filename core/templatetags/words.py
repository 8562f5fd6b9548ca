"""Words on the page: localized content, times near now, and values by name."""

import datetime as dt

from django import template
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import clock, translations

register = template.Library()

# A date of another year than this one gets its year, unless it is about as near as New Year is.
NEAR = dt.timedelta(days=60)


def _local_date(moment: dt.datetime | dt.date) -> dt.date:
    return timezone.localtime(moment, clock.HELSINKI).date() if isinstance(moment, dt.datetime) else moment


@register.filter
def in_language(obj: object, field: str) -> str:
    """`topic|in_language:"name"`: the field in the reader's language."""
    return translations.localized(obj, field) if obj is not None else ""


@register.filter
def clock_time(moment: dt.datetime | None) -> str:
    """10.34 in Finnish and Swedish, 10:34 in English; Helsinki time."""
    if moment is None:
        return ""
    local = timezone.localtime(moment, clock.HELSINKI)
    return f"{local:%H:%M}".lstrip("0") if translations.active_language() == "en" else f"{local.hour}.{local:%M}"


@register.filter
def short_date(moment: dt.datetime | dt.date | None) -> str:
    """23.11. (or 23 Nov), Helsinki date; with its year when that could be mistaken."""
    if moment is None:
        return ""
    day = _local_date(moment)
    today = _local_date(clock.now())
    if day.year != today.year and abs(day - today) > NEAR:
        return full_date(day)
    return short_day(day)


@register.filter
def short_day(moment: dt.datetime | dt.date) -> str:
    """23.11. (or 23 Nov): where the year stands beside it."""
    day = _local_date(moment)
    if translations.active_language() == "en":
        return formats.date_format(day, "j M")
    return f"{day.day}.{day.month}."


@register.filter
def full_date(moment: dt.datetime | dt.date | None) -> str:
    """20.11.2026 (20 Nov 2026): where a sentence ends with the date, and where it is read years later."""
    if moment is None:
        return ""
    day = _local_date(moment)
    if translations.active_language() == "en":
        return formats.date_format(day, "j M Y")
    return f"{day.day}.{day.month}.{day.year}"


@register.filter
def weekday_date(moment: dt.datetime | dt.date | None) -> str:
    """maanantaina 23.11. / måndag 23.11. / Monday 23 Nov."""
    if moment is None:
        return ""
    day = _local_date(moment)
    name = [
        _("maanantaina"), _("tiistaina"), _("keskiviikkona"), _("torstaina"),
        _("perjantaina"), _("lauantaina"), _("sunnuntaina"),
    ][day.weekday()]  # fmt: skip
    return f"{name} {short_date(day)}"


@register.filter
def minutes(seconds: int | None) -> str:
    """About so many minutes, as words: never less than one."""
    if seconds is None:
        return ""
    count = max(1, round(seconds / 60))
    return ngettext("%(n)s minuutti", "%(n)s minuuttia", count) % {"n": count}


@register.filter
def ago(moment: dt.datetime | None) -> str:
    """6 min, 2 t 5 min, 3 pv: the time since then, short, for lists."""
    if moment is None:
        return ""
    return lasted(clock.now() - moment)


@register.filter
def lasted(time: dt.timedelta) -> str:
    """6 min, 2 t 5 min, 3 pv: a stretch of time, short."""
    whole = max(0, int(time.total_seconds()) // 60)
    if whole < 60:
        return _("%(n)s min") % {"n": whole}
    if whole < 24 * 60:
        return _("%(h)s t %(m)s min") % {"h": whole // 60, "m": whole % 60}
    return _("%(n)s pv") % {"n": whole // (24 * 60)}


@register.simple_tag
def moment(value: dt.datetime) -> SafeString:
    """A `<time>` with the clock time in sight and the full date behind it."""
    full = formats.date_format(timezone.localtime(value, clock.HELSINKI), "j.n.Y H:i")
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), full, clock_time(value))


@register.filter
def get(mapping: dict[str, object], key: str) -> object:
    return mapping.get(key)


@register.filter
def in_fours(text: str) -> str:
    """4821 7730: a code or a key in groups that the eye can hold."""
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))
