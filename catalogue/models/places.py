"""Who offers services, where, and through which channels; and when those are open."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalogue.models.areas import Area
from catalogue.models.imported import Imported
from catalogue.models.texts import NAMED_SOMEHOW, NamedSomehow
from core.opening_hours import DAY_MINUTES
from core.translations import localized


class Provider(NamedSomehow, Imported):
    """Who offers the service: a county, a municipality, a parish, an association, a company."""

    class Kind(models.TextChoices):
        PUBLIC = "public", _("julkinen")
        PARISH = "parish", _("seurakunta")
        THIRD_SECTOR = "third_sector", _("järjestö")
        PRIVATE = "private", _("yritys")

    slug = models.SlugField(_("osoitteen osa"), unique=True, max_length=120)
    kind = models.CharField(_("laji"), max_length=20, choices=Kind, default=Kind.PUBLIC)
    municipality = models.ForeignKey(
        Area, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("kunta")
    )
    url = models.URLField(_("verkkosivu"), max_length=500, blank=True)
    description_fi = models.TextField(_("kuvaus suomeksi"), blank=True)
    description_sv = models.TextField(_("kuvaus ruotsiksi"), blank=True)
    description_en = models.TextField(_("kuvaus englanniksi"), blank=True)

    class Meta:
        verbose_name = _("tuottaja")
        verbose_name_plural = _("tuottajat")
        ordering = ["name_fi", "id"]
        constraints = [models.CheckConstraint(name="provider_named", condition=NAMED_SOMEHOW)]


class Opens(models.Model):
    """Something with opening hours. Weekly hours do not hold on Finnish holidays unless it is said that they do."""

    open_on_holidays = models.BooleanField(_("auki myös pyhinä"), default=False)
    by_appointment = models.BooleanField(_("vain ajanvarauksella"), default=False)

    class Meta:
        abstract = True


class Location(NamedSomehow, Imported, Opens):
    """A place that one can go to. Coordinates are degrees (WGS 84)."""

    slug = models.SlugField(_("osoitteen osa"), unique=True, max_length=120)
    provider = models.ForeignKey(
        Provider, models.SET_NULL, null=True, blank=True, related_name="locations", verbose_name=_("tuottaja")
    )
    street_fi = models.CharField(_("katuosoite suomeksi"), max_length=200, blank=True)
    street_sv = models.CharField(_("katuosoite ruotsiksi"), max_length=200, blank=True)
    street_en = models.CharField(_("katuosoite englanniksi"), max_length=200, blank=True)
    postal_code = models.CharField(_("postinumero"), max_length=10, blank=True)
    municipality = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kunta")
    )
    lat = models.FloatField(_("leveysaste"), null=True, blank=True)
    lon = models.FloatField(_("pituusaste"), null=True, blank=True)
    accessibility_fi = models.TextField(_("esteettömyys suomeksi"), blank=True)
    accessibility_sv = models.TextField(_("esteettömyys ruotsiksi"), blank=True)
    accessibility_en = models.TextField(_("esteettömyys englanniksi"), blank=True)
    arrival_fi = models.TextField(_("miten perille suomeksi"), blank=True)
    arrival_sv = models.TextField(_("miten perille ruotsiksi"), blank=True)
    arrival_en = models.TextField(_("miten perille englanniksi"), blank=True)
    phone = models.CharField(_("puhelin"), max_length=40, blank=True)
    email = models.EmailField(_("sähköposti"), blank=True)

    class Meta:
        verbose_name = _("toimipiste")
        verbose_name_plural = _("toimipisteet")
        ordering = ["name_fi", "id"]
        constraints = [
            models.CheckConstraint(name="location_named", condition=NAMED_SOMEHOW),
            models.CheckConstraint(
                name="location_on_earth",
                condition=Q(lat__isnull=True, lon__isnull=True) | Q(lat__range=(-90, 90), lon__range=(-180, 180)),
            ),
        ]


class Channel(NamedSomehow, Imported, Opens):
    """A way to reach a service that is not a place: a number, an address, a form."""

    class Kind(models.TextChoices):
        PHONE = "phone", _("puhelin")
        WEB = "web", _("verkkosivu")
        E_SERVICE = "eservice", _("sähköinen asiointi")
        CHAT = "chat", _("chat")
        EMAIL = "email", _("sähköposti")
        FORM = "form", _("lomake")
        VISIT = "visit", _("käynti ilman ajanvarausta")

    class Charge(models.TextChoices):
        UNKNOWN = "", _("ei tiedossa")
        FREE = "free", _("maksuton")
        NORMAL = "normal", _("tavallinen puhelun hinta")
        CHARGED = "charged", _("maksullinen")

    kind = models.CharField(_("laji"), max_length=10, choices=Kind)
    value = models.CharField(_("numero tai osoite"), max_length=500, blank=True)
    charge = models.CharField(_("hinta"), max_length=10, choices=Charge, blank=True, default="")
    note_fi = models.CharField(_("tarkennus suomeksi"), max_length=300, blank=True)
    note_sv = models.CharField(_("tarkennus ruotsiksi"), max_length=300, blank=True)
    note_en = models.CharField(_("tarkennus englanniksi"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("yhteyskanava")
        verbose_name_plural = _("yhteyskanavat")
        ordering = ["kind", "id"]
        constraints = [
            models.CheckConstraint(name="channel_leads_somewhere", condition=~Q(value="") | Q(kind="visit")),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.value or localized(self, 'name')}"


_OF_ONE = Q(location__isnull=False, channel__isnull=True) | Q(location__isnull=True, channel__isnull=False)


class WeeklyHours(models.Model):
    """A weekly opening time of a place or a channel, in minutes of the Helsinki day (1440 = 24:00)."""

    class Weekday(models.IntegerChoices):
        MONDAY = 1, _("maanantai")
        TUESDAY = 2, _("tiistai")
        WEDNESDAY = 3, _("keskiviikko")
        THURSDAY = 4, _("torstai")
        FRIDAY = 5, _("perjantai")
        SATURDAY = 6, _("lauantai")
        SUNDAY = 7, _("sunnuntai")

    location = models.ForeignKey(Location, models.CASCADE, null=True, blank=True, related_name="weekly")
    channel = models.ForeignKey(Channel, models.CASCADE, null=True, blank=True, related_name="weekly")
    weekday = models.PositiveSmallIntegerField(_("viikonpäivä"), choices=Weekday)
    opens_minute = models.PositiveSmallIntegerField(_("aukeaa"))
    closes_minute = models.PositiveSmallIntegerField(_("sulkeutuu"))
    valid_from = models.DateField(_("voimassa alkaen"), null=True, blank=True)
    valid_to = models.DateField(_("voimassa asti"), null=True, blank=True)

    class Meta:
        verbose_name = _("aukioloaika")
        verbose_name_plural = _("aukioloajat")
        ordering = ["weekday", "opens_minute", "id"]
        constraints = [
            models.CheckConstraint(name="weekly_hours_of_one", condition=_OF_ONE),
            models.CheckConstraint(
                name="weekly_hours_within_day",
                condition=Q(opens_minute__lt=F("closes_minute"), closes_minute__lte=DAY_MINUTES, weekday__range=(1, 7)),
            ),
            models.CheckConstraint(
                name="weekly_hours_valid_in_order",
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_from__lte=F("valid_to")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.location or self.channel}, {self.get_weekday_display()}"


class ExceptionalDay(models.Model):
    """Other hours of a place or a channel on one date, or none. `local`: written here, so that no import touches it.

    A date may have several rows. Where a local row and an imported one tell of the same date, the local ones hold.
    """

    location = models.ForeignKey(Location, models.CASCADE, null=True, blank=True, related_name="exceptions")
    channel = models.ForeignKey(Channel, models.CASCADE, null=True, blank=True, related_name="exceptions")
    date = models.DateField(_("päivä"))
    opens_minute = models.PositiveSmallIntegerField(_("aukeaa"), null=True, blank=True)
    closes_minute = models.PositiveSmallIntegerField(_("sulkeutuu"), null=True, blank=True)
    reason_fi = models.CharField(_("syy suomeksi"), max_length=150, blank=True)
    reason_sv = models.CharField(_("syy ruotsiksi"), max_length=150, blank=True)
    reason_en = models.CharField(_("syy englanniksi"), max_length=150, blank=True)
    local = models.BooleanField(_("kirjattu täällä"), default=True, editable=False)

    class Meta:
        verbose_name = _("poikkeava päivä")
        verbose_name_plural = _("poikkeavat päivät")
        ordering = ["date", "opens_minute", "id"]
        constraints = [
            models.CheckConstraint(name="exceptional_day_of_one", condition=_OF_ONE),
            models.CheckConstraint(
                name="exceptional_day_both_or_neither",
                condition=Q(opens_minute__isnull=True, closes_minute__isnull=True)
                | Q(
                    opens_minute__isnull=False,
                    closes_minute__isnull=False,
                    opens_minute__lt=F("closes_minute"),
                    closes_minute__lte=DAY_MINUTES,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date}: {localized(self, 'reason')}"
