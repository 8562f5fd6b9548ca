"""The terms of services, kept in step with them: whoever saves services calls `index_services` in the same transaction.

Each published service has an entry in every language that it has a name or a text in. Where a term stands tells its
weight: A in a name or among keywords, C in the texts; B and D where only a part of the word there is meant, so that
"palvelu" within a hundred compounds does not drown the word itself.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from django.db import connection, transaction

from catalogue.models import SearchEntry, SearchWord, Service, Synonym, SynonymPhrase
from catalogue.search.words import is_silent, phrase_words, terms_of, written_words
from core.translations import LANGUAGES

BATCH = 500
# Writers of the index come one after another: they count the same words. Held until the transaction ends.
_LOCK = 0x5EA4C4
# A text longer than this says nothing more about what the service is.
_TEXT_WORDS = 400
LONGEST_TERM = 100


class Entry(NamedTuple):
    service: int
    language: str
    areas: list[int]
    weights: dict[str, str]  # term → A, B, C or D

    def vector(self) -> str:
        return " ".join(
            f"{quoted_term(self.language, term)}:1{weight}" for term, weight in sorted(self.weights.items())
        )

    def digest(self) -> bytes:
        told = f"{self.areas}\n{self.vector()}"
        return hashlib.blake2b(told.encode(), digest_size=16).digest()


def index_services(ids: Collection[int]) -> None:
    """Bring the entries of these services in step with what they say now; of what is not published none are left.

    Reads the services from the database. A service that says what it said before is not written.
    """
    ordered = sorted(set(ids))
    for start in range(0, len(ordered), BATCH):
        _index_batch(ordered[start : start + BATCH])


@transaction.atomic
def forget_services(ids: Iterable[int]) -> None:
    """Before services are removed altogether: their entries go, and no word counts them any more."""
    _lock()
    _remove(list(SearchEntry.objects.filter(service__in=list(ids)).values_list("pk", flat=True)))


def index_all() -> int:
    """All entries anew, for a rule that has changed; returns how many services have been read."""
    ids = list(Service.objects.values_list("pk", flat=True))
    index_services(ids)
    index_synonyms(Synonym.objects.values_list("pk", flat=True))
    return len(ids)


@transaction.atomic
def _index_batch(ids: list[int]) -> None:
    _lock()
    wanted = {(entry.service, entry.language): entry for entry in _entries(ids)}
    kept = SearchEntry.objects.filter(service__in=ids).values_list("service", "language", "pk", "digest")
    digests = {key: entry.digest() for key, entry in wanted.items()}
    same = {
        (service, language)
        for service, language, _pk, digest in kept
        if digests.get((service, language)) == bytes(digest)
    }
    stale = [pk for service, language, pk, _digest in kept if (service, language) not in same]
    fresh = [entry for key, entry in wanted.items() if key not in same]
    if not stale and not fresh:
        return
    _remove(stale)
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO catalogue_searchentry (service_id, language, areas, terms, digest)"
            " VALUES (%s, %s, %s, %s::tsvector, %s)",
            [
                (entry.service, entry.language, entry.areas, entry.vector(), digests[entry.service, entry.language])
                for entry in fresh
            ],
        )
    _count(Counter((entry.language, term) for entry in fresh for term in ("", *entry.weights)))


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _remove(entries: list[int]) -> None:
    counts = Counter[tuple[str, str]]()
    counts.subtract(_counted(entries))
    SearchEntry.objects.filter(pk__in=entries).delete()
    _count(counts)


def _counted(entries: list[int]) -> Counter[tuple[str, str]]:
    """How many of these entries have each term."""
    if not entries:
        return Counter()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT entry.language, substr(term.lexeme, 4), count(*) FROM catalogue_searchentry AS entry"
            " CROSS JOIN LATERAL unnest(entry.terms) AS term WHERE entry.id = ANY(%(ids)s) GROUP BY 1, 2"
            " UNION ALL SELECT language, '', count(*) FROM catalogue_searchentry WHERE id = ANY(%(ids)s) GROUP BY 1",
            {"ids": entries},
        )
        return Counter({(language, term): count for language, term, count in cursor.fetchall()})


def _count(changes: Counter[tuple[str, str]]) -> None:
    rows = [(language, term, by) for (language, term), by in changes.items() if by]
    if not rows:
        return
    told = [list(column) for column in zip(*rows, strict=True)]
    with connection.cursor() as cursor:
        changed = "unnest(%s::text[], %s::text[], %s::int[]) AS change(language, word, by)"
        cursor.execute(
            f"UPDATE catalogue_searchword AS word SET entries = greatest(word.entries + change.by, 0) FROM {changed}"
            " WHERE word.language = change.language AND word.word = change.word",
            told,
        )
        cursor.execute(
            "INSERT INTO catalogue_searchword (language, word, entries)"
            f" SELECT language, word, by FROM {changed} WHERE by > 0 ON CONFLICT DO NOTHING",
            told,
        )
    gone = [(language, term) for language, term, change in rows if change < 0]
    for code in LANGUAGES:
        SearchWord.objects.filter(
            language=code, word__in=[term for language, term in gone if language == code], entries=0
        ).delete()


# -- what a service says -----------------------------------------------------------------------------------------------


def _entries(ids: list[int]) -> Iterator[Entry]:
    services = Service.objects.published().filter(pk__in=ids).select_related("provider", "general")
    for service in services.prefetch_related("areas", "situations", "locations__municipality"):
        areas = sorted({area.pk for area in service.areas.all()})
        if service.nationwide:
            areas.insert(0, SearchEntry.NATIONWIDE)
        for language in LANGUAGES:
            if weights := _weights(service, language):
                yield Entry(service.pk, language, areas, weights)


def _weights(service: Service, language: str) -> dict[str, str]:
    def told(thing: object, field: str) -> str:
        return str(getattr(thing, f"{field}_{language}") or "")

    def listed(field: str) -> list[str]:
        return list(getattr(service, f"{field}_{language}"))

    strong = [told(service, "name"), *listed("alternative_names"), *listed("keywords")]
    weak = [told(service, field) for field in ("summary", "description", "for_whom", "how_to")]
    if service.general is not None:
        weak += [told(service.general, field) for field in ("name", "summary", "description")]
    if not any(strong) and not any(weak):
        return {}
    weak += [told(situation, "name") for situation in service.situations.all()]
    weak.append(told(service.provider, "name"))
    for location in service.locations.all():
        weak.append(told(location, "name"))
        if location.municipality is not None:
            weak.append(told(location.municipality, "name"))
    return _weighed(strong, weak, language)


def _weighed(strong: Iterable[str], weak: Iterable[str], language: str) -> dict[str, str]:
    """Each term with the best weight that it has anywhere."""
    weights: dict[str, str] = {}
    for texts, whole, part in ((strong, "A", "B"), (weak, "C", "D")):
        words = dict.fromkeys(word for text in texts for word in written_words(text)[:_TEXT_WORDS])
        for word in words:
            if is_silent(word, language):
                continue
            for term in terms_of(word, language):
                weight = part if term.part else whole
                text = term.text[:LONGEST_TERM]
                if weight < weights.get(text, "E"):
                    weights[text] = weight
    return weights


def quoted_term(language: str, term: str) -> str:
    """A term as the index writes it, quoted for a tsvector or a tsquery."""
    escaped = term.replace("\\", "\\\\").replace("'", "''")
    return f"'{language}:{escaped}'"


# -- synonyms ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def index_synonyms(ids: Iterable[int]) -> None:
    """Bring the phrases of these synonyms in step; whoever saves one calls this in the same transaction."""
    synonyms = list(Synonym.objects.filter(pk__in=list(ids)))
    SynonymPhrase.objects.filter(synonym__in=synonyms).delete()
    SynonymPhrase.objects.bulk_create(
        SynonymPhrase(synonym=synonym, language=synonym.language, written=words, terms=terms)
        for synonym in synonyms
        for words in synonym.words
        if (terms := sorted({term for word in phrase_words(words, synonym.language) for term in word}))
    )
