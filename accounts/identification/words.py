"""What people are told when an identification did not succeed: what happened, and that nothing is lost."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.identification.interface import Failure

_GENERAL = _("Tunnistautuminen ei onnistunut. Vika ei ole sinussa. Voit yrittää uudelleen tai jatkaa nimettömänä.")
_WORDS: dict[str, Promise] = {
    Failure.UNREACHABLE: _(
        "Tunnistuspalvelu ei juuri nyt vastaa. Yritä hetken päästä uudelleen tai jatka nimettömänä."
    ),
    Failure.NOT_CONFIGURED: _("Tunnistautuminen ei ole juuri nyt mahdollista. Voit jatkaa nimettömänä."),
    Failure.PROVIDER_ERROR: _("Tunnistuspalvelussa oli häiriö. Yritä uudelleen tai jatka nimettömänä."),
    Failure.EXPIRED: _("Tunnistautuminen kesti liian kauan. Yritä uudelleen tai jatka nimettömänä."),
    Failure.OLD_AUTHENTICATION: _(
        "Tunnistuspalvelu kertoi aiemmasta tunnistautumisesta. Turvallisuutesi vuoksi tunnistaudu uudelleen."
    ),
    Failure.LOW_LEVEL: _("Tällä tunnistustavalla ei voi tunnistautua riittävän vahvasti. Valitse toinen tapa."),
    Failure.NO_IDENTITY: _("Tunnistuspalvelu ei kertonut, kuka olet. Yritä uudelleen tai valitse toinen tapa."),
}


def failure_words(failure: str) -> Promise:
    """One or two sentences for the person, in the language of the page."""
    return _WORDS.get(failure, _GENERAL)
