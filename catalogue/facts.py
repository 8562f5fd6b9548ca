"""What a page tells of a service beside its texts: how it is reached, where it is, and when that is open.

Everything is read for a whole list at once, so that a page asks as few questions for twenty services as for one.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from django.db.models import Prefetch, prefetch_related_objects

from catalogue.models import (
    Area,
    Channel,
    ExceptionalDay,
    Location,
    Service,
    ServiceChannel,
    ServiceLocation,
    WeeklyHours,
)
from catalogue.opening import LIVE_WAYS, hours_of, next_opening
from core.opening_hours import OpeningHours, local_date
from core.translations import LANGUAGES, active_language, language_of

# How far ahead a page tells of days that differ from the week.
COMING_DAYS = 45
# Which way in stands first: what answers at once, then what one leaves behind, then what one reads.
WAYS = (
    Channel.Kind.PHONE,
    Channel.Kind.CHAT,
    Channel.Kind.VISIT,
    Channel.Kind.E_SERVICE,
    Channel.Kind.FORM,
    Channel.Kind.EMAIL,
    Channel.Kind.WEB,
)
TEXTS = (
    "name", "summary", "description", "how_to", "for_whom", "not_for_whom", "price", "waiting",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class WeekRow:
    """Days in a row with the same hours: the first and the last weekday, and the windows in minutes; none: shut."""

    first: int
    last: int
    windows: tuple[tuple[int, int], ...]
    has_today: bool


@dataclass(frozen=True, slots=True)
class ComingDay:
    """A day soon that differs from its weekday."""

    date: dt.date
    windows: tuple[tuple[int, int], ...]
    reason: str


@dataclass
class Reach:
    """A place or a channel of a service, with its hours as they are now. Without hours of its own it tells none."""

    place: Location | Channel
    connection: ServiceLocation | ServiceChannel
    now: dt.datetime
    hours: OpeningHours | None = None
    is_open: bool = False
    closes_at: dt.datetime | None = None
    opens_next: dt.datetime | None = None
    around_the_clock: bool = False
    week: list[WeekRow] = field(default_factory=list)
    coming: list[ComingDay] = field(default_factory=list)

    def __post_init__(self) -> None:
        weekly, exceptions = list(self.place.weekly.all()), list(self.place.exceptions.all())
        if not weekly and not exceptions:
            return
        today = local_date(self.now)
        self.hours = hours_of(self.place, on=today)
        self.is_open = self.hours.is_open(self.now)
        self.closes_at = self.hours.closes_at(self.now)
        self.opens_next = None if self.is_open else next_opening(self.place, now=self.now)
        self.week = list(_week(weekly, today))
        self.coming = list(_coming(self.hours, weekly, today))
        windows = {row.windows for row in self.week}
        self.around_the_clock = windows == {((0, 24 * 60),)}

    @property
    def is_live(self) -> bool:
        return isinstance(self.place, Channel) and self.place.kind in LIVE_WAYS

    @property
    def phone_link(self) -> str:
        """The number for a `tel:` link: digits and a leading plus only."""
        number = self.place.value if isinstance(self.place, Channel) else self.place.phone
        return "".join(char for char in number if char.isdigit() or char == "+")


class ServiceFacts:
    """A service with everything that its page or its line in a list tells. Made by `facts_of`, never one by one."""

    def __init__(self, service: Service, now: dt.datetime) -> None:
        self.service = service
        self.places = [Reach(row.location, row, now) for row in service.at_locations.all()]
        channels = [Reach(row.channel, row, now) for row in service.through_channels.all()]
        self.ways = sorted(channels, key=lambda reach: WAYS.index(Channel.Kind(reach.place.kind)))  # type: ignore[union-attr]

    def __getattr__(self, name: str) -> object:
        # The texts and columns of the service, so that a template says `hit.slug` and `hit|in_language:"name"`.
        return getattr(self.service, name)

    @property
    def is_open(self) -> bool:
        """Whether somebody answers at this moment, by telephone, in a chat or at a door."""
        if self.service.status != Service.Status.PUBLISHED:
            return False
        return any(reach.is_open for reach in self._where_somebody_answers)

    @property
    def _where_somebody_answers(self) -> list[Reach]:
        """Telephones, chats and open doors; the places only where nothing tells when somebody answers."""
        return [way for way in self.ways if way.is_live and way.hours is not None] or self.places

    @property
    def first_way(self) -> Reach | None:
        """The nearest way in: one that is open now before one that is shut; a person before a form."""
        told = [way for way in self.ways if way.place.value]  # type: ignore[union-attr]
        return next((way for way in told if way.is_live and way.is_open), told[0] if told else None)

    @property
    def around_the_clock(self) -> bool:
        return any(reach.around_the_clock for reach in self._where_somebody_answers)

    @property
    def municipalities(self) -> list[Area]:
        """Where one goes: the municipalities of its places, each once."""
        areas = [place.place.municipality for place in self.places]  # type: ignore[union-attr]
        return list({area.pk: area for area in areas if area is not None}.values())

    @property
    def borrowed_languages(self) -> list[str]:
        """Languages other than the reader's in which some of the texts have to be shown."""
        told = [name for name in TEXTS if any(getattr(self.service, f"{name}_{code}") for code in LANGUAGES)]
        return sorted({language_of(self.service, name) for name in told} - {active_language()})


def facts_of(services: Sequence[Service], now: dt.datetime) -> list[ServiceFacts]:
    """The facts of the services, in their order: eight questions, however many they are."""
    # Yesterday's exceptions too: an opening may have run over midnight.
    days = ExceptionalDay.objects.filter(date__gte=local_date(now) - dt.timedelta(days=1))
    prefetch_related_objects(
        list(services),
        "provider",
        "areas",
        Prefetch("at_locations", ServiceLocation.objects.select_related("location__municipality")),
        "at_locations__location__weekly",
        Prefetch("at_locations__location__exceptions", days),
        Prefetch("through_channels", ServiceChannel.objects.select_related("channel")),
        "through_channels__channel__weekly",
        Prefetch("through_channels__channel__exceptions", days),
    )
    return [ServiceFacts(service, now) for service in services]


def _windows(weekly: Iterable[WeeklyHours], day: int, on: dt.date) -> tuple[tuple[int, int], ...]:
    """The windows of a weekday that hold on a date."""
    valid = (
        row
        for row in weekly
        if row.weekday == day
        and (row.valid_from is None or row.valid_from <= on)
        and (row.valid_to is None or on <= row.valid_to)
    )
    return tuple(sorted((row.opens_minute, row.closes_minute) for row in valid))


def _week(weekly: Sequence[WeeklyHours], today: dt.date) -> Iterator[WeekRow]:
    days = [(day, _windows(weekly, day, today)) for day in range(1, 8)]
    if not any(windows for _day, windows in days):
        return
    for windows, same in groupby(days, key=lambda pair: pair[1]):
        row = [day for day, _windows_of_day in same]
        yield WeekRow(row[0], row[-1], windows, today.isoweekday() in row)


def _coming(hours: OpeningHours, weekly: Sequence[WeeklyHours], today: dt.date) -> Iterator[ComingDay]:
    """Days soon whose hours are other than their weekday's."""
    rows = hours.exceptions_in(today, today + dt.timedelta(days=COMING_DAYS))
    for date, same in groupby(rows, key=lambda row: row.on):
        of_day = list(same)
        windows = tuple((row.opens, row.closes) for row in of_day if row.opens is not None and row.closes is not None)
        if windows != _windows(weekly, date.isoweekday(), date):
            yield ComingDay(date, windows, of_day[0].reason(active_language()))
