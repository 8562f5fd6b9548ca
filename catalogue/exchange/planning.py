"""What a file would do, row by row, before anything is written."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from catalogue.exchange.columns import (
    CODES,
    COLUMNS,
    LISTS,
    NUMBERS,
    TEXT_COLUMNS,
    TICKS,
    Row,
    area_by_token,
    row_of,
)
from catalogue.models import Code, GeneralDescription, LifeSituation, Location, Provider, Service

_RELATED = ("areas", "situations", "locations", *CODES)
ADDED, CHANGED, SAME, REFUSED = "added", "changed", "same", "refused"


@dataclass
class Planned:
    """A row: which service, what would happen, and what stands in the way (column, reason)."""

    number: int
    slug: str
    act: str = SAME
    problems: list[tuple[str, str]] = field(default_factory=list)
    changes: list[tuple[str, str, str]] = field(default_factory=list)  # column, before, after
    service: Service | None = None
    related: dict[str, list[Any]] = field(default_factory=dict)

    def refuse(self, column: str, why: str) -> None:
        self.problems.append((column, why))
        self.act = REFUSED


@dataclass
class Plan:
    rows: list[Planned]

    def of(self, *acts: str) -> list[Planned]:
        return [row for row in self.rows if row.act in acts]

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(row.act for row in self.rows)
        return {act: found[act] for act in (ADDED, CHANGED, SAME, REFUSED)}

    @property
    def digest(self) -> str:
        """The same for the same consequences: what was looked at is what is loaded."""
        told = repr([(row.slug, row.act, row.changes, row.problems) for row in self.rows])
        return hashlib.sha256(told.encode()).hexdigest()


class _Names:
    """What rows refer to, read once."""

    def __init__(self) -> None:
        self.providers = {row.slug: row for row in Provider.objects.all()}
        self.generals = {row.slug: row for row in GeneralDescription.objects.all()}
        codes = {(code.scheme, code.notation): code for code in Code.objects.exclude(notation="")}
        self.related: dict[str, dict[str, Any]] = {
            "areas": area_by_token(),
            "situations": {row.slug: row for row in LifeSituation.objects.all()},
            "locations": {row.slug: row for row in Location.objects.all()},
            **{
                column: {notation: code for (kind, notation), code in codes.items() if kind == scheme}
                for column, scheme in CODES.items()
            },
        }


def plan(rows: list[Row]) -> Plan:
    """What these rows would do to the catalogue as it stands. Writes nothing."""
    slugs = [row["slug"] for row in rows if isinstance(row.get("slug"), str)]
    known = Service.objects.filter(slug__in=slugs).select_related("provider", "general")
    services = {
        service.slug: service
        for service in known.prefetch_related("areas", "situations", "codes", "at_locations__location")
    }
    names, seen = _Names(), set[str]()
    planned = []
    for number, row in enumerate(rows, start=1):
        slug = row.get("slug") if isinstance(row.get("slug"), str) else ""
        one = Planned(number, slug or "")
        planned.append(one)
        if not slug or slug in seen:
            one.refuse("slug", _("sama palvelu on tiedostossa jo aiemmin") if slug else _("puuttuu"))
            continue
        seen.add(slug)
        _plan_row(one, row, services.get(slug), names)
    return Plan(planned)


def _plan_row(one: Planned, row: Row, found: Service | None, names: _Names) -> None:
    before = row_of(found) if found is not None else {}
    one.service = found if found is not None else Service(slug=one.slug, status=Service.Status.DRAFT)
    if found is None and not row.get("provider"):
        one.refuse("provider", _("puuttuu"))
    for column, value in row.items():
        if column not in COLUMNS:
            one.refuse(column, _("tuntematon sarake"))
        elif _fits(one, column, value):
            _put(one, column, value, names)
    if one.problems:
        return
    try:
        one.service.full_clean(exclude=["provider"])
    except ValidationError as error:
        for column, reasons in error.message_dict.items():
            one.refuse(column if column in COLUMNS else "", " ".join(reasons))
        return
    after = {**before, **{column: _told(value) for column, value in _normal(one, row).items()}}
    one.changes = [
        (column, _shown(before.get(column)), _shown(value))
        for column, value in after.items()
        if column != "slug" and _shown(before.get(column)) != _shown(value)
    ]
    one.act = ADDED if found is None else CHANGED if one.changes else SAME


def _fits(one: Planned, column: str, value: Any) -> bool:
    """Whether the value is of the column's kind; refuses the row when not."""
    if column in LISTS:
        good = isinstance(value, list) and all(isinstance(part, str) for part in value)
        why = _("pitää olla luettelo sanoja")
    elif column in TICKS:
        good, why = isinstance(value, bool), _("pitää olla 1 tai 0")
    elif column in NUMBERS:
        good = value is None or (isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 32767)
        why = _("pitää olla kokonaisluku")
        if column == "order" and value is None:
            good = False
    else:
        good, why = isinstance(value, str), _("pitää olla tekstiä")
    if not good:
        one.refuse(column, why)
    return good


def _put(one: Planned, column: str, value: Any, names: _Names) -> None:
    assert one.service is not None
    if column in _RELATED:
        known = names.related[column]
        unknown = [token for token in value if token not in known]
        if unknown:
            one.refuse(column, _("ei löydy: %(names)s") % {"names": ", ".join(unknown)})
        one.related[column] = [known[token] for token in dict.fromkeys(value) if token in known]
    elif column in ("provider", "general"):
        rows: dict[str, Any] = names.providers if column == "provider" else names.generals
        if value in rows:
            setattr(one.service, column, rows[value])
        elif value == "" and column == "general":
            one.service.general = None
        else:
            one.refuse(column, _("ei löydy: %(names)s") % {"names": value} if value else _("puuttuu"))
    elif column == "reviewed_on":
        try:
            one.service.reviewed_on = parse_date(value) if value else None
            wrong = bool(value) and one.service.reviewed_on is None
        except ValueError:
            wrong = True
        if wrong:
            one.refuse(column, _("kirjoita päivä näin: 2026-11-23"))
    else:
        setattr(one.service, column, value.replace("\r\n", "\n") if column in TEXT_COLUMNS else value)


def _normal(one: Planned, row: Row) -> Row:
    """The row as the service would tell it after loading."""
    told = {column: value for column, value in row.items() if column not in _RELATED}
    for column, targets in one.related.items():
        if column == "areas":
            told[column] = sorted(area.code for area in targets)
        elif column in CODES:
            told[column] = sorted(code.notation for code in targets)
        else:
            told[column] = [target.slug for target in targets]
    return told


def _told(value: Any) -> Any:
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else ""
    return ", ".join(value) if isinstance(value, list) else "" if value is None else str(value)
