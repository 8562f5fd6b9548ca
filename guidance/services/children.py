"""Children: who a contact is about, and who may act for them."""

import calendar
import datetime as dt


def age_on(birth_date: dt.date, day: dt.date) -> int:
    """Full years on that day. Who was born on 29 February is a year older on 28 February in other years: where the
    month has no such day, its last one stands for it (Act 150/1930 on the calculation of time limits, section 3)."""
    birthday = (birth_date.month, birth_date.day)
    if birthday == (2, 29) and not calendar.isleap(day.year):
        birthday = (2, 28)
    return day.year - birth_date.year - ((day.month, day.day) < birthday)
