"""Service channels of v11: places, telephone numbers, pages, electronic services and forms."""

from uuid import UUID

from catalogue.models import Channel
from catalogue.ptv import texts
from catalogue.ptv.coordinates import OutsideFinland, to_degrees
from catalogue.ptv.hours import hours_of
from catalogue.ptv.reasons import Reason, Remark
from catalogue.ptv.records import Kind, Record
from catalogue.ptv.v11.areas import areas_of, code_of, is_nationwide
from catalogue.ptv.v11.services import LINE_LIMIT, NAME_LIMIT, links_of
from catalogue.ptv.v11.values import Columns, Json, an_object, first_told, in_languages, moment, objects, uuid_of
from catalogue.ptv.v11.wrong import NotTaken
from core.translations import LANGUAGES

_KINDS = {
    "Phone": Channel.Kind.PHONE,
    "EChannel": Channel.Kind.E_SERVICE,
    "WebPage": Channel.Kind.WEB,
    "PrintableForm": Channel.Kind.FORM,
}
# Of telephone numbers: "chargeable" is what any call costs, "other" has a price of its own.
_CHARGES = {
    "Free": Channel.Charge.FREE,
    "FreeOfCharge": Channel.Charge.FREE,
    "Chargeable": Channel.Charge.NORMAL,
    "Charged": Channel.Charge.NORMAL,
    "Other": Channel.Charge.CHARGED,
}


def is_channel(item: Json) -> bool:
    return "serviceChannelType" in item or "serviceChannelNames" in item


def channel(item: Json, ptv_id: UUID) -> Record:
    kind = item.get("serviceChannelType")
    remarks: list[Remark] = []
    columns = Columns(remarks)
    columns.line("name", in_languages(item.get("serviceChannelNames"), "Name"), NAME_LIMIT)
    municipality = ""
    if kind == "ServiceLocation":
        municipality = _place(item, columns)
    elif str(kind) in _KINDS:
        _way(item, _KINDS[str(kind)], columns)
    else:
        raise NotTaken(Reason.UNKNOWN_TYPE, kind)
    hours = hours_of(item.get("serviceHours"))
    organization = uuid_of(item.get("organizationId"))
    return Record(
        kind=Kind.LOCATION if kind == "ServiceLocation" else Kind.CHANNEL,
        ptv_id=ptv_id,
        changed_at=moment(item.get("modified"), remarks),
        columns=dict(columns) | {"open_on_holidays": hours.open_on_holidays, "by_appointment": hours.by_appointment},
        provider=(organization, "") if organization and kind == "ServiceLocation" else None,
        municipality=municipality,
        areas=areas_of(item),
        nationwide=is_nationwide(item),
        links=links_of(item.get("services"), "service"),
        weekly=frozenset(hours.weekly),
        exceptional=frozenset(hours.exceptional),
        remarks=remarks + hours.remarks,
    )


def _place(item: Json, columns: Columns) -> str:
    """Fills what a place has; its municipality's code."""
    address = _visiting_address(item)
    street = an_object(address.get("streetAddress")) or an_object(address.get("otherAddress"))
    number = texts.one_line(street.get("streetNumber"))
    names = in_languages(street.get("street"))
    columns.line("street", {code: f"{name} {number}".strip() for code, name in names.items()}, 200)
    columns.one("postal_code", texts.one_line(street.get("postalCode")), 10)
    columns.text("arrival", in_languages(street.get("additionalInformation")))
    columns.text("accessibility", _accessibility(address))
    columns["lat"], columns["lon"] = _degrees(street, columns.remarks)
    numbers = _numbers(item.get("phoneNumbers"), columns.remarks, "phone")
    columns.one("phone", first_told({code: number for code, (number, _row) in numbers.items()}), texts.NUMBER_LIMIT)
    columns.email("email", first_told(_emails(item)))
    return code_of(street.get("municipality"))


def _visiting_address(item: Json) -> Json:
    rows = [row for row in objects(item.get("addresses")) if row.get("streetAddress") or row.get("otherAddress")]
    return next((row for row in rows if row.get("type") != "Postal"), {})


def _degrees(street: Json, remarks: list[Remark]) -> tuple[float | None, float | None]:
    northing, easting = street.get("latitude"), street.get("longitude")
    if northing in (None, "") and easting in (None, ""):
        return None, None
    try:
        lat, lon = to_degrees(float(str(northing).replace(",", ".")), float(str(easting).replace(",", ".")))
    except (ValueError, OutsideFinland):
        remarks.append(Remark(Reason.WRONG_COORDINATES, "lat", f"{northing}; {easting}"[:100]))
        return None, None
    return round(lat, 7), round(lon, 7)


def _accessibility(address: Json) -> dict[str, str]:
    """The sentences about the entrances, a paragraph an entrance."""
    told: dict[str, list[str]] = {}
    for entrance in objects(address.get("entrances")):
        sentences: dict[str, list[str]] = {}
        for group in objects(entrance.get("accessibilitySentences")):
            for row in objects(group.get("sentences")):
                for code, text in in_languages(row.get("sentence")).items():
                    sentences.setdefault(code, []).append(text)
        for code, lines in sentences.items():
            told.setdefault(code, []).append("\n".join(lines))
    return {code: "\n\n".join(paragraphs) for code, paragraphs in told.items()}


def _way(item: Json, kind: Channel.Kind, columns: Columns) -> None:
    """Fills what any other channel has: where it leads, what that costs, a note in each language."""
    summaries = in_languages(item.get("serviceChannelDescriptions"), "Summary", "ShortDescription")
    notes = {code: [text] for code, text in summaries.items()}
    charge = Channel.Charge.UNKNOWN
    values: dict[str, str] = {}
    if kind == Channel.Kind.PHONE:
        for code, (number, row) in _numbers(item.get("phoneNumbers"), columns.remarks, "value").items():
            values[code] = number
            told = [texts.one_line(row.get("additionalInformation")), texts.one_line(row.get("chargeDescription"))]
            notes[code] = [text for text in told if text] + notes.get(code, [])
            charge = charge or _CHARGES.get(str(row.get("serviceChargeType")), Channel.Charge.UNKNOWN)
    else:
        rows = item.get("channelUrls") if kind == Channel.Kind.FORM else None
        found = (
            in_languages(rows) or in_languages(item.get("webPages"), key="url") or in_languages(item.get("webPages"))
        )
        for code, address in found.items():
            columns.address("value", address)
            if columns["value"]:
                values[code] = columns["value"]
    value = first_told(values)
    if not value:
        raise NotTaken(Reason.WITHOUT_VALUE, next((remark.detail for remark in columns.remarks), ""))
    for code, other in values.items():
        # One channel has one number or address; another language's own stands in that language's note.
        if other != value and len(other) <= LINE_LIMIT // 2:
            notes.setdefault(code, []).insert(0, other)
    columns["value"], columns["kind"], columns["charge"] = value, kind.value, charge.value
    columns.line("note", {code: " · ".join(parts) for code, parts in notes.items()}, LINE_LIMIT)


def _numbers(rows: object, remarks: list[Remark], column: str) -> dict[str, tuple[str, Json]]:
    """{language: (number, its row)}: the first that one can call; a message number only where there is no other."""
    found: dict[str, tuple[str, Json]] = {}
    for kind in ("Phone", "Sms"):
        for row in objects(rows):
            language = row.get("language")
            if row.get("type") not in ((kind, None, "") if kind == "Phone" else (kind,)):
                continue
            prefix = "" if row.get("isFinnishServiceNumber") else row.get("prefixNumber")
            number = texts.phone_number(prefix, row.get("number"))
            if number is None:
                remarks.append(
                    Remark(Reason.WRONG_NUMBER, column, f"{row.get('prefixNumber')} {row.get('number')}"[:80])
                )
            elif number and language in LANGUAGES and language not in found:
                found[language] = number, row
    return found


def _emails(item: Json) -> dict[str, str]:
    """Under either of two names, by the version and the address that was asked."""
    return in_languages(item.get("emails")) or in_languages(item.get("supportEmails"))
