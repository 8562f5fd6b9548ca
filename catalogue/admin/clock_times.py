"""Minutes of a day, written in forms as clock times."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.opening_hours import DAY_MINUTES, minutes_as_text

_CLOCK = re.compile(r"(\d{1,2})(?:[.:](\d{2}))?")


class ClockTimeField(forms.CharField):
    """Minutes since midnight, written and read as 8.00, 08:00 or 24:00."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 5)
        options.setdefault("help_text", _("Esimerkiksi 08:00. Päivän loppu on 24:00."))
        super().__init__(**options)
        self.widget.attrs.update({"size": 6})

    def prepare_value(self, value: Any) -> Any:
        return minutes_as_text(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        match = _CLOCK.fullmatch(text)
        minutes = int(match[1]) * 60 + int(match[2] or 0) if match and int(match[2] or 0) < 60 else None
        if minutes is None or minutes > DAY_MINUTES:
            raise forms.ValidationError(_("Kirjoita kellonaika näin: 08:00."), code="invalid")
        return minutes

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


def both_or_neither(times: dict[str, Any]) -> None:
    """Raises ValidationError when only one of the times was given."""
    if (times.get("opens_minute") is None) != (times.get("closes_minute") is None):
        raise forms.ValidationError(_("Anna molemmat kellonajat, tai jätä molemmat tyhjiksi."), code="invalid")


def span_in_words(opens: int | None, closes: int | None) -> str:
    """08:00–16:00, or closed."""
    if opens is None or closes is None:
        return str(_("kiinni"))
    return f"{minutes_as_text(opens)}–{minutes_as_text(closes)}"
