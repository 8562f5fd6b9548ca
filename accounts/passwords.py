"""What a password must be, in words that say what to do."""

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import ngettext


class LongEnough(MinimumLengthValidator):
    """Django's own rule; its sentence is not in Finnish in every version of Django."""

    def get_error_message(self) -> str:
        return ngettext(
            "Salasana on liian lyhyt. Kirjoita vähintään %(n)d merkki.",
            "Salasana on liian lyhyt. Kirjoita vähintään %(n)d merkkiä.",
            self.min_length,
        ) % {"n": self.min_length}
