"""Opening hours of the source into rows of ours: weekly windows and exceptional days, as sets: order says nothing."""

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from catalogue.ptv.reasons import Reason, Remark
from catalogue.ptv.texts import one_line, shortened
from core.opening_hours import DAY_MINUTES
from core.translations import LANGUAGES

HELSINKI = ZoneInfo("Europe/Helsinki")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
REASON_LIMIT = 150
# A closing of more than a year is no exception.
LONGEST_EXCEPTION = 366

# (weekday, opens, closes, valid from, valid to) and (date, opens, closes, reason fi, reason sv, reason en)
Window = tuple[int, int, int, dt.date | None, dt.date | None]
Day = tuple[dt.date, int | None, int | None, str, str, str]


class _Wrong(ValueError):
    """Hours that say nothing sensible."""


@dataclass
class Hours:
    weekly: set[Window] = field(default_factory=set)
    exceptional: set[Day] = field(default_factory=set)
    open_on_holidays: bool = False
    by_appointment: bool = False
    remarks: list[Remark] = field(default_factory=list)


def hours_of(entries: object) -> Hours:
    """`serviceHours` of the v11 interface. A wrong entry is left out with a remark, the rest stays."""
    hours = Hours()
    for entry in entries if isinstance(entries, list) else ():
        try:
            if not isinstance(entry, dict):
                raise _Wrong(type(entry).__name__)
            _take(hours, entry)
        except _Wrong as wrong:
            hours.remarks.append(Remark(Reason.WRONG_HOURS, "weekly", str(wrong)))
    return hours


def _take(hours: Hours, entry: dict[str, Any]) -> None:
    kind = entry.get("serviceHourType")
    first, last = _date(entry.get("validFrom")), _date(entry.get("validTo"))
    if first and last and first > last:
        raise _Wrong(f"{first}–{last}")
    if kind in ("Exceptional", "Exception", "Special") or (entry.get("isClosed") and first):
        _take_exception(hours, entry, first, last)
        return
    if kind not in ("DaysOfTheWeek", "Standard", "OverMidnight"):
        raise _Wrong(str(kind))
    if entry.get("isReservation"):
        hours.by_appointment = True
    if entry.get("isClosed"):
        return
    if entry.get("isAlwaysOpen"):
        hours.weekly.update((weekday, 0, DAY_MINUTES, first, last) for weekday in range(1, 8))
        hours.open_on_holidays = True
        return
    windows = list(_windows(entry.get("openingHour"), spans=kind == "OverMidnight"))
    hours.weekly.update((weekday, opens, closes, first, last) for weekday, opens, closes in windows)


def _take_exception(hours: Hours, entry: dict[str, Any], first: dt.date | None, last: dt.date | None) -> None:
    if first is None:
        raise _Wrong("Exceptional")
    days = ((last or first) - first).days + 1
    if days > LONGEST_EXCEPTION:
        raise _Wrong(f"{first}–{last}")
    why = _reasons(entry.get("additionalInformation"))
    windows: list[tuple[int | None, int | None]] = [(None, None)]
    if not entry.get("isClosed"):
        rows = entry.get("openingHour")
        windows = [_times(row) for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
        if entry.get("isAlwaysOpen"):
            windows = [(0, DAY_MINUTES)]
    for number in range(days):
        on = first + dt.timedelta(days=number)
        for opens, closes in windows:
            if opens is None or closes is None or opens < closes:
                hours.exceptional.add((on, opens, closes, *why))
            else:
                hours.exceptional.add((on, opens, DAY_MINUTES, *why))
                if closes:
                    hours.exceptional.add((on + dt.timedelta(days=1), 0, closes, *why))


def _windows(rows: object, *, spans: bool) -> Iterator[tuple[int, int, int]]:
    """(weekday, opens, closes). `spans`: from a day's time to another day's time, not each day by itself."""
    for row in rows if isinstance(rows, list) else ():
        if not isinstance(row, dict):
            raise _Wrong(type(row).__name__)
        first = _weekday(row.get("dayFrom"))
        last = _weekday(row.get("dayTo")) if row.get("dayTo") else first
        opens, closes = _times(row)
        apart = (last - first) % 7
        if spans:
            if not apart and opens >= closes:
                apart = 1
            yield from _split(first, opens, apart, closes)
        elif opens == closes:
            raise _Wrong(f"{row.get('from')}–{row.get('to')}")
        else:
            for number in range(apart + 1):
                yield from _split((first - 1 + number) % 7 + 1, opens, int(opens >= closes), closes)


def _split(weekday: int, opens: int, apart: int, closes: int) -> Iterator[tuple[int, int, int]]:
    """A stretch of time cut at each midnight."""
    for number in range(apart + 1):
        begins, ends = (0 if number else opens), (closes if number == apart else DAY_MINUTES)
        if begins < ends:
            yield (weekday - 1 + number) % 7 + 1, begins, ends


def _weekday(name: object) -> int:
    if name not in DAYS:
        raise _Wrong(str(name))
    return DAYS.index(str(name)) + 1


def _times(row: dict[str, Any]) -> tuple[int, int]:
    """Minutes; a closing at 00:00 is the midnight that ends the day."""
    opens, closes = _minutes(row.get("from")), _minutes(row.get("to"))
    if opens == DAY_MINUTES:
        raise _Wrong(f"{row.get('from')}–{row.get('to')}")
    return opens, closes or DAY_MINUTES


def _minutes(text: object) -> int:
    parts = text.split(":") if isinstance(text, str) else []
    if len(parts) not in (2, 3) or not all(part.isascii() and part.isdigit() and len(part) <= 2 for part in parts):
        raise _Wrong(str(text))
    hour, minute = int(parts[0]), int(parts[1])
    if hour == 23 and minute == 59:
        return DAY_MINUTES
    if minute > 59 or hour * 60 + minute > DAY_MINUTES:
        raise _Wrong(str(text))
    return hour * 60 + minute


def _date(text: object) -> dt.date | None:
    """The Helsinki day of a moment; a moment without an offset is a day by itself."""
    if text is None or text == "":
        return None
    try:
        moment = dt.datetime.fromisoformat(str(text))
    except ValueError:
        raise _Wrong(str(text)) from None
    try:
        return (moment.astimezone(HELSINKI) if moment.tzinfo else moment).date()
    except (ValueError, OverflowError):
        raise _Wrong(str(text)) from None


def _reasons(items: object) -> tuple[str, str, str]:
    told = dict.fromkeys(LANGUAGES, "")
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict) and item.get("language") in told:
            told[item["language"]] = shortened(one_line(item.get("value")), REASON_LIMIT)
    return told["fi"], told["sv"], told["en"]


def in_order(rows: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    """Rows as JSON holds them, in an order of their own: equal sets give equal lists."""
    plain = ([cell.isoformat() if isinstance(cell, dt.date) else cell for cell in row] for row in rows)
    return sorted(plain, key=json.dumps)
