"""Who acts on a contact, as the audit keeps it."""

from accounts.models import Membership, User
from accounts.selectors import role_in
from accounts.visitors import client_actor, person_actor
from audit.services import AuditActor, staff_member
from guidance.models import ClientRelationship, Contact


def client_of(relationship: ClientRelationship) -> AuditActor:
    """The family's side of a relationship: the identified person, or the anonymous visitor."""
    if relationship.person_id is not None:
        return person_actor(relationship.person_id)
    assert relationship.visitor_id is not None
    return client_actor(relationship.visitor_id)


def staff_actor(worker: User, contact: Contact) -> AuditActor:
    """A member of staff, in their role in the contact's unit."""
    role = role_in(worker, contact.unit_id) or Membership.Role.WORKER
    return staff_member(worker.pk, contact.unit_id, role)
