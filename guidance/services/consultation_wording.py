"""What the platform itself says in a consultation and in a hand-over room, in the language of the one who asked."""

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from guidance.models import Contact


def _in_language_of(contact: Contact) -> translation.override:
    return translation.override(contact.language)


def answered(contact: Contact, user: User) -> str:
    with _in_language_of(contact):
        return _("%(name)s vastaa.") % {"name": user.full_name}


def invited(contact: Contact, by: User, user: User) -> str:
    with _in_language_of(contact):
        return _("%(name)s tuli mukaan. Kutsujana %(by)s.") % {"name": user.full_name, "by": by.full_name}


def left(contact: Contact, user: User) -> str:
    with _in_language_of(contact):
        return _("%(name)s lähti konsultaatiosta.") % {"name": user.full_name}


def waits_again(contact: Contact) -> str:
    with _in_language_of(contact):
        return _("Kukaan ei vastaa nyt. Kysymys odottaa taas vastaajaa.")


def withdrawn(contact: Contact, user: User) -> str:
    with _in_language_of(contact):
        return _("%(name)s perui kysymyksen.") % {"name": user.full_name}


def everybody_left(contact: Contact) -> str:
    with _in_language_of(contact):
        return _("Konsultaatio päättyi, koska kaikki lähtivät.")


def closed(contact: Contact, user: User, next_step: str) -> str:
    with _in_language_of(contact):
        ended = _("%(name)s päätti konsultaation.") % {"name": user.full_name}
        return f"{ended} {_('Seuraavaksi')}: {next_step}" if next_step else ended


def room_opened(contact: Contact) -> str:
    with _in_language_of(contact):
        return _("Vuoronvaihto. Kerro, mitä seuraavan vuoron on hyvä tietää. Käytä viitteitä, älä nimiä.")
