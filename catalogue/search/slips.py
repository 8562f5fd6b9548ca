"""Words as they may have been meant: the slips of the finger and the ear that Finnish, Swedish and English invite."""

from collections.abc import Iterator

_VOWELS, _FRONT = "aeiouyäöå", str.maketrans("ao", "äö")
_BACK = str.maketrans("äöå", "aoa")
# Sounds that are written one for another.
_SAME = tuple(tuple(pair) for pair in "pb td kg vw ck sz ij iy ei fv".split())  # noqa: SIM905 - quicker to read
_ADDED = "aeioulnrstkdjm"
# More than this is no slip but another word, and every candidate costs a look into the dictionary.
LIMIT = 600


def slips_of(word: str) -> list[str]:
    """Other writings of a word, likeliest first, each once: dots, doubled letters, swapped, missing, extra ones."""
    if not 3 <= len(word) <= 25:
        return []
    return list(dict.fromkeys(other for other in _others(word) if other != word))[:LIMIT]


def _others(word: str) -> Iterator[str]:
    yield word.translate(_FRONT)
    yield word.translate(_BACK)
    spots = range(len(word))
    for n in spots:
        head, letter, tail = word[:n], word[n], word[n + 1 :]
        yield head + letter + letter + tail  # neuvola ← neuvvola and the other way
        if tail[:1] == letter:
            yield head + tail
        yield from (head + other + tail for other in (letter.translate(_FRONT), letter.translate(_BACK)))
    yield from (word[:n] + word[n + 1] + word[n] + word[n + 2 :] for n in spots[:-1])
    yield word + "t"  # a spoken ending: väsyny
    for n in spots:
        for pair in _SAME:
            if word[n] in pair:
                yield word[:n] + pair[1 - pair.index(word[n])] + word[n + 1 :]
    yield from (word[:n] + letter + word[n:] for n in range(1, len(word) + 1) for letter in _ADDED)
    yield from (word[:n] + word[n + 1 :] for n in spots)
    yield from (word[:n] + letter + word[n + 1 :] for n in spots for letter in _VOWELS if word[n] in _VOWELS)
