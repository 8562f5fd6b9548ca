"""What the records of a page refer to, by few queries: providers, areas, classes, general descriptions, their ends."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from catalogue.models import Area, Channel, Code, GeneralDescription, Location, Provider, Service
from catalogue.ptv.reasons import Reason, Remark
from catalogue.ptv.records import Kind, Record
from catalogue.ptv.slugs import free_slugs
from core.translations import LANGUAGES

AreaKey = tuple[str, str]


@dataclass(frozen=True)
class Areas:
    """The areas of the platform; some 330, so they are read once a run."""

    pks: dict[AreaKey, int]

    @classmethod
    def load(cls) -> "Areas":
        return cls({(kind, code): pk for pk, kind, code in Area.objects.values_list("pk", "kind", "code")})

    def municipality(self, code: str) -> int | None:
        return self.pks.get((Area.Kind.MUNICIPALITY.value, code))


@dataclass(frozen=True)
class Limit:
    """Only what concerns some areas; None of them: everything does."""

    areas: frozenset[AreaKey] | None = None

    @classmethod
    def of_county(cls, code: str) -> "Limit":
        """A county and its municipalities. Raises Area.DoesNotExist."""
        county = Area.objects.get(kind=Area.Kind.COUNTY, code=code)
        codes = county.municipalities.values_list("code", flat=True)
        own = {(Area.Kind.MUNICIPALITY.value, one) for one in codes}
        return cls(frozenset(own | {(Area.Kind.COUNTY.value, code)}))

    def wants(self, record: Record) -> bool:
        """Of organisations only those of the area: others come by name with a service that they offer here."""
        if self.areas is None or record.kind is Kind.GENERAL:
            return True
        if record.municipality and record.kind in (Kind.LOCATION, Kind.PROVIDER):
            return (Area.Kind.MUNICIPALITY.value, record.municipality) in self.areas
        return bool(record.areas & self.areas) or (record.nationwide and record.kind is not Kind.PROVIDER)


@dataclass
class General:
    pk: int
    digest: str
    texts: dict[str, str]
    codes: set[int] = field(default_factory=set)
    uris: set[str] = field(default_factory=set)


class References:
    """Of records of one kind."""

    def __init__(self, records: Sequence[Record], areas: Areas) -> None:
        self.areas = areas
        self._providers = _pks(Provider, {record.provider[0] for record in records if record.provider})
        self._generals = _generals({record.general for record in records if record.general})
        ends = {link.ptv_id for record in records for link in record.links or ()}
        of_service = bool(records) and records[0].kind is Kind.SERVICE
        # What was withdrawn has no digest, and is connected with nothing until it comes back.
        self.locations = _pks(Location, ends, source_digest__isnull=False) if of_service else {}
        self.channels = _pks(Channel, ends, source_digest__isnull=False) if of_service else {}
        self.services = {} if of_service else _pks(Service, ends, source_digest__isnull=False)
        self._codes: dict[str, int] = {}

    def around(self, record: Record) -> Iterator[str]:
        """For `Record.digest`: what we lack, and which text of the general description we have."""
        if record.municipality and self.areas.municipality(record.municipality) is None:
            yield f"municipality {record.municipality}"
        if record.kind is Kind.SERVICE:
            yield from (f"area {kind} {code}" for kind, code in record.areas if (kind, code) not in self.areas.pks)
            if record.general:
                general = self.general(record)
                yield f"general {general.digest if general else ''}"
            for link in record.links or ():
                if link.ptv_id not in self.locations and link.ptv_id not in self.channels:
                    yield f"end {link.ptv_id}"
        elif record.provider and record.provider[0] not in self._providers:
            yield f"provider {record.provider[0]}"

    def remarks(self, record: Record) -> Iterator[Remark]:
        """Areas that we do not know."""
        if record.municipality and self.areas.municipality(record.municipality) is None:
            yield Remark(Reason.UNKNOWN_MUNICIPALITY, "municipality", record.municipality)
        if record.kind is Kind.SERVICE:
            for kind, code in sorted(record.areas - set(self.areas.pks)):
                reason = Reason.UNKNOWN_MUNICIPALITY if kind == Area.Kind.MUNICIPALITY else Reason.UNKNOWN_AREA
                yield Remark(reason, "areas", code)

    def provider(self, record: Record) -> int | None:
        return self._providers.get(record.provider[0]) if record.provider else None

    def general(self, record: Record) -> General | None:
        return self._generals.get(record.general) if record.general else None

    def codes(self, record: Record) -> set[int]:
        return {self._codes[term.uri] for term in record.terms}

    def make_what_is_missing(self, records: Iterable[Record]) -> None:
        """Providers that services name and nobody knows yet, and new terms. Call before writing these records."""
        missing = {
            record.provider[0]: record.provider[1]
            for record in records
            if record.kind is Kind.SERVICE and record.provider and record.provider[0] not in self._providers
        }
        if missing:
            slugs = free_slugs(Provider, missing)
            made = [Provider(ptv_id=one, name_fi=name, slug=slugs[one]) for one, name in missing.items()]
            self._providers |= {row.ptv_id: row.pk for row in Provider.objects.bulk_create(made) if row.ptv_id}
        terms = {term.uri: term for record in records for term in record.terms}
        self._codes = dict(Code.objects.filter(uri__in=terms).values_list("uri", "pk"))
        new = [
            Code(uri=uri, scheme=term.scheme, notation=term.notation, **_names(term.names, term.notation or uri))
            for uri, term in terms.items()
            if uri not in self._codes
        ]
        self._codes |= {row.uri: row.pk for row in Code.objects.bulk_create(new)}


def _names(names: tuple[str, str, str], otherwise: str) -> dict[str, str]:
    told = {f"name_{language}": name for language, name in zip(LANGUAGES, names, strict=True)}
    return told if any(names) else told | {"name_fi": otherwise}


def _pks(model: Any, ids: set[UUID], **only: Any) -> dict[UUID, int]:
    return dict(model.objects.filter(ptv_id__in=ids, **only).values_list("ptv_id", "pk")) if ids else {}


def _generals(ids: set[UUID]) -> dict[UUID, General]:
    if not ids:
        return {}
    found: dict[UUID, General] = {}
    by_pk: dict[int, General] = {}
    columns = [f"{name}_{language}" for name in ("summary", "description") for language in LANGUAGES]
    for row in GeneralDescription.objects.filter(ptv_id__in=ids):
        digest = bytes(row.source_digest or b"").hex()
        general = General(row.pk, digest, {column: getattr(row, column) for column in columns if getattr(row, column)})
        by_pk[row.pk] = general
        if row.ptv_id:
            found[row.ptv_id] = general
    through = GeneralDescription.codes.through.objects.filter(generaldescription__in=by_pk)
    for owner, code, uri in through.values_list("generaldescription_id", "code_id", "code__uri"):
        by_pk[owner].codes.add(code)
        by_pk[owner].uris.add(uri)
    return found
