"""Eka's family, whom the front door's worker knows, and receivers: the northern unit, another inside, one outside."""

import pytest

from accounts.models import Person, Unit
from guidance.models import ClientRelationship, Contact
from referrals.models import Receiver
from tests.cast import Cast, Visitor, bind, make_person, take


@pytest.fixture
def eka() -> Person:
    return make_person("Eka Huoltaja")


@pytest.fixture
def family(cast: Cast, chat: Contact, visitor: Visitor, eka: Person) -> ClientRelationship:
    bound = bind(take(chat, cast.worker), visitor, cast.worker, eka)
    return ClientRelationship.objects.get(pk=bound.relationship_id)


@pytest.fixture
def north(cast: Cast) -> Receiver:
    return Receiver.objects.create(name_fi="Pohjoisen perhetyö", unit=cast.other_unit, assesses_needs=True)


@pytest.fixture
def third(cast: Cast) -> Receiver:
    unit = Unit.objects.create(slug="kolmas", name_fi="Kolmas", name_sv="Tredje", name_en="Third")
    return Receiver.objects.create(name_fi="Kolmas yksikkö", unit=unit)


@pytest.fixture
def outside() -> Receiver:
    return Receiver.objects.create(name_fi="Järjestö", email="apua@example.test")
