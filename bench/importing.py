"""The national catalogue imported: as new, and again unchanged, beside the barest way to get the same rows in."""

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection

from bench.processes import Lifeline
from bench.tables import Row, Table
from catalogue.models import Area, Channel, ImportRun, Location, Provider, Service
from catalogue.ptv.runs import run_import
from catalogue.ptv.v11.files import FileReader
from core import clock
from tests.catalogue.ptv.source import ORGANISATIONS, as_page, catalogue

RECORDS = 30_000
A_FILE = 1000
ROUNDS = 2

BARE = "CREATE TEMPORARY TABLE bare (id uuid PRIMARY KEY, name text, said jsonb)"
INSERT = (
    "INSERT INTO bare VALUES (%s, %s, %s) ON CONFLICT (id) DO UPDATE SET name = excluded.name, said = excluded.said"
)


def measure(environment: dict[str, str], lifeline: Lifeline) -> Table:
    """In turns with the yardstick; what was imported is removed before each round."""
    names = {"name_fi": "a", "name_sv": "b", "name_en": "c"}
    Area.objects.get_or_create(kind=Area.Kind.COUNTY, code="08", defaults=names)
    Area.objects.get_or_create(kind=Area.Kind.MUNICIPALITY, code="091", defaults=names)
    items = catalogue((RECORDS - ORGANISATIONS) // 2)
    with tempfile.TemporaryDirectory() as folder:
        for start in range(0, len(items), A_FILE):
            file = Path(folder) / f"{start:06}.json"
            file.write_text(json.dumps(as_page(items[start : start + A_FILE]), ensure_ascii=False))
        count = len(items)
        del items
        new, again, bare = [], [], []
        for _round in range(ROUNDS):
            _clear()
            new.append(count / _seconds(lambda: _import(Path(folder), "added", count)))
            again.append(count / _seconds(lambda: _import(Path(folder), "unchanged", count)))
            bare.append(count / _seconds(lambda: _barely(Path(folder))))
        _clear()
    return Table(
        "importing",
        f"The national catalogue: {count:,} services, places and numbers imported".replace(",", " ", 1),
        [
            Row("all of it new", "records/s", new, bare),
            Row("again, nothing changed", "records/s", again, bare),
        ],
        [
            "Yardstick: the same files by json.loads, id, name and JSON into one bare table by executemany.",
            f"Medians of {ROUNDS} rounds in turns. The aim is 300 records/s on any machine; written in pages of 100,",
            "each in one transaction with its classes, areas, hours and connections, and a line of the report.",
        ],
    )


def _import(folder: Path, act: str, count: int) -> None:
    run = run_import(FileReader([folder]), mode=ImportRun.Mode.FULL, clock=clock.now)
    assert (run.state, run.counts) == (ImportRun.State.DONE, {act: count}), (run.why_stopped, run.counts)


def _barely(folder: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare")
        cursor.execute(BARE)
        for file in sorted(folder.glob("*.json")):
            rows = json.loads(file.read_text())["itemList"]
            cursor.executemany(INSERT, [(row["id"], _name(row), json.dumps(row)) for row in rows])


def _name(row: dict[str, Any]) -> str:
    [names] = [row[key] for key in ("serviceNames", "serviceChannelNames", "organizationNames") if key in row]
    return str(names[0]["value"])


def _clear() -> None:
    ImportRun.objects.all().delete()
    for model in (Service, Location, Channel, Provider):
        model.objects.all().delete()


def _seconds(act: Callable[[], object]) -> float:
    began = time.monotonic()
    act()
    return time.monotonic() - began
