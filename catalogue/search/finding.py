"""The search itself: words and filters in, services out, best first, each with why it was found."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q

from catalogue.models import Area, LifeSituation, SearchEntry, Service
from catalogue.opening import open_services
from catalogue.search import asking
from catalogue.search.index import quoted_term
from catalogue.search.query import Match, Query, Sought, Word, read_query
from core.translations import LANGUAGES

# What a term is worth by where it stands (D, C, B, A, as ts_rank takes them): part in a text, whole in a text, part in
# a name, whole in a name or among the keywords.
WEIGHTS = (0.08, 0.3, 0.45, 1.0)
# ts_rank of one term at one place is its weight divided by this.
_RANK = 1.64493406685
# What a synonym is worth: a service that it names, and one of a situation that it names.
NAMED, IN_SITUATION = 7.0, 1.6
# Hits worth less than this share of the best one are not shown: they only share a common word with the query.
LEAST_SHARE = 0.12


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a search; None and False narrow nothing. `language` is one the service is given in."""

    municipality: Area | None = None
    age: int | None = None
    language: str = ""
    open_at: dt.datetime | None = None
    provider_kind: str = ""
    situation: LifeSituation | None = None
    free: bool = False

    def areas(self) -> list[int] | None:
        """The areas that a service for people of the municipality is in; None when all will do."""
        if self.municipality is None:
            return None
        return [
            key
            for key in (SearchEntry.NATIONWIDE, self.municipality.pk, self.municipality.county_id)
            if key is not None
        ]

    def beside_areas(self) -> Q:
        chosen = Q()
        if self.age is not None:
            chosen &= Q(age_from__isnull=True) | Q(age_from__lte=self.age)
            chosen &= Q(age_to__isnull=True) | Q(age_to__gte=self.age)
        if self.language:
            chosen &= Q(languages__contains=[self.language])
        if self.open_at is not None:
            chosen &= open_services(self.open_at)
        if self.provider_kind:
            chosen &= Q(provider__kind=self.provider_kind)
        if self.situation is not None:
            chosen &= Q(situations=self.situation)
        if self.free:
            chosen &= Q(price_kind=Service.PriceKind.FREE)
        return chosen


class Why(NamedTuple):
    """A word of the reader and what it met: a word of the service (`place` "name" or "text"), or a "synonym"."""

    word: str
    met: str
    place: str


@dataclass(frozen=True, slots=True)
class Hit:
    service: Service
    why: tuple[Why, ...]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A page of hits; `total` of all. `corrected`: a misspelt word → the word it was taken for."""

    hits: tuple[Hit, ...]
    total: int
    corrected: dict[str, str]

    @property
    def services(self) -> list[Service]:
        return [hit.service for hit in self.hits]


_NOTHING = Filters()
# SQL: an entry's terms, taken out of their compressed form once and not anew for each word that is looked for there.
# OFFSET 0 keeps the planner from moving it to where each of them is.
OPENED = "terms || ''::tsvector AS terms"


def search(
    text: str,
    *,
    language: str,
    filters: Filters = _NOTHING,
    offset: int = 0,
    limit: int | None = None,
    as_written: bool = False,
    with_synonyms: bool = True,
) -> SearchResult:
    """Published services that answer to the words, best first; without words all that the filters let through, in
    their own order. `as_written`: no word is taken for another. Services come with their provider."""
    language = language if language in LANGUAGES else "fi"
    if not text.strip():
        return _listed(filters, offset, limit)
    query = read_query(text, language, as_written=as_written, with_synonyms=with_synonyms)
    corrected = {word.written: word.meant for word in query.words if word.meant}
    if query.is_empty:
        return SearchResult((), 0, corrected)
    ids, total = _best(query, filters, offset, limit)
    services = asking.services_with_providers(ids)
    why = _reasons(query, ids)
    return SearchResult(tuple(Hit(services[pk], why.get(pk, ())) for pk in ids), total, corrected)


def _listed(filters: Filters, offset: int, limit: int | None) -> SearchResult:
    services = Service.objects.published().filter(filters.beside_areas())
    if filters.municipality is not None:
        services = services.in_municipality(filters.municipality)
    page = services.select_related("provider")[offset : None if limit is None else offset + limit]
    hits = tuple(Hit(service, ()) for service in page)
    total = offset + len(hits) if limit is None or 0 < len(hits) < limit else services.count()
    return SearchResult(hits, total, {})


def _best(query: Query, filters: Filters, offset: int, limit: int | None) -> tuple[list[int], int]:
    """Keys of the services of a page, best first, and how many there are in all."""
    words = [word for word in query.words if word.sought]
    parameters: dict[str, Any] = {"candidates": _any_of(query.candidates()), "least": LEAST_SHARE, "words": len(words)}
    columns, totals, met = [], [], []
    for n, word in enumerate(words):
        columns.append(_word_worth(word, n, parameters))
        totals.append(f"max(w{n})")
        met.append(f"(max(w{n}) > 0)::int")
    boosts = _boosts(query.synonyms)
    parameters |= {"boosted": list(boosts), "boosts": list(boosts.values())}
    narrowed = _narrowed(filters, parameters)
    names = "".join(f", w{n}" for n in range(len(words)))
    as_columns = "".join(f", {column} AS w{n}" for n, column in enumerate(columns))
    statement = f"""
    WITH met AS (
        SELECT entry.service_id, 0::float8 AS boost{as_columns}
        FROM (
            SELECT service_id, {OPENED} FROM catalogue_searchentry AS entry
            WHERE entry.terms @@ %(candidates)s::tsquery {narrowed} OFFSET 0
        ) AS entry
        UNION ALL
        SELECT entry.service_id, boost.worth{", 0" * len(words)}
        FROM unnest(%(boosted)s::int[], %(boosts)s::float8[]) AS boost(service_id, worth)
        JOIN catalogue_searchentry AS entry USING (service_id) WHERE true {narrowed}
    ), scored AS (
        SELECT service_id, max(boost) + ({" + ".join(totals) or "0"}) * (
            0.5 + 0.5 * ({" + ".join(met) or "0"}) / greatest(%(words)s, 1)
        ) AS score FROM (SELECT service_id, boost{names} FROM met) AS met GROUP BY service_id
    ), best AS (
        SELECT scored.service_id, scored.score, service."order", max(scored.score) OVER () AS highest
        FROM scored JOIN catalogue_service AS service ON service.id = scored.service_id AND service.status = 'published'
    )
    SELECT service_id, count(*) OVER () FROM best WHERE score >= %(least)s * highest
    ORDER BY score DESC, "order", service_id OFFSET %(offset)s LIMIT %(limit)s
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters | {"offset": offset, "limit": limit})
        rows = cursor.fetchall()
    return [pk for pk, _total in rows], rows[0][1] if rows else 0


def _word_worth(word: Word, number: int, parameters: dict[str, Any]) -> str:
    """SQL: what an entry is worth for a word of the reader's: its best whole term, or its parts together."""
    wholes, parts = ["0"], ["0"]
    for n, sought in enumerate(word.sought):
        (parts if sought.part else wholes).append(_worth(sought, f"{number}_{n}", parameters))
    return f"greatest({', '.join(wholes)}, {' + '.join(parts)})"


def _worth(sought: Sought, name: str, parameters: dict[str, Any]) -> str:
    """SQL: what this term is worth in an entry, by where it stands there."""
    parameters[f"t{name}"], parameters[f"v{name}"] = quoted_term(sought.language, sought.term), sought.worth * _RANK
    return f"%(v{name})s::float8 * ts_rank('{{{', '.join(map(str, WEIGHTS))}}}', entry.terms, %(t{name})s::tsquery)"


def _any_of(terms: Sequence[Sought]) -> str:
    return " | ".join(quoted_term(sought.language, sought.term) for sought in terms)


def _narrowed(filters: Filters, parameters: dict[str, Any]) -> str:
    """SQL: what the filters let through, as further conditions of an entry."""
    conditions = []
    areas = filters.areas()
    if areas is not None:
        parameters["areas"] = areas
        conditions.append("AND entry.areas && %(areas)s::int[]")
    if chosen := filters.beside_areas():
        keys = Service.objects.filter(chosen).order_by().values("pk")
        inner, values = keys.query.sql_with_params()
        named = {f"f{n}": value for n, value in enumerate(values)}
        conditions.append(f"AND entry.service_id IN ({inner % tuple(f'%({name})s' for name in named)})")
        parameters.update(named)
    return " ".join(conditions)


def _boosts(synonyms: Sequence[Match]) -> dict[int, float]:
    """Services that synonyms lead to and what that is worth; a longer phrase says more than a word."""
    boosts: dict[int, float] = {}
    for match in synonyms:
        longer = (len(match.words) or 1) ** 0.5
        for worth, keys in ((NAMED, match.services), (IN_SITUATION, match.in_situations)):
            for pk in keys:
                boosts[pk] = max(boosts.get(pk, 0.0), worth * longer)
    return boosts


def _reasons(query: Query, ids: Sequence[int]) -> dict[int, tuple[Why, ...]]:
    """For each service, which of the reader's words met which of its own: the best for each word."""
    told = [(word, sought) for word in query.words for sought in word.sought]
    reasons: dict[int, dict[str, tuple[float, Why]]] = {pk: {} for pk in ids}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT entry.service_id, sought.n, entry.terms @@ (sought.term || ':AB')::tsquery"
            f" FROM (SELECT service_id, {OPENED} FROM catalogue_searchentry WHERE service_id = ANY(%(ids)s) OFFSET 0)"
            " AS entry"
            " JOIN unnest(%(terms)s::text[]) WITH ORDINALITY AS sought(term, n) ON entry.terms @@ sought.term::tsquery",
            {"ids": list(ids), "terms": [quoted_term(sought.language, sought.term) for _word, sought in told]},
        )
        for pk, n, in_name in cursor.fetchall():
            word, sought = told[n - 1]
            worth = sought.worth * (1 if in_name else 0.3)
            if worth > reasons[pk].get(word.written, (0.0,))[0]:
                reasons[pk][word.written] = (worth, Why(word.written, sought.shown, "name" if in_name else "text"))
    by_synonym: dict[int, Why] = {}
    for match in query.synonyms:
        for pk in match.services:
            by_synonym.setdefault(pk, Why(" ".join(match.words), match.written, "synonym"))
    return {
        pk: (*((by_synonym[pk],) if pk in by_synonym else ()), *(why for _worth, why in found.values()))
        for pk, found in reasons.items()
    }
