"""What a reader asks of the list of services: words, limits and a page, read forgivingly from the address.

The names are those of the API (`GET /api/v1/services/`). A limit that makes no sense is left out rather than refused:
an old link still leads somewhere.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from catalogue.models import Area, LifeSituation

QUERY_SHOWN = 200
OLDEST = 30
LAST_PAGE = 10_000


@dataclass(frozen=True, slots=True)
class Asked:
    """`own_words`: the words are taken as they were written, without corrections."""

    query: str = ""
    municipality: Area | None = None
    age: int | None = None
    language: str = ""
    situation: LifeSituation | None = None
    open_now: bool = False
    free: bool = False
    own_words: bool = False
    page: int = 1

    @property
    def limits(self) -> dict[str, str]:
        """The limits in force, as the address has them."""
        values = {
            "municipality": self.municipality.code if self.municipality else "",
            "age": "" if self.age is None else str(self.age),
            "language": self.language,
            "situation": self.situation.slug if self.situation else "",
            "open_now": "1" if self.open_now else "",
            "free": "1" if self.free else "",
        }
        return {name: value for name, value in values.items() if value}

    def address(self, *, without: str = "", **other: Any) -> str:
        """The query of the address of the same question without one of its limits, or with something else in it."""
        values = {"q": self.query, "own_words": "1" if self.own_words else "", **self.limits, **other}
        values.pop(without, None)
        return "?" + urlencode({name: value for name, value in values.items() if value})

    def without(self) -> dict[str, str]:
        """{limit: the address without it}, for taking one away."""
        return {name: self.address(without=name) for name in self.limits}

    @property
    def in_own_words(self) -> str:
        return self.address(own_words="1")

    @property
    def without_limits(self) -> str:
        return "?" + urlencode({"q": self.query})


def read_asked(given: QueryDict) -> Asked:
    words = " ".join(given.get("q", "").replace("\0", "").split())[:QUERY_SHOWN]
    age = _number(given.get("age", ""), OLDEST)
    return Asked(
        query=words,
        municipality=_municipality(given.get("municipality", "")),
        age=age,
        language=_language(given.get("language", "")),
        situation=_situation(given.get("situation", "")),
        open_now=given.get("open_now", "") == "1",
        free=given.get("free", "") == "1",
        own_words=given.get("own_words", "") == "1",
        page=_number(given.get("page", ""), LAST_PAGE) or 1,
    )


def _number(text: str, most: int) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 and int(text) <= most else None


def _language(text: str) -> str:
    return text if text.isascii() and text.isalpha() and 2 <= len(text) <= 3 else ""


def _municipality(code: str) -> Area | None:
    if _number(code, 999) is None:
        return None
    return Area.objects.select_related("county").filter(kind=Area.Kind.MUNICIPALITY, code=code).first()


def _situation(slug: str) -> LifeSituation | None:
    return LifeSituation.objects.filter(slug=slug).first() if slug and "\0" not in slug else None
