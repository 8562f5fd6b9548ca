"""Values out of v11 JSON, where any list may be null and anything may be missing: nothing here raises over a shape."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from catalogue.ptv import texts
from catalogue.ptv.reasons import Reason, Remark
from core.translations import LANGUAGES

Json = dict[str, Any]
EMPTY = ("", "", "")


def objects(value: object) -> Iterator[Json]:
    """The objects of a list; of null, of a text and of anything else none."""
    yield from (item for item in value if isinstance(item, dict)) if isinstance(value, list) else ()


def an_object(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def uuid_of(value: object) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def in_languages(items: object, *types: str, key: str = "value") -> dict[str, str]:
    """{language: plain text} of items `{language, value, type}`, in our languages, the first of each that has any.

    With `types` only those, the first type first.
    """
    told: dict[str, str] = {}
    rows = list(objects(items))
    for wanted in types or (None,):
        for row in rows:
            language = row.get("language")
            if language in LANGUAGES and language not in told and (wanted is None or row.get("type") == wanted):
                text = texts.plain_text(row.get(key))
                if text:
                    told[language] = text
    return told


def all_in_languages(items: object, kind: str | None = None) -> dict[str, list[str]]:
    """As `in_languages`, every text once, in their order."""
    told: dict[str, list[str]] = {}
    for row in objects(items):
        text = texts.one_line(row.get("value"))
        language = row.get("language")
        wanted = language in LANGUAGES and (kind is None or row.get("type") == kind)
        if text and wanted and text not in told.setdefault(str(language), []):
            told[str(language)].append(text)
    return told


def moment(value: object, remarks: list[Remark]) -> dt.datetime | None:
    """Moments of the source are UTC, with the letter or without."""
    if value is None or value == "":
        return None
    try:
        found = dt.datetime.fromisoformat(str(value))
        return found.astimezone(dt.UTC) if found.tzinfo else found.replace(tzinfo=dt.UTC)
    except (ValueError, OverflowError):
        remarks.append(Remark(Reason.WRONG_TIME, "source_changed_at", str(value)))
        return None


class Columns(dict[str, Any]):
    """Columns being filled: what does not fit is cut or left out, with a remark."""

    def __init__(self, remarks: list[Remark]) -> None:
        super().__init__()
        self.remarks = remarks

    def text(self, field: str, told: dict[str, str], limit: int | None = None) -> None:
        for language in LANGUAGES:
            self.one(f"{field}_{language}", told.get(language, ""), limit)

    def line(self, field: str, told: dict[str, str], limit: int) -> None:
        self.text(field, {language: " ".join(text.split()) for language, text in told.items()}, limit)

    def words(self, field: str, told: dict[str, list[str]], limit: int = 120) -> None:
        for language in LANGUAGES:
            fitting = [word for word in told.get(language, []) if len(word) <= limit]
            for word in told.get(language, []):
                if len(word) > limit:
                    self.remarks.append(Remark(Reason.TOO_LONG, f"{field}_{language}", word[:80]))
            self[f"{field}_{language}"] = fitting

    def one(self, column: str, text: str, limit: int | None) -> None:
        if limit is not None and len(text) > limit:
            self.remarks.append(Remark(Reason.TOO_LONG, column, f"{len(text)} > {limit}"))
            text = texts.shortened(text, limit)
        self[column] = text

    def address(self, column: str, value: object) -> None:
        """A web address; a wrong one is left out."""
        found = texts.web_address(value)
        if found is None:
            self.remarks.append(Remark(Reason.WRONG_ADDRESS, column, str(value)[:100]))
        self[column] = found or ""

    def email(self, column: str, value: object) -> None:
        found = texts.email_address(value)
        if found is None:
            self.remarks.append(Remark(Reason.WRONG_EMAIL, column, str(value)[:100]))
        self[column] = found or ""


def three(told: dict[str, str], limit: int) -> tuple[str, str, str]:
    short = {language: texts.shortened(" ".join(text.split()), limit) for language, text in told.items()}
    return short.get("fi", ""), short.get("sv", ""), short.get("en", "")


def first_told(told: dict[str, str]) -> str:
    """In the first of our languages that it is told in."""
    return next((told[language] for language in LANGUAGES if told.get(language)), "")
