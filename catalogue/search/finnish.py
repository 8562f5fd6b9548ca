"""Finnish words: base forms, and what compounds are made of, from Voikko's dictionary.

Two engines know it: the system's libvoikko (Debian: libvoikko1 and voikko-fi), quick and small, and the package
pyvoikko, which needs nothing installed and takes some 220 MB in a process that meets a word. Both give the same
analyses, so that a server with the one answers as a server with the other. docs/adr/0017 tells why.
"""

import ctypes
import ctypes.util
import re
import threading
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

# A word longer than this is no word, and would only cost time.
LONGEST = 60
NAMES = frozenset({"etunimi", "sukunimi", "paikannimi", "nimi"})


class Analysis(NamedTuple):
    """One reading of a word: its base form, its class, and the transducer's own notation of how it is made."""

    base: str
    kind: str
    made: str


class FinnishWord(NamedTuple):
    """Base forms; parts of compounds and what the word comes from; whether it may be a name."""

    bases: tuple[str, ...]
    parts: tuple[str, ...]
    is_known: bool
    may_be_name: bool


@lru_cache(maxsize=50_000)
def finnish_word(word: str) -> FinnishWord:
    """What a word in small letters is made of; a word that the dictionary has not stands for itself."""
    readings = _engine()(word) if len(word) <= LONGEST and "\0" not in word else []
    if not readings:
        pieces = tuple(piece for piece in word.split("-") if "-" in word and len(piece) > 2)
        return FinnishWord((word,), pieces, False, False)
    fewest = min(reading.made.count("[Bc]") for reading in readings)
    plain = [reading for reading in readings if reading.made.count("[Bc]") == fewest]
    common = [reading for reading in plain if reading.kind not in NAMES]
    chosen = common or plain
    bases = tuple(dict.fromkeys(_plain(reading.base) for reading in chosen))
    parts = dict.fromkeys(part for reading in chosen for part in _parts(reading))
    may_be_name = any(reading.kind in NAMES for reading in plain)
    return FinnishWord(bases, tuple(part for part in parts if part not in bases), True, may_be_name)


_ROOT = re.compile(r"\[Xp\](.*?)\[X\]")
_TAGS = re.compile(r"\[X[a-z]\].*?\[X\]|\[[^\]]*\]")


def _parts(reading: Analysis) -> list[str]:
    """The compound's parts in base form, and the word that each part is derived from."""
    made = reading.made.split("[Bc]")
    parts, ends = [], [0]
    for piece in made:
        ends.append(ends[-1] + len(_TAGS.sub("", piece)))
    for first in range(len(made)):
        # Neighbours too: "perhe", "väki", "valta" hold "väkivalta". The last part bends: the base form has it.
        for last in range(first, min(first + 2, len(made))):
            if last - first + 1 == len(made):
                continue
            if last + 1 == len(made):
                parts.append(reading.base.replace("=", "")[ends[first] :])
            elif "[Sn]" in made[last]:
                parts.append("".join(_TAGS.sub("", piece) for piece in made[first : last + 1]))
        parts.extend(_ROOT.findall(made[first]))
    return [part for part in map(_plain, parts) if len(part) > 2]


def _plain(form: str) -> str:
    """A form without the dictionary's own marks: "maahan=muuttaja", "olo--huone"."""
    return form.lower().replace("=", "").replace("--", "-").strip("-")


# -- the engines -------------------------------------------------------------------------------------------------------

Engine = Callable[[str], list[Analysis]]
_lock = threading.Lock()


@lru_cache(maxsize=1)
def _engine() -> Engine:
    return libvoikko() or pyvoikko()


def libvoikko(library: str | None = None, dictionary: str | None = None) -> Engine | None:
    """The system's own library; None where it or its Finnish dictionary is missing."""
    name = library or ctypes.util.find_library("voikko")
    if name is None:
        return None
    voikko = ctypes.CDLL(name)
    text, handle_type = ctypes.c_char_p, ctypes.c_void_p
    voikko.voikkoInit.restype, voikko.voikkoInit.argtypes = handle_type, [ctypes.POINTER(text), text, text]
    analyse, value, free = (
        voikko.voikkoAnalyzeWordCstr, voikko.voikko_mor_analysis_value_cstr, voikko.voikko_free_mor_analysis
    )  # fmt: skip
    analyse.restype, analyse.argtypes = ctypes.POINTER(handle_type), [handle_type, text]
    value.restype, value.argtypes = handle_type, [handle_type, text]
    free.restype, free.argtypes = None, [ctypes.POINTER(handle_type)]
    release = voikko.voikko_free_mor_analysis_value_cstr
    release.restype, release.argtypes = None, [handle_type]
    handle = voikko.voikkoInit(ctypes.byref(text()), b"fi", dictionary.encode() if dictionary else None)
    if not handle:
        return None

    def told(reading: Any, key: bytes) -> str:
        pointer = value(reading, key)
        if not pointer:
            return ""
        try:
            return (ctypes.string_at(pointer) or b"").decode()
        finally:
            release(pointer)

    def readings(word: str) -> list[Analysis]:
        with _lock:  # a handle is one thread's at a time
            found = analyse(handle, word.encode())
            if not found:
                return []
            try:
                listed: list[Analysis] = []
                while reading := found[len(listed)]:
                    base, kind, made = (told(reading, key) for key in (b"BASEFORM", b"CLASS", b"FSTOUTPUT"))
                    listed.append(Analysis(base or word, kind, made))
                return listed
            finally:
                free(found)

    return readings


def pyvoikko() -> Engine:
    """The package with the dictionary inside, loaded when the first word is asked."""
    from pyvoikko import analyse

    def readings(word: str) -> list[Analysis]:
        return [Analysis(found.BASEFORM, found.CLASS, found.FSTOUTPUT) for found in analyse(word)]

    return readings
