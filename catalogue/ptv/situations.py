"""Which life situations a service belongs to, by its classes: said once, when it is new; then it is people's own."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from catalogue.models import LifeSituation, Service

# {URI of a class: slugs of situations}; slugs that a site does not have lead nowhere.
_FILE = Path(__file__).with_name("situations.json")


class Situations:
    def __init__(self, by_uri: dict[str, list[int]]) -> None:
        self._by_uri = by_uri

    @classmethod
    def load(cls) -> "Situations":
        pks = dict(LifeSituation.objects.values_list("slug", "pk"))
        by_class: dict[str, list[str]] = json.loads(_FILE.read_text(encoding="utf-8"))
        return cls({uri: [pks[slug] for slug in slugs if slug in pks] for uri, slugs in by_class.items()})

    def led_to(self, service: int, uris: Iterable[str]) -> list[Any]:
        """Unsaved rows of the table between."""
        found = sorted({pk for uri in uris for pk in self._by_uri.get(uri, ())})
        return [Service.situations.through(service_id=service, lifesituation_id=pk) for pk in found]
