"""What may be written into a thread, and the refusal of what may not."""

import re

from django.utils.translation import gettext as _

BODY_LIMIT = 8_000
# Control characters but newline, carriage return and tab, and lone surrogates (Unicode's categories Cc and Cs).
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


class BodyRefused(Exception):
    """The text cannot be stored. `code` is `invalid` or `too_long`; `detail` tells the writer what to do."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


def clean_body(value: object) -> str:
    """The body as it will be stored: character for character what was sent.

    Refused: anything but text, nothing but white space, over 8,000 code points, NUL and other control
    characters (but not newline, carriage return and tab), and lone surrogates. Direction marks stay, since
    right-to-left languages need them; pages show every body isolated, so that they turn nothing else around.
    """
    if not isinstance(value, str):
        raise BodyRefused("invalid", _("Viestin pitää olla tekstiä."))
    if len(value) > BODY_LIMIT:
        raise BodyRefused(
            "too_long", _("Viesti on liian pitkä. Enintään 8 000 merkkiä mahtuu; jaa teksti kahteen viestiin.")
        )
    if not value.strip():
        raise BodyRefused("invalid", _("Kirjoita ensin viesti."))
    if _UNSTORABLE.search(value):
        raise BodyRefused("invalid", _("Viestissä on merkki, jota ei voi tallentaa. Poista se ja lähetä uudelleen."))
    return value
