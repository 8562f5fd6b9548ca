"""Eka, an identified guardian, the chat that became theirs, and an assessment that has begun."""

import pytest

from accounts.models import Person
from guidance.models import ClientRelationship, Contact
from segments.models import Assessment
from segments.services import (
    start_assessment,
)
from tests.cast import NOW, Cast, Visitor, bind, make_person, take
from tests.segments.making import publish


@pytest.fixture
def eka() -> Person:
    return make_person("Eka Huoltaja")


@pytest.fixture
def talk(cast: Cast, chat: Contact, visitor: Visitor, eka: Person) -> Contact:
    """Eka's chat, which the worker has."""
    return bind(take(chat, cast.worker), visitor, cast.worker, eka)


@pytest.fixture
def family(talk: Contact) -> ClientRelationship:
    return ClientRelationship.objects.get(pk=talk.relationship_id)


@pytest.fixture
def begun(cast: Cast, talk: Contact, family: ClientRelationship) -> Assessment:
    publish()
    return start_assessment(relationship_id=family.pk, worker=cast.worker, unit=cast.unit, contact_id=talk.pk, now=NOW)
