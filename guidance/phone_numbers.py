"""A telephone number as a family types it, as it is kept (E.164), and as it is read aloud.

The plans of numbers of the whole world come from the `phonenumbers` library; which of them we call is decided here.
"""

from dataclasses import dataclass

import phonenumbers
from django.utils.translation import gettext as _
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

HOME = "FI"
TYPED_LIMIT = 40  # the longest number is 15 digits; more is no number and costs work
END_DIGITS = 3
_MARKS = frozenset(" \t\u00a0\u2009\u202f-\u2010\u2011\u2013()./+")
# Numbers behind which a person can answer. Those that cost the caller extra, and services, are not among them.
_PEOPLE = {
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE,
    PhoneNumberType.VOIP,
    PhoneNumberType.PERSONAL_NUMBER,
    PhoneNumberType.UAN,
}
_NO_COUNTRY = "001"  # satellites and other networks above countries


class NumberRefused(Exception):
    """`code` is stable; `detail` tells what to write instead."""

    code = "invalid_number"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


@dataclass(frozen=True)
class PhoneNumber:
    """`e164` as +358401234567; `end` its last digits, by which the family knows it again."""

    e164: str

    @property
    def end(self) -> str:
        return self.e164[-END_DIGITS:]

    @property
    def spoken(self) -> str:
        """In groups: 040 1234567 at home, +46 70 174 06 05 from elsewhere."""
        number = phonenumbers.parse(self.e164)
        at_home = phonenumbers.region_code_for_number(number) == HOME
        form = PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
        return phonenumbers.format_number(number, form)

    @property
    def country(self) -> str:
        """The two letters of a foreign number's country; empty at home."""
        region = phonenumbers.region_code_for_number(phonenumbers.parse(self.e164)) or ""
        return "" if region == HOME else region


def parse_number(typed: str) -> PhoneNumber:
    """The number in a Finnish or an international form, with digits of any script. Raises NumberRefused."""
    typed = typed.strip()
    if not typed:
        raise NumberRefused(_("Kirjoita numero, johon soitamme."))
    if len(typed) > TYPED_LIMIT or not all(char.isdecimal() or char in _MARKS for char in typed):
        raise NumberRefused(_("Kirjoita pelkkä puhelinnumero, esimerkiksi 040 123 4567. Alanumeroon emme voi soittaa."))
    try:
        number = phonenumbers.parse("".join(" " if char.isspace() else char for char in typed), HOME)
    except NumberParseException:
        raise NumberRefused(_unusable()) from None
    if not phonenumbers.is_valid_number(number):
        raise NumberRefused(_unusable())
    if phonenumbers.number_type(number) not in _PEOPLE or _is_above_countries(number):
        raise NumberRefused(_("Tähän numeroon emme voi soittaa. Kirjoita tavallinen matka- tai lankapuhelinnumero."))
    return PhoneNumber(phonenumbers.format_number(number, PhoneNumberFormat.E164))


def _is_above_countries(number: phonenumbers.PhoneNumber) -> bool:
    return phonenumbers.region_code_for_number(number) == _NO_COUNTRY


def _unusable() -> str:
    return _("Numerossa on ehkä liikaa tai liian vähän numeroita. Tarkista se. Ulkomaan numero alkaa maatunnuksella, "
             "esimerkiksi +46.")  # fmt: skip
