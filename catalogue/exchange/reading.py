"""A file into rows, or a sentence that says what is wrong with it."""

import csv
import io
import json
from typing import Any

from django.utils.translation import gettext as _

from catalogue.exchange.columns import COLUMNS, LISTS, NUMBERS, TICKS, Row, flat, uncelled

MOST_BYTES = 5_000_000
MOST_ROWS = 3000
# Told in the demo's files, kept by pages of their own.
_ELSEWHERE = frozenset({"channels"})


class Unreadable(Exception):
    """The file as a whole cannot be read; the reason is for its sender."""


def text_of(content: bytes) -> str:
    """Raises Unreadable."""
    if len(content) > MOST_BYTES:
        raise Unreadable(_("Tiedosto on liian suuri. Enintään 5 megatavua kerralla."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(
            _("Tiedoston merkistö ei ole UTF-8. Tallenna se taulukkolaskennassa muodossa ”CSV UTF-8”.")
        ) from error
    if "\x00" in text:
        raise Unreadable(_("Tiedostossa on merkkejä, jotka eivät ole tekstiä."))
    return text


def read(name: str, text: str) -> list[Row]:
    """The rows of a file, values as their columns want them. Raises Unreadable."""
    rows = _json_rows(text) if name.lower().endswith(".json") else _csv_rows(text)
    if not rows:
        raise Unreadable(_("Tiedostossa ei ole yhtään palvelua."))
    if len(rows) > MOST_ROWS:
        raise Unreadable(_("Tiedostossa on liian monta riviä. Enintään %(n)s kerralla.") % {"n": MOST_ROWS})
    return rows


def _json_rows(text: str) -> list[Row]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(_("Tiedosto ei ole ehyttä JSONia: %(why)s") % {"why": error}) from error
    if not isinstance(told, list) or not all(isinstance(row, dict) for row in told):
        raise Unreadable(_("Tiedostossa pitää olla luettelo palveluista."))
    return [{name: value for name, value in flat(row).items() if name not in _ELSEWHERE} for row in told]


def _csv_rows(text: str) -> list[Row]:
    head = text.partition("\n")[0]
    delimiter = max(";\t,", key=head.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise Unreadable(_("Taulukkoa ei voi lukea: %(why)s") % {"why": error}) from error
    titles = [title.strip() for title in lines[0]] if lines else []
    if "slug" not in titles:
        raise Unreadable(_("Ensimmäisellä rivillä pitää olla sarakkeiden nimet, ja niistä yhden pitää olla slug."))
    if len(set(titles)) != len(titles):
        raise Unreadable(_("Sama sarake on tiedostossa kahdesti."))
    unknown = [title for title in titles if title not in COLUMNS]
    if unknown:
        raise Unreadable(_("Tuntemattomia sarakkeita: %(names)s") % {"names": ", ".join(unknown)})
    full = [line for line in lines[1:] if any(cell.strip() for cell in line)]
    if any(len(line) > len(titles) for line in full):
        raise Unreadable(_("Jollakin rivillä on enemmän soluja kuin otsikoita. Onko tekstissä erotinmerkki?"))
    return [{title: _value(title, uncelled(cell)) for title, cell in zip(titles, line, strict=False)} for line in full]


def _value(column: str, text: str) -> Any:
    if column in LISTS:
        return [part.strip() for part in text.split(",") if part.strip()]
    if column in TICKS:
        return {"1": True, "0": False, "": False}.get(text, text)
    if column in NUMBERS:
        return int(text) if text.isascii() and text.isdigit() else (text or None)
    return text
