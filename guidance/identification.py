"""Reading what is known of identification in a contact."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Identification, VisitorKey
from guidance.events import iso
from guidance.models import Binding, ClientRelationship, Contact, IdentificationRequest


class ShownState(models.TextChoices):
    """How a request stands, for those who look at the contact now."""

    ASKED = "asked"
    DONE = "done"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    UNDONE = "undone"  # it was done, and a worker has undone the binding


def asked_request(contact: Contact) -> IdentificationRequest | None:
    """The request that waits for the family's answer."""
    asked = contact.identification_requests.filter(state=IdentificationRequest.State.ASKED)
    return asked.select_related("asked_by").first()


def live_binding(contact: Contact) -> Binding | None:
    """The binding in force, with the evidence behind it."""
    bindings = contact.bindings.filter(undone_at__isnull=True)
    return bindings.select_related("identification", "from_relationship", "to_relationship__person").first()


def is_behind_identification(key: VisitorKey | None, contact_id: uuid.UUID) -> bool:
    """Is this a contact that the device knows but no longer opens? Either its visitor opened it and it was bound to a
    person since, or it is the person's for whom the device spoke until the session ended."""
    if key is None:
        return False
    known = Q(visitor_id=key.visitor_id)
    if key.person_id is not None:
        known |= Q(relationship__person_id=key.person_id)
    return Contact.objects.filter(known, pk=contact_id, relationship__person__isnull=False).exists()


def evidence_of(contact: Contact, binding: Binding | None) -> Identification | None:
    """The identification by which the contact's person is known: the one that bound it, or else the newest."""
    if binding is not None:
        return binding.identification
    if contact.person is None:
        return None
    done = Identification.objects.filter(person=contact.person, state=Identification.State.DONE)
    return done.order_by("-ended_at").first()


def request_shown(request: IdentificationRequest) -> dict[str, Any]:
    """A request as the API and the socket tell of it."""
    return {"state": request.state, "reason": request.reason, "asked_at": iso(request.asked_at)}


def identification_shown(contact: Contact) -> dict[str, Any] | None:
    """The newest request of the contact, `undone` after its binding was undone; None when nobody has asked."""
    request = contact.identification_requests.order_by("-asked_at", "-pk").first()
    if request is None:
        return None
    shown = request_shown(request)
    if request.state == IdentificationRequest.State.DONE and contact.person is None:
        shown["state"] = ShownState.UNDONE.value
    return shown


def identification_state(contact: Contact) -> str:
    """The state alone; "" when nobody has asked."""
    shown = identification_shown(contact)
    return shown["state"] if shown else ""


def is_identification_under_way(contact: Contact, now: dt.datetime) -> bool:
    """Has somebody left this conversation for the identification provider and may still come back?"""
    since = now - dt.timedelta(seconds=settings.IDENTIFICATION_ATTEMPT_AGE)
    started = Identification.objects.filter(contact_id=contact.pk, state=Identification.State.STARTED)
    return started.filter(started_at__gt=since).exists()


@dataclass(frozen=True)
class Passage:
    """A line of a relationship's timeline: a contact left it for an identified person's, or came to it, or back."""

    at: dt.datetime
    kind: str  # "left", "came", "came_back", "went_back"
    channel: str
    opened_at: dt.datetime


def passages_of(relationship: ClientRelationship) -> list[Passage]:
    """What came to this relationship and left it by binding and undoing, newest first. The other relationship is not
    named: a family's nameless conversations are not to be found out through the one that has a name."""
    lines: list[Passage] = []
    for binding in Binding.objects.filter(from_relationship=relationship).select_related("contact"):
        lines.append(_passage(binding, binding.bound_at, "left"))
        if binding.undone_at is not None:
            lines.append(_passage(binding, binding.undone_at, "came_back"))
    for binding in Binding.objects.filter(to_relationship=relationship).select_related("contact"):
        lines.append(_passage(binding, binding.bound_at, "came"))
        if binding.undone_at is not None:
            lines.append(_passage(binding, binding.undone_at, "went_back"))
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _passage(binding: Binding, at: dt.datetime, kind: str) -> Passage:
    return Passage(at, kind, binding.contact.get_channel_display(), binding.contact.opened_at)
