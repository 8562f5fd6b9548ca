"""What the night asks of the source: the changes, on Sundays everything, and first what stopped on its way."""

import datetime as dt
from zoneinfo import ZoneInfo

from catalogue.models import ImportRun
from catalogue.ptv.references import Limit
from catalogue.ptv.runs import Clock, can_resume, last_run, run_import, source_of

HELSINKI = ZoneInfo("Europe/Helsinki")
SUNDAY = 7
# What stopped longer ago than this is begun anew.
FRESH = dt.timedelta(days=3)


def import_nightly(*, address: str, county: str, clock: Clock) -> ImportRun:
    """Raises what `run_import` and `Limit.of_county` raise."""
    reader = source_of([address])
    now = clock()
    last = last_run(reader.source, done=False)
    resume = last is not None and can_resume(last) and now - last.started_at < FRESH
    full = last_run(reader.source, done=True) is None or now.astimezone(HELSINKI).isoweekday() == SUNDAY
    return run_import(
        reader,
        mode=ImportRun.Mode.FULL if full else ImportRun.Mode.CHANGES,
        clock=clock,
        limit=Limit.of_county(county) if county else Limit(),
        resume=resume,
    )
