from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from catalogue.models import Provider
from core.translations import localized


class Receiver(models.Model):
    """Who takes referrals to a provider's services: a unit on this platform, or an address outside it that gets a
    signed link. Reference data, edited by admins."""

    name_fi = models.CharField(_("nimi suomeksi"), max_length=160)
    name_sv = models.CharField(_("nimi ruotsiksi"), max_length=160, blank=True)
    name_en = models.CharField(_("nimi englanniksi"), max_length=160, blank=True)
    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("tuottaja")
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="receivers", verbose_name=_("yksikkö")
    )
    email = models.EmailField(
        _("sähköposti"), blank=True, help_text=_("Alustan ulkopuolella: tähän lähetetään linkki, ei koskaan sisältöä.")
    )
    answer_days = models.PositiveSmallIntegerField(
        _("vastausaika"), default=5, help_text=_("Palvelupäivinä lähettämisestä; kiireellisessä puolet.")
    )
    assesses_needs = models.BooleanField(
        _("tekee palvelutarpeen arvion"), default=False, help_text=_("Sosiaalihuoltolain 36 §:n määräajat.")
    )
    is_active = models.BooleanField(_("käytössä"), default=True)
    order = models.PositiveSmallIntegerField(_("järjestys"), default=0)

    class Meta:
        verbose_name = _("ohjausten vastaanottaja")
        verbose_name_plural = _("ohjausten vastaanottajat")
        ordering = ["order", "name_fi"]
        constraints = [
            models.CheckConstraint(
                name="receiver_inside_or_outside",
                condition=Q(unit__isnull=False, email="") | (Q(unit__isnull=True) & ~Q(email="")),
            ),
            models.CheckConstraint(name="receiver_answers_in_days", condition=Q(answer_days__gte=1)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return localized(self, "name")

    @property
    def is_outside(self) -> bool:
        return self.unit_id is None
