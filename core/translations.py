"""Content in `_fi`, `_sv` and `_en` columns: which one a reader sees."""

from django.utils.translation import get_language

LANGUAGES = ("fi", "sv", "en")


def active_language() -> str:
    """The reader's language as one of ours; Finnish when it is none of them."""
    code = (get_language() or "fi")[:2]
    return code if code in LANGUAGES else "fi"


def language_of(obj: object, field: str, language: str | None = None) -> str:
    """The language that `localized` shows the field in: the reader's, else the first of ours that has a text."""
    wanted = language or active_language()
    order = (wanted, *(code for code in LANGUAGES if code != wanted))
    return next((code for code in order if getattr(obj, f"{field}_{code}", "")), wanted)


def localized(obj: object, field: str, language: str | None = None) -> str:
    """The field in the reader's language; where that one is empty, in Finnish, Swedish or English."""
    return getattr(obj, f"{field}_{language_of(obj, field, language)}", "")
