"""What many tests begin with is built by its own code once in each process, and put back as the same rows after that:
PostgreSQL takes the demo's catalogue in a tenth of the time that it takes to make."""

import datetime as dt
import re
from collections.abc import Callable, Hashable
from typing import Any

from django.db import connection, transaction

from accounts.models import Unit
from perhekeskus.demo.cast import ensure_cast
from perhekeskus.demo.reference import load_reference_data
from perhekeskus.demo.seeding import seed

# What migrations themselves have written, and nobody changes.
STAYS = {"django_migrations", "django_content_type", "auth_permission", "catalogue_code"}
INTO = re.compile(r'INSERT INTO "?(\w+)"?')

_kept: dict[Hashable, dict[str, bytes]] = {}


def kept_cast() -> None:
    """The staff of the demo and their units."""
    _kept_or_made("cast", ensure_cast)


def kept_house(today: dt.date) -> None:
    """The same with the demo's catalogue, topics, ready texts and opening hours."""

    def make() -> None:
        ensure_cast()
        load_reference_data(today, list(Unit.objects.all()))

    _kept_or_made(("house", today), make)


def kept_catalogue(today: dt.date) -> None:
    """The demo's catalogue and reference data, for no unit."""
    _kept_or_made(("catalogue", today), lambda: load_reference_data(today, units=()))


def kept_demo(now: dt.datetime) -> None:
    """The whole demo with its history, as it was begun at this moment."""
    _kept_or_made(("demo", now), lambda: seed(now=now))


def _kept_or_made(name: Hashable, make: Callable[[], object]) -> None:
    """Only into an empty database: where a test has begun already, what it lacks is made beside what is there. Rows
    keep the ids that they were made with; the sequences of this process's database are past them."""
    with transaction.atomic():
        if tables_with_rows():
            make()
        elif name in _kept:
            _put_back(_kept[name])
        else:
            _kept[name] = _rows_of(make)


def tables_with_rows() -> list[str]:
    """Of those that tests write into."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
        tables = [name for (name,) in cursor.fetchall() if name not in STAYS]
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in tables))
        return [name for (name,) in cursor.fetchall()]


def _rows_of(make: Callable[[], object]) -> dict[str, bytes]:
    """Of the tables that it wrote into: a process of an earlier test may be writing into others."""
    tables: dict[str, bytes] = {}

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        tables.update(dict.fromkeys(INTO.findall(sql), b""))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        make()
    with connection.cursor() as cursor:
        for table in tables:
            with cursor.copy(f'COPY "{table}" TO STDOUT') as out:
                tables[table] = b"".join(bytes(part) for part in out)
    return tables


def _put_back(rows: dict[str, bytes]) -> None:
    with connection.cursor() as cursor:
        for table, text in rows.items():
            with cursor.copy(f'COPY "{table}" FROM STDIN') as into:
                into.write(text)
