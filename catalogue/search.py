"""A first small search over the services: forgiving words, best first.

The whole catalogue is read at every search, which is right for hundreds of services. Texts and words are folded to
plain a–z before they meet, on both sides, so that "vasynyt" finds "väsynyt" and no collation of the server matters.
"""

import re
import unicodedata

from django.db import connection

from core.translations import LANGUAGES

WORD_LIMIT = 12
QUERY_LIMIT = 300

# Words that say nothing of what is looked for. Short words (ja, on, och, is) fall away by their length.
_SILENT = frozenset(
    """
    ei en ole olen minä minun mun mulla meillä meidän mitä miten kun että mutta voi voiko onko saa apua apu tarvitsen
    och att jag inte men med för min mitt mina har kan hur vad när som det den ett hjälp behöver
    the and not but with for our what how when does have has are was can you his her need help get
    """.split()  # noqa: SIM905 - three lines of words read better than sixty quoted ones
)  # fmt: skip

# What a hit is worth by where it is: the name, the reader's own words, the one-line summary, the long text.
_FIELDS = (("name", 8), ("keywords", 6), ("summary", 3), ("description", 1))

# The exact beginning of a word counts whole; a shorter beginning (Finnish and Swedish bend the ends of words) and
# likeness of letters (a misspelling; only in names and keywords) count less. A word that few services have says
# more than one that all have, hence the logarithm.
_SQL = """
WITH word AS (
    SELECT * FROM unnest(%(words)s::text[], %(stems)s::text[]) AS word(whole, stem)
), hit AS (
    SELECT service.id, word.whole, best.worth
    FROM catalogue_service AS service
    CROSS JOIN word
    CROSS JOIN LATERAL (
        SELECT max(field.weight * CASE
            WHEN field.folded LIKE '%% ' || word.whole || '%%' THEN 1.0
            WHEN field.folded LIKE '%% ' || word.stem || '%%' THEN 0.6
            WHEN field.weight >= 6 AND length(word.whole) > 4 AND word_similarity(word.whole, field.folded) >= 0.5
                THEN 0.5 * word_similarity(word.whole, field.folded)
            ELSE 0.0
        END) AS worth
        FROM (
            SELECT raw.weight, ' ' || regexp_replace(
                translate(lower(raw.words), 'äåöéüÄÅÖÉÜ', 'aaoeuaaoeu'), '[^a-z0-9]+', ' ', 'g'
            ) AS folded
            FROM (VALUES {fields}) AS raw(words, weight)
        ) AS field
    ) AS best
    WHERE service.status = 'published' AND best.worth > 0
), rarity AS (
    SELECT whole,
        ln(1 + (SELECT count(*) FROM catalogue_service WHERE status = 'published')::float / count(*)) AS weight
    FROM hit GROUP BY whole
)
SELECT hit.id
FROM hit JOIN rarity USING (whole) JOIN catalogue_service AS service ON service.id = hit.id
GROUP BY hit.id, service."order"
ORDER BY sum(hit.worth * rarity.weight) DESC, service."order", hit.id
"""


def folded(text: str) -> str:
    """Small letters without their marks: "Äiti" → "aiti"."""
    apart = unicodedata.normalize("NFKD", text.lower())
    return "".join(char for char in apart if not unicodedata.combining(char))


def search_words(query: str) -> list[str]:
    """The folded words of a query that say something, each once, at most twelve; all of them if all are silent."""
    plain = re.findall(r"[a-zåäöéü0-9]+", unicodedata.normalize("NFC", query[:QUERY_LIMIT]).lower())
    telling = [word for word in plain if len(word) > 2 and word not in _SILENT] or plain
    return list(dict.fromkeys(folded(word) for word in telling))[:WORD_LIMIT]


def stem(word: str) -> str:
    """A beginning that survives a bent ending: "nukkumaan" → "nukku". Short words are left whole."""
    if len(word) < 5:
        return word
    return word[: max(4, round(len(word) * 0.6))]


def service_ids(query: str, language: str) -> list[int]:
    """Ids of the published services that answer to the words of the query, best first, in `language` or Finnish."""
    words = search_words(query)
    if not words:
        return []
    languages = sorted({"fi", language} & set(LANGUAGES))
    fields = ", ".join(
        f"(array_to_string(ARRAY[service.{field}_{code}]::text[], ' '), {weight})"
        for code in languages
        for field, weight in _FIELDS
    )  # names and numbers of this module only, never of the query
    with connection.cursor() as cursor:
        cursor.execute(_SQL.format(fields=fields), {"words": words, "stems": [stem(word) for word in words]})
        return [row[0] for row in cursor.fetchall()]
