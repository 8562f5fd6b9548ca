"""A service as a family needs it told, with its life from draft to withdrawn."""

import datetime as dt

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalogue.models.areas import Area
from catalogue.models.codes import Code
from catalogue.models.imported import Imported
from catalogue.models.places import Channel, Location, Provider
from catalogue.models.situations import LifeSituation
from catalogue.models.texts import NAMED_SOMEHOW, NamedSomehow, words_field

# Twice a year somebody makes sure that a service is still as it is told.
REVIEW_EVERY = dt.timedelta(days=183)


class GeneralDescription(NamedSomehow, Imported):
    """A text that several services share, with classes that become theirs too."""

    slug = models.SlugField(_("osoitteen osa"), unique=True, max_length=120)
    summary_fi = models.CharField(_("yhdellä lauseella suomeksi"), max_length=300, blank=True)
    summary_sv = models.CharField(_("yhdellä lauseella ruotsiksi"), max_length=300, blank=True)
    summary_en = models.CharField(_("yhdellä lauseella englanniksi"), max_length=300, blank=True)
    description_fi = models.TextField(_("kuvaus suomeksi"), blank=True)
    description_sv = models.TextField(_("kuvaus ruotsiksi"), blank=True)
    description_en = models.TextField(_("kuvaus englanniksi"), blank=True)
    codes = models.ManyToManyField(Code, blank=True, related_name="+", verbose_name=_("luokat"))

    class Meta:
        verbose_name = _("pohjakuvaus")
        verbose_name_plural = _("pohjakuvaukset")
        ordering = ["name_fi", "id"]
        constraints = [models.CheckConstraint(name="general_description_named", condition=NAMED_SOMEHOW)]


class ServiceQuerySet(models.QuerySet["Service"]):
    def published(self) -> "ServiceQuerySet":
        """What families are shown and led to."""
        return self.filter(status=Service.Status.PUBLISHED)

    def readable(self) -> "ServiceQuerySet":
        """What has a page: the published, and those on a break, which say so."""
        return self.filter(status__in=(Service.Status.PUBLISHED, Service.Status.PAUSED))

    def for_situation(self, situation: LifeSituation) -> "ServiceQuerySet":
        return self.filter(situations=situation)

    def in_municipality(self, municipality: Area) -> "ServiceQuerySet":
        """Those meant for people of the municipality: its own, its county's, the whole country's."""
        area = Q(areas=municipality.pk) | Q(nationwide=True)
        if municipality.county_id is not None:
            area |= Q(areas=municipality.county_id)
        return self.filter(Q(pk__in=Service.objects.filter(area).values("pk")))

    def due_for_review(self, today: dt.date) -> "ServiceQuerySet":
        """Those that nobody has looked over for half a year."""
        due = Q(reviewed_on__isnull=True) | Q(reviewed_on__lt=today - REVIEW_EVERY)
        return self.filter(due).exclude(status=Service.Status.WITHDRAWN)


class Service(NamedSomehow, Imported):
    """One service: what it is, for whom, what it costs, how one gets there. Places and channels tell where and when."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("luonnos")
        PUBLISHED = "published", _("julkaistu")
        PAUSED = "paused", _("tauolla")
        WITHDRAWN = "withdrawn", _("poistettu")

    class PriceKind(models.TextChoices):
        UNKNOWN = "", _("ei tiedossa")
        FREE = "free", _("maksuton")
        PARTLY_FREE = "partly_free", _("osin maksuton")
        INCOME_BASED = "income_based", _("tulojen mukaan")
        FEE = "fee", _("maksullinen")

    slug = models.SlugField(_("osoitteen osa"), unique=True, max_length=120)
    status = models.CharField(_("tila"), max_length=10, choices=Status, default=Status.DRAFT)
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="services", verbose_name=_("tuottaja"))
    general = models.ForeignKey(
        GeneralDescription,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="services",
        verbose_name=_("pohjakuvaus"),
    )
    order = models.PositiveSmallIntegerField(_("järjestys"), default=0)
    reviewed_on = models.DateField(_("tarkistettu"), null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("tarkistaja")
    )
    changed_at = models.DateTimeField(_("muutettu"), auto_now=True)

    alternative_names_fi = words_field(_("muut nimet suomeksi"))
    alternative_names_sv = words_field(_("muut nimet ruotsiksi"))
    alternative_names_en = words_field(_("muut nimet englanniksi"))
    summary_fi = models.CharField(_("yhdellä lauseella suomeksi"), max_length=300, blank=True)
    summary_sv = models.CharField(_("yhdellä lauseella ruotsiksi"), max_length=300, blank=True)
    summary_en = models.CharField(_("yhdellä lauseella englanniksi"), max_length=300, blank=True)
    description_fi = models.TextField(_("kuvaus suomeksi"), blank=True, help_text=_("Tyhjä rivi erottaa kappaleet."))
    description_sv = models.TextField(_("kuvaus ruotsiksi"), blank=True)
    description_en = models.TextField(_("kuvaus englanniksi"), blank=True)
    how_to_fi = models.TextField(_("näin pääset alkuun suomeksi"), blank=True)
    how_to_sv = models.TextField(_("näin pääset alkuun ruotsiksi"), blank=True)
    how_to_en = models.TextField(_("näin pääset alkuun englanniksi"), blank=True)
    for_whom_fi = models.TextField(_("kenelle suomeksi"), blank=True)
    for_whom_sv = models.TextField(_("kenelle ruotsiksi"), blank=True)
    for_whom_en = models.TextField(_("kenelle englanniksi"), blank=True)
    not_for_whom_fi = models.TextField(_("kenelle ei suomeksi"), blank=True)
    not_for_whom_sv = models.TextField(_("kenelle ei ruotsiksi"), blank=True)
    not_for_whom_en = models.TextField(_("kenelle ei englanniksi"), blank=True)
    price_kind = models.CharField(_("maksullisuus"), max_length=20, choices=PriceKind, blank=True, default="")
    price_fi = models.CharField(_("hinta suomeksi"), max_length=300, blank=True)
    price_sv = models.CharField(_("hinta ruotsiksi"), max_length=300, blank=True)
    price_en = models.CharField(_("hinta englanniksi"), max_length=300, blank=True)
    keywords_fi = words_field(
        _("hakusanat suomeksi"), help_text=_("Sanoja, joita perhe itse käyttäisi, pilkuin erotettuina.")
    )
    keywords_sv = words_field(_("hakusanat ruotsiksi"))
    keywords_en = words_field(_("hakusanat englanniksi"))
    # For the guidance workers' eyes only: never on a family's page, never in the public interface.
    tip_fi = models.TextField(_("vihje ohjaajalle suomeksi"), blank=True)
    tip_sv = models.TextField(_("vihje ohjaajalle ruotsiksi"), blank=True)
    tip_en = models.TextField(_("vihje ohjaajalle englanniksi"), blank=True)

    age_from = models.PositiveSmallIntegerField(_("ikä alkaen"), null=True, blank=True)
    age_to = models.PositiveSmallIntegerField(_("ikä asti"), null=True, blank=True)
    languages = ArrayField(
        models.CharField(max_length=3), verbose_name=_("palvelukielet"), blank=True, default=list,
        help_text=_("Kielten tunnukset pilkuin erotettuina: fi, sv, en, ar"),
    )  # fmt: skip
    nationwide = models.BooleanField(_("koko maassa"), default=False)
    areas = models.ManyToManyField(Area, blank=True, related_name="services", verbose_name=_("alueet"))
    situations = models.ManyToManyField(
        LifeSituation, blank=True, related_name="services", verbose_name=_("elämäntilanteet")
    )
    codes = models.ManyToManyField(Code, blank=True, related_name="services", verbose_name=_("luokat"))
    safety = models.BooleanField(
        _("turvallisuutta koskeva"), default=False, help_text=_("Väkivaltaa tai itsetuhoisuutta koskeva palvelu.")
    )
    waiting_weeks = models.PositiveSmallIntegerField(_("jonotus viikkoina"), null=True, blank=True)
    full = models.BooleanField(_("täynnä"), default=False)
    waiting_fi = models.CharField(_("tieto jonosta suomeksi"), max_length=300, blank=True)
    waiting_sv = models.CharField(_("tieto jonosta ruotsiksi"), max_length=300, blank=True)
    waiting_en = models.CharField(_("tieto jonosta englanniksi"), max_length=300, blank=True)
    locations = models.ManyToManyField(
        Location, through="ServiceLocation", related_name="services", verbose_name=_("toimipisteet")
    )
    channels = models.ManyToManyField(
        Channel, through="ServiceChannel", related_name="services", verbose_name=_("yhteyskanavat")
    )

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("palvelu")
        verbose_name_plural = _("palvelut")
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(name="service_named", condition=NAMED_SOMEHOW),
            models.CheckConstraint(
                name="service_ages_in_order",
                condition=Q(age_from__isnull=True) | Q(age_to__isnull=True) | Q(age_from__lte=F("age_to")),
            ),
        ]


class Connection(models.Model):
    """How a service and a place or channel belong together; with words of their own where the source has some."""

    order = models.PositiveSmallIntegerField(_("järjestys"), default=0)
    note_fi = models.CharField(_("tarkennus suomeksi"), max_length=300, blank=True)
    note_sv = models.CharField(_("tarkennus ruotsiksi"), max_length=300, blank=True)
    note_en = models.CharField(_("tarkennus englanniksi"), max_length=300, blank=True)
    local = models.BooleanField(_("kirjattu täällä"), default=True, editable=False)

    class Meta:
        abstract = True


class ServiceLocation(Connection):
    service = models.ForeignKey(Service, models.CASCADE, related_name="at_locations")
    location = models.ForeignKey(Location, models.CASCADE, related_name="for_services")

    class Meta:
        verbose_name = _("palvelun toimipiste")
        verbose_name_plural = _("palvelun toimipisteet")
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["service", "location"], name="service_at_location_once")]

    def __str__(self) -> str:
        return str(self.location)


class ServiceChannel(Connection):
    service = models.ForeignKey(Service, models.CASCADE, related_name="through_channels")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="for_services")

    class Meta:
        verbose_name = _("palvelun kanava")
        verbose_name_plural = _("palvelun kanavat")
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["service", "channel"], name="service_through_channel_once")]

    def __str__(self) -> str:
        return str(self.channel)
