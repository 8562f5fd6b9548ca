"""What a log may say: places, codes and counts. Never a text of a family, a name, or where somebody came from.

One formatter for every process (pages, sockets, worker, clock). An exception is told by its kind and where it arose,
without its words: PostgreSQL, for one, puts the refused row into them. Network addresses are taken out of every line,
since libraries write them where nobody expects it.
"""

import logging
import re
import traceback
from ipaddress import ip_address
from types import TracebackType
from typing import Any

LINE = "%(asctime)s %(levelname)s %(name)s %(message)s"
_MAYBE_ADDRESS = re.compile(r"[0-9A-Fa-f]*(?:[.:][0-9A-Fa-f]*){2,}")

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class PrivateFormatter(logging.Formatter):
    def __init__(self, fmt: str | None = LINE, *args: Any, **kwargs: Any) -> None:
        super().__init__(fmt, *args, **kwargs)

    def format(self, record: logging.LogRecord) -> str:
        # Another handler may have left its own words on the record.
        record.exc_text = None
        return _without_addresses(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:
        line = super().formatMessage(record)
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        while error is not None:  # an error's words inside the message, as Celery and asyncio write them
            for words in {repr(error), str(error)} - {""}:
                line = line.replace(words, type(error).__name__)
            error = error.__cause__ or error.__context__
        return line

    def formatException(self, ei: ExcInfo) -> str:
        lines: list[str] = []
        error = ei[1]
        while error is not None:
            places = traceback.extract_tb(error.__traceback__)
            lines += [f"{type(error).__module__}.{type(error).__qualname__}", *(_place(frame) for frame in places)]
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
            if error is not None:
                lines.append("after")
        return "\n".join(lines)


def _place(frame: traceback.FrameSummary) -> str:
    return f"  {frame.filename}:{frame.lineno} {frame.name}"


def _without_addresses(text: str) -> str:
    return _MAYBE_ADDRESS.sub(_hidden, text)


def _hidden(found: re.Match[str]) -> str:
    words = found[0].rstrip(".:")
    address, _colon, port = words.rpartition(":")
    for candidate, rest in ((words, ""), (address, f":{port}")):
        try:
            parsed = ip_address(candidate)
        except ValueError:
            continue
        if parsed.is_loopback or parsed.is_unspecified:
            return found[0]  # this machine itself
        return "[address]" + rest + found[0][len(words) :]
    return found[0]
