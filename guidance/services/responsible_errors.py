"""Refusals about who answers for a relationship."""

from django.utils.translation import gettext as _

from guidance.services.errors import ContactRefused


class NotYoursToName(ContactRefused):
    code = "not_yours"

    def __init__(self) -> None:
        super().__init__(_("Perheellä ei ole yhteydenottoa yksikössäsi, etkä vastaa siitä."))


class CannotAnswer(ContactRefused):
    code = "not_in_unit"

    def __init__(self) -> None:
        super().__init__(_("Valitse henkilö, joka työskentelee yksikössä työntekijänä tai esihenkilönä."))


class AlreadyProposed(ContactRefused):
    code = "already_proposed"

    def __init__(self) -> None:
        super().__init__(_("Ehdotus odottaa jo vastausta. Odota tai peru se ensin."))


class AlreadyResponsible(ContactRefused):
    code = "already_responsible"

    def __init__(self) -> None:
        super().__init__(_("Hän vastaa perheestä jo tässä tehtävässä."))


class ProposalAnswered(ContactRefused):
    code = "answered"

    def __init__(self) -> None:
        super().__init__(_("Ehdotukseen on jo vastattu, tai se on peruttu."))


class NotAskedOfYou(ContactRefused):
    code = "not_yours"

    def __init__(self) -> None:
        super().__init__(_("Vain se, jota ehdotetaan, voi vastata."))


class TermNotYours(ContactRefused):
    code = "not_yours"

    def __init__(self) -> None:
        super().__init__(_("Tämän voi tehdä vastuutyöntekijä itse, ehdottaja tai yksikön esihenkilö."))


class TermOver(ContactRefused):
    code = "ended"

    def __init__(self) -> None:
        super().__init__(_("Vastuu on jo päättynyt."))


class ReasonMissing(ContactRefused):
    code = "invalid"
    http_status = 422

    def __init__(self) -> None:
        super().__init__(_("Kirjoita, miksi."))


class ReasonTooLong(ContactRefused):
    code = "too_long"
    http_status = 422

    def __init__(self) -> None:
        super().__init__(_("Perustelu on liian pitkä. Enintään 2 000 merkkiä mahtuu."))


class DaysWrong(ContactRefused):
    code = "invalid"
    http_status = 422

    def __init__(self) -> None:
        super().__init__(_("Sijaisuuden viimeisen päivän pitää olla ensimmäisen jälkeen eikä menneisyydessä."))


class SubstituteThen(ContactRefused):
    code = "overlaps"

    def __init__(self) -> None:
        super().__init__(_("Noille päiville on jo sijainen. Peru hänen vuoronsa ensin."))
