"""The Finnish personal identity code (henkilötunnus): DDMMYY, a sign for the century, three digits, a check character.

The rules are the Digital and Population Data Services Agency's: since 2023 each century has several signs, and two
codes that differ in the sign alone belong to two persons. Individual numbers 900–999 are never given to anybody: they
are for tests.
"""

import datetime as dt
import re
from dataclasses import dataclass

_FORM = re.compile(r"(\d\d)(\d\d)(\d\d)([-+ABCDEFUVWXY])(\d{3})([0-9ABCDEFHJKLMNPRSTUVWXY])", re.ASCII)
_CENTURIES = {"+": 1800, **dict.fromkeys("-UVWXY", 1900), **dict.fromkeys("ABCDEF", 2000)}
_CHECK_CHARACTERS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
LEAST_INDIVIDUAL, FIRST_ARTIFICIAL = 2, 900


class InvalidIdentityCode(ValueError):
    """Not a code, or not one that anybody can have. The message never repeats it."""


@dataclass(frozen=True)
class IdentityCode:
    """A valid code. `repr` hides it: it must not appear in a log or a traceback by accident."""

    code: str
    birth_date: dt.date
    artificial: bool

    def __repr__(self) -> str:
        return "IdentityCode(hidden)"


def parse_identity_code(text: str, *, artificial_allowed: bool) -> IdentityCode:
    """The code in its written form (capitals, no spaces). Raises InvalidIdentityCode."""
    found = _FORM.fullmatch(text.strip().upper())
    if found is None:
        raise InvalidIdentityCode("not the form of an identity code")
    day, month, year, sign, individual, check = found.groups()
    try:
        birth_date = dt.date(_CENTURIES[sign] + int(year), int(month), int(day))
    except ValueError:
        raise InvalidIdentityCode("no such day") from None
    if check != check_character(day + month + year, individual):
        raise InvalidIdentityCode("wrong check character")
    if int(individual) < LEAST_INDIVIDUAL:
        raise InvalidIdentityCode("no such individual number")
    artificial = int(individual) >= FIRST_ARTIFICIAL
    if artificial and not artificial_allowed:
        raise InvalidIdentityCode("a code for tests")
    return IdentityCode(found.group(), birth_date, artificial)


def check_character(birth_digits: str, individual: str) -> str:
    """The last character: the nine digits as one number, modulo 31."""
    return _CHECK_CHARACTERS[int(birth_digits + individual) % 31]
