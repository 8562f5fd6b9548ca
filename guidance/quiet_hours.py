"""When a notice may disturb: families by day in Helsinki, staff while their unit answers. Hours in, moments out."""

import datetime as dt

from accounts.models import Unit
from core.clock import HELSINKI
from core.opening_hours import OpeningHours, WeeklyWindow
from guidance.hours import answering_hours
from guidance.models import Contact

FAMILY_FROM, FAMILY_UNTIL = dt.time(8), dt.time(21)
# For a unit that has no hours of its own.
OFFICE_HOURS = OpeningHours(WeeklyWindow(weekday, 8 * 60, 16 * 60) for weekday in range(1, 6))


def family_moment(at: dt.datetime) -> dt.datetime:
    """The moment itself by day, else the next eight o'clock in the morning in Helsinki."""
    local = at.astimezone(HELSINKI)
    if FAMILY_FROM <= local.time() < FAMILY_UNTIL:
        return at
    morning = local.date() + dt.timedelta(days=local.time() >= FAMILY_UNTIL)
    return dt.datetime.combine(morning, FAMILY_FROM, HELSINKI).astimezone(dt.UTC)


def staff_moment(unit: Unit, at: dt.datetime) -> dt.datetime:
    """The moment itself while the unit answers in some channel, else its next opening."""
    hours = [answering_hours(unit, channel) for channel in (Contact.Channel.CHAT, Contact.Channel.MESSAGE)]
    known = [one for one in hours if one.weekly] or [OFFICE_HOURS]
    if any(one.is_open(at) for one in known):
        return at
    openings = [opening for one in known if (opening := one.opens_next(at)) is not None]
    return min(openings, default=at)
