"""The hours of a unit's channels as the arithmetic of core/opening_hours.py takes them: rows in, hours out."""

from django.db.models import Q

from accounts.models import Unit
from core.opening_hours import HoursException as ExceptionRow
from core.opening_hours import OpeningHours, Scope, WeeklyWindow
from guidance.models import Contact, HoursException, ServiceWindow

AT_ANY_TIME = (Contact.Channel.MESSAGE, Contact.Channel.CALLBACK)


def hours_for(unit: Unit, channel: str) -> OpeningHours:
    """When a family can use the channel. A message or a wish to be called can be left at any time: `answering_hours`
    says when they are answered."""
    return UnitHours(unit).open(channel)


def answering_hours(unit: Unit, channel: str) -> OpeningHours:
    """When the unit's people answer in the channel: the service clock of promises and figures."""
    return UnitHours(unit).answering(channel)


class UnitHours:
    """The hours of a unit in every channel, from two queries: for one look and not kept longer, so that a change in the
    admin holds at once."""

    def __init__(self, unit: Unit) -> None:
        self._windows = list(ServiceWindow.objects.filter(unit=unit))
        self._exceptions = list(HoursException.objects.filter(Q(unit=unit) | Q(unit__isnull=True)))

    def open(self, channel: str) -> OpeningHours:
        return OpeningHours.always() if channel in AT_ANY_TIME else self.answering(channel)

    def answering(self, channel: str) -> OpeningHours:
        """A channel without windows of its own is never answered, but what can be left at any time is: in the hours of
        the chat."""
        windows = [row for row in self._windows if row.channel == channel]
        if not windows and channel in AT_ANY_TIME:
            windows = [row for row in self._windows if row.channel == Contact.Channel.CHAT]
        return OpeningHours(
            (WeeklyWindow(row.weekday, row.opens_minute, row.closes_minute) for row in windows),
            (_exception(row) for row in self._exceptions if row.channel in (channel, "")),
        )


def _exception(row: HoursException) -> ExceptionRow:
    return ExceptionRow(
        on=row.date,
        opens=row.opens_minute,
        closes=row.closes_minute,
        reasons={"fi": row.reason_fi, "sv": row.reason_sv, "en": row.reason_en},
        scope=_scope(row),
    )


def _scope(row: HoursException) -> Scope:
    if row.unit_id is not None:
        return Scope.UNIT_AND_CHANNEL if row.channel else Scope.UNIT
    return Scope.CHANNEL if row.channel else Scope.EVERYONE
