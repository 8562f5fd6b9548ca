"""Refusals, each named as what is refused, in the shape of guidance's. An anonymous relationship is NotIdentified."""

from django.utils.translation import gettext as _

from guidance.services.errors import ContactRefused


class ReferralUnknown(ContactRefused):
    code = "not_found"
    http_status = 404

    def __init__(self) -> None:
        super().__init__(_("Ohjausta ei löydy."))


class ConsentUnknown(ContactRefused):
    code = "not_found"
    http_status = 404

    def __init__(self) -> None:
        super().__init__(_("Suostumusta ei löydy."))


class StateWrong(ContactRefused):
    """The act does not follow from the state that the referral is in by now."""

    code = "state"

    def __init__(self) -> None:
        super().__init__(_("Ohjauksen tila on muuttunut, eikä tätä voi enää tehdä. Päivitä sivu."))


class ConsentMissing(ContactRefused):
    code = "consent"

    def __init__(self) -> None:
        super().__init__(_("Tähän tarvitaan perheen voimassa oleva suostumus."))


class ConsentAnswered(ContactRefused):
    code = "consent_answered"

    def __init__(self) -> None:
        super().__init__(_("Suostumukseen on jo vastattu, tai se on peruttu. Päivitä sivu."))


class ConsentEmpty(ContactRefused):
    code = "invalid"
    http_status = 422

    def __init__(self) -> None:
        super().__init__(_("Valitse, mitkä tiedot annetaan mukaan."))


class ConsentDaysWrong(ContactRefused):
    code = "invalid"
    http_status = 422

    def __init__(self) -> None:
        super().__init__(_("Valitse suostumukselle päättymispäivä, joka on vuoden sisällä."))


class ReceiverUnfit(ContactRefused):
    code = "receiver"
    http_status = 422

    def __init__(self) -> None:
        super().__init__(_("Tälle vastaanottajalle ei voi lähettää tällaista ohjausta. Valitse toinen."))


class LinkGone(ContactRefused):
    """The link of a receiver outside works no more, or never did; which of them, nobody is told."""

    code = "link_gone"
    http_status = 410

    def __init__(self) -> None:
        super().__init__(_("Linkki ei ole enää voimassa."))


class NameMissing(ContactRefused):
    code = "name"
    http_status = 422

    def __init__(self) -> None:
        super().__init__(_("Kirjoita nimesi, jotta perhe ja lähettäjä tietävät, kuka ohjauksen avasi."))


class SummaryMissing(ContactRefused):
    code = "summary"
    http_status = 422

    def __init__(self) -> None:
        super().__init__(_("Kirjoita ensin yhteenveto, jonka perhe näkee."))


class WordsMissing(ContactRefused):
    code = "reason"
    http_status = 422

    def __init__(self) -> None:
        super().__init__(_("Kirjoita perustelu."))


class OutcomeMissing(ContactRefused):
    code = "outcome"
    http_status = 422

    def __init__(self) -> None:
        super().__init__(_("Valitse, miten ohjaus päättyi."))


class NothingToHandOver(ContactRefused):
    code = "not_warm"

    def __init__(self) -> None:
        super().__init__(_("Yhteistä tapaamista ei ole sovittu, tai se on jo kirjattu."))


class FeelingUnknown(ContactRefused):
    code = "invalid"
    http_status = 422

    def __init__(self) -> None:
        super().__init__(_("Valitse numero 1–5."))
