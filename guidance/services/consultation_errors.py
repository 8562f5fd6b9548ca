"""Refusals in consultations, each named as what is refused."""

from django.utils.translation import gettext as _

from guidance.services.errors import ContactRefused


class NobodyAsked(ContactRefused):
    code = "invalid"
    http_status = 400

    def __init__(self) -> None:
        super().__init__(_("Valitse yksi: kollega, ammattiryhmä tai yksikkö, jolta kysyt."))


class NoSeat(ContactRefused):
    code = "not_yours"

    def __init__(self) -> None:
        super().__init__(_("Et ole enää mukana tässä konsultaatiossa."))


class OwnQuestion(ContactRefused):
    code = "own_question"

    def __init__(self) -> None:
        super().__init__(_("Et voi vastata omaan kysymykseesi. Peru se, jos et tarvitse vastausta."))


class NotAnswered(ContactRefused):
    code = "not_answered"

    def __init__(self) -> None:
        super().__init__(_("Kukaan ei vastaa vielä. Kutsu muita tai päätä, kun joku on vastannut."))


class NotInvitable(ContactRefused):
    code = "invalid"
    http_status = 400

    def __init__(self) -> None:
        super().__init__(_("Valitse kollega, joka ei ole vielä mukana."))


class NotForYouToClose(ContactRefused):
    code = "not_yours"

    def __init__(self) -> None:
        super().__init__(_("Konsultaation päättää kysyjä tai vastaaja. Sinä voit lähteä."))


class NotLinkable(ContactRefused):
    code = "not_linkable"

    def __init__(self) -> None:
        super().__init__(_("Konsultaatio koskee toista asiakkuutta. Irrota se ensin tai tarkista viite."))


class NotLinked(ContactRefused):
    code = "not_linked"

    def __init__(self) -> None:
        super().__init__(_("Konsultaatiota ei ole liitetty asiakkuuteen."))
