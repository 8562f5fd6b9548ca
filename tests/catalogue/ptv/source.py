"""Records as version 11 of the interface has them, made up: an invented municipality's services, places and numbers."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

Json = dict[str, Any]
SERVICE_CLASS = "http://uri.suomi.fi/codelist/ptv/ptvserclass2/code/"
TARGET_GROUP = "http://uri.suomi.fi/codelist/ptv/ptvkohderyhmat/code/"
ORGANISATIONS = 20


def uid(kind: int, number: int) -> str:
    """Ids that tell what they are: 1 organisation, 2 place, 3 number, 4 service, 5 general description."""
    return str(UUID(int=(kind << 96) + (0x4 << 76) + (0x8 << 60) + number))


def texts(fi: str, sv: str = "", kind: str = "") -> list[Json]:
    rows = [{"language": "fi", "value": fi}] + ([{"language": "sv", "value": sv}] if sv else [])
    return [row | {"type": kind} for row in rows] if kind else rows


def week(opens: str = "08:00:00", closes: str = "16:00:00") -> list[Json]:
    days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
    rows = [{"dayFrom": day, "dayTo": "", "from": opens, "to": closes} for day in days]
    return [{"serviceHourType": "DaysOfTheWeek", "validFrom": None, "validTo": None, "isClosed": False,
             "validForNow": True, "isAlwaysOpen": False, "isReservation": False, "additionalInformation": None,
             "openingHour": rows}]  # fmt: skip


def organisation(number: int = 0, **other: Any) -> Json:
    return {
        "id": uid(1, number),
        "organizationType": "Municipality",
        "organizationNames": texts(f"Koivurannan kunta {number}", f"Björkstrands kommun {number}", "Name"),
        "organizationDescriptions": texts("Kunta järven rannalla.", kind="Description"),
        "webPages": [{"url": "https://koivuranta.example.fi", "value": "Kotisivu", "language": "fi"}],
        "publishingStatus": "Published",
        "modified": "2026-10-01T08:00:00",
    } | other


def place(number: int = 0, *, services: list[int] | None = None, **other: Any) -> Json:
    street = {
        "street": texts("Rantatie", "Strandvägen"),
        "streetNumber": str(number + 1),
        "postalCode": "99999",
        "municipality": {"code": "091", "name": texts("Helsinki", "Helsingfors")},
        "additionalInformation": texts("Sisäänkäynti pihan puolelta."),
        "latitude": str(6672222.0 + number % 1000),
        "longitude": "385800.000",
        "coordinateState": "Ok",
    }
    return {
        "id": uid(2, number),
        "serviceChannelType": "ServiceLocation",
        "organizationId": uid(1, number % ORGANISATIONS),
        "serviceChannelNames": texts(f"Perhekeskus {number}", f"Familjecenter {number}", "Name"),
        "serviceChannelDescriptions": texts("Perheiden talo.", kind="Summary"),
        "addresses": [{"type": "Location", "subType": "Single", "streetAddress": street, "entrances": None}],
        "phoneNumbers": [{"type": "Phone", "prefixNumber": "+358", "number": "401234567", "language": "fi",
                          "serviceChargeType": "Chargeable", "isFinnishServiceNumber": False}],
        "emails": [{"value": "perhekeskus@koivuranta.example.fi", "language": "fi"}],
        "serviceHours": week(),
        "services": None if services is None else [connection("service", uid(4, one)) for one in services],
        "areaType": "LimitedType",
        "areas": [{"type": "Municipality", "code": "091", "municipalities": [{"code": "091"}]}],
        "publishingStatus": "Published",
        "modified": "2026-10-01T08:00:00",
    } | other  # fmt: skip


def number_channel(number: int = 0, **other: Any) -> Json:
    return {
        "id": uid(3, number),
        "serviceChannelType": "Phone",
        "organizationId": uid(1, number % ORGANISATIONS),
        "serviceChannelNames": texts(f"Neuvontanumero {number}", kind="Name"),
        "serviceChannelDescriptions": texts("Neuvoo perheitä.", kind="Summary"),
        "phoneNumbers": [{"type": "Phone", "prefixNumber": "+358", "number": "91234567", "language": "fi",
                          "serviceChargeType": "FreeOfCharge", "additionalInformation": "Ma–pe",
                          "isFinnishServiceNumber": False}],
        "serviceHours": week("09:00:00", "15:00:00"),
        "areaType": "Nationwide",
        "areas": None,
        "services": None,
        "publishingStatus": "Published",
        "modified": "2026-10-01T08:00:00",
    } | other  # fmt: skip


def connection(end: str, other: str, note: str = "") -> Json:
    return {end: {"id": other, "name": "x"}, "description": texts(note, kind="Description") if note else None}


def service(number: int = 0, *, places: tuple[int, ...] = (), numbers: tuple[int, ...] = (), **other: Any) -> Json:
    ends = [uid(2, one) for one in places] + [uid(3, one) for one in numbers]
    return {
        "id": uid(4, number),
        "type": "Service",
        "generalDescriptionId": None,
        "serviceNames": texts(f"Perheneuvola {number}", f"Familjerådgivning {number}", "Name")
        + texts("Kasvatusneuvola", kind="AlternativeName"),
        "serviceDescriptions": texts("Tukea vanhemmuuteen.", "Stöd i föräldraskapet.", "Summary")
        + texts("Perheneuvola auttaa, kun arki lapsen kanssa on raskasta.\n\nKäynnit ovat luottamuksellisia.",
                "Familjerådgivningen hjälper.", "Description")
        + texts("Soita ja varaa aika.", kind="UserInstruction"),
        "serviceChargeType": "Free",
        "areaType": "LimitedType",
        "areas": [{"type": "Municipality", "code": "091", "municipalities": [{"code": "091"}]},
                  {"type": "WellbeingServiceCounties", "code": "08", "municipalities": None}],
        "languages": ["fi", "sv"],
        "serviceClasses": [{"code": "P3.7", "uri": f"{SERVICE_CLASS}P3.7",
                            "name": texts("Kasvatus- ja perheneuvonta")}],
        "targetGroups": [{"code": "KR1.2", "uri": f"{TARGET_GROUP}KR1.2", "name": texts("Lapset ja lapsiperheet")}],
        "ontologyTerms": [{"code": "", "uri": f"http://www.yso.fi/onto/koko/p{number % 500}",
                           "name": texts(f"asiasana {number % 500}")}],
        "lifeEvents": None,
        "keywords": [{"language": "fi", "value": "vanhemmuus"}],
        "requirements": texts("Alle 18-vuotiaiden lasten perheille."),
        "organizations": [{"organization": {"id": uid(1, number % ORGANISATIONS), "name": "Koivurannan kunta"},
                           "roleType": "Responsible"}],
        "serviceChannels": [connection("serviceChannel", one) for one in ends] or None,
        "publishingStatus": "Published",
        "modified": "2026-10-01T08:00:00",
    } | other  # fmt: skip


def catalogue(services: int) -> list[Json]:
    """Organisations, and for each service a place or a number of its own."""
    made: list[Json] = [organisation(n) for n in range(ORGANISATIONS)]
    for n in range(services):
        if n % 3:
            made.append(place(n, services=[n]))
        else:
            made.append(number_channel(n))
        made.append(service(n, places=(n,) if n % 3 else (), numbers=() if n % 3 else (n,)))
    return made


def as_page(items: list[Json]) -> Json:
    return {"pageNumber": 1, "pageSize": 100, "pageCount": 1, "itemList": items}


def write(path: Path, items: Any) -> Path:
    path.write_text(json.dumps(items, ensure_ascii=False), encoding="utf-8")
    return path
