"""The help map of a life situation: where help is now, this week, and for longer.

A service stands in one band only. Now: it answers day and night. This week: one may come or write without queueing, or
it begins within a week. Longer: the rest, those with a queue among them. What is full comes last in its band.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from catalogue.facts import LIVE_WAYS
from catalogue.models import Area, Channel, LifeSituation, Service, WeeklyHours
from core.opening_hours import DAY_MINUTES

NOW, SOON, LATER = "now", "soon", "later"
# So many of each band fit a sheet of paper and a tired mind; the rest is behind a link.
SHOWN = {NOW: 3, SOON: 6, LATER: 6}


@dataclass(frozen=True)
class Band:
    """One stretch of the map, with how many services there are beyond those that it shows."""

    name: str
    services: list[Service]
    more: int


def bands(situation: LifeSituation | None, municipality: Area | None = None) -> list[Band]:
    """The bands that have something, in order; of every life situation when none is given."""
    services = Service.objects.published()
    if situation is not None:
        services = services.for_situation(situation)
    if municipality is not None:
        services = services.in_municipality(municipality)
    by_band = _by_band(services.select_related("provider").order_by("full", "order", "id"))
    found = []
    for name, of_band in by_band.items():
        shown = SHOWN[name]
        first = list(of_band[: shown + 1])
        more = of_band.count() - shown if len(first) > shown else 0
        if first:
            found.append(Band(name, first[:shown], more))
    return found


def _by_band(services: QuerySet[Service]) -> dict[str, QuerySet[Service]]:
    always, light = Exists(_whole_weeks()), Exists(_light_ways())
    soon = Q(light) | Q(waiting_weeks__lte=1)
    no_queue = Q(waiting_weeks__isnull=True) | Q(waiting_weeks__lte=1)
    return {
        NOW: services.filter(always),
        SOON: services.filter(~always, soon, no_queue, full=False),
        LATER: services.exclude(always).exclude(Q(soon) & no_queue & Q(full=False)),
    }


def _whole_weeks() -> QuerySet[Any, Any]:
    """Channels of the service that are open on all seven days from midnight to midnight."""
    theirs = WeeklyHours.objects.filter(channel__for_services__service=OuterRef("pk"), channel__kind__in=LIVE_WAYS)
    whole = theirs.filter(opens_minute=0, closes_minute=DAY_MINUTES)
    days = whole.order_by().values("channel").annotate(days=Count("weekday", distinct=True))
    return days.filter(days=7)


def _light_ways() -> QuerySet[Channel]:
    """Ways in that take no appointment: a chat, or a visit without one."""
    kinds = (Channel.Kind.CHAT, Channel.Kind.VISIT)
    return Channel.objects.filter(for_services__service=OuterRef("pk"), kind__in=kinds, by_appointment=False)
