"""Run the benchmarks, print the tables, keep the figures in bench/results/.

python -m bench runs every table, python -m bench chat only those that are named.
"""

import argparse
import importlib
import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench.processes import ROOT, data_servers
from bench.tables import Table
from perhekeskus.embedded import EmbeddedError
from perhekeskus.processes import Lifeline

# One module a table, each with `measure(environment, lifeline) -> Table`; imported when Django has been set up.
TABLES = ("chat", "audit", "importing", "search")
STATIC = ROOT / ".local" / "bench" / "static"  # empty: nobody asks for a page, but the folder has to be there
RESULTS = Path(__file__).parent / "results"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Benchmarks beside their yardsticks.")
    parser.add_argument("tables", nargs="*", metavar="TABLE", help=f"of {', '.join(TABLES)}; all when none is named")
    chosen = parser.parse_args().tables or list(TABLES)
    if unknown := [name for name in chosen if name not in TABLES]:
        parser.error(f"there is no table {', '.join(unknown)}")
    began = time.monotonic()
    STATIC.mkdir(parents=True, exist_ok=True)
    lifeline = Lifeline()
    try:
        with data_servers(lifeline) as addresses:
            environment = {
                **addresses,
                "DEMO_MODE": "1",
                "RATE_LIMITS": "off",
                "LOG_LEVEL": "ERROR",
                "STATIC_ROOT": str(STATIC),
            }
            _set_up(environment)
            for name in chosen:
                print(f"Measuring {name}…", file=sys.stderr, flush=True)
                table: Table = importlib.import_module(f"bench.{name}").measure(environment, lifeline)
                print(f"\n{table.as_text()}\n", flush=True)
                print(f"Figures: {_keep(table)}", flush=True)
            _let_go()
    except EmbeddedError as refusal:
        sys.exit(str(refusal))
    finally:
        lifeline.close()
    print(f"It took {time.monotonic() - began:.0f} s.")


def _set_up(environment: dict[str, str]) -> None:
    os.environ.update(environment, DJANGO_SETTINGS_MODULE="perhekeskus.settings")
    os.environ.pop("DEMO_NOW", None)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)


def _let_go() -> None:
    """The server goes next: a pool that still held connections would complain of it."""
    from django.db import connection

    connection.close()
    if hasattr(connection, "close_pool"):
        connection.close_pool()


def _keep(table: Table) -> Path:
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{table.name}-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}.json"
    path.write_text(json.dumps(table.as_json() | {"machine": _machine()}, indent=2, ensure_ascii=False) + "\n")
    return path.relative_to(ROOT)


def _machine() -> dict[str, Any]:
    described = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return {
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "commit": described.stdout.strip() or None,
    }


if __name__ == "__main__":
    main()
