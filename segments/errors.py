"""Refusals, each named as what is refused, in the shape of guidance's. An anonymous relationship is NotIdentified."""

from django.utils.translation import gettext as _

from guidance.services.errors import ContactRefused


class FamilyUnknown(ContactRefused):
    code = "not_found"
    http_status = 404

    def __init__(self) -> None:
        super().__init__(_("Perhettä tai yhteydenottoa ei löydy."))


class AssessmentUnknown(ContactRefused):
    code = "not_found"
    http_status = 404

    def __init__(self) -> None:
        super().__init__(_("Arviota ei löydy."))


class AssessmentEnded(ContactRefused):
    code = "ended"

    def __init__(self) -> None:
        super().__init__(_("Arvio on jo päättynyt, eikä sitä voi muuttaa. Aloita tarvittaessa uusi."))


class AssessmentOpen(ContactRefused):
    code = "open"

    def __init__(self) -> None:
        super().__init__(_("Perheellä on jo arvio kesken. Jatka sitä."))


class NoInstrument(ContactRefused):
    code = "no_instrument"

    def __init__(self) -> None:
        super().__init__(_("Arvion kysymyksiä ei ole otettu käyttöön. Kerro pääkäyttäjälle."))


class AnswersIncomplete(ContactRefused):
    """`missing` are the keys of the questions that still need an answer, in their order."""

    code = "incomplete"
    http_status = 422

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__(_("Vastaa vielä jokaiseen kysymykseen."))
        self.missing = missing


class AnswersUnknown(ContactRefused):
    code = "invalid"
    http_status = 422

    def __init__(self, unknown: tuple[str, ...]) -> None:
        super().__init__(_("Vastaus ei kuulu tähän arvioon. Lataa sivu uudelleen ja vastaa sitten."))
        self.unknown = unknown


class HowUnfit(ContactRefused):
    code = "invalid"
    http_status = 422

    def __init__(self) -> None:
        super().__init__(_("Valitse, miten perhe vastasi."))


class FamilyAnswered(ContactRefused):
    code = "family_answered"

    def __init__(self) -> None:
        super().__init__(_("Perhe on vastannut itse. Vain perhe voi muuttaa vastauksiaan."))


class AnswersAwaited(ContactRefused):
    code = "answers_awaited"

    def __init__(self) -> None:
        super().__init__(_("Päätöstä varten tarvitaan sekä perheen että ammattilaisen vastaukset."))


class SegmentUnknown(ContactRefused):
    code = "invalid"
    http_status = 422

    def __init__(self) -> None:
        super().__init__(_("Valitse, millaista tukea perheelle tarjotaan."))


class ReviewTooLate(ContactRefused):
    code = "invalid"
    http_status = 422

    def __init__(self) -> None:
        super().__init__(_("Valitse tarkistuspäivä, joka on huomisen ja määräajan välissä."))


class VersionTaken(Exception):
    """This number of the instrument has been published with another content, or a higher number has been."""
