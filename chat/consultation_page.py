"""What the desk shows of consultations: the thread between colleagues, and whom one can ask, with who is there now."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from accounts.models import Membership, Profession, Unit, User
from accounts.selectors import Role, has_role
from catalogue.selectors import topics
from chat.lookers import looking_too
from chat.models import Presence
from chat.presence import living_since
from chat.thread_rows import blank_rows, consultation_rows
from core.translations import localized
from guidance.consultations import (
    CONSULTING_ROLES,
    asked_kind,
    asked_name,
    consultants,
    earlier_room,
    has_asked,
    members_of,
    seat_of,
    seen_by_others,
)
from guidance.models import Consultation, Contact
from guidance.selectors import contact_named_for_worker, messages_after
from guidance.services import SHEET_OUTCOMES, drafts_of
from guidance.services.consultations import may_close, may_unlink

State = Contact.State


@dataclass(frozen=True)
class Colleague:
    """Somebody to ask, or who takes part. `there` is their presence while their desk lives, None when they are away."""

    user: User
    there: Presence | None
    units: str

    @property
    def is_free(self) -> bool:
        return self.there is not None and self.there.state == Presence.State.AVAILABLE


def colleagues(users: Any, now: dt.datetime) -> list[Colleague]:
    """These users with their presence and units, whoever is free first."""
    current = Membership.objects.filter(ended_at__isnull=True, role__in=CONSULTING_ROLES).select_related("unit")
    rows = users.select_related("presence", "profession").prefetch_related(
        Prefetch("memberships", queryset=current, to_attr="current_roles")
    )
    living = living_since(now)
    found = []
    for user in rows:
        presence = getattr(user, "presence", None)
        there = presence is not None and presence.state != Presence.State.AWAY and presence.last_seen_at >= living
        units = sorted({localized(role.unit, "name") for role in user.current_roles})
        found.append(Colleague(user, presence if there else None, ", ".join(units)))
    return sorted(found, key=lambda one: (not one.is_free, one.there is None))


def consultation_context(user: User, contact: Contact, now: dt.datetime) -> dict[str, Any]:
    """The thread and who takes part in it. Texts to keep after a refusal are given over these."""
    consultation = contact.consultation
    is_room = consultation.kind == Consultation.Kind.ROOM
    seat = None if is_room else seat_of(contact, user)
    mine = contact.state != State.CLOSED and (is_room or seat is not None)
    members = [] if is_room else members_of(contact)
    ids = [member.pk for member in members]
    is_open_seat = seat is not None and contact.state == State.OPEN
    return {
        "contact": contact,
        "consultation": consultation,
        "is_room": is_room,
        "earlier": earlier_room(contact) if is_room else None,
        "asked_kind": asked_kind(contact),
        "asked_name": asked_name(contact),
        "looking_too": looking_too(contact, user.pk, now),
        "rows": consultation_rows(messages_after(contact), user.pk, seen_by_others(contact, user), now),
        "blanks": blank_rows("worker"),
        "seen_by_others": seen_by_others(contact, user),
        "mine": mine,
        "has_seat": seat is not None,
        "may_answer": seat is None and not is_room and contact.state == State.WAITING and _asks(contact, user),
        "may_close": is_open_seat and may_close(contact, user),
        "members": colleagues(User.objects.filter(pk__in=ids), now),
        "invitable": colleagues(consultants(*CONSULTING_ROLES).exclude(pk__in=ids), now) if is_open_seat else [],
        "may_link": seat is not None and has_role(user, Role.WORKER) and consultation.relationship_id is None,
        "may_unlink": seat is not None and consultation.relationship_id is not None and may_unlink(contact, user),
        "about": _about(consultation, user),
        "drafts": drafts_of(user, contact),
        "body": "",
        "nonce": uuid.uuid4(),
        "error": "",
        "notice": "",
        "topics": topics(),
        "sheet": {
            "topic": contact.topic.slug if contact.topic else "",
            "outcome": "",
            "next_step": "",
            "next_step_owner": "",
        },
        "sheet_error": "",
        "sheet_open": False,
        "outcomes": [(value.value, value.label) for value in SHEET_OUTCOMES],
        "owners": Contact.NextStepOwner.choices,
        "invite_error": "",
        "link_error": "",
        "reference": "",
        "telltales": [],
    }


def _asks(contact: Contact, user: User) -> bool:
    return Contact.objects.filter(has_asked(user), pk=contact.pk).exists()


def _about(consultation: Consultation, user: User) -> Contact | None:
    """The family's contact, for a member who may work with it; for everybody else there is only its reference."""
    if consultation.about_id is None:
        return None
    return contact_named_for_worker(user, str(consultation.about_id))


def asking_context(user: User, about: Contact | None, now: dt.datetime) -> dict[str, Any]:
    """The page for asking: people with their presence, professions that somebody has, and units."""
    others = consultants(*CONSULTING_ROLES).exclude(pk=user.pk)
    held = consultants(*CONSULTING_ROLES).exclude(pk=user.pk).filter(profession__isnull=False)
    return {
        "about_contact": about,
        "colleagues": colleagues(others, now),
        "professions": list(Profession.objects.filter(pk__in=held.values("profession"))),
        "asked_units": list(Unit.objects.order_by("name_fi")),
        "asked": f"unit:{about.unit_id}" if about else "",
        "title": "",
        "body": "",
        "nonce": uuid.uuid4(),
        "error": "",
        "telltales": [],
    }
