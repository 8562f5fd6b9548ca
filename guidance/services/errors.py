"""Refusals, each named as what is refused. `code` is stable; the text tells a person what to do."""

from django.utils.translation import gettext as _


class ContactRefused(Exception):
    code = "refused"
    http_status = 409

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class AlreadyTaken(ContactRefused):
    code = "taken"

    def __init__(self, by: str | None = None) -> None:
        detail = _("%(name)s ehti ottaa keskustelun.") % {"name": by} if by else _("Keskustelu on jo otettu.")
        super().__init__(detail)


class ContactClosed(ContactRefused):
    code = "closed"

    def __init__(self) -> None:
        super().__init__(_("Yhteydenotto on jo päättynyt."))


class NotYours(ContactRefused):
    code = "not_yours"

    def __init__(self) -> None:
        super().__init__(_("Keskustelu ei ole sinulla. Ota se ensin."))


class FamilyLeft(ContactRefused):
    code = "closed"

    def __init__(self) -> None:
        super().__init__(_("Perhe on lähtenyt keskustelusta. Päätä se."))


class FamilyNotHere(ContactRefused):
    code = "not_here"

    def __init__(self) -> None:
        super().__init__(_("Perhe ehti sulkea sivun. Vastaa viestiin, niin perhe näkee sen palatessaan."))


class NotAMessage(ContactRefused):
    code = "invalid"
    http_status = 400

    def __init__(self) -> None:
        super().__init__(_("Vain viestin voi jatkaa chattina."))


class NotFollowable(ContactRefused):
    code = "invalid"
    http_status = 400

    def __init__(self) -> None:
        super().__init__(_("Aiempaa yhteydenottoa ei löydy."))


class FeedbackNotAsked(ContactRefused):
    code = "feedback_not_asked"

    def __init__(self) -> None:
        super().__init__(_("Tästä yhteydenotosta ei voi antaa palautetta."))


class NotReachable(ContactRefused):
    code = "invalid"
    http_status = 400

    def __init__(self) -> None:
        super().__init__(_("Valitse työntekijä tai yksikkö, jolle keskustelun voi siirtää."))


class SheetIncomplete(ContactRefused):
    code = "invalid"
    http_status = 400

    def __init__(self) -> None:
        super().__init__(_("Valitse aihe ja miten asia jäi."))


class AlreadyIdentified(ContactRefused):
    code = "already_identified"

    def __init__(self) -> None:
        super().__init__(_("Asiakas on jo tunnistautunut."))


class AlreadyAsked(ContactRefused):
    code = "already_asked"

    def __init__(self) -> None:
        super().__init__(_("Tunnistautumista on jo pyydetty. Odota perheen vastausta tai peru pyyntö."))


class NotAsked(ContactRefused):
    code = "not_asked"

    def __init__(self) -> None:
        super().__init__(_("Tunnistautumista ei enää pyydetä. Keskustelu jatkuu nimettömänä."))


class BoundToAnother(ContactRefused):
    code = "not_yours"

    def __init__(self) -> None:
        super().__init__(_("Tämä keskustelu ei ole tunnistautuneen henkilön."))


class NotBound(ContactRefused):
    code = "not_bound"

    def __init__(self) -> None:
        super().__init__(_("Keskustelua ei ole liitetty tunnistautuneeseen asiakkaaseen."))


class NotIdentified(ContactRefused):
    code = "not_identified"

    def __init__(self) -> None:
        super().__init__(_("Asiakas on nimetön. Pyydä ensin tunnistautumista."))


class ChildUnknown(ContactRefused):
    code = "invalid"
    http_status = 422

    def __init__(self) -> None:
        super().__init__(_("Tarkista lapsen nimi ja syntymäaika. Lapsi on alle 18-vuotias."))


class MaturityNeeded(ContactRefused):
    code = "maturity_needed"
    http_status = 422

    def __init__(self) -> None:
        super().__init__(_("Lapsi on täyttänyt 12 vuotta. Arvioi ensin, voiko huoltaja asioida hänen puolestaan."))


class ChildDecides(ContactRefused):
    code = "child_decides"

    def __init__(self) -> None:
        super().__init__(_("Arvio on tallessa. Lapsi päättää itse: ohjaa häntä ottamaan yhteyttä omalla nimellään."))


class ShareUnknown(ContactRefused):
    code = "not_found"
    http_status = 404

    def __init__(self) -> None:
        super().__init__(
            _("Koodi ei käy. Tarkista numerot. Jos koodi on jo käytetty, peruttu tai yli viikon vanha, pyydä uusi.")
        )


class OwnShare(ContactRefused):
    code = "invalid"
    http_status = 422

    def __init__(self) -> None:
        super().__init__(_("Tämän keskustelun jakoit sinä itse. Anna koodi toiselle huoltajalle."))


class ServiceUnknown(ContactRefused):
    code = "invalid"
    http_status = 422

    def __init__(self) -> None:
        super().__init__(_("Tätä palvelua ei enää ole. Etsi toinen tai lähetä viesti ilman palvelua."))


class ReasonMissing(ContactRefused):
    code = "invalid"
    http_status = 422

    def __init__(self) -> None:
        super().__init__(_("Valitse, mihin tarvitset henkilötunnusta."))


class UnknownReference(ContactRefused):
    code = "not_found"
    http_status = 404

    def __init__(self) -> None:
        super().__init__(_("Tällä viitteellä ei löydy yhteydenottoa. Tarkista viite."))


class OwnGlass(ContactRefused):
    code = "own_glass"

    def __init__(self) -> None:
        super().__init__(_("Et voi merkitä omaa katseluasi tarkistetuksi. Sen tekee toinen esihenkilö."))


class GlassReviewed(ContactRefused):
    code = "reviewed"

    def __init__(self) -> None:
        super().__init__(_("Tämän on joku jo tarkistanut."))


class OlderLogAsked(ContactRefused):
    code = "older_log_asked"

    def __init__(self) -> None:
        super().__init__(_("Olet jo pyytänyt vanhempia merkintöjä. Näet vastauksen tällä sivulla."))


class OlderLogAnswered(ContactRefused):
    code = "older_log_answered"

    def __init__(self) -> None:
        super().__init__(_("Tähän pyyntöön on jo vastattu."))


class OwnLooks(ContactRefused):
    code = "own_looks"

    def __init__(self) -> None:
        super().__init__(_("Et voi merkitä omia katselujasi tarkistetuiksi. Sen tekee toinen esihenkilö."))


class NotACallback(ContactRefused):
    code = "not_a_callback"

    def __init__(self) -> None:
        super().__init__(_("Tässä yhteydenotossa ei ole soittopyyntöä."))


class NumberMissing(ContactRefused):
    code = "number_missing"

    def __init__(self) -> None:
        super().__init__(_("Numero puuttuu. Perhettä on pyydetty korjaamaan se."))


class AlreadyReached(ContactRefused):
    code = "already_reached"

    def __init__(self) -> None:
        super().__init__(_("Puhelu on jo kirjattu. Päätä yhteydenotto."))


class NothingSuspected(ContactRefused):
    code = "not_suspected"

    def __init__(self) -> None:
        super().__init__(_("Tässä ei ole mitään tarkistettavaa."))


class PriorityDecided(ContactRefused):
    code = "decided"

    def __init__(self) -> None:
        super().__init__(
            _("Kollega on jo merkinnyt tämän kiireelliseksi. Ota keskustelu, niin voit muuttaa merkintää.")
        )


class LogIncomplete(ContactRefused):
    code = "invalid"
    http_status = 422

    def __init__(self) -> None:
        super().__init__(_("Valitse puhelu tai käynti, kesto ja alkuaika enintään viikon takaa."))
