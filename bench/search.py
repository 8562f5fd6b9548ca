"""The search: how often it finds the right service, and how long it takes among 30 000, beside plain PostgreSQL."""

import json
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import quantiles
from typing import Any

from django.db import connection
from django.utils import timezone

from bench import many_services, plain_search
from bench.processes import ROOT, Lifeline
from bench.tables import Row, Table
from catalogue.models import Area
from catalogue.search.finding import Filters, search
from catalogue.search.index import index_all
from perhekeskus.demo.reference import load_reference_data

QUERIES: list[dict[str, Any]] = json.loads((ROOT / Path("tests/catalogue/queries.json")).read_text(encoding="utf-8"))
FIRST, PAGE = 5, 20
SERVICES = 30_000
ROUNDS = 3
# The issue's: hits beside each yardstick's, and milliseconds with a municipality chosen.
MORE_HITS, P95_MS = 1.5, 15.0

Asking = Callable[[dict[str, Any], Area | None], object]


def measure(environment: dict[str, str], lifeline: Lifeline) -> Table:
    """Hits on the demo's catalogue first; then times, query by query in turns with the yardstick."""
    load_reference_data(timezone.localdate(), units=())
    index_all()
    plain_search.make_table()
    hits = {name: _hits(ask) for name, ask in plain_search.WAYS.items()}
    ours = _hits(lambda asked, place, limit: _ours(asked, place, limit).services)
    found = [
        Row(f"right among the first {FIRST}, beside {name}", "queries", [ours], [theirs], at_least=aim)
        for (name, theirs), aim in zip(hits.items(), (MORE_HITS, MORE_HITS, MORE_HITS, None), strict=True)
    ]
    places = many_services.make(SERVICES)
    plain_search.make_table()
    _run("VACUUM ANALYZE")
    return Table(
        "search",
        f"The search: {len(QUERIES)} queries; {SERVICES // 1000} 000 services",
        [*found, *_times("with a municipality", places, P95_MS), *_times("of the whole country", [None], None)],
        [
            "Hits: the demo's catalogue and the query set of the tests. Yardsticks, over the same texts of the same",
            "services: PostgreSQL's stemmer for the language, any word of the query, names and keywords weighing more;",
            "pg_trgm's likeness of the query to name and keywords, with its own threshold as an index serves it and on",
            "every row without one; the last two added up. The synonyms that people keep are ours only.",
            f"Of {len(QUERIES)} queries no search has {MORE_HITS} times as many right as one that has over"
            f" {int(len(QUERIES) / MORE_HITS)}.",
            f"Times: {ROUNDS} rounds of all queries, one after another in one process, each in turn with the stemmer's",
            f"query on its own GIN index. Ours reads the words, corrects them, finds, and fetches {PAGE} services with",
            "their providers and why they were found; theirs fetches the names.",
        ],
    )


def _ours(asked: dict[str, Any], place: Area | None, limit: int) -> Any:
    return search(asked["q"], language=asked["language"], filters=Filters(municipality=place), limit=limit)


def _hits(ask: Callable[[dict[str, Any], Area | None, int], Sequence[Any]]) -> int:
    municipalities = {area.code: area for area in Area.objects.filter(kind=Area.Kind.MUNICIPALITY)}
    told = [(asked, ask(asked, municipalities.get(asked.get("municipality", "")), FIRST)) for asked in QUERIES]
    return sum(any(service.slug in asked["right"] for service in found) for asked, found in told)


def _times(label: str, places: Sequence[Area | None], aim: float | None) -> list[Row]:
    asks: tuple[Asking, Asking] = (partial(_ours, limit=PAGE), partial(plain_search.by_stems, limit=PAGE))
    for ask in asks:  # what stays warm in a process that has answered before
        for asked in QUERIES:
            ask(asked, places[0])
    halves: list[list[float]] = [[], []]
    ends: list[list[float]] = [[], []]
    for turn in range(ROUNDS):
        taken: list[list[float]] = [[], []]
        for n, asked in enumerate(QUERIES):
            place = places[(turn * len(QUERIES) + n) % len(places)]
            for mine, ask in zip(taken, asks, strict=True):
                began = time.perf_counter()
                ask(asked, place)
                mine.append((time.perf_counter() - began) * 1000)
        for mine, half, end in zip(taken, halves, ends, strict=True):
            parts = quantiles(mine, n=20, method="inclusive")
            half.append(parts[9])
            end.append(parts[18])
    return [
        Row(f"{label}: p50", "ms", halves[0], halves[1]),
        Row(f"{label}: p95", "ms", ends[0], ends[1], ours_at_most=aim),
    ]


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
