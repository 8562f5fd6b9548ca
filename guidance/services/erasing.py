"""Taking a family out of the database: everything that hangs on a relationship, in the order that keys allow.

What stays is the audit, which holds ids and no content. Both ways to the end use this: a family's own wish
(services/erasure.py) and the end of the time to keep (guidance/retention.py). A test walks every model that points at a
contact, a relationship, a visitor or a person, and fails on one that is not taken out here.
"""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import Identification, NoticeAddress, Person, Visitor, VisitorKey
from core.realtime import recheck_rights
from guidance import events
from guidance.attached import take_out_attached
from guidance.models import (
    Binding,
    BreakGlass,
    CallbackAttempt,
    CallbackRequest,
    Child,
    ClientRelationship,
    Consultation,
    ConsultationMember,
    Contact,
    CorrectionRequest,
    Draft,
    Erasure,
    Feedback,
    IdentificationRequest,
    MaturityJudgement,
    Message,
    Note,
    OlderLogRequest,
    ResponsibleWorker,
    Signpost,
    Substitute,
    ThreadShare,
)

Rows = Counter[str]


def take_out_relationship(relationship_id: int) -> Rows:
    """Erase a relationship, its contacts with all that is said in them, and whose it was; returns the rows taken.

    An anonymous relationship from which a contact has moved to an identified person's stays as an empty shell with its
    visitor, as long as that contact lives: undoing the move needs it.
    """
    rows: Rows = Counter()
    with transaction.atomic():
        relationship = ClientRelationship.objects.select_for_update().get(pk=relationship_id)
        moved = Binding.objects.filter(Q(to_relationship=relationship) | Q(from_relationship=relationship))
        shells = set(moved.values_list("from_relationship_id", flat=True)) - {relationship.pk}
        rows.update(take_out_attached(relationship.pk))
        _take_out_contacts(Contact.objects.filter(consultation__relationship=relationship), rows)
        _take_out_contacts(Contact.objects.filter(relationship=relationship), rows)
        if relationship.person_id is None:
            _take_out_anonymous(relationship, rows)
        else:
            _take_out_identified(relationship, rows)
            for shell in ClientRelationship.objects.select_for_update().filter(pk__in=shells, person__isnull=True):
                _drop_if_empty(shell, rows)
    return rows


def take_out_person(person_id: int) -> Rows:
    """Erase a person who has no relationship: who they are, and the evidence of it."""
    rows: Rows = Counter()
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person_id)
        _take_out_who(person_id, rows)
    return rows


def take_out_shell(relationship_id: int) -> Rows:
    """Erase an anonymous relationship in which nothing is left, with its visitor, if nothing needs it."""
    rows: Rows = Counter()
    with transaction.atomic():
        _drop_if_empty(ClientRelationship.objects.select_for_update().get(pk=relationship_id), rows)
    return rows


def take_out_consultations(ids: list[UUID]) -> Rows:
    """Erase consultations and hand-over rooms that are linked to nobody."""
    rows: Rows = Counter()
    with transaction.atomic():
        _take_out_contacts(Contact.objects.filter(pk__in=ids, channel=Contact.Channel.CONSULTATION), rows)
    return rows


def _take_out_contacts(contacts: QuerySet[Contact], rows: Rows) -> None:
    locked = list(contacts.select_for_update(of=("self",)).values_list("pk", "unit_id", "state"))
    ids = [pk for pk, _unit, _state in locked]
    if not ids:
        return
    Contact.objects.filter(follows__in=ids).exclude(pk__in=ids).update(follows=None)
    Contact.objects.filter(pk__in=ids).update(follows=None)
    # What was asked of colleagues without a name stays theirs; what somebody linked to the family has gone before.
    Consultation.objects.filter(about__in=ids).exclude(pk__in=ids).update(about=None)
    _delete(ConsultationMember.objects.filter(consultation__in=ids), rows)
    _delete(CallbackAttempt.objects.filter(callback__in=ids), rows)
    for model in (
        Message, Feedback, Note, IdentificationRequest, Binding, ThreadShare, BreakGlass, Draft, Consultation,
        CallbackRequest, Signpost,
    ):  # fmt: skip
        _delete(model.objects.filter(contact__in=ids), rows)
    _delete(Contact.objects.filter(pk__in=ids), rows)
    for pk in ids:
        recheck_rights(contact=pk)
    _tell_desks({unit for _pk, unit, state in locked if state != Contact.State.CLOSED})


def _tell_desks(units: Iterable[int]) -> None:
    for unit in units:
        events.announce_queue(unit)
    events.announce_desks(list(units))


def _take_out_anonymous(relationship: ClientRelationship, rows: Rows) -> None:
    moved = Q(contact__isnull=False) & ~Q(contact__relationship=relationship)
    _delete(Note.objects.filter(relationship=relationship).exclude(moved), rows)
    needed = Contact.objects.filter(about_child__relationship=relationship).values_list("about_child_id", flat=True)
    _take_out_children(relationship, set(needed), rows)
    _drop_if_empty(relationship, rows)


def _take_out_identified(relationship: ClientRelationship, rows: Rows) -> None:
    _delete(Binding.objects.filter(Q(to_relationship=relationship) | Q(from_relationship=relationship)), rows)
    _delete(Note.objects.filter(relationship=relationship), rows)
    Contact.objects.filter(about_child__relationship=relationship).update(about_child=None)
    _take_out_children(relationship, set(), rows)
    _delete(Substitute.objects.filter(term__relationship=relationship), rows)
    ResponsibleWorker.objects.filter(relationship=relationship).update(replaces=None)
    for model in (Erasure, OlderLogRequest, CorrectionRequest, ResponsibleWorker):
        _delete(model.objects.filter(relationship=relationship), rows)
    person_id = relationship.person_id
    assert person_id is not None
    _delete(ClientRelationship.objects.filter(pk=relationship.pk), rows)
    _take_out_who(person_id, rows)


def _take_out_children(relationship: ClientRelationship, needed: set[int | None], rows: Rows) -> None:
    children = Child.objects.filter(relationship=relationship).exclude(pk__in=[pk for pk in needed if pk is not None])
    ids = list(children.values_list("pk", flat=True))
    _delete(MaturityJudgement.objects.filter(child__in=ids), rows)
    _delete(Child.objects.filter(pk__in=ids), rows)


def _drop_if_empty(relationship: ClientRelationship, rows: Rows) -> None:
    """The relationship and its visitor, unless something still hangs on them."""
    hanging = (
        Contact.objects.filter(relationship=relationship),
        Binding.objects.filter(from_relationship=relationship),
        Note.objects.filter(relationship=relationship),
        Child.objects.filter(relationship=relationship),
        Consultation.objects.filter(relationship=relationship),
    )
    if any(found.exists() for found in hanging):
        return
    visitor_id = relationship.visitor_id
    for model in (Erasure, OlderLogRequest):
        _delete(model.objects.filter(relationship=relationship), rows)
    _delete(ClientRelationship.objects.filter(pk=relationship.pk), rows)
    if visitor_id is not None and not Contact.objects.filter(visitor_id=visitor_id).exists():
        take_out_keys(VisitorKey.objects.filter(visitor_id=visitor_id), rows)
        _delete(Visitor.objects.filter(pk=visitor_id), rows)


def take_out_keys(keys: QuerySet[VisitorKey], rows: Rows) -> None:
    """These devices open nothing from now on; their sockets hear at once."""
    ids = list(keys.select_for_update().values_list("pk", flat=True))
    _delete(VisitorKey.objects.filter(pk__in=ids), rows)
    for pk in ids:
        recheck_rights(key=pk)


def _take_out_who(person_id: int, rows: Rows) -> None:
    """The person behind an erased relationship. What is left of them in others' conversations goes, too: a share to
    them, a request that they answered, a binding that was undone."""
    _delete(ThreadShare.objects.filter(Q(shared_by=person_id) | Q(with_person=person_id)), rows)
    _delete(Binding.objects.filter(identification__person=person_id), rows)
    _delete(IdentificationRequest.objects.filter(identification__person=person_id), rows)
    _delete(NoticeAddress.objects.filter(person=person_id), rows)
    devices = VisitorKey.objects.filter(person=person_id)
    for pk in devices.values_list("pk", flat=True):
        recheck_rights(key=pk)
    devices.update(person=None, person_until=None)
    _delete(Identification.objects.filter(person=person_id), rows)
    _delete(Person.objects.filter(pk=person_id), rows)


def _delete(found: QuerySet, rows: Rows) -> None:
    _total, by_model = found.delete()
    for label, number in by_model.items():
        rows[label.rpartition(".")[2].lower()] += number


def contacts_moved_away(visitor_id: int) -> list[UUID]:
    """The contacts that this visitor opened and that now belong to an identified person: no part of an erasure."""
    return list(
        Contact.objects.filter(visitor_id=visitor_id, relationship__person__isnull=False).values_list("pk", flat=True)
    )
