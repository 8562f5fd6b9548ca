"""Every address, asked as everybody: answered as the page of permissions says, and nothing foreign told or changed."""

import pytest

from tests.architecture.sweep.addresses import addresses
from tests.architecture.sweep.probes import SLOW, SLOW_AS, probes
from tests.architecture.sweep.sweeping import faults_of
from tests.architecture.sweep.world import ASKERS, World

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ASKERS)
def test_every_address_answers_as_promised(world: World, name: str) -> None:
    wrong = faults_of(world.askers[name], world, addresses())
    assert not wrong, "\n".join(wrong)


def test_everybody_asks_every_call_of_every_address(world: World) -> None:
    found, asked = addresses(), 0
    calls = {(address.route, method) for address in found for method, _mark in address.calls()}
    slow = {(route, method) for route, method in calls if route in SLOW}
    assert set(world.askers) == set(ASKERS)
    for name, asker in world.askers.items():
        questions = list(probes(asker, world, found))
        put = {(question.address.route, question.method) for question in questions}
        assert calls - put == (set() if name in SLOW_AS else slow), name
        asked += len(questions)
    assert asked >= 4_500, asked
