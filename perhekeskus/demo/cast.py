"""The people of the demo (docs name their accounts) and where they work. Names are invented."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from accounts.models import Membership, Profession, Unit, User

PASSWORD = "perhekeskus-demo"
Role = Membership.Role


@dataclass(frozen=True)
class Person:
    email: str
    first_name: str
    last_name: str
    titles: tuple[str, str, str]
    unit: str
    role: Membership.Role
    languages: tuple[str, ...] = ("fi",)
    profession: str = ""


UNITS = (
    # slug, Finnish, Swedish, English, whether new contacts come here
    ("asiakasohjaus", "Asiakasohjaus", "Klienthandledningen", "Client guidance", True),
    ("pohjoinen", "Pohjoinen asiakasohjaus", "Norra klienthandledningen", "Northern client guidance", False),
)
PROFESSIONS = (
    # slug, Finnish, Swedish, English
    ("terveydenhoitaja", "terveydenhoitaja", "hälsovårdare", "public health nurse"),
    ("psykologi", "psykologi", "psykolog", "psychologist"),
    ("laakari", "lääkäri", "läkare", "doctor"),
    ("sosiaalityontekija", "sosiaalityöntekijä", "socialarbetare", "social worker"),
    ("perheohjaaja", "perheohjaaja", "familjehandledare", "family counsellor"),
    ("varhaiskasvattaja", "varhaiskasvattaja", "småbarnspedagog", "early childhood educator"),
    ("opettaja", "opettaja", "lärare", "teacher"),
)
_COUNSELLOR = ("perheohjaaja", "familjehandledare", "family counsellor")
CAST = (
    Person("ohjaaja1@demo.test", "Maija", "Lehtonen", _COUNSELLOR, "asiakasohjaus", Role.WORKER),
    Person(
        "ohjaaja2@demo.test", "Annika", "Sundqvist", _COUNSELLOR, "asiakasohjaus", Role.WORKER, languages=("fi", "sv")
    ),
    Person("ohjaaja3@demo.test", "Juha", "Kettunen", _COUNSELLOR, "pohjoinen", Role.WORKER, profession="perheohjaaja"),
    Person(
        "ammattilainen1@demo.test", "Sanna", "Mäkelä",
        ("terveydenhoitaja", "hälsovårdare", "public health nurse"), "asiakasohjaus", Role.PROFESSIONAL,
        profession="terveydenhoitaja",
    ),
    Person(
        "psykologi1@demo.test", "Jukka", "Salo", ("psykologi", "psykolog", "psychologist"), "pohjoinen",
        Role.PROFESSIONAL, languages=("fi", "sv"), profession="psykologi",
    ),
    Person(
        "esihenkilo1@demo.test", "Päivi", "Rantanen",
        ("palveluesihenkilö", "servicechef", "service manager"), "asiakasohjaus", Role.SUPERVISOR,
    ),
    Person(
        "paakayttaja1@demo.test", "Tuomas", "Hakala",
        ("palvelutietojen pääkäyttäjä", "huvudanvändare för serviceinformation", "catalogue administrator"),
        "asiakasohjaus", Role.CATALOGUE_ADMIN,
    ),
)  # fmt: skip


def ensure_cast() -> bool:
    """Make the units and accounts that are missing; what is there stays as it is. True when anything was made."""
    made = _ensure_professions()
    units = {}
    for slug, name_fi, name_sv, name_en, is_front_door in UNITS:
        names = {"name_fi": name_fi, "name_sv": name_sv, "name_en": name_en}
        units[slug], new = Unit.objects.get_or_create(slug=slug, defaults={**names, "is_front_door": is_front_door})
        made = made or new
    there = set(User.objects.filter(email__in=[person.email for person in CAST]).values_list("email", flat=True))
    missing = [person for person in CAST if person.email not in there]
    if missing:
        # One hash for all of them: hashing is slow on purpose, and the password is on the front page anyway.
        password = make_password(PASSWORD)
        for person in missing:
            _join(person, units[person.unit], password)
    return made or bool(missing)


def _ensure_professions() -> bool:
    rows = [
        Profession(slug=slug, name_fi=name_fi, name_sv=name_sv, name_en=name_en, order=10 * number)
        for number, (slug, name_fi, name_sv, name_en) in enumerate(PROFESSIONS, start=1)
    ]
    if Profession.objects.exists():
        return False
    Profession.objects.bulk_create(rows)
    return True


def _join(person: Person, unit: Unit, password: str) -> None:
    title_fi, title_sv, title_en = person.titles
    user = User.objects.create(
        email=person.email,
        first_name=person.first_name,
        last_name=person.last_name,
        title_fi=title_fi,
        title_sv=title_sv,
        title_en=title_en,
        languages=list(person.languages),
        profession=Profession.objects.filter(slug=person.profession).first() if person.profession else None,
        is_staff=person.role == Role.CATALOGUE_ADMIN,
        password=password,
    )
    Membership.objects.create(user=user, unit=unit, role=person.role)
