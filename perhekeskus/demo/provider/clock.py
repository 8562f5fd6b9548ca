"""What time it is at the provider: as on the platform, `DEMO_NOW` moves it. Without Django, so not `core.clock`."""

import datetime as dt
import os
import time
from zoneinfo import ZoneInfo

# As in core.clock: `make run` says when its parts began.
_started_at = float(os.environ.get("DEMO_CLOCK_STARTED_AT") or time.time())  # noqa: TID251


def now() -> dt.datetime:
    if text := os.environ.get("DEMO_NOW"):
        moment = dt.datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo("Europe/Helsinki"))
        return moment.astimezone(dt.UTC) + dt.timedelta(seconds=time.time() - _started_at)  # noqa: TID251
    return dt.datetime.now(dt.UTC)  # noqa: TID251 - this is the provider's one clock


def seconds() -> int:
    """Whole seconds since 1970, as tokens count."""
    return int(now().timestamp())
