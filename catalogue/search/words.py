"""What a word is made of, in the three languages: the one place that knows dictionaries and stemmers."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from snowballstemmer import stemmer

from catalogue.search.finnish import finnish_word

_WORD = re.compile(r"[^\W_]+(?:[-:'’][^\W_]+)*")
_ENDING = re.compile(r"['’](?:s|ll|ve|re|m|d|t)$")
LONGEST = 60

# What says nothing of what is looked for, as it is written and in its base form.
_SILENT = {
    "fi": """ei en et emme että ellei jos ja tai mutta kun koska kuin vaan vain niin myös sekä eikä enkä mikä miten
        missä mihin mistä millainen kuka joku jokin joka minä sinä hän me te he se ne tämä tuo olla oo oon voida saada
        tarvita haluta apu mun mulla meidän meillä sun kanssa ihan koko aika tosi pitää tehdä sanoa oma ole olen
        ollut kertoa todeta asia pois tänne täällä siellä jo nyt vielä taas aina tietää mennä tulla alkaa""",
    "sv": """att och jag inte men med för min mitt mina mig vi vår har kan hur vad när som det den ett en hjälp behöver
        du han hon de på i av till är om vill ska får så hela eller vem var sitt sin""",
    "en": """the and not but with for our what how when who where does do have has are is was can you his her he she
        they my me we i a an to of in on at it this that need help get gets if don't can't won't think know be
        or your""",
}
SILENT = {code: frozenset(words.split()) for code, words in _SILENT.items()}


class Term(NamedTuple):
    """A word as the index keeps it; a `part` is less than what was written: a piece of a compound, or its origin."""

    text: str
    part: bool


def written_words(text: str) -> list[str]:
    """The words of a text in small letters, in order."""
    plain = unicodedata.normalize("NFC", text).lower()
    return [word for word in _WORD.findall(plain) if len(word) <= LONGEST]


@lru_cache(maxsize=50_000)
def terms_of(word: str, language: str) -> tuple[Term, ...]:
    """The terms of one written word: wholes first."""
    if language == "fi":
        told = finnish_word(word)
        return (*(Term(base, False) for base in told.bases), *(Term(part, True) for part in told.parts))
    pieces = [piece for piece in re.split(r"[-:]", word) if len(piece) > 2] if re.search(r"[-:]", word) else []
    stems = dict.fromkeys(_stem(piece, language) for piece in pieces)
    whole = _stem(_ENDING.sub("", word), language)
    return (Term(whole, False), *(Term(stem, True) for stem in stems if stem != whole))


@lru_cache(maxsize=50_000)
def is_silent(word: str, language: str) -> bool:
    """Whether a word says nothing of what is looked for: "ei", "minun", "how"."""
    silent = SILENT[language]
    if word in silent or len(word) < 2:
        return True
    return language == "fi" and any(base in silent for base in finnish_word(word).bases)


def is_known(word: str, language: str) -> bool | None:
    """Whether a dictionary has the word; None where we have no dictionary of the language."""
    return finnish_word(word).is_known if language == "fi" else None


def is_ordinary(word: str, language: str) -> bool:
    """Whether a dictionary has the word, and not as a name of a person or a place."""
    if language != "fi":
        return False
    told = finnish_word(word)
    return told.is_known and not told.may_be_name


@lru_cache(maxsize=10_000)
def is_all_silent(phrase: str, language: str) -> bool:
    return all(is_silent(word, language) for word in written_words(phrase))


@lru_cache(maxsize=10_000)
def phrase_words(phrase: str, language: str) -> tuple[frozenset[str], ...]:
    """The telling words of a phrase, each as the terms it may be met by; all of them if all are silent."""
    words = written_words(phrase)
    telling = [word for word in words if not is_silent(word, language)] or words
    return tuple(frozenset(term.text for term in terms_of(word, language) if not term.part) for word in telling)


def _stem(word: str, language: str) -> str:
    # A stemmer keeps its word while it works: one for each call, since threads share this module.
    return str(stemmer("swedish" if language == "sv" else "english").stemWord(word))
