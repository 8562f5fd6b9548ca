"""The shapes of services over HTTP, by Open Referral's names where it has them; nothing that is for workers only."""

import datetime as dt
from typing import Any

from django.db.models import prefetch_related_objects
from rest_framework import serializers

from catalogue.models import Area, Channel, Location, Provider, Service
from catalogue.opening import Place, has_hours, hours_of, is_open
from catalogue.search.finding import SearchResult
from core.opening_hours import local_date, minutes_as_text
from core.translations import language_of, localized

TEXTS = ("name", "summary", "description", "how_to", "for_whom", "not_for_whom", "price", "waiting")


class TextShape(serializers.Serializer):
    text = serializers.CharField()
    language = serializers.CharField(help_text="the language the text is in: another one where the asked is missing")


class AreaShape(serializers.Serializer):
    kind = serializers.ChoiceField(Area.Kind.choices)
    code = serializers.CharField()
    name = serializers.CharField()


class ProviderShape(serializers.Serializer):
    id = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(Provider.Kind.choices)
    url = serializers.CharField()


class WeeklyShape(serializers.Serializer):
    weekday = serializers.IntegerField(help_text="ISO: 1 is Monday")
    opens = serializers.CharField()
    closes = serializers.CharField(help_text="24:00 is the end of the day")


class HoursShape(serializers.Serializer):
    open_now = serializers.BooleanField()
    by_appointment = serializers.BooleanField()
    open_on_holidays = serializers.BooleanField()
    weekly = WeeklyShape(many=True, help_text="as they hold this season")


class LocationShape(serializers.Serializer):
    name = serializers.CharField()
    street = serializers.CharField()
    postal_code = serializers.CharField()
    municipality = AreaShape(allow_null=True)
    latitude = serializers.FloatField(allow_null=True)
    longitude = serializers.FloatField(allow_null=True)
    phone = serializers.CharField()
    hours = HoursShape(allow_null=True, help_text="null when nobody has told them")


class ServiceChannelShape(serializers.Serializer):
    kind = serializers.ChoiceField(Channel.Kind.choices)
    value = serializers.CharField()
    name = serializers.CharField()
    hours = HoursShape(allow_null=True)


class CodeShape(serializers.Serializer):
    uri = serializers.CharField()
    scheme = serializers.CharField()
    name = serializers.CharField()


class WhyShape(serializers.Serializer):
    word = serializers.CharField(help_text="what was written")
    met = serializers.CharField(help_text="the word of the service, or the phrase of a synonym")
    place = serializers.ChoiceField(["name", "text", "synonym"])


class ServiceLineShape(serializers.Serializer):
    id = serializers.CharField()
    name = TextShape()
    summary = TextShape(allow_null=True)
    provider = ProviderShape()
    nationwide = serializers.BooleanField()
    areas = AreaShape(many=True)
    minimum_age = serializers.IntegerField(allow_null=True)
    maximum_age = serializers.IntegerField(allow_null=True)
    languages = serializers.ListField(child=serializers.CharField())
    price_kind = serializers.CharField()
    reviewed_on = serializers.DateField(allow_null=True)
    why = WhyShape(many=True)


class ServicesShape(serializers.Serializer):
    count = serializers.IntegerField()
    page = serializers.IntegerField()
    pages = serializers.IntegerField()
    corrected = serializers.DictField(child=serializers.CharField(), help_text="misspelt word → what it was taken for")
    results = ServiceLineShape(many=True)


class ServiceShape(ServiceLineShape):
    why = None  # type: ignore[assignment]
    status = serializers.ChoiceField(["published", "paused"])
    ptv_id = serializers.CharField(allow_null=True)
    description = TextShape(allow_null=True)
    how_to = TextShape(allow_null=True)
    for_whom = TextShape(allow_null=True)
    not_for_whom = TextShape(allow_null=True)
    price = TextShape(allow_null=True)
    waiting = TextShape(allow_null=True)
    situations = serializers.ListField(child=serializers.CharField())
    codes = CodeShape(many=True)
    locations = LocationShape(many=True)
    channels = ServiceChannelShape(many=True)
    missing = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()), help_text="language → texts that it lacks"
    )


def lines_of(found: SearchResult) -> list[dict[str, Any]]:
    prefetch_related_objects(found.services, "areas")
    return [_line(hit.service) | {"why": [why._asdict() for why in hit.why]} for hit in found.hits]


def service_as_json(service: Service, *, now: dt.datetime) -> dict[str, Any]:
    """A service with all that everybody may know; it comes with its places, channels and hours fetched."""
    return (
        _line(service)
        | {name: _text(service, name) for name in TEXTS}
        | {
            "status": service.status,
            "ptv_id": str(service.ptv_id) if service.ptv_id else None,
            "situations": [situation.slug for situation in service.situations.all()],
            "codes": [{"uri": code.uri, "scheme": code.scheme, "name": str(code)} for code in service.codes.all()],
            "locations": [_location(link.location, now) for link in service.at_locations.all()],
            "channels": [_channel(link.channel, now) for link in service.through_channels.all()],
            "missing": service.missing_texts(TEXTS),
        }
    )


def _line(service: Service) -> dict[str, Any]:
    provider = service.provider
    return {
        "id": service.slug,
        "name": _text(service, "name"),
        "summary": _text(service, "summary"),
        "provider": {"id": provider.slug, "name": str(provider), "kind": provider.kind, "url": provider.url},
        "nationwide": service.nationwide,
        "areas": [_area(area) for area in service.areas.all()],
        "minimum_age": service.age_from,
        "maximum_age": service.age_to,
        "languages": service.languages,
        "price_kind": service.price_kind,
        "reviewed_on": service.reviewed_on,
    }


def _text(thing: object, field: str) -> dict[str, str] | None:
    text = localized(thing, field)
    return {"text": text, "language": language_of(thing, field)} if text else None


def _area(area: Area) -> dict[str, str]:
    return {"kind": area.kind, "code": area.code, "name": str(area)}


def _location(place: Location, now: dt.datetime) -> dict[str, Any]:
    return {
        "name": str(place),
        "street": localized(place, "street"),
        "postal_code": place.postal_code,
        "municipality": _area(place.municipality) if place.municipality else None,
        "latitude": place.lat,
        "longitude": place.lon,
        "phone": place.phone,
        "hours": _hours(place, now),
    }


def _channel(channel: Channel, now: dt.datetime) -> dict[str, Any]:
    told = {"kind": channel.kind, "value": channel.value, "name": localized(channel, "name")}
    return told | {"hours": _hours(channel, now)}


def _hours(place: Place, now: dt.datetime) -> dict[str, Any] | None:
    if not has_hours(place):
        return None
    weekly = hours_of(place, on=local_date(now)).weekly
    return {
        "open_now": is_open(place, now=now),
        "by_appointment": place.by_appointment,
        "open_on_holidays": place.open_on_holidays,
        "weekly": [
            {"weekday": row.weekday, "opens": minutes_as_text(row.opens), "closes": minutes_as_text(row.closes)}
            for row in weekly
        ],
    }
