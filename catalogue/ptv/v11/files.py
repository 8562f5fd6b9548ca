"""Files of v11 records: pages as the interface gives them, arrays, single records, in any order and mix."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from catalogue.ptv.reading import PAGE_SIZE, Bookmark, Feed, Page, SourceBroken
from catalogue.ptv.reasons import Reason
from catalogue.ptv.records import Refusal
from catalogue.ptv.v11.json_stream import records_in
from catalogue.ptv.v11.records import feed_of, is_gone, read
from catalogue.ptv.v11.values import uuid_of


class FileReader:
    """Reads every file once for each feed that it has records of, so that no order of files matters."""

    def __init__(self, paths: Sequence[Path]) -> None:
        """Raises SourceBroken when there is no file at all."""
        self.source = ", ".join(str(path) for path in paths)[:300]
        self._files = [file for path in paths for file in (sorted(path.rglob("*.json")) if path.is_dir() else [path])]
        if not self._files or not all(file.is_file() for file in self._files):
            raise SourceBroken(Reason.NO_FILES, self.source)
        self._feeds: dict[Path, set[Feed]] = {}  # of files that have been read through
        self._size = sum(file.stat().st_size for file in self._files) or 1

    def pages(self, *, since: dt.datetime | None, bookmark: Bookmark) -> Iterator[Page]:
        """All of the files: they do not say since when."""
        broken: SourceBroken | None = None
        started, skip_files, skip = not bookmark, 0, 0
        for number, feed in enumerate(Feed):
            if not started and bookmark.get("feed") == feed:
                started, skip_files, skip = True, bookmark["file"], bookmark["record"]
                if skip_files >= len(self._files) or bookmark.get("name") != self._files[skip_files].name:
                    raise SourceBroken(Reason.WRONG_BOOKMARK, bookmark.get("name"))
            if not started:
                continue
            behind = 0
            for index, file in enumerate(self._files):
                if index >= skip_files and feed in self._feeds.get(file, set(Feed)):
                    try:
                        for page, done in self._pages_of(file, index, feed, skip):
                            page.share = (number + (behind + done) / self._size) / len(Feed)
                            yield page
                    except SourceBroken as found:
                        broken = broken or found  # the others are read all the same
                    skip = 0
                behind += file.stat().st_size
            skip_files = 0
        if broken:
            raise broken

    def present(self) -> Iterator[tuple[Feed, UUID]]:
        for file in self._files:
            for item, _done in records_in(file):
                feed = feed_of(item) if isinstance(item, dict) else None
                ptv_id = uuid_of(item["id"]) if feed in (Feed.CHANNEL, Feed.SERVICE) and "id" in item else None
                if feed and ptv_id and not is_gone(item):
                    yield feed, ptv_id

    def again(self, feed: Feed, ids: Iterable[UUID]) -> Iterator[Page]:
        """Nothing: a file that has been read has no more to say."""
        return iter(())

    def _pages_of(self, file: Path, index: int, feed: Feed, skip: int) -> Iterator[tuple[Page, int]]:
        found: set[Feed] = set()
        number = done = 0

        def next_page() -> Page:
            return Page(bookmark=self._bookmark(feed, index, number))

        page = next_page()
        try:
            for number, (item, done) in enumerate(records_in(file), start=1):
                item_feed = feed_of(item) if isinstance(item, dict) else None
                # What is none of ours is refused once, in the first round.
                found.add(item_feed or Feed.GENERAL)
                if number <= skip or (item_feed or Feed.GENERAL) is not feed:
                    continue
                self._add(page, item_feed, item)
                if len(page.records) + len(page.refusals) + len(page.gone) >= PAGE_SIZE:
                    page.bookmark = self._bookmark(feed, index, number)
                    yield page, done
                    page = next_page()
            self._feeds[file] = found if not skip else set(Feed)
        except SourceBroken as broken:
            page.bookmark = self._bookmark(feed, index, number)
            yield page, done
            raise SourceBroken(broken.reason, file.name, page.bookmark) from None
        page.bookmark = self._bookmark(feed, index, number)
        yield page, done

    def _bookmark(self, feed: Feed, index: int, number: int) -> Bookmark:
        return {"feed": feed.value, "file": index, "name": self._files[index].name, "record": number}

    @staticmethod
    def _add(page: Page, feed: Feed | None, item: Any) -> None:
        ptv_id = uuid_of(item.get("id")) if isinstance(item, dict) else None
        if feed and ptv_id and is_gone(item):
            page.gone.append((feed, ptv_id))
            return
        read_one = read(item)
        if isinstance(read_one, Refusal):
            page.refusals.append(read_one)
        else:
            page.records.append(read_one)
