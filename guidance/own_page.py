"""Reads for the family's own page."""

from dataclasses import dataclass

from accounts.models import Person, VisitorKey
from guidance.identification import Passage, passages_of
from guidance.models import Child, ClientRelationship, Contact


@dataclass(frozen=True)
class OwnPage:
    """What an identified person has here. `contacts` newest first."""

    relationship: ClientRelationship | None
    contacts: list[Contact]
    passages: list[Passage]
    children: list[Child]


def own_page(person: Person) -> OwnPage:
    """Everything that hangs on the person's own relationship: contacts of every channel, and what came and went."""
    relationship = ClientRelationship.objects.filter(person=person).first()
    if relationship is None:
        return OwnPage(None, [], [], [])
    contacts = Contact.objects.with_row_details().filter(relationship=relationship).order_by("-opened_at")
    children = relationship.children.order_by("-birth_date", "pk")
    return OwnPage(relationship, list(contacts), passages_of(relationship), list(children))


def device_contacts(key: VisitorKey | None) -> list[Contact]:
    """The nameless contacts of this device's visitor, newest first. They stand apart from an identified person's."""
    if key is None:
        return []
    nameless = Contact.objects.with_row_details().filter(relationship__visitor_id=key.visitor_id)
    return list(nameless.order_by("-opened_at"))
