"""What the rooms above hang on a relationship: each says how it is erased and how the family takes it along.

guidance knows neither assessments nor referrals, but a relationship leaves the database as a whole and is exported as a
whole. So each app above registers itself once, when it starts, and nothing else is called through here.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from guidance.models import ClientRelationship

Rows = Counter[str]


@dataclass(frozen=True)
class Attached:
    """`take_out(relationship_id)` deletes the app's rows inside the caller's transaction and returns how many of each
    model, by its lower-case name; `export(relationship)` gives the family's own data under `name`."""

    name: str
    take_out: Callable[[int], Rows]
    export: Callable[[ClientRelationship], Any]


_ATTACHED: dict[str, Attached] = {}


def attach(app: Attached) -> None:
    """Raises ValueError when the name is taken."""
    if app.name in _ATTACHED:
        raise ValueError(f"{app.name} is attached twice")
    _ATTACHED[app.name] = app


def attached() -> Iterable[Attached]:
    return tuple(_ATTACHED.values())


def take_out_attached(relationship_id: int) -> Rows:
    """Erase what every room above holds of the relationship; inside the caller's transaction."""
    rows: Rows = Counter()
    for app in attached():
        rows.update(app.take_out(relationship_id))
    return rows


def exported(relationships: Iterable[ClientRelationship]) -> dict[str, list[Any]]:
    """The family's own data of every room above, by the room's name."""
    found = list(relationships)
    return {app.name: [app.export(relationship) for relationship in found] for app in attached()}


def deleted(*querysets: Any) -> Rows:
    """Delete the querysets in order and count the rows by model."""
    rows: Rows = Counter()
    for queryset in querysets:
        _total, by_model = queryset.delete()
        for label, number in by_model.items():
            rows[label.rpartition(".")[2].lower()] += number
    return rows
