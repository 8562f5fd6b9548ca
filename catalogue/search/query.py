"""What the reader wrote, as terms that the index has: inflected, compound, written apart, misspelt."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import log

from catalogue.search import asking
from catalogue.search.slips import slips_of
from catalogue.search.words import is_all_silent, is_known, is_silent, phrase_words, terms_of, written_words
from core.translations import LANGUAGES

QUERY_LIMIT, WORD_LIMIT = 300, 12
# What a term is worth beside the word that was written: a piece of it, a correction, a synonym's word; and what was
# written in another language than the reader's own.
PART, CORRECTED, MEANT, LIKE, ELSEWHERE = 0.4, 0.85, 0.8, 0.55, 0.75
# A piece that more than this share of services has says little.
COMMON, COMMON_PART = 0.05, 0.5
# A term that so many entries have is never the only ground for a hit where the query has a rarer one.
CROWD = 1_000
_LIKENESS = 0.5


@dataclass(frozen=True, slots=True)
class Sought:
    """A term to look for: how much it is worth, and which written word it stands for."""

    language: str
    term: str
    worth: float
    shown: str  # to the reader: Finnish in its base form, a stem as the word that it was made of
    part: bool
    crowd: bool


@dataclass(slots=True)
class Word:
    """A word of the reader's with all that it may be found by. `meant`: the word it was taken for, if misspelt."""

    written: str
    sought: list[Sought] = field(default_factory=list)
    meant: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A synonym's phrase that the query holds, and where it leads; `words` are the reader's."""

    synonym: int
    written: str
    words: tuple[str, ...]
    means: tuple[str, ...] = ()
    services: tuple[int, ...] = ()
    in_situations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    words: list[Word]
    synonyms: list[Match]

    def candidates(self) -> list[Sought]:
        """The terms that a service must have one of: where a rare one is sought, a common one only adds to it."""
        sought = [term for word in self.words for term in word.sought]
        return [term for term in sought if not term.crowd] or sought

    @property
    def is_empty(self) -> bool:
        return not any(word.sought for word in self.words) and not self.synonyms


class Vocabulary:
    """How many entries have a term: asked once for all the terms that a query may need."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, str], int] = {}
        self._sizes: dict[str, int] = {}

    def learn(self, terms: Iterable[tuple[str, str]]) -> None:
        unknown = {term for term in terms if term not in self._entries}
        if not unknown:
            return
        self._entries.update(dict.fromkeys(unknown, 0))
        sizes = {(language, "") for language, _word in unknown if language not in self._sizes}
        for language, word, entries in asking.counted(unknown | sizes):
            self._entries[language, word] = entries
            if not word:
                self._sizes[language] = entries

    def has(self, language: str, word: str) -> bool:
        return self._entries.get((language, word), 0) > 0

    def rarity(self, language: str, word: str) -> float:
        """A word that few services have says more than one that all have."""
        return log(1 + self._sizes.get(language, 0) / max(1, self._entries.get((language, word), 0)))

    def is_common(self, language: str, word: str) -> bool:
        return self._entries.get((language, word), 0) > COMMON * self._sizes.get(language, 0)

    def is_crowd(self, language: str, word: str) -> bool:
        return self._entries.get((language, word), 0) > CROWD


def read_query(text: str, language: str, *, as_written: bool = False, with_synonyms: bool = True) -> Query:
    """The telling words of a query, at most twelve, with the terms of the index that they may be found by."""
    written = list(dict.fromkeys(written_words(text[:QUERY_LIMIT].replace("\0", " "))))
    telling = [word for word in written if not is_silent(word, language)][:WORD_LIMIT] or written[:WORD_LIMIT]
    read = _Reader(language, as_written)
    words = read.words(telling)
    synonyms = _synonyms(written, words, language) if with_synonyms else []
    read.add_meant(words, synonyms)
    return Query(words, synonyms)


class _Reader:
    def __init__(self, language: str, as_written: bool) -> None:
        self.language, self.as_written = language, as_written
        # A reader finds what is told in Finnish only, too; and a word of another language where ours has none.
        self.others = [code for code in LANGUAGES if code != language]
        self.vocabulary = Vocabulary()

    def words(self, telling: list[str]) -> list[Word]:
        words = [Word(word) for word in telling]
        pairs = ["".join(pair) for pair in zip(telling, telling[1:], strict=False)]
        self.vocabulary.learn(
            (code, term.text) for word in (*telling, *pairs) for code in LANGUAGES for term in terms_of(word, code)
        )
        for word in words:
            self._seek(word, word.written, 1.0)
        joined = self._joined(words, pairs)
        for word in words:
            if not word.sought:
                self._correct(word)
        for n in joined:
            self._seek(words[n], pairs[n], 1.0)
            self._seek(words[n + 1], pairs[n], 1.0)
        return words

    def _seek(self, word: Word, written: str, worth: float) -> bool:
        """Add the terms of a writing that the index has; whether there were any."""
        found = self._terms(written, self.language, worth)
        if self.language != "fi":
            found += self._terms(written, "fi", worth * ELSEWHERE)
        word.sought += [sought for sought in found if sought not in word.sought]
        return bool(found)

    def _terms(self, written: str, language: str, worth: float) -> list[Sought]:
        found = []
        for term in terms_of(written, language):
            if not self.vocabulary.has(language, term.text):
                continue
            found.append(self._sought(language, term.text, worth, part=term.part, shown=written))
        return found

    def _sought(self, language: str, term: str, worth: float, *, part: bool, shown: str) -> Sought:
        common = self.vocabulary.is_common(language, term)
        share = worth * (PART if part else 1.0) * (COMMON_PART if part and common else 1.0)
        rarity = self.vocabulary.rarity(language, term)
        return Sought(
            language,
            term,
            share * rarity,
            term if language == "fi" else shown,
            part,
            self.vocabulary.is_crowd(language, term),
        )

    def _joined(self, words: list[Word], pairs: list[str]) -> list[int]:
        """Which neighbours are one word written apart: "päivä hoito", "syömis häriö"."""
        joined = []
        for n, pair in enumerate(pairs):
            whole = [term.text for term in terms_of(pair, self.language) if not term.part]
            if any(self.vocabulary.has(self.language, term) for term in whole):
                joined.append(n)
                continue
            if self.as_written or (words[n].sought and words[n + 1].sought):
                continue
            if is_known(pair, self.language) is False and (meant := self._slip(pair)) and self._has_whole(meant):
                words[n].meant = words[n + 1].meant = meant
                self._seek(words[n], meant, CORRECTED)
                self._seek(words[n + 1], meant, CORRECTED)
        return joined

    def _has_whole(self, written: str) -> bool:
        """Whether the catalogue has the word itself: pieces of a compound that somebody could make prove nothing."""
        whole = [term.text for term in terms_of(written, self.language) if not term.part]
        return any(self.vocabulary.has(self.language, term) for term in whole)

    def _correct(self, word: Word) -> None:
        """A word that nobody has: as part of another, as another language's, as it may have been meant, as it looks."""
        if holding := _holding(terms_of(word.written, self.language)[0].text, self.language):
            self.vocabulary.learn((self.language, whole) for whole in holding)
            word.sought += [self._sought(self.language, whole, 1.0, part=False, shown=whole) for whole in holding]
            return
        if is_known(word.written, self.language):
            return  # a true word that the catalogue does not have is no misspelling of another
        for code in self.others:
            word.sought += self._terms(word.written, code, ELSEWHERE)
        if word.sought or self.as_written:
            return
        if meant := self._slip(word.written):
            word.meant = meant
            self._seek(word, meant, CORRECTED)
            return
        for code in dict.fromkeys((self.language, "fi")):
            pieces = _pieces(word.written, code)
            if pieces:
                self.vocabulary.learn((code, piece) for piece in pieces)
                word.sought += [self._sought(code, piece, 1.0, part=True, shown=piece) for piece in pieces]
                return
            if like := _like(word.written, code):
                self.vocabulary.learn([(code, like)])
                word.meant = like
                word.sought.append(self._sought(code, like, LIKE, part=False, shown=like))
                return

    def _slip(self, written: str) -> str:
        """The likeliest writing that a dictionary or the index knows; none when the slip is too far."""
        others = slips_of(written)
        if self.language == "fi":
            others = [other for other in others if is_known(other, "fi")]
        terms = {other: [(self.language, term.text) for term in terms_of(other, self.language)] for other in others}
        self.vocabulary.learn(term for found in terms.values() for term in found)
        for other in others:  # whole words first, then those that only a part of is known
            if self.vocabulary.has(*terms[other][0]):
                return other
        return next((other for other in others if any(self.vocabulary.has(*term) for term in terms[other])), "")

    def add_meant(self, words: list[Word], synonyms: list[Match]) -> None:
        """The words that synonyms say are meant, beside the words that they were found by."""
        by_written = {word.written: word for word in words}
        self.vocabulary.learn(
            (self.language, term.text)
            for match in synonyms
            for phrase in match.means
            for word in written_words(phrase)
            for term in terms_of(word, self.language)
        )
        for match in synonyms:
            for phrase in match.means:
                for meant in written_words(phrase):
                    for written in match.words[:1]:
                        if written in by_written:
                            self._seek(by_written[written], meant, MEANT)


def _synonyms(written: list[str], words: list[Word], language: str) -> list[Match]:
    """The synonyms whose phrases the query holds, the longest first; a phrase within a longer one says nothing more."""
    terms_by_word = {word: {term.text for term in terms_of(word, language)} for word in written}
    for word in words:
        if word.meant:
            terms_by_word[word.written] |= {term.text for term in terms_of(word.meant, language)}
    known = {term for terms in terms_by_word.values() for term in terms}
    for pair in zip(written, written[1:], strict=False):
        known |= {term.text for term in terms_of("".join(pair), language)}
    only_silent = all(is_silent(word, language) for word in written)
    found = []
    for synonym, phrase in asking.phrases(language, known):
        told = phrase_words(phrase, language)
        # "Apua" is a phrase of its own only where nothing else is asked.
        if all(terms & known for terms in told) and (only_silent or not is_all_silent(phrase, language)):
            of = tuple(word for word, terms in terms_by_word.items() if any(terms & wanted for wanted in told))
            found.append(Match(synonym, phrase, of))
    found.sort(key=lambda match: -len(match.words))
    chosen: list[Match] = []
    for match in found:
        if match.synonym in {other.synonym for other in chosen}:
            continue
        if not any(set(match.words) < set(other.words) for other in chosen):
            chosen.append(match)
    led = asking.where_synonyms_lead([match.synonym for match in chosen])
    return [Match(match.synonym, match.written, match.words, *led[match.synonym]) for match in chosen]


def _holding(term: str, language: str) -> list[str]:
    """Words of the index that begin with a term, as it is being typed, or end with it: "sitter" is in "babysitter"."""
    return asking.words_holding(term, language, at_the_end=len(term) > 4) if len(term) >= 3 else []


def _pieces(written: str, language: str) -> list[str]:
    """Words of the index that a compound begins and ends with: "amningshjälp" has "amning" and "hjälp"."""
    ends = {piece for n in range(4, len(written) + 1) for piece in (written[:n], written[-n:])}
    found = [word for _language, word, _entries in asking.counted((language, piece) for piece in ends)]
    return sorted(found, key=lambda word: (-len(word), word))[:6]


def _like(written: str, language: str) -> str:
    """The word of the index that looks most like this one."""
    return asking.likest_word(written, language, least=_LIKENESS) if len(written) >= 4 else ""
