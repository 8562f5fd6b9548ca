"""The records of a JSON file one after another, so that a large file takes no more memory than a small one.

The file is an array of records, a page of the interface (`{"itemList": […]}`), or one record.
"""

import codecs
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from catalogue.ptv.reading import SourceBroken
from catalogue.ptv.reasons import Reason

CHUNK = 1 << 16
LARGEST_RECORD = 8 << 20
_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()


class _Text:
    """The text of a file, a stretch at a time; what has been read is let go."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._text, self._at, self._ended = "", 0, False
        self.bytes_read = 0

    def close(self) -> None:
        self._file.close()

    def _more(self, least: int = CHUNK) -> bool:
        if self._ended:
            return False
        data = self._file.read(max(CHUNK, least))
        self._ended = not data
        self.bytes_read += len(data)
        try:
            self._text = self._text[self._at :] + self._decoder.decode(data, final=self._ended)
        except UnicodeDecodeError:
            raise SourceBroken(Reason.NOT_UTF8) from None
        self._at = 0
        return True

    def peek(self) -> str:
        """The next character that is no white space; "" at the end."""
        while True:
            match = _SPACE.match(self._text, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def take(self, wanted: str) -> None:
        found = self.peek()
        if found != wanted:
            raise SourceBroken(Reason.NOT_JSON if found else Reason.CUT_SHORT)
        self._at += 1

    def value(self) -> Any:
        """The next whole value. Raises SourceBroken: cut short, or no JSON at all."""
        self.peek()
        while True:
            try:
                found, end = _DECODER.raw_decode(self._text, self._at)
                # A number at the end of what we have may go on in the next stretch.
                if end < len(self._text) or self._ended:
                    self._at = end
                    return found
                self._more()
            except RecursionError:
                raise SourceBroken(Reason.NOT_JSON) from None
            except ValueError:
                held = len(self._text) - self._at
                if held > LARGEST_RECORD:
                    raise SourceBroken(Reason.TOO_LARGE) from None
                if not self._more(held):  # twice as much each time, so that a long record is not tried for ever
                    raise SourceBroken(Reason.CUT_SHORT) from None


def records_in(path: Path) -> Iterator[tuple[Any, int]]:
    """(record, bytes read so far). Raises SourceBroken where the file can be read no further, after what was whole."""
    text = _Text(path)
    try:
        first = text.peek()
        if first == "[":
            yield from ((item, text.bytes_read) for item in _items(text))
        elif first == "{":
            yield from ((item, text.bytes_read) for item in _of_object(text))
        else:
            raise SourceBroken(Reason.NOT_JSON if first else Reason.CUT_SHORT)
        if text.peek():
            raise SourceBroken(Reason.NOT_JSON)
    finally:
        text.close()


def _items(text: _Text) -> Iterator[Any]:
    text.take("[")
    if text.peek() == "]":
        text.take("]")
        return
    while True:
        yield text.value()
        if text.peek() == "]":
            text.take("]")
            return
        text.take(",")


def _of_object(text: _Text) -> Iterator[Any]:
    """The records of a page; of any other object, itself."""
    whole: dict[str, Any] = {}
    is_page = False
    text.take("{")
    while text.peek() != "}":
        if whole or is_page:
            text.take(",")
        key = text.value()
        text.take(":")
        if key == "itemList" and text.peek() == "[":
            is_page = True
            yield from _items(text)
        else:
            whole[str(key)] = text.value()
            is_page = is_page or key in ("itemList", "pageNumber")
    text.take("}")
    if not is_page:
        yield whole
