"""What a reader makes of the source: one shape for every kind of record, in the words of our own model."""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID

from catalogue.ptv.hours import Day, Window, in_order
from catalogue.ptv.reasons import Remark
from core.translations import LANGUAGES

# Part of every digest: raised when we come to make something else of the same source, so that all is written anew.
SHAPE = 1


class Kind(StrEnum):
    """As `ImportLine.kind` has them."""

    GENERAL = "general_description"
    PROVIDER = "provider"
    LOCATION = "location"
    CHANNEL = "channel"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a code list; `scheme` as `Code.Scheme` has them."""

    uri: str
    scheme: str
    notation: str
    names: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Link:
    """A connection of a service with a place or channel, seen from one of its ends: `ptv_id` is the other."""

    ptv_id: UUID
    notes: tuple[str, str, str]


@dataclass(slots=True)
class Record:
    """`columns` are plain columns of the model; everything that refers to another record stands apart from them.

    `links`: of a service, its places and channels; of a place or channel, its services. None: the source tells none of
    that here, which is another thing than that there are none.
    """

    kind: Kind
    ptv_id: UUID
    changed_at: dt.datetime | None
    columns: dict[str, Any]
    provider: tuple[UUID, str] | None = None  # with a name, for a provider that nobody knows yet
    municipality: str = ""
    general: UUID | None = None
    areas: frozenset[tuple[str, str]] = frozenset()  # (Area.Kind, code)
    nationwide: bool = False
    terms: tuple[Term, ...] = ()
    links: tuple[Link, ...] | None = None
    weekly: frozenset[Window] = frozenset()
    exceptional: frozenset[Day] = frozenset()
    # Texts of the general description that came along with a service; they fill what it does not tell itself.
    shared_texts: dict[str, str] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)

    @property
    def name(self) -> str:
        return next((name for code in LANGUAGES if (name := self.columns.get(f"name_{code}", ""))), "")

    def digest(self, *, around: Iterable[str]) -> bytes:
        """Of all that is written. `around`: what we lack of what it refers to; once we have it, it is written anew."""
        whole = [
            SHAPE,
            self.kind,
            self.changed_at.isoformat() if self.changed_at else None,
            self.columns,
            [str(part) for part in self.provider or ()],
            self.municipality,
            str(self.general),
            sorted(self.areas),
            sorted(term.uri for term in self.terms),
            None if self.links is None else [[str(link.ptv_id), link.notes] for link in self.links],
            in_order(self.weekly),
            in_order(self.exceptional),
            self.shared_texts,
            sorted(around),
        ]
        return sha256(json.dumps(whole, sort_keys=True, ensure_ascii=False).encode()).digest()


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that no reader can make anything of."""

    kind: str
    source_id: str
    name: str
    remark: Remark
