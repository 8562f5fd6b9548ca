"""What an act changed, in plain words: field, before, after."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _
from reversion.models import Revision, Version

from catalogue.history.acts import PARTS, WHOLES, Act, Key, State, label_of, state_after, state_before
from catalogue.values import LONG, in_words


@dataclass(frozen=True)
class RootChange:
    """One root of an act, with its parts: as the act found and left them. No key on one side: added or removed."""

    root: Key
    name: str
    before: State
    after: State

    @property
    def keys(self) -> list[Key]:
        """The rows that differ, the root first."""
        every = [self.root, *sorted({*self.before, *self.after} - {self.root})]
        return [key for key in every if self.before.get(key) != self.after.get(key)]

    def fields(self, key: Key) -> list[str]:
        """The columns that differ of a row that is on both sides."""
        before, after = self.before[key], self.after[key]
        return [name for name in after if name in before and before[name] != after[name]]


@dataclass(frozen=True)
class Line:
    """One difference for a reader. `before` or `after` empty: there was nothing."""

    what: str
    before: str
    after: str


def changes_of(revision: Revision) -> list[RootChange]:
    """What the act changed, root by root; those that it left as they were are not among them."""
    roots = {model._meta.label_lower for model in WHOLES}
    versions = revision.version_set.select_related("content_type", "revision").order_by("pk")
    found = [_change(version) for version in versions if label_of(version) in roots]
    return [change for change in found if change.keys]


def _change(version: Version) -> RootChange:
    root = (label_of(version), int(version.object_id))
    return RootChange(root, version.object_repr, state_before(version), state_after(version))


def model_of(key: Key) -> type[models.Model]:
    return apps.get_model(key[0])


def lines_of(change: RootChange) -> list[Line]:
    """The differences of one root and its parts."""
    lines = []
    for key in change.keys:
        model, before, after = model_of(key), change.before.get(key), change.after.get(key)
        if before is not None and after is not None and model in WHOLES:
            lines += [_line(model, name, before[name], after[name]) for name in change.fields(key)]
        else:
            lines.append(
                Line(
                    str(model._meta.verbose_name).capitalize(),
                    _told(model, before) if before else "",
                    _told(model, after) if after else "",
                )
            )
    return lines


def _line(model: type[models.Model], name: str, before: Any, after: Any) -> Line:
    field = model._meta.get_field(name)
    title = str(getattr(field, "verbose_name", name)).capitalize()
    return Line(title, in_words(field, before), in_words(field, after))


def _told(model: type[models.Model], fields: dict[str, Any]) -> str:
    """A whole row: its columns in words, those of its owner and the empty ones left out."""
    owners = PARTS.get(model, ())
    told = [
        in_words(model._meta.get_field(name), value)
        for name, value in fields.items()
        if name not in (*owners, "local", "order") and value not in (None, "", [], "[]")
    ]
    if "opens_minute" in fields and fields["opens_minute"] is None:
        told.append(_("kiinni"))
    return ", ".join(word for word in told if word)[:LONG]


def act_in_words(revision: Revision) -> str:
    """What was done, in one word or two."""
    kind = Act(revision.comment.split(" ")[0])
    return {
        Act.FOUND: _("ennallaan"),
        Act.CHANGED: _("muutettu"),
        Act.ADDED: _("lisätty"),
        Act.REMOVED: _("poistettu"),
        Act.REVIEWED: _("tarkistettu"),
        Act.HOLIDAY: _("poikkeavat aukiolot"),
        Act.LOADED: _("ladattu tiedostosta"),
        Act.SETTLED: _("lähteen tieto otettu"),
        Act.UNDONE: _("aiempi muutos kumottu"),
    }[kind]
