"""The columns of a service in a file. A row is {column: value}; JSON nests the languages, a table names them.

JSON has the shape of the demo's own files (perhekeskus/demo/content/catalogue/services/): `name: {fi, sv, en}`,
`ages: {from, to}`, `capacity: {waiting_weeks, full, note}`. Channels have pages of their own and are not in a file.
"""

import csv
import io
import json
from collections.abc import Iterable
from typing import Any

from catalogue.models import Area, Code, Service
from core.translations import LANGUAGES

TEXTS = (
    "name", "summary", "description", "how_to", "for_whom", "not_for_whom", "price", "waiting", "tip",
)  # fmt: skip
WORDS = ("alternative_names", "keywords")
TEXT_COLUMNS = tuple(f"{name}_{code}" for name in TEXTS for code in LANGUAGES)
WORD_COLUMNS = tuple(f"{name}_{code}" for name in WORDS for code in LANGUAGES)
CODES = {
    "service_classes": Code.Scheme.SERVICE_CLASS,
    "target_groups": Code.Scheme.TARGET_GROUP,
    "life_events": Code.Scheme.LIFE_EVENT,
}
NUMBERS = ("age_from", "age_to", "waiting_weeks", "order")
TICKS = ("nationwide", "safety", "full")
LISTS = ("languages", "areas", "situations", *CODES, "locations", *WORD_COLUMNS)
COLUMNS = (
    "slug", "status", "provider", "general", "reviewed_on", *TEXT_COLUMNS, *WORD_COLUMNS, "price_kind", "age_from",
    "age_to", "waiting_weeks", "full", "languages", "areas", "nationwide", "situations", *CODES, "locations", "safety",
    "order",
)  # fmt: skip
# What a spreadsheet would take for a formula gets a mark in front, which reading takes away again.
_FORMULA = ("=", "+", "-", "@")

Row = dict[str, Any]


def row_of(service: Service) -> Row:
    """The service as a row; relations by their names in addresses, areas by their codes."""
    codes = list(service.codes.all())
    relations: Row = {
        "provider": service.provider.slug,
        "general": service.general.slug if service.general else "",
        "reviewed_on": service.reviewed_on.isoformat() if service.reviewed_on else "",
        "areas": sorted(area.code for area in service.areas.all()),
        "situations": [situation.slug for situation in service.situations.all()],
        "locations": [link.location.slug for link in service.at_locations.all()],
        **{
            column: sorted(code.notation for code in codes if code.scheme == scheme and code.notation)
            for column, scheme in CODES.items()
        },
    }
    return {column: relations[column] if column in relations else getattr(service, column) for column in COLUMNS}


def rows_of(services: Iterable[Service]) -> list[Row]:
    return [row_of(service) for service in services]


def as_csv(services: Iterable[Service]) -> str:
    """A table for a spreadsheet: semicolons between columns, commas inside lists; begins with a byte-order mark."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows_of(services):
        writer.writerow([_cell(row[column]) for column in COLUMNS])
    return "\ufeff" + out.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def uncelled(text: str) -> str:
    text = text.strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text


def as_json(services: Iterable[Service]) -> str:
    return json.dumps([nested(row) for row in rows_of(services)], ensure_ascii=False, indent=1) + "\n"


def nested(row: Row) -> Row:
    """The row as the demo's files tell it; empty ones left out."""
    told: Row = {}
    for column, value in row.items():
        base, _line, code = column.rpartition("_")
        if value in ("", [], None, False):
            continue
        if column in ("age_from", "age_to"):
            told.setdefault("ages", {})[code] = value
        elif column in ("waiting_weeks", "full"):
            told.setdefault("capacity", {})[column] = value
        elif base == "waiting":
            told.setdefault("capacity", {}).setdefault("note", {})[code] = value
        elif column in TEXT_COLUMNS or column in WORD_COLUMNS:
            told.setdefault(base, {})[code] = value
        else:
            told[column] = value
    return told


def flat(told: Row) -> Row:
    """A row of a JSON file as {column: value}; names that are no columns stay as they are."""
    row: Row = {}
    for name, value in told.items():
        if name in (*TEXTS, *WORDS) and isinstance(value, dict):
            row |= {f"{name}_{code}": text for code, text in value.items()}
        elif name == "ages" and isinstance(value, dict):
            row |= {f"age_{end}": age for end, age in value.items()}
        elif name == "capacity" and isinstance(value, dict):
            row |= {key: inner for key, inner in value.items() if key != "note"}
            row |= {f"waiting_{code}": text for code, text in (value.get("note") or {}).items()}
        else:
            row[name] = value
    return row


def area_by_token() -> dict[str, Area]:
    """Areas by code; `county` too, where there is one only."""
    areas = {area.code: area for area in Area.objects.all()}
    counties = [area for area in areas.values() if area.kind == Area.Kind.COUNTY]
    return {**areas, "county": counties[0]} if len(counties) == 1 else areas
