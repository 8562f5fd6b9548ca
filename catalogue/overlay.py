"""Local work on imported records: which fields somebody here has written otherwise than the source.

A field's value is told in JSON: a column as it is, an id for a relation to one, ids in order for a relation to many
(of a service's places and channels those that the source connects), `weekly` as rows of [weekday, opens, closes, from,
to]; nothing is None. The importer reads and writes values the same way (catalogue/ptv/overlay.py).
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.codes import AuditCode
from audit.services import record, staff_member
from catalogue.models import Channel, LocalEdit, Location, Provider, Service, WeeklyHours
from catalogue.ptv.overlay import as_json
from catalogue.values import in_words
from core.opening_hours import minutes_as_text

WEEKLY = "weekly"
# A service's places and channels: the name of their rows, and of the other end in them.
ENDS = {"locations": ("at_locations", "location"), "channels": ("through_channels", "channel")}
# Whose field an edit is, by the model of the record.
OWNERS: dict[type[models.Model], str] = {
    Service: "service", Provider: "provider", Location: "location", Channel: "channel",
}  # fmt: skip
# What no source tells: an import leaves these alone without an edit.
OURS = frozenset(
    """
    id slug ptv_id source_changed_at source_digest changed_at order reviewed_on reviewed_by situations safety
    tip_fi tip_sv tip_en waiting_weeks full waiting_fi waiting_sv waiting_en
    """.split()  # noqa: SIM905 - three lines of names read better than twenty quoted ones
)

# For a query of services: has it been edited here?
OF_SERVICE = LocalEdit.objects.filter(service=models.OuterRef("pk"))

Value = Any


def fields_of(model: type[models.Model]) -> list[str]:
    """The fields that a source tells of."""
    options = model._meta
    names = [field.name for field in (*options.local_fields, *options.local_many_to_many) if field.name not in OURS]
    return [*names, WEEKLY] if model in (Location, Channel) else names


def values_of(record_: models.Model) -> dict[str, Value]:
    return {name: value_of(record_, name) for name in fields_of(type(record_))}


def value_of(record_: Any, name: str) -> Value:
    return as_json(_value_of(record_, name))


def _value_of(record_: Any, name: str) -> Value:
    if name == WEEKLY:
        return [_weekly_row(row) for row in record_.weekly.all()]
    if name in ENDS:
        rows, end = ENDS[name]
        return set(getattr(record_, rows).filter(local=False).values_list(f"{end}_id", flat=True))
    field = record_._meta.get_field(name)
    if field.many_to_many:
        return set(getattr(record_, name).values_list("pk", flat=True))
    return getattr(record_, field.attname)


def _weekly_row(row: WeeklyHours) -> tuple[Any, ...]:
    return (row.weekday, row.opens_minute, row.closes_minute, row.valid_from, row.valid_to)


def put_value(record_: Any, name: str, value: Value) -> None:
    """Write the value into its field, and save it."""
    if name == WEEKLY:
        owner = {OWNERS[type(record_)]: record_}
        record_.weekly.all().delete()
        for weekday, opens, closes, since, until in value or []:
            WeeklyHours.objects.create(
                **owner,
                weekday=weekday,
                opens_minute=opens,
                closes_minute=closes,
                valid_from=since or None,
                valid_to=until or None,
            )
        return
    if name in ENDS:
        rows, end = ENDS[name]
        links = getattr(record_, rows)
        links.filter(local=False).exclude(**{f"{end}__in": value or []}).delete()
        there = record_._meta.get_field(name).related_model._base_manager.filter(pk__in=value or [])
        for pk in there.values_list("pk", flat=True):
            links.get_or_create(**{f"{end}_id": pk}, defaults={"local": False})
        return
    field = record_._meta.get_field(name)
    if field.many_to_many:
        getattr(record_, name).set(field.related_model._base_manager.filter(pk__in=value or []))
    else:
        empty = None if field.null else field.get_default()
        setattr(record_, field.attname, empty if value is None else value)
        record_.save()


def is_imported(record_: Any) -> bool:
    return type(record_) in OWNERS and record_.ptv_id is not None


@contextmanager
def kept(records: Iterable[models.Model], *, by: User, now: dt.datetime) -> Iterator[None]:
    """Whatever the block changes of imported records becomes local work; what returns to the source's ceases to be."""
    imported = [record_ for record_ in records if is_imported(record_)]
    before = {(type(record_), record_.pk): values_of(_afresh(record_)) for record_ in imported}
    yield
    for (model, pk), values in before.items():
        fresh = model._base_manager.filter(pk=pk).first()
        if fresh is not None:
            for name, value in values_of(fresh).items():
                if value != values[name]:
                    _note(fresh, name, value, was=values[name], by=by, now=now)


def _afresh(record_: models.Model) -> models.Model:
    return type(record_)._base_manager.get(pk=record_.pk)


def _note(record_: models.Model, name: str, value: Value, *, was: Value, by: User, now: dt.datetime) -> None:
    edit = edits_of(record_).filter(field=name).select_for_update(of=("self",)).first()
    if edit is None:
        owner: dict[str, Any] = {OWNERS[type(record_)]: record_}
        LocalEdit.objects.create(**owner, field=name, source_value=was, made_by=by, made_at=now)
    elif value == as_json(source_of(edit)):
        edit.delete()


def edits_of(record_: models.Model) -> models.QuerySet[LocalEdit]:
    return LocalEdit.objects.filter(**{OWNERS[type(record_)]: record_.pk})


def source_of(edit: LocalEdit) -> Value:
    """What the source says now."""
    return edit.newer_value if edit.conflict_since is not None else edit.source_value


def record_of(edit: LocalEdit) -> Any:
    return edit.service or edit.provider or edit.location or edit.channel


def title_of(edit: LocalEdit) -> str:
    """The field's name for people."""
    if edit.field == WEEKLY:
        return _("aukioloajat")
    return str(getattr(_field_of(edit), "verbose_name", edit.field))


def told(edit: LocalEdit, value: Value) -> str:
    """The value as people read it."""
    if edit.field != WEEKLY:
        return in_words(_field_of(edit), value)
    days = dict(WeeklyHours.Weekday.choices)
    return ", ".join(
        f"{days[weekday]} {minutes_as_text(opens)}–{minutes_as_text(closes)}"
        for weekday, opens, closes, *_dates in value or []
    )


def _field_of(edit: LocalEdit) -> Any:
    return type(record_of(edit))._meta.get_field(edit.field)


def keep_ours(*, edit: LocalEdit, by: User, now: dt.datetime) -> None:
    """A person has seen what the source says now, and ours stays."""
    with transaction.atomic():
        edit.source_value, edit.newer_value, edit.conflict_since = source_of(edit), None, None
        edit.save(update_fields=["source_value", "newer_value", "conflict_since"])
        _settled(edit, "ours", by, now)


def take_theirs(*, edit: LocalEdit, by: User, now: dt.datetime) -> None:
    """The source's text is right: the field follows the source again."""
    with transaction.atomic():
        _settled(edit, "theirs", by, now)
        put_value(record_of(edit), edit.field, source_of(edit))
        LocalEdit.objects.filter(pk=edit.pk).delete()


def _settled(edit: LocalEdit, chosen: str, by: User, now: dt.datetime) -> None:
    found = record_of(edit)
    record(
        code=AuditCode.LOCAL_EDIT_SETTLED,
        actor=staff_member(by.pk),
        object_type=found._meta.label_lower,
        object_id=found.pk,
        now=now,
        data={"field": edit.field, "chosen": chosen},
    )
