"""An import that is killed in the middle goes on where it was, and ends as one that was not."""

import os
import signal
import sys
from pathlib import Path

import pytest

from catalogue.models import Area, ImportLine, ImportRun, Service
from perhekeskus.processes import Program, spawn
from tests.catalogue.ptv.source import as_page, catalogue, write
from tests.live_server import eventually, site_environment

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
SERVICES = 700


def test_a_killed_import_goes_on(tmp_path: Path) -> None:
    county = Area.objects.create(kind="county", code="08", name_fi="a", name_sv="b", name_en="c")
    Area.objects.create(kind="municipality", code="091", county=county, name_fi="a", name_sv="b", name_en="c")
    folder = tmp_path / "ptv"
    folder.mkdir()
    items = catalogue(SERVICES)
    for number in range(0, len(items), 500):
        write(folder / f"{number:05}.json", as_page(items[number : number + 500]))

    def command(*options: str) -> Program:
        argv = [sys.executable, "manage.py", "import_ptv", str(folder), *options]
        return Program(name="import", argv=argv, env=site_environment(), log=tmp_path / "log")

    process = spawn(command())
    eventually(lambda: Service.objects.count() > 100 or process.poll() is not None, 60)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    run = ImportRun.objects.get()
    before = Service.objects.count()
    assert (run.state, run.cursor["feed"]) == ("running", "service")
    assert 0 < before < SERVICES
    written = ImportLine.objects.filter(run=run, kind="service").count()
    assert written == before == run.counts["added"] - ImportLine.objects.exclude(kind="service").count()

    assert spawn(command("--resume")).wait() == 0, (tmp_path / "log").read_text()
    run.refresh_from_db()
    assert (run.state, run.counts) == ("done", {"added": len(items)})
    assert ImportLine.objects.count() == len(items) == len(set(ImportLine.objects.values_list("source_id", flat=True)))
    assert Service.objects.count() == SERVICES
