"""Who can be chosen: invented people, with identity codes of the 900 series that no real person ever gets."""

import datetime as dt
from dataclasses import dataclass

CHECK_CHARACTERS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
CENTURY_SIGNS = {18: "+", 19: "-", 20: "A"}

# The names under which the Finnish trust network hands attributes over.
IDENTITY_CODE = "urn:oid:1.2.246.21"
BIRTH_DATE = "urn:oid:1.3.6.1.5.5.7.9.1"
FAMILY_NAME = "urn:oid:2.5.4.4"
GIVEN_NAMES = "urn:oid:1.2.246.575.1.14"
NON_DISCLOSURE = "urn:oid:1.2.246.517.2002.2.27"
EIDAS = "http://eidas.europa.eu/attributes/naturalperson/"

LEVELS = {
    "substantial": ("http://ftn.ficora.fi/2017/loa2", "http://eidas.europa.eu/LoA/substantial"),
    "high": ("http://ftn.ficora.fi/2017/loa3", "http://eidas.europa.eu/LoA/high"),
}


@dataclass(frozen=True)
class Person:
    key: str
    given_names: str
    family_name: str
    born: dt.date
    # The three digits of the identity code; None: a person from another country, who has none.
    number: int | None
    eidas_identifier: str = ""
    non_disclosure: bool = False

    @property
    def name(self) -> str:
        return f"{self.given_names} {self.family_name}"

    @property
    def identity_code(self) -> str | None:
        return None if self.number is None else identity_code(self.born, self.number)

    def acr(self, level: str) -> str:
        finnish, european = LEVELS[level]
        return european if self.number is None else finnish

    def claims(self) -> dict[str, str]:
        if self.identity_code is None:
            return {
                f"{EIDAS}PersonIdentifier": self.eidas_identifier,
                f"{EIDAS}CurrentGivenName": self.given_names,
                f"{EIDAS}CurrentFamilyName": self.family_name,
                f"{EIDAS}DateOfBirth": self.born.isoformat(),
            }
        return {
            IDENTITY_CODE: self.identity_code,
            BIRTH_DATE: self.born.isoformat(),
            FAMILY_NAME: self.family_name,
            GIVEN_NAMES: self.given_names,
            NON_DISCLOSURE: "1" if self.non_disclosure else "0",
        }


def identity_code(born: dt.date, number: int) -> str:
    """The personal identity code: day of birth, sign of the century, three digits, check character."""
    digits = f"{born:%d%m%y}{number:03d}"
    check = CHECK_CHARACTERS[int(digits) % len(CHECK_CHARACTERS)]
    return f"{born:%d%m%y}{CENTURY_SIGNS[born.year // 100]}{number:03d}{check}"


def persons(today: dt.date) -> tuple[Person, ...]:
    """The cast. Nuori Testi is sixteen in every year, from its first day to its last."""
    return (
        Person("eka", "Eka", "Huoltaja", dt.date(1990, 1, 1), 901),
        Person("toka", "Toka", "Huoltaja", dt.date(1988, 5, 17), 902),
        Person("svensk", "Svensk", "Huoltaja", dt.date(1985, 10, 6), 904),
        Person("nuori", "Nuori", "Testi", dt.date(today.year - 16, 1, 1), 905),
        Person("turva", "Turva", "Huoltaja", dt.date(1992, 3, 30), 906, non_disclosure=True),
        Person("eidas", "Mari", "Vanem", dt.date(1991, 8, 20), None, eidas_identifier="EE/FI/DEMO-49108200001"),
    )
