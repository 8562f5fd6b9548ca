"""What stands in a column, as a person reads it."""

import datetime as dt
import json
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.opening_hours import minutes_as_text

LONG = 400  # signs of a text that is shown


def in_words(field: Any, value: Any) -> str:
    """The serializer's value as a person reads it: names for ids, clock times for minutes, words for choices."""
    if value is None or value == "":
        return ""
    if field.is_relation:
        return _names(field.related_model, value if isinstance(value, list) else [value])
    if isinstance(field, ArrayField):
        words = json.loads(value) if isinstance(value, str) else value
        return ", ".join(map(str, words))
    if field.name.endswith("_minute"):
        return minutes_as_text(value)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.BooleanField):
        return pgettext("arvo", "kyllä") if value else pgettext("arvo", "ei")
    if isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField):
        return date_format(dt.date.fromisoformat(value), "SHORT_DATE_FORMAT")
    return str(value)[:LONG]


def _names(model: Any, ids: list[Any]) -> str:
    found = model._base_manager.in_bulk(ids)
    return ", ".join(str(found[pk]) if pk in found else _("(poistettu)") for pk in ids)
