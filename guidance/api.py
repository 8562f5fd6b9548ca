"""The public part of guidance over HTTP: opening hours, as the clock of promises and figures uses them."""

import datetime as dt
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Unit
from accounts.selectors import front_door, unit_named
from core import clock
from core.api import LocalizedAPIView
from core.opening_hours import HELSINKI, OpeningHours, local_date, minutes_as_text
from core.problems import Problem
from core.translations import LANGUAGES, active_language
from guidance.hours import answering_hours
from guidance.models import Contact

DEFAULT_DAYS = 60
LONGEST_RANGE = 10 * 366
# Holidays are worked out by rules that hold in these years.
FIRST_YEAR, LAST_YEAR = 2000, 2100


class WeeklyWindowSerializer(serializers.Serializer):
    weekday = serializers.IntegerField(min_value=1, max_value=7, help_text="ISO: 1 is Monday")
    opens = serializers.CharField(help_text="08:00")
    closes = serializers.CharField(help_text="16:00; 24:00 is the end of the day")


class HoursExceptionSerializer(serializers.Serializer):
    date = serializers.DateField()
    opens = serializers.CharField(allow_null=True, help_text="null with closes null: closed all day")
    closes = serializers.CharField(allow_null=True)
    reason = serializers.CharField()


class OpeningHoursSerializer(serializers.Serializer):
    channel = serializers.CharField()
    unit = serializers.CharField()
    timezone = serializers.CharField()
    weekly = WeeklyWindowSerializer(many=True)
    exceptions = HoursExceptionSerializer(many=True)


class OpeningHoursView(LocalizedAPIView):
    """The weekly hours of a channel, and the exceptions and holidays of the asked days, both ends included."""

    action_marks: ClassVar[dict[str, str]] = {"GET": "public"}

    @extend_schema(
        operation_id="opening_hours",
        parameters=[
            OpenApiParameter("channel", str, description="Default: chat", enum=Contact.Channel.values),
            OpenApiParameter("unit", str, description="Default: the unit that new contacts come to"),
            OpenApiParameter("lang", str, description="The language of the reasons", enum=LANGUAGES),
            OpenApiParameter("from", dt.date, description="First day of the exceptions. Default: today"),
            OpenApiParameter("to", dt.date, description="Last day of the exceptions. Default: 60 days on"),
        ],
        responses=OpeningHoursSerializer,
    )
    def get(self, request: Request) -> Response:
        channel = request.query_params.get("channel", Contact.Channel.CHAT)
        if channel not in Contact.Channel.values:
            raise Problem(400, "invalid", _("Kanavaa ei ole."), field="channel")
        unit = _unit(request.query_params.get("unit"))
        first, last = _range(request)
        body = {"channel": channel, "unit": unit.slug, "timezone": str(HELSINKI)}
        return Response(body | _hours_as_json(answering_hours(unit, channel), first, last))


def _hours_as_json(hours: OpeningHours, first: dt.date, last: dt.date) -> dict[str, Any]:
    language = active_language()
    return {
        "weekly": [
            {"weekday": row.weekday, "opens": minutes_as_text(row.opens), "closes": minutes_as_text(row.closes)}
            for row in hours.weekly
        ],
        "exceptions": [
            {
                "date": row.on.isoformat(),
                "opens": None if row.opens is None else minutes_as_text(row.opens),
                "closes": None if row.closes is None else minutes_as_text(row.closes),
                "reason": row.reason(language),
            }
            for row in hours.exceptions_in(first, last)
        ],
    }


def _unit(asked: str | None) -> Unit:
    """The unit by its name in addresses; the front door when none is asked."""
    if not asked:
        return front_door()
    unit = unit_named(asked)
    if unit is None:
        raise Problem(400, "invalid", _("Yksikköä ei ole."), field="unit")
    return unit


def _range(request: Request) -> tuple[dt.date, dt.date]:
    first = _day(request, "from") or local_date(clock.now())
    last = _day(request, "to") or first + dt.timedelta(days=DEFAULT_DAYS)
    if last < first or (last - first).days > LONGEST_RANGE:
        raise Problem(400, "invalid", _("Aikavälin loppu on ennen alkua, tai väli on yli kymmenen vuotta."), field="to")
    return first, last


def _day(request: Request, field: str) -> dt.date | None:
    text = request.query_params.get(field)
    if not text:
        return None
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Problem(400, "invalid", _("Kirjoita päivä muodossa 2026-11-23."), field=field)
    return day
