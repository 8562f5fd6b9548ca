"""Opening hours as people say them: maanantai–torstai 8–16, perjantai 8–14.30."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from core.opening_hours import DAY_MINUTES
from core.translations import active_language


def weekdays(first: int, last: int) -> str:
    """maanantai–torstai (måndag–torsdag, Monday–Thursday); ISO weekdays, both included."""
    names = [
        _("maanantai"), _("tiistai"), _("keskiviikko"), _("torstai"), _("perjantai"), _("lauantai"), _("sunnuntai"),
    ]  # fmt: skip
    if (first, last) == (1, 7):
        return _("joka päivä")
    return names[first - 1] if first == last else f"{names[first - 1]}–{names[last - 1]}"


def minute(of_day: int) -> str:
    """8 or 8.30 in Finnish and Swedish, 8:00 or 8:30 in English."""
    hour, rest = divmod(of_day, 60)
    if active_language() == "en":
        return f"{hour}:{rest:02d}"
    return f"{hour}.{rest:02d}" if rest else str(hour)


def windows(of_day: Sequence[tuple[int, int]]) -> str:
    """klo 8–11 ja 12–16; ympäri vuorokauden; suljettu when there is none."""
    told = [f"{minute(opens)}–{minute(closes)}" for opens, closes in of_day if (opens, closes) != (0, DAY_MINUTES)]
    if not told:
        return _("ympäri vuorokauden") if of_day else _("suljettu")
    return _("klo %(hours)s") % {"hours": _(" ja ").join(told)}
