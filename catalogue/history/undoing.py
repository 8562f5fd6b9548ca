"""The way back: what an act changed is put as it was, as an act of its own."""

import datetime as dt
import json
from typing import Any

from django.core import serializers
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import models, transaction
from django.db.models.deletion import ProtectedError, RestrictedError
from django.utils.translation import gettext as _
from reversion.models import Revision

from accounts.models import User
from audit.codes import AuditCode
from audit.services import record, staff_member
from catalogue import overlay
from catalogue.history.acts import Act, Doing, Key, act, state_now
from catalogue.history.changes import RootChange, changes_of, model_of


class CannotUndo(Exception):
    """What the act changed has been changed since, or something that it needs is gone: the reasons in words."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(reasons)
        self.reasons = reasons


def undo(*, revision: Revision, by: User, now: dt.datetime) -> list[models.Model]:
    """Put back what the act changed. Whatever else has been changed of the same rows since then stays.

    Returns the roots that were put back. Raises CannotUndo, and changes nothing then.
    """
    with transaction.atomic():
        changes = changes_of(revision)
        if not changes:
            raise CannotUndo([_("Muutoksessa ei ole mitään kumottavaa.")])
        roots = [root for change in changes if (root := _locked(change.root)) is not None]
        clashes = [clash for change in changes for clash in _clashes(change)]
        if clashes:
            raise CannotUndo(clashes)
        with (
            act(kind=Act.UNDONE, by=by, roots=roots, now=now, detail=str(revision.pk)) as doing,
            overlay.kept(roots, by=by, now=now),
        ):
            for change in changes:
                _put_back(change, doing)
        record(
            code=AuditCode.CATALOGUE_UNDONE,
            actor=staff_member(by.pk),
            object_type="catalogue.change",
            object_id=revision.pk,
            now=now,
            data={"objects": [f"{label}:{pk}" for label, pk in (change.root for change in changes)]},
        )
    return roots


def _locked(key: Key) -> models.Model | None:
    return model_of(key)._base_manager.select_for_update(of=("self",)).filter(pk=key[1]).first()


def _clashes(change: RootChange) -> list[str]:
    """What is no longer as the act left it."""
    root = model_of(change.root)(pk=change.root[1])
    present = state_now(root)
    clashes = []
    for key in change.keys:
        before, after, here = change.before.get(key), change.after.get(key), present.get(key)
        if before is not None and after is not None and here is not None:
            since = [name for name in change.fields(key) if here.get(name) != after[name]]
            clashes += [_since(change, _title(key, name)) for name in since]
        elif here != after:
            clashes.append(_since(change, str(model_of(key)._meta.verbose_name)))
    return clashes


def _title(key: Key, name: str) -> str:
    return str(getattr(model_of(key)._meta.get_field(name), "verbose_name", name))


def _since(change: RootChange, what: str) -> str:
    return _("%(name)s: %(what)s on muutettu tämän jälkeen uudelleen. Kumoa ensin uudempi muutos.") % {
        "name": change.name, "what": what,
    }  # fmt: skip


def _put_back(change: RootChange, doing: Doing) -> None:
    if change.root in change.after and change.root not in change.before:
        _take_away(change, doing)
        return
    for key in change.keys:
        before, after = change.before.get(key), change.after.get(key)
        if before is not None and after is not None:
            _restore_fields(key, before, change.fields(key))
        elif before is not None:
            _restore_row(change, key, before)
        else:
            model_of(key)._base_manager.filter(pk=key[1]).delete()
    doing.touch(model_of(change.root)._base_manager.get(pk=change.root[1]))


def _take_away(change: RootChange, doing: Doing) -> None:
    """The act added it. What others lean on cannot go."""
    root = model_of(change.root)._base_manager.get(pk=change.root[1])
    try:
        with transaction.atomic():  # tried, and taken back: it goes for good when the act ends
            root.delete()
            transaction.set_rollback(True)
    except (ProtectedError, RestrictedError) as error:
        reason = _("%(name)s: sitä ei voi poistaa, koska muut tiedot viittaavat siihen.") % {"name": change.name}
        raise CannotUndo([reason]) from error
    doing.remove(model_of(change.root)._base_manager.get(pk=change.root[1]))


def _read(key: Key, fields: dict[str, Any]) -> Any:
    told = json.dumps([{"model": key[0], "pk": key[1], "fields": fields}])
    [row] = serializers.deserialize("json", told, ignorenonexistent=True)
    return row


def _restore_fields(key: Key, before: dict[str, Any], names: list[str]) -> None:
    model = model_of(key)
    row = _read(key, _with_targets(model, before))
    live = model._base_manager.get(pk=key[1])
    columns = [name for name in names if not model._meta.get_field(name).many_to_many]
    for name in columns:
        field: Any = model._meta.get_field(name)
        attname = field.attname
        setattr(live, attname, getattr(row.object, attname))
    if columns:
        noted = ["changed_at"] if any(field.name == "changed_at" for field in model._meta.fields) else []
        live.save(update_fields=[*columns, *noted])
    for name in set(names) - set(columns):
        getattr(live, name).set(row.m2m_data[name])


def _restore_row(change: RootChange, key: Key, before: dict[str, Any]) -> None:
    """A row that the act removed, with the number that it had."""
    row = _read(key, _with_targets(model_of(key), before))
    try:
        row.object.full_clean()
    except ValidationError as error:
        raise CannotUndo([f"{change.name}: {' '.join(error.messages)}"]) from error
    row.object.save(force_insert=True)
    for name, targets in row.m2m_data.items():
        getattr(row.object, name).set(targets)


def _with_targets(model: type[models.Model], fields: dict[str, Any]) -> dict[str, Any]:
    """The columns, without names of rows that are gone."""
    kept = dict(fields)
    for name, value in fields.items():
        try:
            field: Any = model._meta.get_field(name)
        except ObjectDoesNotExist:
            continue
        if field.many_to_many:
            there = set(field.related_model._base_manager.filter(pk__in=value).values_list("pk", flat=True))
            kept[name] = [pk for pk in value if pk in there]
        elif field.many_to_one and value is not None and field.null:
            kept[name] = value if field.related_model._base_manager.filter(pk=value).exists() else None
    return kept
