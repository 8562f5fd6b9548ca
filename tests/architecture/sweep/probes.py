"""The questions of the sweep: who asks what of which contact, and what the page of permissions promises them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from core.permissions import rule_of
from perhekeskus.standings import FAMILY, Answer, Standing, answer_to
from tests.architecture.sweep.addresses import Address, body_for
from tests.architecture.sweep.world import MATTERS, Asker, World

PUBLIC = "public"


@dataclass(frozen=True)
class Probe:
    """One call, and what it is to be answered."""

    address: Address
    method: str
    mark: str
    matter: str
    expected: Answer
    there: bool = True  # else it asks for ids of which there is nothing

    def __str__(self) -> str:
        return f"{self.method} /{self.address.route} ({self.matter})"

    def ask(self, client: Any, world: World) -> Any:
        path = self.address.path(world, self.matter, self.there)
        return getattr(client, self.method.lower())(path, **body_for(self.address, self.method, world))


def standing_of(asker: Asker, matter: str) -> Standing:
    role = asker.role or ("" if asker.signed_in else FAMILY)
    return Standing(asker.name, role, asker.reach_to(matter), asker.signed_in)


def promised(mark: str, asker: Asker, matter: str) -> Answer:
    return Answer.YES if mark == PUBLIC else answer_to(rule_of(mark), standing_of(asker, matter))


def is_about_a_matter(address: Address, mark: str) -> bool:
    return bool(address.placeholders) and mark != PUBLIC


def probes(asker: Asker, found: list[Address]) -> Iterator[Probe]:
    """Every call of every address. What is let in, and every reading, is asked of each of the family's contacts."""
    for address in found:
        for method, mark in address.calls():
            for matter in MATTERS if is_about_a_matter(address, mark) else MATTERS[:1]:
                expected = promised(mark, asker, matter)
                if matter == MATTERS[0] or method == "GET" or expected is not Answer.UNKNOWN:
                    yield Probe(address, method, mark, matter, expected)
