"""What is promised to a family that comes through a channel: by when a person answers, or calls."""

import datetime as dt

from accounts.models import Unit
from guidance.hours import AT_ANY_TIME, answering_hours
from guidance.models import CustomerPromise

# What holds in a channel that can be left at any time while nobody has set a promise for it.
DEFAULT_SERVICE_DAYS = 1


def promise_of(channel: str) -> CustomerPromise | None:
    return CustomerPromise.objects.filter(channel=channel).first()


def due_at(unit: Unit, channel: str, now: dt.datetime) -> dt.datetime | None:
    """By when somebody who comes now is answered: minutes of the wall clock, or the close of the nth service day after
    today. None where nothing is promised, or where no service day is to come."""
    promise = promise_of(channel)
    if promise is None:
        return _close_of_service_day(unit, channel, DEFAULT_SERVICE_DAYS, now) if channel in AT_ANY_TIME else None
    if promise.measure == CustomerPromise.Measure.MINUTES:
        # In UTC: on a local time the minutes of a clock change would be missing, or count twice.
        return now.astimezone(dt.UTC) + dt.timedelta(minutes=promise.within)
    return _close_of_service_day(unit, channel, promise.within, now)


def _close_of_service_day(unit: Unit, channel: str, days: int, now: dt.datetime) -> dt.datetime | None:
    hours, moment = answering_hours(unit, channel), now
    for _day in range(days):
        following = hours.next_service_day_close(moment)
        if following is None:
            return None
        moment = following
    return moment
