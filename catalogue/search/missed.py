"""Searches that found nothing: words only, so that an admin sees what people ask for in vain.

People write names, numbers and whole stories into a search. What is kept is a word that a dictionary has and not as
a name, or that the catalogue itself uses; in place of any other stands "…". Nothing else is kept: not who
asked, not when on that day.
"""

import datetime as dt

from django.db import connection

from catalogue.models import SearchWord
from catalogue.search.query import WORD_LIMIT
from catalogue.search.words import is_ordinary, terms_of, written_words

HIDDEN = "…"
LONGEST = 120


def note_missed(text: str, *, language: str, on: dt.date) -> None:
    """Count a search without a hit for its day; nothing when no word of it may be kept."""
    words = kept_words(text, language)
    if not words:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO catalogue_missedsearch (words, language, "on", count, handled) VALUES (%s, %s, %s, 1, false)'
            ' ON CONFLICT (words, language, "on") DO UPDATE SET count = catalogue_missedsearch.count + 1',
            [words, language, on],
        )


def kept_words(text: str, language: str) -> str:
    """What of a query may be kept: "Matti ei nuku, puh 0401234" → "… ei nuku …"; empty when that is nothing."""
    pieces = [piece for piece in text.split() if "@" not in piece]
    words = written_words(" ".join(pieces))[:WORD_LIMIT]
    shown = [word if _may_be_kept(word, language) else HIDDEN for word in words]
    together = [word for n, word in enumerate(shown) if word != HIDDEN or n == 0 or shown[n - 1] != HIDDEN]
    kept = " ".join(together)[:LONGEST].rstrip()
    return kept if kept.strip(f"{HIDDEN} ") else ""


def _may_be_kept(word: str, language: str) -> bool:
    if any(char.isdigit() for char in word):
        return False
    if is_ordinary(word, language):
        return True
    terms = [term.text for term in terms_of(word, language) if not term.part]
    return SearchWord.objects.filter(language=language, word__in=terms, entries__gt=0).exists()
