"""What every reader of a source gives, whatever version of the interface it speaks.

The next version (v12) joins by another package beside `v11` and a line in `source_of` (`runs.py`).
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from catalogue.ptv.reasons import Reason, stored
from catalogue.ptv.records import Record, Refusal

PAGE_SIZE = 100


class Feed(StrEnum):
    """What a source tells of, in the order of reading: what is referred to comes before what refers to it."""

    GENERAL = "general"
    PROVIDER = "provider"
    CHANNEL = "channel"  # places too
    SERVICE = "service"


# The reader's own note of how far it has come, as JSON: given back, it goes on from there.
Bookmark = dict[str, Any]


@dataclass(slots=True)
class Page:
    """Records that are written together, or not at all. `bookmark` is where the next page begins."""

    bookmark: Bookmark
    records: list[Record] = field(default_factory=list)
    gone: list[tuple[Feed, UUID]] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    share: float = 0.0  # how much of the whole has been read, 0–1


class SourceBroken(Exception):
    """The source cannot be read further. What came before stands, and a later run goes on from the bookmark.

    `bookmark`: where it was broken, when pages behind that place have been given too.
    """

    def __init__(self, reason: Reason, detail: object = "", bookmark: Bookmark | None = None) -> None:
        super().__init__(f"{reason.value}: {detail}")
        self.reason = reason
        self.why = stored(reason, detail)
        self.bookmark = bookmark


class Reader(Protocol):
    """Every method raises SourceBroken."""

    source: str  # how runs are told apart

    def pages(self, *, since: dt.datetime | None, bookmark: Bookmark) -> Iterator[Page]:
        """What has changed since then, or everything. An empty bookmark is the beginning."""
        ...

    def present(self) -> Iterator[tuple[Feed, UUID]]:
        """The id of every place, channel and service that the source has now, readable or not."""
        ...

    def again(self, feed: Feed, ids: Iterable[UUID]) -> Iterator[Page]:
        """Those records once more, before they are held to be gone; what the source does not have is left out."""
        ...
