"""Reads for the family's own page."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import F
from django.http import Http404

from accounts.models import Person, VisitorKey
from guidance.identification import Passage, passages_of
from guidance.models import Child, ClientRelationship, Contact, ThreadShare
from guidance.responsible import Answering, who_answers
from guidance.signposts import mark_told


@dataclass(frozen=True)
class OwnPage:
    """What an identified person has here. `contacts` newest first; `answering` None until somebody has accepted."""

    relationship: ClientRelationship | None
    contacts: list[Contact]
    passages: list[Passage]
    children: list[Child]
    answering: Answering | None


def own_page(person: Person, now: dt.datetime) -> OwnPage:
    """Everything that hangs on the person's own relationship: contacts of every channel, and what came and went."""
    relationship = ClientRelationship.objects.filter(person=person).first()
    if relationship is None:
        return OwnPage(None, [], [], [], None)
    contacts = _contacts(relationship)
    children = relationship.children.order_by("-birth_date", "pk")
    return OwnPage(relationship, contacts, passages_of(relationship), list(children), who_answers(relationship, now))


def device_relationship(key: VisitorKey | None) -> ClientRelationship | None:
    """The nameless relationship of this device's visitor, which stands apart from an identified person's."""
    return ClientRelationship.objects.filter(visitor_id=key.visitor_id).first() if key is not None else None


def device_contacts(key: VisitorKey | None) -> list[Contact]:
    """The nameless contacts of this device's visitor, newest first."""
    relationship = device_relationship(key)
    return _contacts(relationship) if relationship is not None else []


def _contacts(relationship: ClientRelationship) -> list[Contact]:
    rows = Contact.objects.with_row_details().select_related("feedback").filter(relationship=relationship)
    contacts = list(rows.order_by("-opened_at"))
    mark_told(contacts)
    return contacts


def own_contact_of(person: Person, contact_id: uuid.UUID) -> Contact:
    """The person's own contact. Raises Http404 for any other."""
    found = Contact.objects.with_row_details().filter(pk=contact_id, relationship__person=person).first()
    if found is None:
        raise Http404
    return found


def shares_given(person: Person, now: dt.datetime) -> list[ThreadShare]:
    """What the person shares: used and not taken back, or still waiting for somebody to use the code; newest first."""
    shares = ThreadShare.objects.filter(shared_by=person, revoked_at__isnull=True)
    live = shares.exclude(used_at__isnull=True, expires_at__lte=now)
    return list(live.select_related("contact__topic", "with_person").order_by("-created_at", "-pk"))


def shares_received(person: Person) -> list[ThreadShare]:
    """Conversations that others share with the person now, newest first. One that has left the sharing person's own
    relationship since is shared no more."""
    shares = ThreadShare.objects.filter(with_person=person, revoked_at__isnull=True)
    living = shares.filter(contact__relationship__person=F("shared_by"))
    return list(living.select_related("contact__topic", "contact__worker", "shared_by").order_by("-used_at", "-pk"))


def share_received(person: Person, share_id: int) -> ThreadShare:
    """One of them. Raises Http404 for any other."""
    for share in shares_received(person):
        if share.pk == share_id:
            return share
    raise Http404
