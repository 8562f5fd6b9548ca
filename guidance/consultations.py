"""Reading consultations: who takes part, whom they ask, what stands beside a family's contact, and what in a text may
tell whose it is."""

import re
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Membership, User
from accounts.selectors import Role, unit_ids
from core.translations import localized
from guidance.models import Consultation, ConsultationMember, Contact, Message

Kind, State, Channel = Consultation.Kind, Contact.State, Contact.Channel
# Who works with consultations at all; a catalogue admin does not.
CONSULTING_ROLES = (Role.WORKER, Role.PROFESSIONAL, Role.SUPERVISOR)
ANSWERING_ROLES = (Role.WORKER, Role.PROFESSIONAL)

_SEATS = ConsultationMember.objects.filter(left_at__isnull=True)
IDENTITY_CODE = re.compile(r"\b\d{6}[-+A-FU-Ya-fu-y]\d{3}[0-9A-Za-z]\b")
TELEPHONE = re.compile(r"(?<![\d-])(?:\+\d{1,3}|0)(?:[ \-]?\d){6,12}(?!\w)")
SHORTEST_NAME = 3


def asks(user: User) -> Q:
    """Consultations that wait and ask this member of staff: by name, by profession, or their unit."""
    return Q(state=State.WAITING) & has_asked(user)


def has_asked(user: User) -> Q:
    """Consultations that ask, or have asked, this member of staff; their own among them when their unit is asked."""
    answering = unit_ids(user, *ANSWERING_ROLES)
    by_unit = Q(consultation__to_user=None, consultation__to_profession=None, unit_id__in=answering)
    whom = Q(consultation__to_user=user) | by_unit
    if user.profession_id is not None and answering:
        whom |= Q(consultation__to_user=None, consultation__to_profession=user.profession_id)
    return Q(channel=Channel.CONSULTATION, asked_by__isnull=False) & whom


def consultants(*roles: Membership.Role) -> QuerySet[User]:
    """Staff who now hold one of the roles in whatever unit, by name."""
    current = Membership.objects.filter(user=OuterRef("pk"), ended_at__isnull=True, role__in=roles)
    return User.objects.filter(Exists(current), is_active=True).order_by("first_name", "last_name", "pk")


def members_of(contact: Contact) -> list[User]:
    """Who takes part now, in the order of joining."""
    seats = _SEATS.filter(consultation=contact.pk).select_related("user__profession").order_by("joined_at", "pk")
    return [seat.user for seat in seats]


def seat_of(contact: Contact, user: User) -> ConsultationMember | None:
    return _SEATS.filter(consultation=contact.pk, user=user).first()


def seen_by_others(contact: Contact, user: User) -> int:
    """How far the one of the others has read who has read furthest."""
    others = _SEATS.filter(consultation=contact.pk).exclude(user=user)
    return max(others.values_list("seen_seq", flat=True), default=0)


def asked_name(contact: Contact) -> str:
    """Whom it asks: a person's name, a profession's or the unit's."""
    consultation = contact.consultation
    if consultation.to_user is not None:
        return consultation.to_user.full_name
    if consultation.to_profession is not None:
        return str(consultation.to_profession)
    return localized(contact.unit, "name")


def asked_kind(contact: Contact) -> str:
    """What it asks: worker, profession or unit; "" for a hand-over room, which asks nobody."""
    consultation = contact.consultation
    if consultation.kind == Kind.ROOM:
        return ""
    if consultation.to_user_id is not None:
        return "worker"
    return "profession" if consultation.to_profession_id is not None else "unit"


def consultation_shown(contact: Contact) -> dict[str, Any]:
    """A consultation as the API and the socket show it to those who may read it; nothing of a family but the reference
    of the contact it is about."""
    consultation = contact.consultation
    return {
        "kind": consultation.kind,
        "title": consultation.title,
        "to": {"kind": asked_kind(contact), "name": asked_name(contact)} if asked_kind(contact) else None,
        "about": consultation.about.reference if consultation.about is not None else None,
        "linked": consultation.relationship_id is not None,
        "members": [{"name": user.full_name, "role": user.role_name()} for user in members_of(contact)],
    }


def consultations_on_desk(user: User) -> list[Any]:
    """The list "consultations": those that wait and ask this member of staff, oldest first, then those in which they
    have a seat, with what is unread of others (`unread_here`) first."""
    seat = _SEATS.filter(consultation=OuterRef("pk"), user=user)
    seen = Coalesce(Subquery(seat.values("seen_seq")[:1]), 0)
    talk = Message.objects.filter(contact=OuterRef("pk")).exclude(kind=Message.Kind.SYSTEM).order_by("-seq")
    fresh = talk.exclude(staff=user).filter(seq__gt=OuterRef("seen")).order_by().values("contact")
    live = (
        Contact.objects.filter(channel=Channel.CONSULTATION, asked_by__isnull=False)
        .exclude(state=State.CLOSED)
        .annotate(has_seat=Exists(seat), seen=seen)
        .filter(Q(has_seat=True) | asks(user))
        .annotate(
            unread_here=Coalesce(Subquery(fresh.annotate(n=Count("seq")).values("n")[:1]), 0),
            last_words=Subquery(talk.values("body")[:1]),
            last_kind=Subquery(talk.values("kind")[:1]),
            last_by=Subquery(talk.values("staff__first_name")[:1]),
        )
        .select_related(
            "topic", "worker", "unit", "asked_by", "relationship__person",
            "consultation__to_user", "consultation__to_profession",
        )
    )  # fmt: skip
    rows = list(live.order_by(F("returned_at").asc(nulls_last=True), "queued_at", "pk"))
    asked = [row for row in rows if not row.has_seat]
    own = [row for row in rows if row.has_seat]
    own.sort(key=lambda row: row.last_message_at or row.opened_at, reverse=True)
    own.sort(key=lambda row: row.unread_here == 0)
    return asked + own


def consultations_beside(contact: Contact, user: User) -> list[Any]:
    """Consultations about a family's contact, or linked to its relationship, newest first; `has_seat` says whether this
    member of staff takes part."""
    about = Q(consultation__about=contact) | Q(consultation__relationship_id=contact.relationship_id)
    found = Contact.objects.filter(about, channel=Channel.CONSULTATION)
    seat = _SEATS.filter(consultation=OuterRef("pk"), user=user)
    found = found.annotate(has_seat=Exists(seat)).select_related("consultation", "asked_by", "worker")
    return list(found.prefetch_related("consultation__members__user").order_by("-opened_at")[:20])


def desks_concerned(contact: Contact) -> list[int]:
    """The units whose desks have the consultation in their lists: its members' and those of whom it asks."""
    consultation = contact.consultation
    users = Q(user__in=_SEATS.filter(consultation=contact.pk).values("user"))
    if consultation.to_user_id is not None:
        users |= Q(user=consultation.to_user_id)
    if consultation.to_profession_id is not None:
        users |= Q(user__profession=consultation.to_profession_id, role__in=ANSWERING_ROLES)
    units = Membership.objects.filter(users, ended_at__isnull=True).values_list("unit_id", flat=True)
    return sorted({contact.unit_id, *units})


def earlier_room(contact: Contact) -> Contact | None:
    """The unit's hand-over room before this one."""
    room = contact.consultation
    earlier = Consultation.objects.filter(kind=Kind.ROOM, room_unit_id=room.room_unit_id, room_on__lt=room.room_on)
    found = earlier.select_related("contact").order_by("-room_on").first()
    return found.contact if found else None


def telltales(text: str, about: Contact | None) -> list[str]:
    """What in the text may tell whose it is: `name` (of the person or the child of the contact it is about),
    `identity_code`, `telephone`. Names are found by their beginning, since Finnish inflects their ends. To warn with; a
    colleague may still be asked."""
    found = []
    if any(re.search(rf"\b{re.escape(name)}", text, re.IGNORECASE) for name in _names(about)):
        found.append("name")
    if IDENTITY_CODE.search(text):
        found.append("identity_code")
    if TELEPHONE.search(text):
        found.append("telephone")
    return found


def _names(about: Contact | None) -> set[str]:
    if about is None:
        return set()
    whole = [about.person.full_name] if about.person else []
    whole += [child.name for child in about.family.children.all()]
    return {part for name in whole for part in name.split() if len(part) >= SHORTEST_NAME}
