"""Where a family begins: life situations, and the topics of what it then talks about."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalogue.models.texts import Named


class LifeSituation(Named):
    """A tile of the start page: what it is like at home, in the reader's words. It leads to topics and services."""

    class Icon(models.TextChoices):
        BABY = "baby", _("vauva")
        CUP = "cup", _("kahvikuppi")
        BLOCKS = "blocks", _("palikat")
        BAG = "bag", _("reppu")
        YOUNG = "young", _("nuori")
        HOMES = "homes", _("kaksi kotia")
        SHIELD = "shield", _("kilpi")
        PURSE = "purse", _("kukkaro")

    slug = models.SlugField(_("osoitteen osa"), unique=True, max_length=60)
    icon = models.CharField(_("kuva"), max_length=10, choices=Icon)
    order = models.PositiveSmallIntegerField(_("järjestys"), default=0)
    intro_fi = models.TextField(_("johdanto suomeksi"), blank=True)
    intro_sv = models.TextField(_("johdanto ruotsiksi"), blank=True)
    intro_en = models.TextField(_("johdanto englanniksi"), blank=True)

    class Meta:
        verbose_name = _("elämäntilanne")
        verbose_name_plural = _("elämäntilanteet")
        ordering = ["order", "id"]


class Topic(Named):
    """What a contact is about; one maintained list for families, workers and figures."""

    slug = models.SlugField(_("osoitteen osa"), unique=True, max_length=60)
    order = models.PositiveSmallIntegerField(_("järjestys"), default=0)
    situation = models.ForeignKey(
        LifeSituation, models.SET_NULL, null=True, blank=True, related_name="topics", verbose_name=_("elämäntilanne")
    )

    class Meta:
        verbose_name = _("aihe")
        verbose_name_plural = _("aiheet")
        ordering = ["order", "id"]
