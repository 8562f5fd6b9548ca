"""The only place that asks what time it is.

Edges (views, consumers, tasks, commands) call `now()` once and pass it on; services never ask.
In demo mode `DEMO_NOW` moves the platform's clock: it starts at that moment and ticks on from there.
"""

import datetime as dt
import os
import time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.dateparse import parse_datetime

HELSINKI = ZoneInfo("Europe/Helsinki")
# `make run` says when it began, so that all its parts agree, also one that is started again an hour later.
_started_at = float(os.environ.get("DEMO_CLOCK_STARTED_AT") or time.time())


def now() -> dt.datetime:
    """The platform's present moment, aware, in UTC."""
    real = dt.datetime.fromtimestamp(time.time(), dt.UTC)
    if not (settings.DEMO_MODE and settings.DEMO_NOW):
        return real
    return demo_moment(settings.DEMO_NOW) + dt.timedelta(seconds=time.time() - _started_at)


def demo_moment(text: str) -> dt.datetime:
    """`DEMO_NOW` as a moment; a time without an offset is Helsinki time. Raises ValueError."""
    moment = parse_datetime(text)
    if moment is None:
        raise ValueError(f"DEMO_NOW is not an ISO moment: {text!r}")
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=HELSINKI)
    return moment.astimezone(dt.UTC)
