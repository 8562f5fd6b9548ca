"""Where something is offered: `areaType` and `areas` of v11."""

from catalogue.models import Area
from catalogue.ptv.texts import one_line
from catalogue.ptv.v11.values import Json, an_object, objects

# The whole country, and the whole country without Åland.
_NATIONWIDE = {"Nationwide", "WholeCountry", "NationwideExceptAlandIslands", "WholeCountryExceptAlandIslands"}
_COUNTIES = {"WellbeingServiceCounties", "WellbeingServicesCounties", "WellbeingServiceCounty"}


def is_nationwide(item: Json) -> bool:
    return str(item.get("areaType")) in _NATIONWIDE


def areas_of(item: Json) -> frozenset[tuple[str, str]]:
    """(kind, code). Regions of other kinds stand for their municipalities, which the source lists."""
    found = set()
    for area in objects(item.get("areas")):
        code = one_line(area.get("code"))
        if str(area.get("type")) in _COUNTIES and code:
            found.add((Area.Kind.COUNTY.value, code.zfill(2)))
        elif area.get("type") == "Municipality" and code:
            found.add((Area.Kind.MUNICIPALITY.value, code.zfill(3)))
        else:
            found.update(
                (Area.Kind.MUNICIPALITY.value, of)
                for row in objects(area.get("municipalities"))
                if (of := code_of(row))
            )
    return frozenset(found)


def code_of(municipality: object) -> str:
    code = one_line(an_object(municipality).get("code"))
    return code.zfill(3) if code else ""
