"""Records of families that have passed their time, and how they go."""

import datetime as dt
import uuid
from collections import Counter
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Identification, Person, Visitor, VisitorKey
from guidance.models import (
    AccessibilityFeedback,
    Binding,
    BreakGlass,
    CallbackRequest,
    Child,
    ClientRelationship,
    Consultation,
    Contact,
    Draft,
    Erasure,
    IdentificationRequest,
    LookReview,
    Note,
    OlderLogRequest,
    ThreadShare,
)
from guidance.services.callbacks import let_number_go
from guidance.services.erasing import (
    take_out_consultations,
    take_out_keys,
    take_out_person,
    take_out_relationship,
    take_out_shell,
)

_CONTACTS = Contact.objects.filter(relationship=OuterRef("pk"))


def _over(before: dt.datetime) -> QuerySet[ClientRelationship]:
    """Relationships all of whose contacts have ended, the newest before this moment."""
    going_on = _CONTACTS.filter(~Q(state=Contact.State.CLOSED) | Q(closed_at__gte=before))
    return ClientRelationship.objects.filter(Exists(_CONTACTS)).exclude(Exists(going_on))


def anonymous_over(before: dt.datetime) -> QuerySet[ClientRelationship]:
    return _over(before).filter(person__isnull=True)


def identified_over(before: dt.datetime) -> QuerySet[ClientRelationship]:
    return _over(before).filter(person__isnull=False)


def empty_relationships(before: dt.datetime) -> QuerySet[ClientRelationship]:
    """Nothing is left in them: what there was has been erased, or has moved away for good."""
    hanging = (
        _CONTACTS,
        Binding.objects.filter(Q(from_relationship=OuterRef("pk")) | Q(to_relationship=OuterRef("pk"))),
        Note.objects.filter(relationship=OuterRef("pk")),
        Child.objects.filter(relationship=OuterRef("pk")),
        Erasure.objects.filter(relationship=OuterRef("pk")),
    )
    found = ClientRelationship.objects.filter(created_at__lt=before, person__isnull=True)
    for rows in hanging:
        found = found.exclude(Exists(rows))
    return found


def empty_visitors(before: dt.datetime) -> QuerySet[Visitor]:
    """Visitors without a device, a relationship and a contact: devices that identified somebody and wrote nothing."""
    found = Visitor.objects.filter(created_at__lt=before, relationship__isnull=True)
    for rows in (VisitorKey.objects.filter(visitor=OuterRef("pk")), Contact.objects.filter(visitor=OuterRef("pk"))):
        found = found.exclude(Exists(rows))
    return found


def empty_persons(before: dt.datetime) -> QuerySet[Person]:
    """Persons who never had a contact, when the evidence of their identifications has gone."""
    found = Person.objects.filter(created_at__lt=before, relationship__isnull=True)
    shares = ThreadShare.objects.filter(Q(shared_by=OuterRef("pk")) | Q(with_person=OuterRef("pk")))
    return found.exclude(Exists(Identification.objects.filter(person=OuterRef("pk")))).exclude(Exists(shares))


def loose_evidence(before: dt.datetime) -> QuerySet[Identification]:
    """Identifications that opened one's own page; what bound a contact is kept as long as the contact."""
    found = Identification.objects.filter(state=Identification.State.DONE, ended_at__lt=before)
    for model in (Binding, IdentificationRequest):
        found = found.exclude(Exists(model.objects.filter(identification=OuterRef("pk"))))
    return found


def ended_shares(before: dt.datetime) -> QuerySet[ThreadShare]:
    return ThreadShare.objects.filter(Q(revoked_at__lt=before) | Q(used_at__isnull=True, expires_at__lt=before))


def old_drafts(before: dt.datetime) -> QuerySet[Draft]:
    """What somebody began to write and has not touched since, or can no longer send."""
    ended = Q(room=Draft.Room.THREAD, contact__state=Contact.State.CLOSED)
    return Draft.objects.filter(Q(saved_at__lt=before) | ended)


def ended_consultations(before: dt.datetime) -> QuerySet[Contact]:
    """Consultations that nobody has linked to a family; a linked one goes with the family's own record."""
    unlinked = Contact.objects.filter(asked_by__isnull=False, consultation__relationship__isnull=True)
    return unlinked.filter(channel=Contact.Channel.CONSULTATION, closed_at__lt=before)


def past_rooms(before: dt.datetime) -> QuerySet[Contact]:
    return Contact.objects.filter(consultation__kind=Consultation.Kind.ROOM, opened_at__lt=before)


def reviewed_break_glass(before: dt.datetime) -> QuerySet[BreakGlass]:
    return BreakGlass.objects.filter(until__lt=before, reviewed_at__isnull=False)


def old_look_reviews(before: dt.datetime) -> QuerySet[LookReview]:
    """That unusual looks were gone through. Kept for longer than looks are looked back at (guidance/unusual_looks.py),
    so that none comes back."""
    return LookReview.objects.filter(reviewed_at__lt=before)


def callback_numbers(before: dt.datetime) -> QuerySet[CallbackRequest]:
    """Numbers of callbacks that have ended."""
    return CallbackRequest.objects.exclude(number_sealed="").filter(contact__closed_at__lt=before)


def answered_feedback(before: dt.datetime) -> QuerySet[AccessibilityFeedback]:
    return AccessibilityFeedback.objects.filter(answered_at__lt=before)


def answered_wishes(before: dt.datetime) -> QuerySet[Erasure]:
    """Wishes for erasure that were refused or taken back; what was erased stays as evidence."""
    kept = (Erasure.State.REFUSED, Erasure.State.WITHDRAWN)
    return Erasure.objects.filter(state__in=kept, answered_at__lt=before)


def answered_older_logs(before: dt.datetime) -> QuerySet[OlderLogRequest]:
    return OlderLogRequest.objects.filter(answered_at__lt=before)


def erasure_evidence(before: dt.datetime) -> QuerySet[Erasure]:
    return Erasure.objects.filter(state=Erasure.State.ERASED, answered_at__lt=before)


# -- how they go ------------------------------------------------------------------------------------


def erase_relationships(ids: list[int], now: dt.datetime) -> None:
    for pk in ids:
        take_out_relationship(pk)


def erase_numbers(ids: list[UUID], now: dt.datetime) -> None:
    let_number_go(ids)


def erase_empty_relationships(ids: list[int], now: dt.datetime) -> None:
    for pk in ids:
        take_out_shell(pk)


def erase_consultations(ids: list[uuid.UUID], now: dt.datetime) -> None:
    take_out_consultations(ids)


def erase_persons(ids: list[int], now: dt.datetime) -> None:
    for pk in ids:
        take_out_person(pk)


def erase_keys(ids: list[int], now: dt.datetime) -> None:
    take_out_keys(VisitorKey.objects.filter(pk__in=ids), Counter())
