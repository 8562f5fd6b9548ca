"""Every address, asked as everybody: answered as the page of permissions says, and nothing foreign told or changed."""

import pytest

from tests.architecture.sweep.addresses import addresses
from tests.architecture.sweep.sweeping import faults_of
from tests.architecture.sweep.world import ASKERS, World

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ASKERS)
def test_every_address_answers_as_promised(world: World, name: str) -> None:
    wrong = faults_of(world.askers[name], world, addresses())
    assert not wrong, "\n".join(wrong)
