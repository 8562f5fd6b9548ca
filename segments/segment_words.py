"""The segments as a family says and reads them: what kind of support, and nothing of an organisation's."""

from django.utils.translation import gettext_lazy as _

from segments.models import Segment

# As an answer to "What support would you choose?".
OWN_CHOICES = (
    (Segment.UNIVERSAL.value, _("Neuvola, koulu ja muut tavalliset palvelut riittävät meille")),
    (Segment.OMATOIMI.value, _("Pärjäämme itse, kun saamme neuvoja")),
    (Segment.YHTEISO.value, _("Kaipaamme ihmisiä tueksi arkeen")),
    (Segment.YHTEISTYO.value, _("Tarvitsemme ammattilaisen apua")),
    (Segment.VERKOSTO.value, _("Tarvitsemme apua, jonka monta ammattilaista antaa yhdessä")),
)

# As what was decided.
FOR_FAMILY = {
    Segment.UNIVERSAL.value: _("Tavalliset palvelut"),
    Segment.OMATOIMI.value: _("Neuvoja ja omia keinoja"),
    Segment.YHTEISO.value: _("Tukea arkeen"),
    Segment.YHTEISTYO.value: _("Ammattilaisen apua"),
    Segment.VERKOSTO.value: _("Monen ammattilaisen apua yhdessä"),
}
