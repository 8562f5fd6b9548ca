"""Which services a change reaches: a service tells of its provider, places, situations and general description too."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Model

from catalogue.models import GeneralDescription, LifeSituation, Location, Provider, Service, ServiceLocation, Synonym
from catalogue.search.index import index_services, index_synonyms

_TOLD_BY = {
    Service: "pk",
    ServiceLocation: "at_locations",
    Provider: "provider",
    Location: "locations",
    GeneralDescription: "general",
    LifeSituation: "situations",
}


@dataclass
class Reached:
    """Found before records are removed, indexed after."""

    services: set[int] = field(default_factory=set)
    synonyms: set[int] = field(default_factory=set)

    @classmethod
    def by(cls, records: Iterable[tuple[type[Model], int]]) -> "Reached":
        keys: dict[type[Model], set[int]] = {}
        for model, key in records:
            keys.setdefault(model, set()).add(key)
        reached = cls(synonyms=keys.get(Synonym, set()))
        for model, field_ in _TOLD_BY.items():
            if model in keys:
                found = Service.objects.filter(**{f"{field_}__in": keys[model]})
                reached.services |= set(found.values_list("pk", flat=True))
        return reached

    def index(self) -> None:
        """In the transaction of the change."""
        index_services(self.services)
        index_synonyms(self.synonyms)
