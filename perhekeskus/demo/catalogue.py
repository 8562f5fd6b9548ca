"""The demo's county with its services: the files of `content/catalogue/` into the catalogue."""

from collections.abc import Iterable, Mapping
from typing import Any

from catalogue.models import (
    Area,
    Channel,
    Code,
    ExceptionalDay,
    GeneralDescription,
    LifeSituation,
    Location,
    Provider,
    Service,
    ServiceChannel,
    ServiceLocation,
    Synonym,
    WeeklyHours,
)
from core.translations import LANGUAGES
from perhekeskus.demo.content_files import content, content_names

Row = dict[str, Any]
_WHOLE_WEEK, _WHOLE_DAY = 7, ("00:00", "24:00")
_SCHEMES = {
    "service_classes": Code.Scheme.SERVICE_CLASS,
    "target_groups": Code.Scheme.TARGET_GROUP,
    "life_events": Code.Scheme.LIFE_EVENT,
}


def load_catalogue(situations: Mapping[str, LifeSituation]) -> None:
    """Fill an empty catalogue. Rows come in the order of the files: some dozens of statements, however many rows."""
    areas = _load_areas(content("catalogue/county.json"))
    codes = {(code.scheme, code.notation): code for code in Code.objects.exclude(notation="")}
    providers = _load_providers(content("catalogue/providers.json"), areas)
    locations = _load_locations(content("catalogue/locations.json"), areas)
    general = _load_general(content("catalogue/general_descriptions.json"), codes)
    rows = [row for name in content_names("catalogue/services") for row in content(name)]
    services = _load_services(rows, providers, general)
    _link(Service.areas.through, "area_id", rows, services, lambda row: [areas[code].pk for code in row["areas"]])
    _link(
        Service.situations.through, "lifesituation_id", rows, services,
        lambda row: [situations[slug].pk for slug in row["situations"]],
    )  # fmt: skip
    _link(Service.codes.through, "code_id", rows, services, lambda row: _codes_of(row, codes))
    ServiceLocation.objects.bulk_create(
        ServiceLocation(service=services[row["slug"]], location=locations[slug], order=order)
        for row in rows
        for order, slug in enumerate(row.get("locations", ()))
    )
    _load_channels(rows, services, locations)
    _load_synonyms(content("catalogue/synonyms.json"), services, situations)


def _load_areas(told: Row) -> dict[str, Area]:
    county = Area.objects.create(kind=Area.Kind.COUNTY, code=told["county"]["code"], **_three("name", told["county"]))
    municipalities = Area.objects.bulk_create(
        Area(kind=Area.Kind.MUNICIPALITY, code=row["code"], county=county, **_three("name", row))
        for row in told["municipalities"]
    )
    return {"county": county, **{area.code: area for area in municipalities}}


def _load_providers(rows: list[Row], areas: Mapping[str, Area]) -> dict[str, Provider]:
    made = Provider.objects.bulk_create(
        Provider(
            slug=row["slug"],
            kind=row["kind"],
            municipality=areas.get(row.get("municipality", "")),
            url=row.get("url", ""),
            **_three("name", row),
            **_three("description", row),
        )
        for row in rows
    )
    return {provider.slug: provider for provider in made}


def _load_locations(rows: list[Row], areas: Mapping[str, Area]) -> dict[str, Location]:
    made = Location.objects.bulk_create(
        Location(
            slug=row["slug"],
            postal_code=row["postal_code"],
            municipality=areas[row["municipality"]],
            lat=row["lat"],
            lon=row["lon"],
            phone=row.get("phone") or "",
            open_on_holidays=_never_shuts(row.get("hours")),
            **_three("name", row),
            **_three("street", row),
            **_three("accessibility", row),
        )
        for row in rows
    )
    _load_hours("location", [(location, row.get("hours")) for location, row in zip(made, rows, strict=True)])
    return {location.slug: location for location in made}


def _load_general(rows: list[Row], codes: Mapping[tuple[str, str], Code]) -> dict[str, GeneralDescription]:
    made = GeneralDescription.objects.bulk_create(
        GeneralDescription(
            slug=row["slug"], **_three("name", row), **_three("summary", row), **_three("description", row)
        )
        for row in rows
    )
    through = GeneralDescription.codes.through
    through.objects.bulk_create(
        through(generaldescription_id=description.pk, code_id=pk)
        for description, row in zip(made, rows, strict=True)
        for pk in _codes_of(row, codes)
    )
    return {description.slug: description for description in made}


def _load_services(
    rows: list[Row], providers: Mapping[str, Provider], general: Mapping[str, GeneralDescription]
) -> dict[str, Service]:
    made = Service.objects.bulk_create(
        Service(
            slug=row["slug"],
            order=order,
            status=row["status"],
            provider=providers[row["provider"]],
            general=general.get(row.get("general", "")),
            reviewed_on=row["reviewed_on"],
            price_kind=row["price_kind"],
            age_from=row.get("ages", {}).get("from"),
            age_to=row.get("ages", {}).get("to"),
            languages=row["languages"],
            safety=row.get("safety", False),
            waiting_weeks=row.get("capacity", {}).get("waiting_weeks"),
            full=row.get("capacity", {}).get("full", False),
            **_three("waiting", {"waiting": row.get("capacity", {}).get("note", {})}),
            **{
                key: value
                for field in ("name", "summary", "description", "how_to", "for_whom", "not_for_whom", "price")
                for key, value in _three(field, row).items()
            },
            **_three("alternative_names", row, empty=list),
            **_three("keywords", row, empty=list),
        )
        for order, row in enumerate(rows, start=1)
    )
    return {service.slug: service for service in made}


def _load_channels(rows: list[Row], services: Mapping[str, Service], locations: Mapping[str, Location]) -> None:
    told = [(services[row["slug"]], order, way) for row in rows for order, way in enumerate(row.get("channels", ()))]
    made = Channel.objects.bulk_create(
        Channel(
            kind=way["kind"],
            open_on_holidays=_never_shuts(way.get("hours")),
            **_told_of(way, locations),
        )
        for _service, _order, way in told
    )
    ServiceChannel.objects.bulk_create(
        ServiceChannel(service=service, channel=channel, order=order)
        for channel, (service, order, _way) in zip(made, told, strict=True)
    )
    _load_hours("channel", [(channel, way.get("hours")) for channel, (*_, way) in zip(made, told, strict=True)])


def _told_of(way: Row, locations: Mapping[str, Location]) -> Row:
    """A visit is told by the place that one goes to; anything else by its own name and value."""
    if way["kind"] != Channel.Kind.VISIT:
        return {"value": way["value"], **_three("name", way)}
    place = locations[way["value"]]
    return {f"name_{language}": getattr(place, f"name_{language}") for language in LANGUAGES}


def _load_hours(owner: str, told: Iterable[tuple[Location | Channel, Row | None]]) -> None:
    open_ones = [(thing, hours) for thing, hours in told if hours]
    WeeklyHours.objects.bulk_create(
        WeeklyHours(
            **{owner: thing},
            weekday=row["weekday"],
            opens_minute=_minutes(row["opens"]),
            closes_minute=_minutes(row["closes"]),
        )
        for thing, hours in open_ones
        for row in hours["weekly"]
    )
    ExceptionalDay.objects.bulk_create(
        ExceptionalDay(
            **{owner: thing},
            date=row["date"],
            opens_minute=None if row["opens"] is None else _minutes(row["opens"]),
            closes_minute=None if row["closes"] is None else _minutes(row["closes"]),
            **_three("reason", row),
        )
        for thing, hours in open_ones
        for row in hours.get("exceptions", ())
    )


def _load_synonyms(rows: list[Row], services: Mapping[str, Service], situations: Mapping[str, LifeSituation]) -> None:
    for row in rows:
        words = [word for word in row["means"] if word not in services and word not in situations]
        synonym = Synonym.objects.create(language=row["language"], words=row["words"], means=words)
        synonym.services.set([services[slug] for slug in row["means"] if slug in services])
        synonym.situations.set([situations[slug] for slug in row["means"] if slug in situations])


def _codes_of(row: Row, codes: Mapping[tuple[str, str], Code]) -> list[int]:
    return [codes[scheme, notation].pk for field, scheme in _SCHEMES.items() for notation in row.get(field, ())]


def _link(through: Any, column: str, rows: list[Row], services: Mapping[str, Service], targets: Any) -> None:
    through.objects.bulk_create(
        through(service_id=services[row["slug"]].pk, **{column: pk}) for row in rows for pk in targets(row)
    )


def _never_shuts(hours: Row | None) -> bool:
    week = hours["weekly"] if hours else []
    return len(week) == _WHOLE_WEEK and all((row["opens"], row["closes"]) == _WHOLE_DAY for row in week)


def _minutes(text: str) -> int:
    """ "08:30" → 510"""
    return int(text[:2]) * 60 + int(text[3:])


def _three(field: str, row: Row, empty: Any = str) -> Row:
    told = row.get(field) or {}
    return {f"{field}_{language}": told.get(language) or empty() for language in LANGUAGES}
