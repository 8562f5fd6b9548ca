"""By when a referral has to be answered, and the two time limits of a service-needs assessment. No ORM and no clock.

Answer deadlines run in service time: the receiver's opening hours come in from outside (core/opening_hours.py).

The limits of the law are whole days. Sosiaalihuoltolaki 1301/2014, section 36: the assessment of a child who needs
special support begins at the latest on the seventh weekday from when the matter came up, and is ready at the latest
three months after it came up. The platform holds every assessment of service needs to them. As THL's handbook of child
welfare reads it, the day of arrival is not counted, and Saturdays, Sundays and holidays are no weekdays. A term of
months ends on the day with the same number as the one it runs from, or on the last day of a month that has no such day
(laki säädettyjen määräaikain laskemisesta 150/1930, section 3). That law moves the end of a term past a holiday for
those who have to come to an authority; these terms bind the authority, and are not moved.
"""

import calendar
import datetime as dt
import math

from core.finnish_holidays import finnish_holidays
from core.opening_hours import HELSINKI, OpeningHours, local_date
from referrals.models import Referral

START_WEEKDAYS = 7
READY_MONTHS = 3
SATURDAY = 5


OFFICE_CLOSES = dt.time(16)


def answer_due_at(hours: OpeningHours, sent_at: dt.datetime, answer_days: int, urgency: str) -> dt.datetime:
    """The closing of the receiver's nth day of service after the day of sending; half as many days, rounded up, when
    it is urgent. Of a receiver whose days of service are not known, or not to come: the nth weekday at four. UTC."""
    days = math.ceil(answer_days / 2) if urgency == Referral.Urgency.URGENT else answer_days
    known = hours.service_day_close(sent_at, days)
    if known is not None:
        return known
    return dt.datetime.combine(_nth_weekday(local_date(sent_at), days), OFFICE_CLOSES, HELSINKI).astimezone(dt.UTC)


def is_weekday(day: dt.date) -> bool:
    return day.weekday() < SATURDAY and day not in finnish_holidays(day.year)


def start_due_on(arrived_at: dt.datetime) -> dt.date:
    """The seventh weekday after the Helsinki day of arrival: the last on which the assessment may begin."""
    return _nth_weekday(local_date(arrived_at), START_WEEKDAYS)


def _nth_weekday(day: dt.date, number: int) -> dt.date:
    """The day itself does not count."""
    while number:
        day += dt.timedelta(days=1)
        number -= is_weekday(day)
    return day


def ready_due_on(arrived_at: dt.datetime) -> dt.date:
    """Three months after the Helsinki day of arrival."""
    arrived = local_date(arrived_at)
    months = arrived.year * 12 + arrived.month - 1 + READY_MONTHS
    year, month = divmod(months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(arrived.day, last))
