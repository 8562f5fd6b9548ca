"""The v11 interface over HTTP: ids by the date of change, records by a hundred ids, what was archived."""

import datetime as dt
import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx

from catalogue.ptv.reading import PAGE_SIZE, Bookmark, Feed, Page, SourceBroken
from catalogue.ptv.reasons import Reason
from catalogue.ptv.records import Refusal
from catalogue.ptv.v11.records import is_gone, read
from catalogue.ptv.v11.values import objects, uuid_of

_ADDRESSES = {
    Feed.GENERAL: "GeneralDescription",
    Feed.PROVIDER: "Organization",
    Feed.CHANNEL: "ServiceChannel",
    Feed.SERVICE: "Service",
}
_PUBLISHED = "Published"
_GONE = ("Archived", "Withdrawn")
_CAN_GO = (Feed.CHANNEL, Feed.SERVICE)
TIMEOUT = httpx.Timeout(60.0, connect=10.0)
LARGEST_ANSWER = 64 << 20
# Seconds before each further try; a source that asks for longer is asked again another night.
PAUSES = (1, 2, 5, 15, 30)
LONGEST_PAUSE = 300
_PASSING = {408, 425, 429, 500, 502, 503, 504}


class ApiReader:
    """`pause` waits for so many seconds. Addresses that answers contain are never followed."""

    def __init__(
        self, address: str, *, transport: httpx.BaseTransport | None = None, pause: Callable[[float], None] = time.sleep
    ) -> None:
        """Raises ValueError for an address that is not HTTPS (plain HTTP only on this machine)."""
        parts = urlsplit(address)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")):
            raise ValueError("the address has to begin with https://")
        self.source = address.rstrip("/")
        self._pause = pause
        self._client = httpx.Client(
            base_url=f"{self.source}/", transport=transport, timeout=TIMEOUT, trust_env=False, follow_redirects=False,
            headers={"Accept": "application/json"},
        )  # fmt: skip

    # -- what a reader gives ------------------------------------------------------------------

    def pages(self, *, since: dt.datetime | None, bookmark: Bookmark) -> Iterator[Page]:
        steps = [(feed, _PUBLISHED) for feed in Feed]
        if since is not None:
            steps += [(feed, status) for feed in _CAN_GO for status in _GONE]
        names = [[feed.value, status] for feed, status in steps]
        begin = names.index(bookmark["step"]) if bookmark.get("step") in names else 0
        for number, (feed, status) in enumerate(steps):
            if number < begin:
                continue
            from_page, from_part = (bookmark["page"], bookmark["part"]) if number == begin and bookmark else (1, 0)
            for page_number, page_count, ids in self._ids(feed, since=since, status=status, page=from_page):
                parts = list(_batches(ids))
                for part, some in enumerate(parts):
                    if page_number == from_page and part < from_part:
                        continue
                    page = (
                        self._records(feed, some)
                        if status == _PUBLISHED
                        else Page({}, gone=[(feed, one) for one in some])
                    )
                    page.bookmark = {"step": names[number], "page": page_number, "part": part + 1}
                    read_pages = page_number - 1 + (part + 1) / len(parts)
                    page.share = (number + read_pages / max(page_count, 1)) / len(steps)
                    yield page

    def present(self) -> Iterator[tuple[Feed, UUID]]:
        for feed in _CAN_GO:
            for _page, _count, ids in self._ids(feed, since=None, status=_PUBLISHED):
                yield from ((feed, one) for one in ids)

    def again(self, feed: Feed, ids: Iterable[UUID]) -> Iterator[Page]:
        for some in _batches(list(ids)):
            yield self._records(feed, some)

    # -- the interface ------------------------------------------------------------------------

    def _ids(
        self, feed: Feed, *, since: dt.datetime | None, status: str, page: int = 1
    ) -> Iterator[tuple[int, int, list[UUID]]]:
        """(page, how many pages, ids) from a page on."""
        while True:
            asked: dict[str, str] = {"page": str(page)}
            if since is not None:
                asked["date"] = since.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S")
            if feed in _CAN_GO:
                asked["status"] = status
            answer = self._get(_ADDRESSES[feed], asked)
            if answer is None:  # an interface without this feed
                return
            if not isinstance(answer, dict):
                raise SourceBroken(Reason.NOT_JSON, _ADDRESSES[feed])
            count = answer.get("pageCount")
            page_count = count if isinstance(count, int) else 1
            found = (uuid_of(item.get("id")) for item in objects(answer.get("itemList")))
            yield page, page_count, [one for one in found if one is not None]
            if page >= page_count:
                return
            page += 1

    def _records(self, feed: Feed, ids: Sequence[UUID]) -> Page:
        asked = {"guids": ",".join(str(one) for one in ids)}
        if feed is Feed.SERVICE:
            asked["serviceWithGD"] = "true"
        answer = self._get(f"{_ADDRESSES[feed]}/list", asked)
        if isinstance(answer, dict):
            answer = answer.get("itemList")
        page = Page({})
        for item in answer if isinstance(answer, list) else ():
            one = uuid_of(item.get("id")) if isinstance(item, dict) else None
            if one and is_gone(item):
                page.gone.append((feed, one))
                continue
            taken = read(item)
            if isinstance(taken, Refusal):
                page.refusals.append(taken)
            else:
                page.records.append(taken)
        return page

    def _get(self, address: str, asked: dict[str, str]) -> Any:
        """The answer; None for 404, which is how the interface says that something is gone."""
        trouble = SourceBroken(Reason.SOURCE_SILENT, address)
        for pause in (*PAUSES, None):
            wished: float | None = None
            try:
                status, headers, body = self._ask(address, asked)
                if status == 404:
                    return None
                if status == 200:
                    return json.loads(body.decode("utf-8-sig"))
                trouble = SourceBroken(Reason.SOURCE_REFUSED, f"{status} {address}")
                if status not in _PASSING:
                    raise trouble
                wished = _retry_after(headers)
            except (ValueError, RecursionError):
                trouble = SourceBroken(Reason.CUT_SHORT, address)
            except httpx.HTTPError as error:
                trouble = SourceBroken(Reason.SOURCE_SILENT, f"{type(error).__name__} {address}")
            if pause is None or (wished is not None and wished > LONGEST_PAUSE):
                break
            self._pause(max(pause, wished or 0))
        raise trouble

    def _ask(self, address: str, asked: dict[str, str]) -> tuple[int, httpx.Headers, bytes]:
        body = bytearray()
        with self._client.stream("GET", address, params=asked) as response:
            for part in response.iter_bytes():
                body += part
                if len(body) > LARGEST_ANSWER:
                    raise SourceBroken(Reason.TOO_LARGE, address)
            return response.status_code, response.headers, bytes(body)


def _batches(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    yield from (ids[start : start + PAGE_SIZE] for start in range(0, len(ids), PAGE_SIZE))


def _retry_after(headers: httpx.Headers) -> float | None:
    """Seconds; a moment is compared with the source's own clock."""
    told = headers.get("Retry-After", "").strip()
    if told.isdigit():
        return float(told)
    try:
        return max(0.0, (parsedate_to_datetime(told) - parsedate_to_datetime(headers["Date"])).total_seconds())
    except (KeyError, ValueError, TypeError):
        return None
