from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.models import Session
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from core.translations import localized


class Language(models.TextChoices):
    FI = "fi", _("suomi")
    SV = "sv", _("ruotsi")
    EN = "en", _("englanti")


def only_finnish() -> list[str]:
    return [Language.FI.value]


class NoticeKind(models.TextChoices):
    """What staff can be told of by e-mail, each for themselves."""

    TURN = "turn", _("Perhe on vastannut minulle, enkä ole vielä lukenut")
    LATE = "late", _("Viesti tai soittopyyntö odottaa yksikössäni, ja luvattu aika on täyttymässä")
    CONSULTATION = "consultation", _("Minulta kysytään tai minut kutsutaan konsultaatioon")
    ALARM = "alarm", _("Yksikössäni on hälytys (esihenkilöille)")
    REVIEW = "review", _("Palvelujen tietoja on tarkistettava, kahdesti vuodessa (palvelujen ylläpitäjille)")


class Profession(models.Model):
    """What somebody is by training or task, so that a colleague can ask "a psychologist" without knowing one."""

    slug = models.SlugField(_("osoitteen osa"), unique=True, max_length=60)
    name_fi = models.CharField(_("nimi suomeksi"), max_length=80)
    name_sv = models.CharField(_("nimi ruotsiksi"), max_length=80, blank=True)
    name_en = models.CharField(_("nimi englanniksi"), max_length=80, blank=True)
    order = models.PositiveSmallIntegerField(_("järjestys"), default=0)

    class Meta:
        verbose_name = _("ammatti")
        verbose_name_plural = _("ammatit")
        ordering = ["order", "name_fi"]

    def __str__(self) -> str:
        return localized(self, "name")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A member of staff. Families never have one of these: they are visitors, or later identified persons."""

    email = models.EmailField(_("sähköposti"), unique=True)
    first_name = models.CharField(_("etunimi"), max_length=60)
    last_name = models.CharField(_("sukunimi"), max_length=60)
    title_fi = models.CharField(_("nimike suomeksi"), max_length=80, blank=True)
    title_sv = models.CharField(_("nimike ruotsiksi"), max_length=80, blank=True)
    title_en = models.CharField(_("nimike englanniksi"), max_length=80, blank=True)
    language = models.CharField(_("käyttökieli"), max_length=2, choices=Language, default=Language.FI)
    languages = ArrayField(
        models.CharField(max_length=2, choices=Language), verbose_name=_("palvelukielet"), default=only_finnish
    )
    profession = models.ForeignKey(
        Profession, on_delete=models.SET_NULL, null=True, blank=True, related_name="users", verbose_name=_("ammatti")
    )
    notice_kinds = ArrayField(models.CharField(max_length=12, choices=NoticeKind), default=list, blank=True)
    notices_failing_at = models.DateTimeField(null=True, blank=True)  # the mail server would not take the address
    is_active = models.BooleanField(_("käytössä"), default=True)
    is_staff = models.BooleanField(_("pääsee ylläpitoon"), default=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["first_name", "last_name"]
    objects = UserManager()

    class Meta:
        verbose_name = _("työntekijä")
        verbose_name_plural = _("työntekijät")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_lower"),
            models.CheckConstraint(
                name="user_languages_known",
                condition=models.Q(languages__contained_by=["fi", "sv", "en"], languages__len__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    def role_name(self, language: str | None = None) -> str:
        """The title that families see beside the first name."""
        return localized(self, "title", language)


class Unit(models.Model):
    """Where staff work. One unit is the front door: what no routing rule sends elsewhere comes to it.

    A chat that has waited `pool_after_minutes` is shown to the other units of the common queue, those with a number
    here; null keeps the unit out of it. With `queue_limit` chats waiting the chat's door is full; null: never.
    """

    slug = models.SlugField(unique=True)
    name_fi = models.CharField(_("nimi suomeksi"), max_length=120)
    name_sv = models.CharField(_("nimi ruotsiksi"), max_length=120, blank=True)
    name_en = models.CharField(_("nimi englanniksi"), max_length=120, blank=True)
    is_front_door = models.BooleanField(_("uudet yhteydenotot tulevat tänne"), default=False)
    pool_after_minutes = models.PositiveSmallIntegerField(_("yhteiseen jonoon (min)"), null=True, blank=True)
    queue_limit = models.PositiveSmallIntegerField(_("jonon enimmäispituus"), null=True, blank=True)

    class Meta:
        verbose_name = _("yksikkö")
        verbose_name_plural = _("yksiköt")
        constraints = [
            models.UniqueConstraint(
                fields=["is_front_door"], condition=models.Q(is_front_door=True), name="unit_one_front_door"
            )
        ]

    def __str__(self) -> str:
        return localized(self, "name")


class Membership(models.Model):
    """A person's role in a unit, from beginning to end. Ended ones stay as history."""

    class Role(models.TextChoices):
        WORKER = "worker", _("ohjaaja")
        PROFESSIONAL = "professional", _("ammattilainen")
        SUPERVISOR = "supervisor", _("esihenkilö")
        CATALOGUE_ADMIN = "catalogue_admin", _("palvelutietojen ylläpitäjä")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("rooli"), max_length=20, choices=Role)
    ended_at = models.DateTimeField(_("päättynyt"), null=True, blank=True)

    class Meta:
        verbose_name = _("rooli")
        verbose_name_plural = _("roolit")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "unit", "role"],
                condition=models.Q(ended_at__isnull=True),
                name="membership_once_at_a_time",
            ),
            models.CheckConstraint(
                name="membership_role_known",
                condition=models.Q(role__in=["worker", "professional", "supervisor", "catalogue_admin"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}, {self.unit}"


class StaffSession(models.Model):
    """One sign-in of a member of staff, as the list of one's own sign-ins shows it: when, and on what kind of device.

    Neither an address nor a browser's own string is kept. The row goes with its session, whatever ends that.
    """

    class Device(models.TextChoices):
        COMPUTER = "computer", _("tietokone")
        PHONE = "phone", _("puhelin")
        TABLET = "tablet", _("tabletti")
        OTHER = "other", _("muu laite")

    session = models.OneToOneField(Session, on_delete=models.CASCADE)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_ins")
    device = models.CharField(max_length=10, choices=Device)
    started_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
