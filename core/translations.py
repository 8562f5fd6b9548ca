"""Content in `_fi`, `_sv` and `_en` columns: which one a reader sees."""

from django.utils.translation import get_language

LANGUAGES = ("fi", "sv", "en")


def active_language() -> str:
    """The reader's language as one of ours; Finnish when it is none of them."""
    code = (get_language() or "fi")[:2]
    return code if code in LANGUAGES else "fi"


def localized(obj: object, field: str, language: str | None = None) -> str:
    """The field in the reader's language, in Finnish where that one is empty."""
    own = getattr(obj, f"{field}_{language or active_language()}", "")
    return own or getattr(obj, f"{field}_fi")
