import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalogue.models import Area, ImportRun
from catalogue.ptv.references import Limit
from catalogue.ptv.runs import run_import
from catalogue.ptv.v11.files import FileReader
from tests.catalogue.ptv.source import write

NOW = dt.datetime(2026, 11, 23, 1, 20, tzinfo=dt.UTC)
Import = Callable[..., ImportRun]


@pytest.fixture
def areas(db: None) -> None:
    names = {"name_fi": "Helsinki", "name_sv": "Helsingfors", "name_en": "Helsinki"}
    county, _made = Area.objects.get_or_create(kind=Area.Kind.COUNTY, code="08", defaults=names)
    Area.objects.update_or_create(
        kind=Area.Kind.MUNICIPALITY, code="091", defaults={"county": county}, create_defaults=names | {"county": county}
    )


@pytest.fixture
def import_items(areas: None, tmp_path: Path) -> Import:
    """Import records from one file, always the same; the run."""

    def run(items: Any, *, full: bool = False, limit: Limit | None = None, **options: Any) -> ImportRun:
        file = tmp_path / "records.json"
        if isinstance(items, bytes):
            file.write_bytes(items)
        else:
            write(file, items)
        mode = ImportRun.Mode.FULL if full else ImportRun.Mode.CHANGES
        return run_import(FileReader([file]), mode=mode, clock=lambda: NOW, limit=limit, **options)

    return run
