"""Words that may tell of danger to life or health, as the admin pages list them: beginnings of words, in all languages.

A match proves nothing ("lyödä lukkoon" begins like "lyö"): it asks a person to look. Every language's words are looked
for in every text, since people write in the language they have.
"""

import functools
import re
import unicodedata
from collections.abc import Iterable

from guidance.models import DangerWord

_UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")


def may_tell_of_danger(body: str) -> bool:
    return finds(_pattern(stems()), body)


def finds(pattern: re.Pattern[str] | None, body: str) -> bool:
    return pattern is not None and pattern.search(_plain(body)) is not None


def stems() -> tuple[str, ...]:
    """Every beginning of a word, read anew each time, so that a change in the admin holds at once."""
    return tuple(DangerWord.objects.order_by("pk").values_list("stem", flat=True))


def matcher(words: Iterable[str]) -> re.Pattern[str] | None:
    """Finds any of the words in a plain text: at the beginning of a word; words in a row may have anything between them
    that is no word."""
    parts = [r"\W+".join(re.escape(part) for part in _plain(word).split()) for word in words]
    parts = [part for part in parts if part]
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})") if parts else None


_pattern = functools.lru_cache(maxsize=8)(matcher)


def _plain(text: str) -> str:
    """Case, invisible signs and the kind of apostrophe make no difference, nor how an ä is put together."""
    return _UNSEEN.sub("", unicodedata.normalize("NFC", text)).replace("\u2019", "'").casefold()
