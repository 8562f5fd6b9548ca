"""Local work is an overlay: a field that people here have written otherwise is theirs, whatever the source says later.

A field is a column by its name (a foreign key without `_id`) or one of the sets `weekly`, `areas`, `codes`, `locations`
and `channels`. Values are as JSON holds them (`as_json`): of a reference its id here, of a set a list in a fixed order.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from django.db.models import Model

from catalogue.models import LocalEdit


def as_json(value: Any) -> Any:
    """A field's value as a local edit keeps it. Nothing is None, however the field says it."""
    if isinstance(value, (set, frozenset, list)) and any(isinstance(row, (tuple, list)) for row in value):
        value = sorted([_cell(cell) for cell in row] for row in value)
    elif isinstance(value, (set, frozenset)):
        value = sorted(value)
    return None if value in ("", [], None) else value


def _cell(cell: Any) -> Any:
    """Of a row of hours: a day as ISO text, no day as none."""
    return "" if cell is None else cell.isoformat() if isinstance(cell, dt.date) else cell


class Meeting(Enum):
    """What becomes of an edit when the source speaks again."""

    KEPT = auto()
    CONFLICT = auto()  # the source says something new
    SETTLED = auto()  # the source is back at what it said when the edit was made
    DISSOLVED = auto()  # the source says what we say


@dataclass
class Edits:
    """The local edits of some records, and what has become of them; written by `save`."""

    owner: str  # the foreign key of LocalEdit: service, provider, location, channel
    _found: dict[int, dict[str, LocalEdit]] = field(default_factory=dict)
    _changed: list[LocalEdit] = field(default_factory=list)
    _dissolved: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, owner: str, pks: Iterable[int]) -> "Edits":
        edits = cls(owner)
        rows = LocalEdit.objects.select_for_update().filter(**{f"{owner}__in": list(pks)})
        for edit in rows:
            edits._found.setdefault(getattr(edit, f"{owner}_id"), {})[edit.field] = edit
        return edits

    @staticmethod
    def services_with(name: str, pks: Iterable[int]) -> set[int]:
        """Those of the services whose field people here have written."""
        return set(LocalEdit.objects.filter(service__in=list(pks), field=name).values_list("service_id", flat=True))

    def meet(self, pk: int, name: str, *, ours: Any, theirs: Any, now: dt.datetime) -> Meeting | None:
        """None when nobody here has written the field: then the source's value is taken."""
        edit = self._found.get(pk, {}).get(name)
        if edit is None:
            return None
        theirs = as_json(theirs)
        if theirs == as_json(ours):
            self._dissolved.append(edit.pk)
            return Meeting.DISSOLVED
        if theirs == as_json(edit.source_value):
            if edit.conflict_since is None:
                return Meeting.KEPT
            edit.newer_value, edit.conflict_since = None, None
            self._changed.append(edit)
            return Meeting.SETTLED
        if edit.conflict_since is not None and theirs == as_json(edit.newer_value):
            return Meeting.KEPT
        edit.newer_value = theirs
        edit.conflict_since = edit.conflict_since or now
        self._changed.append(edit)
        return Meeting.CONFLICT

    def save(self) -> None:
        if self._changed:
            LocalEdit.objects.bulk_update(self._changed, ["newer_value", "conflict_since"])
        if self._dissolved:
            LocalEdit.objects.filter(pk__in=self._dissolved).delete()


def owner_of(model: type[Model]) -> str | None:
    """The foreign key by which LocalEdit refers to a model; None for one that nobody edits here."""
    name = model._meta.model_name or ""
    return name if name in ("service", "provider", "location", "channel") else None
