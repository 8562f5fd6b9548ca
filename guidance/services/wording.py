"""What the platform itself says in a thread, in the contact's language."""

import datetime as dt

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.templatetags.words import clock_time, weekday_date
from guidance.models import Contact


def _in_language_of(contact: Contact) -> translation.override:
    return translation.override(contact.language)


def joined(contact: Contact, name: str, now: dt.datetime) -> str:
    with _in_language_of(contact):
        if contact.channel == Contact.Channel.CALLBACK:
            return _("%(name)s otti soittopyyntösi ja soittaa sinulle.") % {"name": name}
        return _("%(name)s tuli keskusteluun klo %(time)s.") % {"name": name, "time": clock_time(now)}


def released(contact: Contact, name: str) -> str:
    with _in_language_of(contact):
        if contact.channel == Contact.Channel.CALLBACK:
            return _("%(name)s siirsi soittopyyntösi toisille ohjaajille. Soitamme luvatussa ajassa.") % {"name": name}
        if contact.channel == Contact.Channel.MESSAGE:
            # Nobody stands in a queue with a message: what counts for its writer is the promise.
            return _("%(name)s siirsi viestisi toisille ohjaajille. Vastaamme luvatussa ajassa.") % {"name": name}
        return _("%(name)s siirsi keskustelun takaisin jonoon. Olet jonossa ensimmäisenä.") % {"name": name}


def transferred_to_worker(contact: Contact, name: str, to_name: str) -> str:
    with _in_language_of(contact):
        return _("%(name)s siirsi keskustelun: sinua auttaa nyt %(to)s.") % {"name": name, "to": to_name}


def transferred_to_unit(contact: Contact, name: str) -> str:
    with _in_language_of(contact):
        return _("%(name)s siirsi keskustelun toisille ohjaajille. Joku heistä jatkaa kanssasi.") % {"name": name}


def worker_vanished(contact: Contact, name: str) -> str:
    with _in_language_of(contact):
        if contact.channel != Contact.Channel.CHAT:
            # Nobody stands in a queue with a message or a wish to be called: what counts is the promise.
            left = _("%(name)s ei ehdi hoitaa asiaasi.") % {"name": name}
            return f"{left} {_('Toinen ohjaaja jatkaa, ja pidämme sen, mitä lupasimme.')}"
        # The name stands as the subject: in Finnish every other place would ask for an inflected name.
        left = _("%(name)s joutui lähtemään, koska yhteys katkesi.") % {"name": name}
        return f"{left} {_('Olet nyt jonossa ensimmäisenä, ja toinen ohjaaja jatkaa.')}"


def family_left(contact: Contact) -> str:
    with _in_language_of(contact):
        if contact.channel == Contact.Channel.CALLBACK:
            return _("Perhe perui soittopyynnön.")
        return _("Perhe lähti keskustelusta.")


def left_queue(contact: Contact) -> str:
    with _in_language_of(contact):
        if contact.channel == Contact.Channel.CALLBACK:
            return _("Peruit soittopyynnön. Poistimme numeron.")
        return _("Lähdit jonosta.")


def silence_warning(contact: Contact, minutes: int) -> str:
    with _in_language_of(contact):
        asked = _("Oletko vielä paikalla? Keskustelu päättyy %(n)s minuutin päästä, jos et kirjoita.") % {"n": minutes}
        return f"{asked} {_('Voit palata milloin vain.')}"


def closed_silent(contact: Contact) -> str:
    with _in_language_of(contact):
        return _("Keskustelu päättyi, koska emme kuulleet sinusta. Voit aloittaa uuden milloin vain.")


def closed(contact: Contact, name: str, next_step: str) -> str:
    with _in_language_of(contact):
        ended = _("%(name)s päätti keskustelun.") % {"name": name}
        return f"{ended} {_('Seuraavaksi')}: {next_step}" if next_step else ended


def carried_over(contact: Contact, channel: str) -> str:
    with _in_language_of(contact):
        if channel == Contact.Channel.CALLBACK:
            return _("Asiasi jatkuu soittopyyntönä. Kirjoittamasi siirtyy mukana.")
        return _("Kirjoittamasi jatkuu viestinä. Et aloita alusta.")


def went_live(contact: Contact, name: str) -> str:
    with _in_language_of(contact):
        return _("%(name)s jatkaa kanssasi chatissa. Kaikki kirjoittamasi seuraa mukana.") % {"name": name}


def message_arrived(contact: Contact, promise_at: dt.datetime | None) -> str:
    with _in_language_of(contact):
        if promise_at is None:
            return _("Viestisi on tallessa. Vastaamme tähän.")
        local = timezone.localtime(promise_at)
        return _("Viestisi on tallessa. Vastaamme viimeistään %(day)s klo %(time)s.") % {
            "day": weekday_date(local),
            "time": clock_time(local),
        }


def identification_asked(contact: Contact, name: str, reason: str) -> str:
    with _in_language_of(contact):
        return _("%(name)s pyytää sinua tunnistautumaan: %(reason)s") % {"name": name, "reason": reason}


def identification_declined(contact: Contact) -> str:
    with _in_language_of(contact):
        return _("Keskustelu jatkuu nimettömänä ilman tunnistautumista.")


def identification_withdrawn(contact: Contact, name: str) -> str:
    with _in_language_of(contact):
        return _("%(name)s perui tunnistautumispyynnön. Keskustelu jatkuu nimettömänä.") % {"name": name}


def identified(contact: Contact) -> str:
    with _in_language_of(contact):
        return _("Tunnistautuminen onnistui. Tämä keskustelu on nyt tunnistautuneen henkilön omissa tiedoissa.")


def unbound(contact: Contact, name: str) -> str:
    with _in_language_of(contact):
        undone = _("%(name)s irrotti tämän keskustelun tunnistautuneen henkilön tiedoista.") % {"name": name}
        return undone if contact.is_closed else f"{undone} {_('Keskustelu jatkuu nimettömänä.')}"


def callback_asked(contact: Contact) -> str:
    with _in_language_of(contact):
        if contact.due_at is None:
            return _("Soittopyyntö on tallessa. Soitamme, kun olemme paikalla.")
        return _("Soittopyyntö on tallessa. Soitamme viimeistään %(when)s.") % {"when": _day_and_time(contact.due_at)}


def callback_number_changed(contact: Contact) -> str:
    with _in_language_of(contact):
        return _("Numero on vaihdettu. Soitamme uuteen numeroon.")


def callback_reached(contact: Contact, name: str, now: dt.datetime) -> str:
    with _in_language_of(contact):
        return _("%(name)s soitti klo %(time)s, ja puhuitte puhelimessa.") % {"name": name, "time": clock_time(now)}


def callback_missed(contact: Contact, now: dt.datetime, again: dt.datetime | None) -> str:
    with _in_language_of(contact):
        tried = _("Yritimme soittaa klo %(time)s, mutta emme saaneet sinua kiinni.") % {"time": clock_time(now)}
        if again is None:
            return f"{tried} {_('Yritämme uudelleen.')}"
        return f"{tried} {_('Yritämme uudelleen %(when)s.') % {'when': _day_and_time(again)}}"


def callback_wrong_number(contact: Contact, now: dt.datetime, until: dt.datetime | None) -> str:
    with _in_language_of(contact):
        tried = _("Yritimme soittaa klo %(time)s, mutta numero ei ollut sinun.") % {"time": clock_time(now)}
        asked = _("Poistimme numeron. Kirjoita oikea numero tälle sivulle, niin soitamme siihen.")
        if until is None:
            return f"{tried} {asked}"
        ends = _("Jos numeroa ei tule viimeistään %(when)s, soittopyyntö päättyy.") % {"when": _day_and_time(until)}
        return f"{tried} {asked} {ends}"


def callback_never_corrected(contact: Contact, asked_at: dt.datetime) -> str:
    with _in_language_of(contact):
        asked = _("Pyysimme sinulta oikeaa numeroa %(when)s, mutta emme saaneet sitä.")
        over = _("Siksi päätimme soittopyynnön. Voit pyytää soittoa uudelleen tai kirjoittaa.")
        return f"{asked % {'when': _day_and_time(asked_at)}} {over}"


def callback_given_up(contact: Contact, now: dt.datetime) -> str:
    with _in_language_of(contact):
        tried = _("Yritimme soittaa klo %(time)s, mutta emme saaneet sinua kiinni.") % {"time": clock_time(now)}
        over = _("Se oli kolmas kerta, joten emme enää soita. Voit pyytää soittoa uudelleen tai kirjoittaa.")
        return f"{tried} {over}"


def logged(contact: Contact, name: str, minutes: int, next_step: str) -> str:
    with _in_language_of(contact):
        what = {"name": name, "when": _day_and_time(contact.opened_at), "n": minutes}
        if contact.channel == Contact.Channel.PHONE:
            written = _("%(name)s kirjasi puhelun: %(when)s, noin %(n)s min.") % what
        else:
            written = _("%(name)s kirjasi käynnin: %(when)s, noin %(n)s min.") % what
        return f"{written} {_('Seuraavaksi')}: {next_step}" if next_step else written


def _day_and_time(moment: dt.datetime) -> str:
    local = timezone.localtime(moment)
    return _("%(day)s klo %(time)s") % {"day": weekday_date(local), "time": clock_time(local)}
