"""What hangs on a record in rows of its own: hours, areas, classes, connections. Compared as sets, written in bulk."""

from collections.abc import Iterable, Mapping
from typing import Any

from catalogue.models import (
    ExceptionalDay,
    GeneralDescription,
    Service,
    ServiceChannel,
    ServiceLocation,
    WeeklyHours,
)

_WINDOW = ("weekday", "opens_minute", "closes_minute", "valid_from", "valid_to")
_DAY = ("date", "opens_minute", "closes_minute", "reason_fi", "reason_sv", "reason_en")
Notes = tuple[str, str, str]
Connections = Mapping[int, tuple[int, Notes]]  # the other end: (order, notes)


class Rows:
    """Rows of a model that belong to some owners: what stands now as sets, and making it another set."""

    def __init__(self, model: Any, owner: str, columns: tuple[str, ...], owners: Iterable[int], **only: Any) -> None:
        self._model, self._owner, self._columns, self._only = model, owner, columns, only
        self._owners = list(owners)
        self._new: list[Any] = []
        self._old: list[int] = []
        self._found: dict[int, dict[tuple[Any, ...], list[int]]] = {}
        for pk, of, *cells in (
            model.objects.filter(**{f"{owner}__in": self._owners}, **only).values_list("pk", f"{owner}_id", *columns)
            if self._owners
            else ()
        ):
            self._found.setdefault(of, {}).setdefault(tuple(cells), []).append(pk)

    def now(self, owner: int) -> frozenset[tuple[Any, ...]]:
        return frozenset(self._found.get(owner, ()))

    def become(self, owner: int, wanted: Iterable[tuple[Any, ...]]) -> bool:
        """Whether anything changes; written by `save`."""
        wanted, stands = set(wanted), self._found.get(owner, {})
        # Of rows that say the same twice, one stays.
        old = [pk for cells, pks in stands.items() for pk in (pks[1:] if cells in wanted else pks)]
        new = sorted((cells for cells in wanted if cells not in stands), key=repr)
        self._old += old
        for cells in new:
            columns = dict(zip(self._columns, cells, strict=True))
            self._new.append(self._model(**{f"{self._owner}_id": owner}, **columns, **self._only))
        return bool(old or new)

    def save(self) -> None:
        if self._old:
            self._model.objects.filter(pk__in=self._old).delete()
        self._model.objects.bulk_create(self._new)


def weekly(owner: str, owners: Iterable[int]) -> Rows:
    return Rows(WeeklyHours, owner, _WINDOW, owners)


def exceptional(owner: str, owners: Iterable[int]) -> Rows:
    """Only what was imported: a day written here is nobody else's."""
    return Rows(ExceptionalDay, owner, _DAY, owners, local=False)


def areas(owners: Iterable[int]) -> Rows:
    return Rows(Service.areas.through, "service", ("area_id",), owners)


def codes(model: Any, owners: Iterable[int]) -> Rows:
    assert model in (Service, GeneralDescription)
    return Rows(model.codes.through, model._meta.model_name, ("code_id",), owners)


class Connected:
    """The imported connections of some services with places or channels, from either end.

    A connection made here stays as it is, also when the source has one between the same two.
    """

    def __init__(self, model: type[ServiceLocation] | type[ServiceChannel], end: str, owners: Iterable[int]) -> None:
        """`end`: whose connections these are: service, location or channel."""
        self._model: Any = model
        self._end = end
        far = "location" if model is ServiceLocation else "channel"
        self._other = far if end == "service" else "service"
        self._new: list[Any] = []
        self._changed: list[Any] = []
        self._old: list[int] = []
        self._found: dict[int, dict[int, Any]] = {}
        for row in self._model.objects.filter(**{f"{end}__in": list(owners)}):
            self._found.setdefault(getattr(row, f"{end}_id"), {})[getattr(row, f"{self._other}_id")] = row

    def now(self, owner: int) -> frozenset[int]:
        """The other ends of what was imported."""
        return frozenset(other for other, row in self._found.get(owner, {}).items() if not row.local)

    def become(self, owner: int, wanted: Connections, *, leaving: frozenset[int] | set[int] = frozenset()) -> bool:
        """Whether anything changes. `leaving`: other ends whose connections are not touched.

        Their order is a service's matter: seen from the other end it is left as it is.
        """
        stands = self._found.get(owner, {})
        changes = False
        for other, (order, notes) in wanted.items():
            row = stands.get(other)
            if other in leaving or (row is not None and row.local):
                continue
            if row is None:
                row = self._model(**{f"{self._end}_id": owner, f"{self._other}_id": other}, local=False, order=order)
                self._new.append(row)
                _tell(row, notes)
                changes = True
            elif _tell(row, notes) | (self._end == "service" and row.order != order):
                row.order = order if self._end == "service" else row.order
                self._changed.append(row)
                changes = True
        for other, row in stands.items():
            if other not in wanted and other not in leaving and not row.local:
                self._old.append(row.pk)
                changes = True
        return changes

    def save(self) -> None:
        if self._old:
            self._model.objects.filter(pk__in=self._old).delete()
        self._model.objects.bulk_create(self._new)
        if self._changed:
            self._model.objects.bulk_update(self._changed, ["order", "note_fi", "note_sv", "note_en"])


def _tell(row: Any, notes: Notes) -> bool:
    """Gives the connection its words; whether they are others than before."""
    before = (row.note_fi, row.note_sv, row.note_en)
    row.note_fi, row.note_sv, row.note_en = notes
    return before != notes
