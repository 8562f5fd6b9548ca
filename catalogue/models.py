"""What a family can find here: life situations, topics, services and the numbers for an emergency.

Content stands in three columns, `_fi`, `_sv` and `_en`; `core.translations.localized` picks the reader's own.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.translations import localized


class Named(models.Model):
    name_fi = models.CharField(_("nimi suomeksi"), max_length=120)
    name_sv = models.CharField(_("nimi ruotsiksi"), max_length=120)
    name_en = models.CharField(_("nimi englanniksi"), max_length=120)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return localized(self, "name")


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


class ServiceQuerySet(models.QuerySet["Service"]):
    def published(self) -> "ServiceQuerySet":
        return self.filter(published=True)

    def for_situation(self, situation: LifeSituation) -> "ServiceQuerySet":
        return self.filter(situations=situation)


class Service(Named):
    """One service as a family needs it told: what it is, for whom, what it costs, how to reach it."""

    slug = models.SlugField(_("osoitteen osa"), unique=True, max_length=80)
    order = models.PositiveSmallIntegerField(_("järjestys"), default=0)
    situations = models.ManyToManyField(
        LifeSituation, blank=True, related_name="services", verbose_name=_("elämäntilanteet")
    )
    summary_fi = models.CharField(_("yhdellä lauseella suomeksi"), max_length=250)
    summary_sv = models.CharField(_("yhdellä lauseella ruotsiksi"), max_length=250)
    summary_en = models.CharField(_("yhdellä lauseella englanniksi"), max_length=250)
    text_fi = models.TextField(_("kuvaus suomeksi"), help_text=_("Tyhjä rivi erottaa kappaleet."))
    text_sv = models.TextField(_("kuvaus ruotsiksi"))
    text_en = models.TextField(_("kuvaus englanniksi"))
    audience_fi = models.CharField(_("kenelle suomeksi"), max_length=250, blank=True)
    audience_sv = models.CharField(_("kenelle ruotsiksi"), max_length=250, blank=True)
    audience_en = models.CharField(_("kenelle englanniksi"), max_length=250, blank=True)
    keywords_fi = models.TextField(
        _("hakusanat suomeksi"), blank=True, help_text=_("Sanoja, joita perhe itse käyttäisi, pilkuin erotettuina.")
    )
    keywords_sv = models.TextField(_("hakusanat ruotsiksi"), blank=True)
    keywords_en = models.TextField(_("hakusanat englanniksi"), blank=True)
    provider_fi = models.CharField(_("järjestäjä suomeksi"), max_length=120, blank=True)
    provider_sv = models.CharField(_("järjestäjä ruotsiksi"), max_length=120, blank=True)
    provider_en = models.CharField(_("järjestäjä englanniksi"), max_length=120, blank=True)
    price_fi = models.CharField(_("hinta suomeksi"), max_length=120, blank=True)
    price_sv = models.CharField(_("hinta ruotsiksi"), max_length=120, blank=True)
    price_en = models.CharField(_("hinta englanniksi"), max_length=120, blank=True)
    hours_fi = models.CharField(_("ajat suomeksi"), max_length=200, blank=True)
    hours_sv = models.CharField(_("ajat ruotsiksi"), max_length=200, blank=True)
    hours_en = models.CharField(_("ajat englanniksi"), max_length=200, blank=True)
    area_fi = models.CharField(_("missä suomeksi"), max_length=120, blank=True)
    area_sv = models.CharField(_("missä ruotsiksi"), max_length=120, blank=True)
    area_en = models.CharField(_("missä englanniksi"), max_length=120, blank=True)
    phone = models.CharField(_("puhelin"), max_length=40, blank=True)
    email = models.EmailField(_("sähköposti"), blank=True)
    url = models.URLField(_("verkkosivu"), blank=True)
    published = models.BooleanField(_("julkaistu"), default=True)
    checked_on = models.DateField(_("tarkistettu"), null=True, blank=True)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("palvelu")
        verbose_name_plural = _("palvelut")
        ordering = ["order", "id"]


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
