"""Services, general descriptions and organisations of v11."""

from typing import Any
from uuid import UUID

from catalogue.models import Code, Provider, Service
from catalogue.ptv.reasons import Reason, Remark
from catalogue.ptv.records import Kind, Link, Record, Term
from catalogue.ptv.texts import one_line
from catalogue.ptv.v11.areas import areas_of, code_of, is_nationwide
from catalogue.ptv.v11.values import (
    Columns,
    Json,
    all_in_languages,
    an_object,
    first_told,
    in_languages,
    moment,
    objects,
    three,
    uuid_of,
)
from catalogue.ptv.v11.wrong import NotTaken

NAME_LIMIT = 200
LINE_LIMIT = 300
_SUMMARY = ("Summary", "ShortDescription")
_INSTRUCTION = ("UserInstruction", "ServiceUserInstruction")
_PRICE = ("ChargeTypeAdditionalInfo", "ChargeTypeAdditionalInformation")
# How texts of the general description are marked in a service that was read together with it.
_SHARED = "GD_"

_SCHEMES = {
    "serviceClasses": Code.Scheme.SERVICE_CLASS,
    "targetGroups": Code.Scheme.TARGET_GROUP,
    "lifeEvents": Code.Scheme.LIFE_EVENT,
    "ontologyTerms": Code.Scheme.ONTOLOGY,
}
_PRICES = {"Free": Service.PriceKind.FREE, "FreeOfCharge": Service.PriceKind.FREE,
           "Chargeable": Service.PriceKind.FEE, "Charged": Service.PriceKind.FEE}  # fmt: skip
_PROVIDERS = {"Organization": Provider.Kind.THIRD_SECTOR, "Company": Provider.Kind.PRIVATE,
              "SotePrivate": Provider.Kind.PRIVATE}  # fmt: skip
_PARISH = ("seurakunta", "seurakuntayhtymä", "församling", "kyrkliga samfällighet", "parish")


def service(item: Json, ptv_id: UUID) -> Record:
    remarks: list[Remark] = []
    columns = Columns(remarks)
    texts = item.get("serviceDescriptions")
    columns.line("name", in_languages(item.get("serviceNames"), "Name"), NAME_LIMIT)
    columns.words("alternative_names", all_in_languages(item.get("serviceNames"), "AlternativeName"))
    columns.line("summary", in_languages(texts, *_SUMMARY), LINE_LIMIT)
    columns.text("description", in_languages(texts, "Description"))
    columns.text("how_to", in_languages(texts, *_INSTRUCTION))
    columns.text("for_whom", in_languages(item.get("requirements")))
    columns.line("price", in_languages(texts, *_PRICE), LINE_LIMIT)
    columns["price_kind"] = _PRICES.get(str(item.get("serviceChargeType")), Service.PriceKind.UNKNOWN).value
    columns.words("keywords", all_in_languages(item.get("keywords")))
    columns["languages"] = _languages(item.get("languages"))
    shared = Columns(remarks)
    shared.line("summary", in_languages(texts, *(f"{_SHARED}{kind}" for kind in _SUMMARY)), LINE_LIMIT)
    shared.text("description", in_languages(texts, f"{_SHARED}Description"))
    shared.text("how_to", in_languages(texts, *(f"{_SHARED}{kind}" for kind in _INSTRUCTION)))
    shared.line("price", in_languages(texts, *(f"{_SHARED}{kind}" for kind in _PRICE)), LINE_LIMIT)
    responsible = _responsible(item)
    if responsible is None:
        raise NotTaken(Reason.WITHOUT_PROVIDER)
    return Record(
        kind=Kind.SERVICE,
        ptv_id=ptv_id,
        changed_at=moment(item.get("modified"), remarks),
        columns=dict(columns) | {"nationwide": is_nationwide(item)},
        provider=responsible,
        general=uuid_of(item.get("generalDescriptionId")),
        areas=areas_of(item),
        nationwide=is_nationwide(item),
        terms=terms_of(item, remarks),
        links=links_of(item.get("serviceChannels"), "serviceChannel") or (),
        shared_texts={column: text for column, text in shared.items() if text},
        remarks=remarks,
    )


def general_description(item: Json, ptv_id: UUID) -> Record:
    remarks: list[Remark] = []
    columns = Columns(remarks)
    texts = item.get("descriptions")
    columns.line("name", in_languages(item.get("names"), "Name") or in_languages(item.get("names")), NAME_LIMIT)
    columns.line("summary", in_languages(texts, *_SUMMARY), LINE_LIMIT)
    columns.text("description", in_languages(texts, "Description"))
    return Record(
        kind=Kind.GENERAL,
        ptv_id=ptv_id,
        changed_at=moment(item.get("modified"), remarks),
        columns=dict(columns),
        terms=terms_of(item, remarks),
        remarks=remarks,
    )


def provider(item: Json, ptv_id: UUID) -> Record:
    remarks: list[Remark] = []
    columns = Columns(remarks)
    columns.line("name", in_languages(item.get("organizationNames"), "Name"), NAME_LIMIT)
    columns.text("description", in_languages(item.get("organizationDescriptions"), "Description", *_SUMMARY))
    columns.address("url", first_told(in_languages(item.get("webPages"), key="url")))
    kind = _PROVIDERS.get(str(item.get("organizationType")), Provider.Kind.PUBLIC)
    # The source has no kind for parishes; their names have.
    if any(word in columns[f"name_{code}"].lower() for code in ("fi", "sv", "en") for word in _PARISH):
        kind = Provider.Kind.PARISH
    return Record(
        kind=Kind.PROVIDER,
        ptv_id=ptv_id,
        changed_at=moment(item.get("modified"), remarks),
        columns=dict(columns) | {"kind": kind.value},
        municipality=code_of(item.get("municipality")),
        areas=areas_of(item),
        nationwide=is_nationwide(item),
        remarks=remarks,
    )


def terms_of(item: Json, remarks: list[Remark]) -> tuple[Term, ...]:
    """The classes, keyed by their URI: a notation may stand for two."""
    found: dict[str, Term] = {}
    for key, scheme in _SCHEMES.items():
        for row in objects(item.get(key)):
            uri = one_line(row.get("uri"))
            names = three(in_languages(row.get("name")), NAME_LIMIT)
            if not uri.startswith(("http://", "https://")) or len(uri) > 200:
                remarks.append(Remark(Reason.WRONG_CODE, "codes", (uri or one_line(row.get("code")))[:80]))
            else:
                found.setdefault(uri, Term(uri, scheme.value, one_line(row.get("code"))[:40], names))
    return tuple(found[uri] for uri in sorted(found))


def links_of(rows: object, end: str) -> tuple[Link, ...] | None:
    """Connections in their order, each once; None for null."""
    if not isinstance(rows, list):
        return None
    found: dict[UUID, Link] = {}
    for row in objects(rows):
        other = uuid_of(an_object(row.get(end)).get("id"))
        if other is not None:
            found.setdefault(other, Link(other, three(in_languages(row.get("description")), LINE_LIMIT)))
    return tuple(found.values())


def _responsible(item: Json) -> tuple[UUID, str] | None:
    """Who is responsible, else whoever is named first."""
    rows: list[Any] = sorted(objects(item.get("organizations")), key=lambda row: row.get("roleType") != "Responsible")
    for row in rows:
        organization = an_object(row.get("organization"))
        found = uuid_of(organization.get("id"))
        if found is not None:
            return found, one_line(organization.get("name"))[:NAME_LIMIT] or str(found)
    return None


def _languages(codes: object) -> list[str]:
    told = [one_line(code).lower() for code in codes] if isinstance(codes, list) else []
    return [code for code in dict.fromkeys(told) if code.isalpha() and 2 <= len(code) <= 3]
