"""A page of records into the catalogue: in bulk, in one transaction, and nothing at all for what has not changed."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import DataError, IntegrityError, transaction

from catalogue.models import (
    Channel,
    GeneralDescription,
    ImportLine,
    ImportRun,
    Location,
    Provider,
    Service,
    ServiceChannel,
    ServiceLocation,
)
from catalogue.ptv.outcome import Act, Outcome
from catalogue.ptv.overlay import Edits, Meeting, owner_of
from catalogue.ptv.parts import Connected, Connections, Rows, areas, codes, exceptional, weekly
from catalogue.ptv.reading import Feed, Page
from catalogue.ptv.reasons import Reason
from catalogue.ptv.records import Kind, Record
from catalogue.ptv.references import Areas, Limit, References
from catalogue.ptv.situations import Situations
from catalogue.ptv.slugs import free_slugs
from catalogue.ptv.withdrawing import withdraw

MODELS: dict[Kind, Any] = {
    Kind.GENERAL: GeneralDescription,
    Kind.PROVIDER: Provider,
    Kind.LOCATION: Location,
    Kind.CHANNEL: Channel,
    Kind.SERVICE: Service,
}
_FEEDS = {Kind.LOCATION: Feed.CHANNEL, Kind.CHANNEL: Feed.CHANNEL, Kind.SERVICE: Feed.SERVICE}
_CONNECTIONS: tuple[tuple[str, Any], ...] = (("locations", ServiceLocation), ("channels", ServiceChannel))
# Where a connection stands that its service has not told of yet: after those that it has.
_LAST = 1000


class PageWriter:
    """For one run: `areas` and `situations` are read once."""

    def __init__(self, run: ImportRun, limit: Limit) -> None:
        self._run = run
        self._limit = limit
        self._areas = Areas.load()
        self._situations = Situations.load()

    def write(self, page: Page, *, now: dt.datetime) -> Outcome:
        """Call in the transaction of the page. A record that the database refuses leaves its neighbours be."""
        outcome = Outcome()
        for refusal in page.refusals:
            outcome.refused(refusal)
        records = self._each_once(page.records, outcome)
        outside: dict[Feed, list[UUID]] = {}
        known = self._known_providers(records)
        for kind in Kind:
            of_kind = [record for record in records if record.kind is kind]
            wanted = [record for record in of_kind if self._limit.wants(record) or record.ptv_id in known]
            if wanted:
                outcome += self._write_some(kind, wanted, now)
            if len(wanted) < len(of_kind):
                outcome.counts["outside"] += len(of_kind) - len(wanted)
                taken = {record.ptv_id for record in wanted}
                ids = [record.ptv_id for record in of_kind if record.ptv_id not in taken]
                outside.setdefault(_FEEDS.get(kind, Feed.PROVIDER), []).extend(ids)
        for feed, ids in outside.items():
            outcome += withdraw(feed, ids, why=Reason.OUTSIDE, now=now)
        for feed in Feed:
            gone = [one for of, one in page.gone if of is feed]
            if gone:
                outcome += withdraw(feed, gone, why=Reason.GONE, now=now)
        return outcome

    def _known_providers(self, records: Sequence[Record]) -> set[UUID]:
        """Of those outside the limit, whose services are offered here all the same."""
        ids = [record.ptv_id for record in records if record.kind is Kind.PROVIDER and not self._limit.wants(record)]
        return set(Provider.objects.filter(ptv_id__in=ids).values_list("ptv_id", flat=True)) if ids else set()  # type: ignore[arg-type]

    @staticmethod
    def _each_once(records: Sequence[Record], outcome: Outcome) -> list[Record]:
        """The last of each id."""
        last: dict[UUID, Record] = {}
        for record in records:
            if record.ptv_id in last:
                outcome.acted(Act.REFUSED, last.pop(record.ptv_id), why=Reason.TWICE.value)
            last[record.ptv_id] = record
        return list(last.values())

    def _write_some(self, kind: Kind, records: list[Record], now: dt.datetime) -> Outcome:
        try:
            with transaction.atomic():
                return _KindWriter(self._run, kind, self._areas, self._situations).write(records, now)
        except (DataError, IntegrityError) as error:
            if len(records) == 1:
                outcome = Outcome()
                outcome.refused_by_database(records[0], error)
                return outcome
        outcome = Outcome()
        for record in records:
            outcome += self._write_some(kind, [record], now)
        return outcome


class _KindWriter:
    """Records of one kind. What is told apart: new, changed, and what the digest says is as it was."""

    def __init__(self, run: ImportRun, kind: Kind, areas_known: Areas, situations: Situations) -> None:
        self._run = run
        self._kind = kind
        self._model = MODELS[kind]
        self._areas = areas_known
        self._situations = situations
        self._outcome = Outcome()

    def write(self, records: list[Record], now: dt.datetime) -> Outcome:
        ids = [record.ptv_id for record in records]
        known = dict(self._model.objects.filter(ptv_id__in=ids).values_list("ptv_id", "source_digest"))
        self._refs = References(records, self._areas)
        self._digests = {record.ptv_id: record.digest(around=self._refs.around(record)) for record in records}
        new = [record for record in records if record.ptv_id not in known]
        other = [record for record in records if record.ptv_id in known]
        changed = [record for record in other if bytes(known[record.ptv_id] or b"") != self._digests[record.ptv_id]]
        self._outcome.counts["unchanged"] += len(other) - len(changed)
        if new or changed:
            self._refs.make_what_is_missing([*new, *changed])
            self._add(new)
            self._change(changed, now)
        return self._outcome

    # -- new ----------------------------------------------------------------------------------

    def _add(self, records: list[Record]) -> None:
        if not records:
            return
        slugs = {}
        if self._kind is not Kind.CHANNEL:
            slugs = free_slugs(self._model, {record.ptv_id: record.name for record in records})
        rows = []
        for record in records:
            row = self._model(ptv_id=record.ptv_id, **self._columns(record))
            row.source_digest, row.source_changed_at = self._digests[record.ptv_id], record.changed_at
            if slugs:
                row.slug = slugs[record.ptv_id]
            if self._kind is Kind.SERVICE:
                row.status = Service.Status.PUBLISHED
            rows.append(row)
        made = {row.ptv_id: row.pk for row in self._model.objects.bulk_create(rows)}
        parts = _Parts(self._kind, [])
        led: list[Any] = []
        for record in records:
            pk = made[record.ptv_id]
            for name, wanted in self._sets(record).items():
                parts.become(name, pk, wanted)
            if self._kind is Kind.SERVICE:
                led += self._situations.led_to(pk, self._uris(record))
                self._outcome.services.add(pk)
            self._outcome.acted(Act.ADDED, record)
            self._outcome.left_out(record, self._remarks(record))
        parts.save()
        Service.situations.through._default_manager.bulk_create(led)
        self._outcome.services |= parts.services_reached

    # -- changed ------------------------------------------------------------------------------

    def _change(self, records: list[Record], now: dt.datetime) -> None:
        if not records:
            return
        ids = [record.ptv_id for record in records]
        rows = {row.ptv_id: row for row in self._model.objects.select_for_update().filter(ptv_id__in=ids)}
        pks = [row.pk for row in rows.values()]
        owner = owner_of(self._model)
        edits = Edits.of(owner, pks) if owner else Edits("")
        parts = _Parts(self._kind, pks)
        came_before = self._came_before(ids)
        for record in records:
            row = rows[record.ptv_id]
            columns = self._changed_columns(record, row, edits, now)
            conflicts = self._conflicts
            fields = list(columns)
            for name, wanted in self._sets(record).items():
                meeting = edits.meet(row.pk, name, ours=parts.now(name, row.pk), theirs=_plain(wanted), now=now)
                if meeting is None and parts.become(name, row.pk, wanted):
                    fields.append(name)
                elif meeting is Meeting.CONFLICT:
                    conflicts.append(name)
            digest = {"source_digest": self._digests[record.ptv_id], "source_changed_at": record.changed_at}
            self._model.objects.filter(pk=row.pk).update(**columns, **digest)
            self._tell(record, row, [field.removesuffix("_id") for field in fields], conflicts)
            if str(record.ptv_id) in came_before:
                self._outcome.acted(Act.REFUSED, record, why=Reason.TWICE.value)
        parts.save()
        edits.save()
        self._outcome.services |= parts.services_reached

    def _changed_columns(self, record: Record, row: Any, edits: Edits, now: dt.datetime) -> dict[str, Any]:
        """{column: value} of what the source has changed and nobody here has written otherwise."""
        self._conflicts: list[str] = []
        columns = self._columns(record)
        if self._kind is Kind.SERVICE and row.source_digest is None and row.status == Service.Status.WITHDRAWN:
            columns["status"] = Service.Status.PUBLISHED.value  # the source had withdrawn it, and has it again
        changed = {}
        for column, theirs in columns.items():
            ours = getattr(row, column)
            field = column.removesuffix("_id")
            meeting = edits.meet(row.pk, field, ours=ours, theirs=theirs, now=now)
            if meeting is Meeting.CONFLICT:
                self._conflicts.append(field)
            elif meeting is None and ours != theirs:
                changed[column] = theirs
        return changed

    def _tell(self, record: Record, row: Any, fields: list[str], conflicts: list[str]) -> None:
        if fields:
            self._outcome.acted(Act.CHANGED, record, fields)
            self._outcome.services |= _services_of(self._kind, row.pk)
        elif row.source_digest is None and self._kind is Kind.PROVIDER:
            self._outcome.acted(Act.CHANGED, record)  # known by its name until now
        else:
            self._outcome.counts["unchanged"] += 1
        if conflicts:
            self._outcome.conflict(record, conflicts)
        self._outcome.left_out(record, self._remarks(record))

    def _came_before(self, ids: list[UUID]) -> set[str]:
        """Those that this run has written already: the source has them twice."""
        lines = ImportLine.objects.filter(
            run=self._run, act__in=(Act.ADDED, Act.CHANGED), kind=self._kind, source_id__in=[str(one) for one in ids]
        )
        return set(lines.values_list("source_id", flat=True))

    # -- what a record becomes ------------------------------------------------------------------

    def _columns(self, record: Record) -> dict[str, Any]:
        columns = dict(record.columns)
        if self._kind is Kind.SERVICE:
            general = self._refs.general(record)
            # Its own text first, then the shared one that came along, then the general description that we have.
            for shared in (record.shared_texts, general.texts if general else {}):
                for column, text in shared.items():
                    columns[column] = columns.get(column) or text
            columns["general_id"] = general.pk if general else None
        provider = self._refs.provider(record)
        if provider is not None:
            columns["provider_id"] = provider
        if self._kind in (Kind.PROVIDER, Kind.LOCATION):
            columns["municipality_id"] = self._areas.municipality(record.municipality) if record.municipality else None
        return columns

    def _sets(self, record: Record) -> dict[str, Any]:
        """{field: its wanted value}, as `_Parts` takes them."""
        if self._kind is Kind.GENERAL:
            return {"codes": self._refs.codes(record)}
        if self._kind is Kind.SERVICE:
            general = self._refs.general(record)
            links = list(enumerate(record.links or ()))
            ends = {"locations": self._refs.locations, "channels": self._refs.channels}
            return {
                "areas": {self._areas.pks[key] for key in record.areas if key in self._areas.pks},
                "codes": self._refs.codes(record) | (general.codes if general else set()),
                **{
                    name: {pks[link.ptv_id]: (order, link.notes) for order, link in links if link.ptv_id in pks}
                    for name, pks in ends.items()
                },
            }
        if self._kind is Kind.PROVIDER:
            return {}
        sets: dict[str, Any] = {"weekly": set(record.weekly), "exceptional": set(record.exceptional)}
        if record.links is not None:
            services = self._refs.services
            sets["services"] = {
                services[link.ptv_id]: (_LAST, link.notes) for link in record.links if link.ptv_id in services
            }
        return sets

    def _uris(self, record: Record) -> set[str]:
        general = self._refs.general(record)
        return {term.uri for term in record.terms} | (general.uris if general else set())

    def _remarks(self, record: Record) -> list[Any]:
        return [*record.remarks, *self._refs.remarks(record)]


class _Parts:
    """The sets of some records of one kind by their field names; with no owners, of new records."""

    def __init__(self, kind: Kind, pks: list[int]) -> None:
        self._kind = kind
        self._rows: dict[str, Rows] = {}
        self._connected: dict[str, Connected] = {}
        self.services_reached: set[int] = set()
        if kind in (Kind.GENERAL, Kind.SERVICE):
            self._rows["codes"] = codes(MODELS[kind], pks)
        if kind is Kind.SERVICE:
            self._rows["areas"] = areas(pks)
            self._connected = {name: Connected(model, "service", pks) for name, model in _CONNECTIONS}
        elif kind in (Kind.LOCATION, Kind.CHANNEL):
            self._rows = {"weekly": weekly(kind.value, pks), "exceptional": exceptional(kind.value, pks)}
            [model] = [model for name, model in _CONNECTIONS if name == f"{kind.value}s"]
            self._connected = {"services": Connected(model, kind.value, pks)}

    def now(self, name: str, pk: int) -> Any:
        """As a local edit would hold it."""
        if name in self._connected:
            return self._connected[name].now(pk)
        found = self._rows[name].now(pk)
        return found if name in ("weekly", "exceptional") else frozenset(cells[0] for cells in found)

    def become(self, name: str, pk: int, wanted: Any) -> bool:
        if name == "services":
            connections: Connections = wanted
            now = self._connected[name].now(pk)
            if not connections and not now:
                return False
            # A service whose places or channels people here have chosen is left as they have it.
            leaving = Edits.services_with(f"{self._kind.value}s", [*connections, *now])
            changes = self._connected[name].become(pk, connections, leaving=leaving)
            if changes:
                self.services_reached |= set(connections) | now
            return changes
        if name in self._connected:
            return self._connected[name].become(pk, wanted)
        rows = wanted if name in ("weekly", "exceptional") else {(cell,) for cell in wanted}
        return self._rows[name].become(pk, rows)

    def save(self) -> None:
        for rows in self._rows.values():
            rows.save()
        for connected in self._connected.values():
            connected.save()


def _plain(wanted: Any) -> Any:
    """A wanted set as a local edit would hold it: of connections, the other ends."""
    return frozenset(wanted)


def _services_of(kind: Kind, pk: int) -> set[int]:
    """Whose pages and search words tell of the record."""
    if kind is Kind.SERVICE:
        return {pk}
    lookup = {
        Kind.GENERAL: "general",
        Kind.PROVIDER: "provider",
        Kind.LOCATION: "locations",
        Kind.CHANNEL: "channels",
    }[kind]
    return set(Service.objects.filter(**{lookup: pk}).values_list("pk", flat=True))
