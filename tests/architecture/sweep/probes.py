"""The questions of the sweep: who asks what of which contact, and what the page of permissions promises them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from core.permissions import AMONG_STAFF, rule_of, rules
from perhekeskus.standings import FAMILY, Answer, Standing, answer_to
from tests.architecture.sweep.addresses import Address, body_for
from tests.architecture.sweep.world import AMONG, MATTERS, Asker, World

PUBLIC = "public"
# The same for everybody, and slow to make: asked as these alone.
SLOW, SLOW_AS = ("api/v1/schema/",), ("nobody", "worker")


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


def promised(address: Address, mark: str, asker: Asker, matter: str) -> Answer:
    """A list is nobody's matter: whoever may have lists gets it, and it comes filtered."""
    if mark == PUBLIC:
        return Answer.YES
    rule = rule_of(mark)
    return answer_to(rule if address.placeholders else replace(rule, reach=()), standing_of(asker, matter))


def is_about_a_matter(address: Address, mark: str) -> bool:
    return bool(address.placeholders) and mark != PUBLIC and bool(rule_of(mark).reach)


def matters_of(mark: str) -> tuple[str, ...]:
    """The family's contacts, and what is said between professionals: all of it where that can be reached, one where it
    cannot."""
    return MATTERS + (AMONG if set(rule_of(mark).reach) & set(AMONG_STAFF) else AMONG[:1])


def probes(asker: Asker, world: World, found: list[Address], more: tuple[str, ...] = ()) -> Iterator[Probe]:
    """Every call of every address. What is let in, and every reading, is asked of each of the family's contacts, and
    of `more`."""
    known = {rule.action.value for rule in rules()} | {PUBLIC}
    for address in found:
        if address.route in SLOW and asker.name not in SLOW_AS:
            continue
        for method, mark in address.calls():
            assert mark in known, f"{method} /{address.route} does not say who may come: {mark}"
            for matter in matters_of(mark) + more if is_about_a_matter(address, mark) else MATTERS[:1]:
                if not address.is_there(world, matter):
                    continue
                expected = promised(address, mark, asker, matter)
                if matter == MATTERS[0] or method == "GET" or expected is not Answer.UNKNOWN:
                    yield Probe(address, method, mark, matter, expected)
