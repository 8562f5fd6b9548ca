"""The yardsticks of the search: what PostgreSQL finds by itself, by its stemmers and by likeness of letters."""

from typing import Any, NamedTuple

from django.db import connection

from catalogue.models import Area, SearchEntry
from catalogue.search.words import written_words

STEMMERS = {"fi": "finnish", "sv": "swedish", "en": "english"}
STRONG = "s.name_{0} || ' ' || array_to_string(s.alternative_names_{0} || s.keywords_{0}, ' ')"
WEAK = "concat_ws(' ', s.summary_{0}, s.description_{0}, s.for_whom_{0}, s.how_to_{0})"
AREAS = f"""
    (SELECT coalesce(array_agg(a.area_id::int), '{{}}') FROM catalogue_service_areas a WHERE a.service_id = s.id)
    || CASE WHEN s.nationwide THEN ARRAY[{SearchEntry.NATIONWIDE}] ELSE '{{}}' END"""


class Found(NamedTuple):
    slug: str
    name: str


def make_table() -> None:
    """The texts of every published service in each language, as ours are indexed, with a GIN index of their own."""
    each = " UNION ALL ".join(
        f"SELECT s.slug, '{language}', s.name_{language}, {AREAS}, {STRONG.format(language)},"
        f" setweight(to_tsvector('{stemmer}', {STRONG.format(language)}), 'A')"
        f" || setweight(to_tsvector('{stemmer}', {WEAK.format(language)}), 'D')"
        f" FROM catalogue_service s WHERE s.status = 'published' AND s.name_{language} <> ''"
        for language, stemmer in STEMMERS.items()
    )
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS plain_search")
        cursor.execute(
            "CREATE TABLE plain_search (slug text, language text, name text, areas int[], said text, stems tsvector)"
        )
        cursor.execute(f"INSERT INTO plain_search {each}")
        cursor.execute("CREATE INDEX ON plain_search USING gin (areas, stems)")
        cursor.execute("ANALYZE plain_search")


def by_stems(asked: dict[str, Any], place: Area | None, limit: int) -> list[Found]:
    words = " | ".join(f"'{word.replace(chr(39), chr(39) * 2)}'" for word in written_words(asked["q"]))
    return _best(
        "ts_rank(stems, to_tsquery(%(stemmer)s::regconfig, %(words)s))",
        "stems @@ to_tsquery(%(stemmer)s::regconfig, %(words)s)",
        asked, place, limit, words=words,
    )  # fmt: skip


def by_likeness(asked: dict[str, Any], place: Area | None, limit: int) -> list[Found]:
    """By the operator that an index of pg_trgm serves, with the threshold that it comes with."""
    return _best("word_similarity(%(text)s, said)", "%(text)s <%% said", asked, place, limit)


def by_letters(asked: dict[str, Any], place: Area | None, limit: int) -> list[Found]:
    """Every service put in order by its likeness, however small: no index helps."""
    return _best("word_similarity(%(text)s, said)", "true", asked, place, limit)


def by_both(asked: dict[str, Any], place: Area | None, limit: int) -> list[Found]:
    words = " | ".join(f"'{word.replace(chr(39), chr(39) * 2)}'" for word in written_words(asked["q"]))
    worth = "ts_rank(stems, to_tsquery(%(stemmer)s::regconfig, %(words)s)) + word_similarity(%(text)s, said)"
    return _best(worth, "true", asked, place, limit, words=words)


WAYS = {
    "the stemmer": by_stems,
    "pg_trgm": by_likeness,
    "pg_trgm on every row": by_letters,
    "stemmer and pg_trgm on every row": by_both,
}


def _best(
    worth: str, condition: str, asked: dict[str, Any], place: Area | None, limit: int, **values: Any
) -> list[Found]:
    if place is not None:
        condition = f"areas && %(areas)s::int[] AND {condition}"
        values["areas"] = [key for key in (SearchEntry.NATIONWIDE, place.pk, place.county_id) if key is not None]
    values |= {"text": asked["q"], "language": asked["language"], "stemmer": STEMMERS[asked["language"]]}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT slug, name FROM plain_search WHERE language = %(language)s AND {condition}"
            f" ORDER BY {worth} DESC, slug LIMIT {int(limit)}",
            values,
        )
        return [Found(*row) for row in cursor.fetchall()]
