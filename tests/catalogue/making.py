"""Services for tests, as small as they may be: a provider, a municipality of a county, a telephone with its hours."""

from typing import Any

from catalogue.models import Area, Channel, Provider, Service, WeeklyHours
from catalogue.search.index import index_services
from core.opening_hours import DAY_MINUTES

OFFICE = dict.fromkeys(range(1, 6), (8 * 60, 16 * 60))
ALWAYS = dict.fromkeys(range(1, 8), (0, DAY_MINUTES))


def make_area(code: str, name: str, county: Area | None = None) -> Area:
    kind = Area.Kind.MUNICIPALITY if len(code) == 3 else Area.Kind.COUNTY
    names = {f"name_{language}": name for language in ("fi", "sv", "en")}
    return Area.objects.get_or_create(kind=kind, code=code, defaults={**names, "county": county})[0]


def make_service(name: str, *, areas: tuple[Area, ...] = (), **columns: Any) -> Service:
    """A published service of the whole country unless it has areas; its slug is its name in small letters."""
    provider, _ = Provider.objects.get_or_create(slug="perhekeskus", defaults={"name_fi": "Perhekeskus"})
    given = {"status": Service.Status.PUBLISHED, "provider": provider, "name_fi": name, "nationwide": not areas}
    service = Service.objects.create(**{"slug": name.lower().replace(" ", "-"), **given, **columns})
    service.areas.set(areas)
    index_services([service.pk])
    return service


def add_channel(
    service: Service, kind: str = "phone", value: str = "000 555 0101", hours: dict[int, tuple[int, int]] | None = None
) -> Channel:
    channel = Channel.objects.create(kind=kind, value=value, name_fi="Ota yhteyttä")
    service.channels.add(channel)
    for weekday, (opens, closes) in (hours or {}).items():
        WeeklyHours.objects.create(channel=channel, weekday=weekday, opens_minute=opens, closes_minute=closes)
    return channel
