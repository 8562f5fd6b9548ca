"""An act: one person's one change of the catalogue, kept with how everything it touched was and became.

django-reversion stores what a change leaves behind. Three things are ours (docs/adr/0014): what stood there before,
when it came by an import or a loader that keeps no versions, is stored first; a removal is stored as what was removed;
and whoever has parts (a place its hours, a service its places) is always stored whole, with all of them.
"""

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import reversion
from django.core import serializers
from django.db import models, transaction
from django.db.models import QuerySet
from reversion.models import Revision, Version
from reversion.revisions import _get_options as options_of

from accounts.models import User
from catalogue.models import (
    Channel,
    EmergencyContact,
    ExceptionalDay,
    GeneralDescription,
    LifeSituation,
    Location,
    Provider,
    RemovedInChange,
    Service,
    ServiceChannel,
    ServiceLocation,
    Synonym,
    Topic,
    WeeklyHours,
)
from catalogue.search.index import forget_services
from catalogue.search.reached import Reached

# Whoever is changed by a page of its own, with the names of its parts.
WHOLES: dict[type[models.Model], tuple[str, ...]] = {
    Service: ("at_locations", "through_channels"),
    Location: ("weekly", "exceptions"),
    Channel: ("weekly", "exceptions"),
    Provider: (),
    GeneralDescription: (),
    LifeSituation: (),
    Topic: (),
    EmergencyContact: (),
    Synonym: (),
}
# A part, with the columns that say whose it is.
PARTS: dict[type[models.Model], tuple[str, ...]] = {
    ServiceLocation: ("service",),
    ServiceChannel: ("service",),
    WeeklyHours: ("location", "channel"),
    ExceptionalDay: ("location", "channel"),
}
# What the platform notes for itself: no change of a person's.
NOT_KEPT = ("changed_at", "source_changed_at", "source_digest")

Key = tuple[str, int]  # the model's label in small letters, the row's id
State = dict[Key, dict[str, Any]]  # each row's columns as the JSON serializer writes them


class Act(models.TextChoices):
    """What was done, as a revision's comment keeps it. `undone 17`: the seventeenth was."""

    FOUND = "found"  # nobody's change: what stood there before one
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    REVIEWED = "reviewed"
    HOLIDAY = "holiday"
    LOADED = "loaded"
    SETTLED = "settled"
    UNDONE = "undone"


def register_models() -> None:
    """Once, when the app is ready."""
    for model, parts in WHOLES.items():
        reversion.register(model, follow=parts, exclude=NOT_KEPT)
    for model in PARTS:
        reversion.register(model)


class Doing:
    """An act under way."""

    def __init__(self) -> None:
        self.removed: list[models.Model] = []
        self.revision: Revision | None = None  # when it has ended, if anything was saved

    def touch(self, root: models.Model) -> None:
        """Keep the root whole, as it is now: for whoever has changed only its parts, or by a bulk statement."""
        reversion.add_to_revision(root)

    def remove(self, root: models.Model) -> None:
        """The root goes when the act ends, kept as it was."""
        reversion.add_to_revision(root)
        reversion.add_meta(RemovedInChange, label=root._meta.label_lower, object_id=root.pk)
        self.removed.append(root)


@contextmanager
def act(*, kind: Act, by: User, roots: Iterable[models.Model], now: dt.datetime, detail: str = "") -> Iterator[Doing]:
    """Whatever is saved inside is one act, in one transaction. `roots` are those that will be changed, as far as known.

    An act in which nothing is saved leaves nothing. Raises what the block raises, and keeps nothing then.
    """
    doing = Doing()
    with transaction.atomic():
        _keep_as_found(roots, now)
        with reversion.create_revision(atomic=False):
            reversion.set_user(by)
            reversion.set_comment(f"{kind} {detail}".strip())
            reversion.set_date_created(now)
            yield doing
        doing.revision = Revision.objects.filter(user=by, date_created=now).order_by("-pk").first()
        reached = Reached.by(_saved_in(doing.revision))
        forget_services(root.pk for root in doing.removed if isinstance(root, Service))
        for root in doing.removed:
            root.delete()
        reached.index()


def _saved_in(revision: Revision | None) -> list[tuple[type[models.Model], int]]:
    """What an act has saved: each record's model and key."""
    versions = revision.version_set.select_related("content_type") if revision is not None else ()
    return [(version._model, int(version.object_id)) for version in versions]


def _keep_as_found(roots: Iterable[models.Model], now: dt.datetime) -> None:
    known = [root for root in roots if root.pk is not None and latest_state(root) != state_now(root)]
    if known:
        with reversion.create_revision(atomic=False):
            reversion.set_comment(Act.FOUND)
            reversion.set_date_created(now)
            for root in known:
                reversion.add_to_revision(_afresh(root))


def _afresh(root: models.Model) -> models.Model:
    return type(root)._base_manager.get(pk=root.pk)


def acts_on(root: models.Model) -> QuerySet[Revision]:
    """The acts that touched it, newest first."""
    mine = Version.objects.get_for_object_reference(type(root), root.pk)
    acts = Revision.objects.filter(pk__in=mine.values("revision")).exclude(comment=Act.FOUND)
    return acts.select_related("user").order_by("-pk")


# -- how it was, and how it is -------------------------------------------------------------------


def key_of(row: models.Model) -> Key:
    return (row._meta.label_lower, int(row.pk))


def state_now(root: models.Model) -> State:
    """The root and its parts as the database has them; empty when it is gone."""
    fresh = type(root)._base_manager.filter(pk=root.pk).first()
    if fresh is None:
        return {}
    rows = [fresh, *(part for name in WHOLES[type(fresh)] for part in getattr(fresh, name).all())]
    return {key_of(row): _fields_of(row) for row in rows}


def _fields_of(row: models.Model) -> dict[str, Any]:
    [told] = json.loads(serializers.serialize("json", [row], fields=options_of(type(row)).fields))
    return dict(told["fields"])


def latest_state(root: models.Model) -> State:
    """The root and its parts as the last act on it left them."""
    version = Version.objects.get_for_object_reference(type(root), root.pk).select_related("revision").first()
    return state_after(version) if version is not None else {}


def state_before(version: Version) -> State:
    """How the act of this version, which is a root's, found the root and its parts."""
    mine = Version.objects.filter(content_type=version.content_type_id, object_id=version.object_id, pk__lt=version.pk)
    earlier = mine.order_by("-pk").first()
    if is_removed(version):
        return state_in(version)
    return state_after(earlier) if earlier is not None else {}


def state_after(version: Version) -> State:
    return {} if is_removed(version) else state_in(version)


def state_in(version: Version) -> State:
    """The root of this version and its parts, as they stand in its revision."""
    label, root_id = label_of(version), int(version.object_id)
    owners = {part._meta.label_lower: columns for part, columns in PARTS.items()}
    found: State = {}
    for other in version.revision.version_set.select_related("content_type"):
        [told] = json.loads(other.serialized_data)
        row, fields = (told["model"], int(told["pk"])), told["fields"]
        mine = any(
            fields.get(column) == root_id and column == label.partition(".")[2] for column in owners.get(row[0], ())
        )
        if mine or row == (label, root_id):
            found[row] = fields
    return found


def label_of(version: Version) -> str:
    return f"{version.content_type.app_label}.{version.content_type.model}"


def is_removed(version: Version) -> bool:
    gone = RemovedInChange.objects.filter(revision=version.revision_id)
    return gone.filter(label=label_of(version), object_id=int(version.object_id)).exists()
