"""When a place or a channel of the catalogue is open.

Weekly hours of the season, exceptional days, and the Finnish holidays where it is not said that the place is open on
them too. The arithmetic is `core.opening_hours`; here rows become hours. `open_services` says the same in SQL, for a
search over all services.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from catalogue.models import Channel, ExceptionalDay, Location, ServiceChannel, ServiceLocation, WeeklyHours
from core.finnish_holidays import finnish_holidays
from core.opening_hours import (
    HELSINKI,
    HoursException,
    OpeningHours,
    Scope,
    WeeklyWindow,
    local_date,
    no_holidays,
)

Place = Location | Channel
# What hours are made of: name these in a prefetch where many places are shown.
HOURS = ("weekly", "exceptions")
# Where somebody answers at once.
LIVE_WAYS = (Channel.Kind.PHONE, Channel.Kind.CHAT, Channel.Kind.VISIT)
# A place that does not open within this time has no next opening that would help anybody.
HORIZON_DAYS = 366


@dataclass(frozen=True, slots=True)
class Now:
    """What a reader wants to know first: open or not, until when, and from when again. Moments in UTC."""

    is_open: bool
    closes_at: dt.datetime | None
    opens_next: dt.datetime | None


def has_hours(place: Place) -> bool:
    """Whether anybody has told when it is open: of a web page or an address of mail nobody has."""
    return bool(place.weekly.all()) or bool(place.exceptions.all())


def hours_of(place: Place, *, on: dt.date) -> OpeningHours:
    """The hours of a place or channel as they hold on a date and around it: those of its season."""
    return _Seasons(place).on(on)


def now_at(place: Place, *, now: dt.datetime) -> Now | None:
    """Open or not at a moment, and what comes next; None where nobody has told the hours."""
    if not has_hours(place):
        return None
    hours = hours_of(place, on=local_date(now))
    return Now(hours.is_open(now), hours.closes_at(now), next_opening(place, now=now))


def is_open(place: Place, *, now: dt.datetime) -> bool:
    return hours_of(place, on=local_date(now)).is_open(now)


def is_any_open(places: Iterable[Place], *, now: dt.datetime) -> bool:
    return any(is_open(place, now=now) for place in places)


def next_opening(place: Place, *, now: dt.datetime) -> dt.datetime | None:
    """The next moment later than `now` at which it opens; while it is open, the one after its closing."""
    seasons = _Seasons(place)
    today, closed_at = local_date(now), now
    for number in range(-1, HORIZON_DAYS):
        on = today + dt.timedelta(days=number)
        for start, end in seasons.on(on).spans_on(on):
            if start > now and start > closed_at:
                return start
            if start <= closed_at:  # open now, or going on over midnight
                closed_at = max(closed_at, end)
    return None


class _Seasons:
    """The hours of one place: rows are read once, and hours are made once for each set of rows that holds together."""

    def __init__(self, place: Place) -> None:
        self._weekly = list(place.weekly.all())
        self._exceptions = [_exception(row) for row in place.exceptions.all()]
        self._holidays_of = no_holidays if place.open_on_holidays else finnish_holidays
        self._made: dict[tuple[bool, ...], OpeningHours] = {}

    def on(self, date: dt.date) -> OpeningHours:
        holding = tuple(_holds(row, date) for row in self._weekly)
        if holding not in self._made:
            windows = [
                WeeklyWindow(row.weekday, row.opens_minute, row.closes_minute)
                for row, holds in zip(self._weekly, holding, strict=True)
                if holds
            ]
            self._made[holding] = OpeningHours(windows, self._exceptions, holidays_of=self._holidays_of)
        return self._made[holding]


def _holds(row: WeeklyHours, date: dt.date) -> bool:
    return (row.valid_from is None or row.valid_from <= date) and (row.valid_to is None or date <= row.valid_to)


def _exception(row: ExceptionalDay) -> HoursException:
    """Of a date that people here and a source both tell of, what was written here holds."""
    return HoursException(
        on=row.date,
        opens=row.opens_minute,
        closes=row.closes_minute,
        reasons={"fi": row.reason_fi, "sv": row.reason_sv, "en": row.reason_en},
        scope=Scope.UNIT_AND_CHANNEL if row.local else Scope.EVERYONE,
    )


# -- over all services ------------------------------------------------------------------------------------------------


def open_services(now: dt.datetime) -> Q:
    """Of services: those where somebody answers at the moment, by telephone, in a chat or at a door; the hours of the
    places count where nothing tells when somebody answers."""
    live = ServiceChannel.objects.filter(channel__kind__in=LIVE_WAYS)
    told = Q(Exists(WeeklyHours.objects.filter(channel=OuterRef("channel"))))
    told |= Q(Exists(ExceptionalDay.objects.filter(channel=OuterRef("channel"))))
    answering = live.filter(_open_now("channel", now)).values("service")
    at_places = ServiceLocation.objects.filter(_open_now("location", now)).values("service")
    tells = Exists(live.filter(told, service=OuterRef("pk")))
    return Q(pk__in=answering) | Q(Q(pk__in=at_places), ~tells)


def _open_now(place: str, now: dt.datetime) -> Q:
    """Of what has a `place`: the weekly hours of an ordinary day, or the exceptional ones that hold today."""
    at = now.astimezone(HELSINKI)
    today, minute = at.date(), at.hour * 60 + at.minute
    within = Q(opens_minute__lte=minute, closes_minute__gt=minute)
    # An outer reference to the place of the row that asks: of weekly hours, or of another exceptional day.
    todays = ExceptionalDay.objects.filter(**{place: OuterRef(place)}, date=today)
    weekly = WeeklyHours.objects.filter(
        within,
        ~Exists(todays),
        Q(valid_from__isnull=True) | Q(valid_from__lte=today),
        Q(valid_to__isnull=True) | Q(valid_to__gte=today),
        **{f"{place}__isnull": False, "weekday": today.isoweekday()},
    )
    if today in finnish_holidays(today.year):
        weekly = weekly.filter(**{f"{place}__open_on_holidays": True})
    closed = todays.filter(opens_minute__isnull=True, local=OuterRef("local"))
    exceptional = ExceptionalDay.objects.filter(
        within, Q(local=True) | ~Exists(todays.filter(local=True)), ~Exists(closed), date=today
    ).filter(**{f"{place}__isnull": False})
    return Q(**{f"{place}__in": weekly.values(place)}) | Q(**{f"{place}__in": exceptional.values(place)})
