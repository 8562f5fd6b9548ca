from django.db import models
from django.utils.translation import gettext_lazy as _

from catalogue.models.texts import Named
from core.translations import localized


class EmergencyContact(Named):
    """A number of the emergency row, with the day somebody last made sure that it is true."""

    order = models.PositiveSmallIntegerField(_("järjestys"), default=0)
    phone_fi = models.CharField(
        _("puhelin"), max_length=40, blank=True, help_text=_("Tyhjä, kun numero vaihtelee: silloin näkyy verkkosivu.")
    )
    phone_sv = models.CharField(
        _("puhelin ruotsiksi"), max_length=40, blank=True, help_text=_("Tyhjä, kun numero on sama kuin suomeksi.")
    )
    phone_en = models.CharField(_("puhelin englanniksi"), max_length=40, blank=True)
    url = models.URLField(_("verkkosivu"), blank=True)
    note_fi = models.CharField(_("tarkennus suomeksi"), max_length=200, blank=True)
    note_sv = models.CharField(_("tarkennus ruotsiksi"), max_length=200, blank=True)
    note_en = models.CharField(_("tarkennus englanniksi"), max_length=200, blank=True)
    checked_on = models.DateField(_("tarkistettu"))

    class Meta:
        verbose_name = _("hätänumero")
        verbose_name_plural = _("hätänumerot")
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                name="emergency_contact_can_be_reached",
                condition=~models.Q(phone_fi="") | ~models.Q(url=""),
                violation_error_message=_("Anna puhelinnumero tai verkkosivu."),
            ),
        ]

    @property
    def phone(self) -> str:
        """The number that answers in the reader's language."""
        return localized(self, "phone")

    @property
    def phone_link(self) -> str:
        """The number for a `tel:` link: digits and a leading plus only."""
        return "".join(char for char in self.phone if char.isdigit() or char == "+")
