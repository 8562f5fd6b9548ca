"""Lists, counts and searches: to whoever a family is foreign, the site with that family is the site before it."""

import re
from typing import Any

import pytest

from core import clock
from guidance.services import add_note
from tests.architecture.sweep.addresses import Address, addresses
from tests.architecture.sweep.answers import seen_by_a_stranger
from tests.architecture.sweep.probes import SLOW
from tests.architecture.sweep.world import Asker, World
from tests.cast import make_visitor, open_chat, take

pytestmark = pytest.mark.django_db
FOREIGN = (
    "outsider", "other_supervisor", "glass_mended", "professional", "catalogue_admin", "former", "superuser",
    "nobody", "stranger", "other_guardian", "shared", "share_revoked",
)  # fmt: skip
# How many wait for a channel is everybody's to know.
COUNTS_ALL = ("", "api/v1/doors/")
CLOCKS = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z|\b\d{1,2}[.:]\d\d\b|\b\d+ (min|s)\b")
NUMBER = re.compile(r"\d+")
NONCE = re.compile(r'(name="nonce" value=")[^"]+')


def lists() -> list[Address]:
    return [address for address in addresses() if not address.placeholders and address.route not in SLOW]


def seen(asker: Asker, world: World) -> dict[str, Any]:
    """Every page without placeholders, staff's and the API's asked for somebody else's contact besides, without clocks
    and tokens."""
    found = {}
    query = f"?list=waiting&contact={world.contacts['open'].pk}&after=0&q=uni&as=worker&page=1"
    for address in lists():
        answer = asker.client().get(
            address.path(world, "open") + (query if address.route.startswith(("desk/", "api/")) else "")
        )
        if answer.status_code == 200 and not answer.streaming:
            _status, _headers, _cookies, body = seen_by_a_stranger(answer)
            without_clocks = CLOCKS.sub("", NONCE.sub(r"\1", body))
            found[address.route] = NUMBER.sub("", without_clocks) if address.route in COUNTS_ALL else without_clocks
    return found


def another_family_comes(world: World) -> None:
    now = clock.now()
    waiting, taken = (open_chat(make_visitor(now), now=now) for _ in range(2))
    open_chat(make_visitor(now), now=now, channel="message")
    take(taken, world.cast.colleague, now)
    add_note(contact=taken, worker=world.cast.colleague, body="Toisen perheen merkintä", now=now)


@pytest.mark.parametrize("name", FOREIGN)
def test_a_foreign_family_leaves_no_trace_in_lists_and_counts(world: World, name: str) -> None:
    before = seen(world.askers[name], world)
    another_family_comes(world)
    after = seen(world.askers[name], world)
    assert len(before) > 15
    assert {route for route in before if before[route] != after[route]} == set()


def test_whose_lists_they_are_sees_the_difference(world: World) -> None:
    before = seen(world.askers["worker"], world)
    another_family_comes(world)
    after = seen(world.askers["worker"], world)
    assert {route for route in before if before[route] != after[route]} >= {"desk/", "desk/lists/", "api/v1/desk/"}
