"""The sweep sees what somebody adds in a hurry: each mistake is made here on purpose, and found."""

from typing import Any

import pytest

from tests.architecture.sweep.addresses import Address, addresses
from tests.architecture.sweep.sweeping import faults_of
from tests.architecture.sweep.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _sloppy(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.architecture.sweep.sloppy_addresses"


def added(part: str) -> list[Address]:
    found = [address for address in addresses() if "sloppy" in address.route and part in address.route]
    assert len(found) == 1
    return found


def faults(world: World, part: str, name: str) -> str:
    return "\n".join(faults_of(world.askers[name], world, added(part)))


def test_an_address_without_a_mark_is_found(world: World) -> None:
    with pytest.raises(AssertionError, match="GET /sloppy/unmarked/ does not say who may come"):
        faults(world, "unmarked", "worker")
    with pytest.raises(AssertionError, match="POST /api/v1/sloppy/half/ does not say who may come"):
        faults(world, "half", "worker")


def test_an_address_that_tells_everybody_everything_is_found(world: World) -> None:
    for name in ("nobody", "other_guardian", "outsider", "superuser"):
        assert "tells" in faults(world, "tells-all", name)


def test_an_address_that_forgets_whose_contact_it_is_is_found(world: World) -> None:
    assert "200 instead of 404" in faults(world, "of-any-unit", "outsider")
    assert "instead" not in faults(world, "of-any-unit", "colleague"), "whose right it is finds nothing wrong"


def test_a_404_that_tells_that_something_exists_is_found(world: World) -> None:
    assert "404 instead of 404" in faults(world, "exists", "outsider")


def test_a_refusal_that_has_written_is_found(world: World) -> None:
    assert "yet changed: ['guidance_contact']" in faults(world, "writes", "stranger")


def test_a_secret_in_a_header_is_found(world: World) -> None:
    assert "tells {'feedback'}" in faults(world, "header", "colleague")


def test_a_list_that_is_not_filtered_is_found(world: World) -> None:
    assert "tells {'note'}" in faults(world, "count", "outsider")
    assert "tells {'note'}" in faults(world, "count", "professional")


def test_an_address_about_something_that_the_sweep_does_not_know_is_found(world: World) -> None:
    with pytest.raises(AssertionError, match="the sweep does not know what .'thing_id'. is"):
        faults(world, "thing_id", "worker")
