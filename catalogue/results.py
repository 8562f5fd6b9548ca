"""A page of results for what a reader asks."""

import datetime as dt

from catalogue.asked import Asked
from catalogue.search.finding import Filters, SearchResult, search
from core.translations import active_language

PAGE_SIZE = 20


def find(asked: Asked, now: dt.datetime) -> SearchResult:
    """The page that was asked for, or the last one there is."""
    filters = Filters(
        municipality=asked.municipality,
        age=asked.age,
        language=asked.language,
        open_at=now if asked.open_now else None,
        situation=asked.situation,
        free=asked.free,
    )

    def page(number: int) -> SearchResult:
        return search(
            asked.query,
            language=active_language(),
            filters=filters,
            as_written=asked.own_words,
            offset=(number - 1) * PAGE_SIZE,
            limit=PAGE_SIZE,
        )

    found = page(asked.page)
    if not found.hits and asked.page > 1 and (first := page(1)).total:
        last = -(-first.total // PAGE_SIZE)
        return first if last == 1 else page(min(last, asked.page))
    return found
