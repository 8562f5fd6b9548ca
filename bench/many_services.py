"""A catalogue as large as the country's, made of the demo's: the same for the same number."""

import random
from itertools import product
from typing import Any

from catalogue.models import Area, Provider, SearchEntry, Service
from catalogue.search.finnish import finnish_word
from catalogue.search.index import index_services
from catalogue.search.words import written_words
from core.translations import LANGUAGES

COUNTIES, PORTIONS = 21, 2000
# Names of places that are nowhere: a beginning and an end.
HEADS = (
    "koivu", "kuusi", "haapa", "leppä", "pihlaja", "kivi", "suvi", "tuuli", "kaarna", "lampi", "harju", "niitty",
    "hiekka", "sammal", "kuura",
)  # fmt: skip
TAILS = (
    "ranta", "lahti", "mäki", "niemi", "järvi", "koski", "saari", "vaara", "pelto", "kylä", "salo", "suo", "joki",
    "virta", "lampi", "harju", "perä", "aho", "kallio", "aukea",
)  # fmt: skip
# Of services, so many are a county's and so many the whole country's; the rest are a municipality's.
COUNTY_SHARE, NATION_SHARE = 0.28, 0.02
TEXTS = ("summary", "description", "for_whom", "not_for_whom", "how_to", "price", "waiting")


def make(count: int) -> list[Area]:
    """Services until there are `count`; returns the municipalities that they are in.

    Each has the name and keywords of one of the demo's, the texts of others, a place in its name and a few compounds
    that hardly any other service has, since real catalogues are full of them.
    """
    dice = random.Random(count)
    models = list(Service.objects.published().select_related("provider"))
    nouns = _nouns(models)
    municipalities = _areas()
    providers = _providers(municipalities)
    made = Service.objects.count()
    for start in range(made, count, PORTIONS):
        services, areas = [], []
        for number in range(start, min(count, start + PORTIONS)):
            place = dice.choice(municipalities)
            services.append(_service(number, place, providers[place.pk], models, nouns, dice))
            share = dice.random()
            services[-1].nationwide = share < NATION_SHARE
            areas.append(None if share < NATION_SHARE else place.county_id if share < COUNTY_SHARE else place.pk)
        Service.objects.bulk_create(services)
        Service.areas.through.objects.bulk_create(
            Service.areas.through(service=service, area_id=area)
            for service, area in zip(services, areas, strict=True)
            if area is not None
        )
        index_services([service.pk for service in services])
    assert SearchEntry.objects.count() >= count, SearchEntry.objects.count()
    return municipalities


def _areas() -> list[Area]:
    def names(name: str) -> dict[str, Any]:
        return {f"name_{language}": name for language in LANGUAGES}

    counties = [Area(kind=Area.Kind.COUNTY, code=f"{n + 10}", **names(f"Alue {n}")) for n in range(COUNTIES)]
    Area.objects.bulk_create(counties)
    places = [head.capitalize() + tail for head, tail in product(HEADS, TAILS) if head != tail]
    municipalities = [
        Area(kind=Area.Kind.MUNICIPALITY, code=f"{n:03}", county=counties[n % COUNTIES], **names(place))
        for n, place in enumerate(places)
    ]
    return Area.objects.bulk_create(municipalities)


def _providers(places: list[Area]) -> dict[int, Provider]:
    made = [Provider(slug=f"kunta-{place.pk}", name_fi=f"{place.name_fi}n kunta") for place in places]
    return {place.pk: one for place, one in zip(places, Provider.objects.bulk_create(made), strict=True)}


def _nouns(models: list[Service]) -> list[str]:
    """Short base forms that the demo's texts are full of, to make compounds of."""
    words = {word for one in models for word in written_words(one.description_fi)}
    told = (finnish_word(word) for word in sorted(words))
    return sorted({one.bases[0] for one in told if one.is_known and not one.may_be_name and 3 < len(one.bases[0]) < 9})


def _service(
    number: int, place: Area, provider: Provider, models: list[Service], nouns: list[str], dice: random.Random
) -> Service:
    model, other = dice.choice(models), dice.choice(models)
    said = {f"{field}_{code}": getattr(other, f"{field}_{code}") for field in TEXTS for code in LANGUAGES}
    rare = " ".join(dice.choice(nouns) + dice.choice(nouns) for _each in range(3))
    told: dict[str, Any] = {
        f"{field}_{code}": getattr(model, f"{field}_{code}")
        for field in ("name", "alternative_names", "keywords")
        for code in LANGUAGES
    }
    told |= said | {
        "name_fi": f"{model.name_fi}, {place.name_fi}"[:200],
        "description_fi": f"{said['description_fi']} {rare}.",
    }
    return Service(
        slug=f"palvelu-{number}", status=Service.Status.PUBLISHED, provider=provider, order=number,
        age_from=model.age_from, age_to=model.age_to, languages=model.languages, price_kind=model.price_kind, **told,
    )  # fmt: skip
