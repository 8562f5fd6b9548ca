"""Texts that a service lacks in one of the languages, and services that lack any."""

from django.db.models import Q
from django.utils.translation import gettext as _

from catalogue.models import Service
from core.translations import LANGUAGES

# What a family reads of a service: told in one language, it should be told in all.
TEXTS = ("name", "summary", "description", "how_to", "for_whom", "not_for_whom", "price", "waiting")


def lacks(language: str) -> Q:
    """Services with a text in another language that has none in this one."""
    found = Q()
    for field in TEXTS:
        told = Q()
        for other in LANGUAGES:
            if other != language:
                told |= ~Q(**{f"{field}_{other}": ""})
        found |= Q(**{f"{field}_{language}": ""}) & told
    return found


def missing_in_words(service: Service) -> list[str]:
    """ "ruotsiksi puuttuu: hinta, kuvaus", language by language."""
    titles = {
        "fi": _("suomeksi puuttuu"), "sv": _("ruotsiksi puuttuu"), "en": _("englanniksi puuttuu"),
    }  # fmt: skip
    names = {
        "name": _("nimi"), "summary": _("yhdellä lauseella"), "description": _("kuvaus"),
        "how_to": _("näin pääset alkuun"), "for_whom": _("kenelle"), "not_for_whom": _("kenelle ei"),
        "price": _("hinta"), "waiting": _("tieto jonosta"),
    }  # fmt: skip
    missing = service.missing_texts(TEXTS)
    return [f"{titles[code]}: {', '.join(names[field] for field in fields)}" for code, fields in missing.items()]
