"""Everything that the platform holds of a family, for the family itself: one reading, shown as a page and as JSON.

Staff's notes and the reasons of maturity judgements are counted here and not shown: a worker looks first whether that
would put somebody in danger (tietosuojalaki 1050/2018, section 34). What another guardian has written is theirs.
"""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import Identification, Person, VisitorKey
from accounts.notices import address_of, in_clear
from accounts.visitors import client_actor, person_actor
from audit.codes import AuditCode, AuditGround
from audit.services import record
from core.sealing import unseal
from core.translations import localized
from guidance.attached import exported
from guidance.looks import Look, in_words, looks_of_key, older_log_requests
from guidance.models import (
    Child,
    ClientRelationship,
    Contact,
    CorrectionRequest,
    Erasure,
    OlderLogRequest,
    ResponsibleWorker,
    ThreadShare,
)
from guidance.selectors import contacts_of_key

FORMAT = "perhekeskus-own-data/1"
Data = dict[str, Any]


def export_own_data(*, key: VisitorKey, now: dt.datetime) -> Data:
    """All that this device may see of itself: of the identified person while the identification lasts, and of the
    anonymous visitor. Values are texts, numbers, dates and moments. Written into the record of looks as the own act."""
    person = key.person if key.speaks_for_person(now) else None
    contacts = contacts_of_key(key, now).order_by("opened_at")
    relationships = ClientRelationship.objects.filter(
        Q(visitor_id=key.visitor_id) | (Q(person=person) if person else Q(pk__in=[]))
    )
    with transaction.atomic():
        data = {
            "format": FORMAT,
            "made_at": now,
            "person": _person(person),
            "identifications": [_identification(row) for row in _identifications(person)],
            "notice_address": _notice_address(person),
            "devices": [_device(row) for row in _devices(key, person)],
            "contacts": [_contact(row) for row in _with_everything(contacts)],
            "children": [_child(row) for row in _children(relationships)],
            "shared_with_me": [_shared(row) for row in _shares_with(person)],
            "erasures": [_erasure(row) for row in Erasure.objects.filter(relationship__in=relationships)],
            "looks": [_look(row) for row in in_words(list(looks_of_key(key, now)))],
            "older_looks_asked": [_older(row) for row in older_log_requests(key, now)],
            "responsible_workers": [_responsible(row) for row in _responsible_workers(relationships)],
            "corrections": [
                _correction(row) for row in CorrectionRequest.objects.filter(relationship__in=relationships)
            ],
            **exported(relationships),
            "notes_of_staff": sum(relationship.notes.count() for relationship in relationships),
        }
        for relationship in relationships:
            actor = person_actor(person.pk) if person else client_actor(key.visitor_id)
            record(
                code=AuditCode.DATA_EXPORTED,
                actor=actor,
                object_type="relationship",
                object_id=relationship.pk,
                relationship_id=relationship.pk,
                ground=AuditGround.OWN,
                now=now,
            )
    return data


def _person(person: Person | None) -> Data | None:
    if person is None:
        return None
    return {
        "given_names": person.given_names,
        "family_name": person.family_name,
        "birth_date": person.birth_date,
        "non_disclosure": person.non_disclosure,
        "identity_code_kept": bool(person.code_sealed),
        "first_identified_at": person.created_at,
    }


def _identifications(person: Person | None) -> QuerySet[Identification]:
    return Identification.objects.filter(person=person, person__isnull=False).order_by("started_at")


def _identification(row: Identification) -> Data:
    return {
        "provider": row.provider,
        "level": row.acr,
        "purpose": row.purpose,
        "at": row.ended_at,
        "authenticated_at": row.auth_time,
    }


def _notice_address(person: Person | None) -> Data | None:
    row = address_of(person) if person is not None else None
    if row is None:
        return None
    return {"address": in_clear(row), "added_at": row.added_at, "verified_at": row.verified_at}


def _devices(key: VisitorKey, person: Person | None) -> QuerySet[VisitorKey]:
    theirs = Q(visitor_id=key.visitor_id)
    return VisitorKey.objects.filter(theirs | Q(person=person) if person else theirs).order_by("created_at")


def _device(row: VisitorKey) -> Data:
    return {"since": row.created_at, "forgotten_at": row.forgotten_at, "speaks_for_me_until": row.person_until}


def _with_everything(contacts: QuerySet[Contact]) -> QuerySet[Contact]:
    return contacts.select_related("feedback", "callback", "about_child").prefetch_related(
        "messages__staff", "callback__attempts", "identification_requests", "bindings", "shares", "signposts__by"
    )


def _contact(row: Contact) -> Data:
    return {
        "id": str(row.pk),
        "channel": row.channel,
        "state": row.state,
        "topic": localized(row.topic, "name") if row.topic else None,
        "language": row.language,
        "unit": localized(row.unit, "name"),
        "worker": row.worker.first_name if row.worker else None,
        "about_child": row.about_child.name if row.about_child else None,
        "follows": str(row.follows_id) if row.follows_id else None,
        "opened_at": row.opened_at,
        "worker_joined_at": row.joined_at,
        "left_at": row.left_at,
        "closed_at": row.closed_at,
        "outcome": row.outcome or None,
        "next_step": row.next_step,
        "next_step_owner": row.next_step_owner or None,
        "messages": [
            {
                "number": message.seq,
                "at": message.at,
                "author": message.kind,
                "name": message.staff.first_name if message.staff else None,
                "text": message.body,
            }
            for message in sorted(row.messages.all(), key=lambda message: message.seq)
        ],
        "services": [{"name": told.name, "at": told.at, "told_by": told.by.first_name} for told in row.signposts.all()],
        "callback": _callback(row),
        "feedback": _feedback(row),
        "identification_requests": [
            {"asked_at": ask.asked_at, "reason": ask.reason, "state": ask.state, "answered_at": ask.answered_at}
            for ask in row.identification_requests.all()
        ],
        "joined_to_my_name": [
            {"at": binding.bound_at, "undone_at": binding.undone_at, "undo_reason": binding.undo_reason}
            for binding in row.bindings.all()
        ],
        "shares": [
            {
                "made_at": share.created_at,
                "valid_until": share.expires_at,
                "used_at": share.used_at,
                "ended_at": share.revoked_at,
            }
            for share in row.shares.all()
        ],
    }


def _callback(row: Contact) -> Data | None:
    """The number as long as it is kept: it is the family's own."""
    asked = getattr(row, "callback", None)
    if asked is None:
        return None
    return {
        "number": unseal(asked.number_sealed) if asked.number_sealed else None,
        "wishes": asked.wishes,
        "next_try_at": asked.next_try_at,
        "attempts": [{"at": attempt.at, "outcome": attempt.outcome} for attempt in asked.attempts.all()],
    }


def _feedback(row: Contact) -> Data | None:
    given = getattr(row, "feedback", None)
    if given is None:
        return None
    return {"helped": given.helped or None, "feeling": given.feeling, "word": given.word, "at": given.at}


def _children(relationships: QuerySet[ClientRelationship]) -> QuerySet[Child]:
    return Child.objects.filter(relationship__in=relationships).prefetch_related("judgements").order_by("pk")


def _child(row: Child) -> Data:
    return {
        "name": row.name,
        "birth_date": row.birth_date,
        "named_at": row.named_at,
        "maturity_judgements": [
            {"at": judgement.at, "guardian_may_act": judgement.guardian_may_act} for judgement in row.judgements.all()
        ],
    }


def _shares_with(person: Person | None) -> QuerySet[ThreadShare]:
    return ThreadShare.objects.filter(with_person=person, with_person__isnull=False).order_by("created_at")


def _shared(row: ThreadShare) -> Data:
    """That there is a share, and when; what is in it is the other's."""
    return {"used_at": row.used_at, "ended_at": row.revoked_at}


def _erasure(row: Erasure) -> Data:
    return {
        "asked_at": row.asked_at,
        "reason": row.reason,
        "due_on": row.due_on,
        "state": row.state,
        "answered_at": row.answered_at,
        "answer": row.answer,
    }


def _look(row: Look) -> Data:
    return {"at": row.at, "who": row.who, "role": row.role, "unit": row.unit, "what": row.what, "why": row.why}


def _older(row: OlderLogRequest) -> Data:
    return {
        "asked_at": row.asked_at,
        "reason": row.reason,
        "state": row.state,
        "answered_at": row.answered_at,
        "answer": row.answer,
        "shown_until": row.shown_until,
    }


def _responsible_workers(relationships: QuerySet[ClientRelationship]) -> QuerySet[ResponsibleWorker]:
    answered = ResponsibleWorker.objects.filter(relationship__in=relationships, answered_at__isnull=False)
    return answered.select_related("worker", "unit").order_by("proposed_at")


def _responsible(row: ResponsibleWorker) -> Data:
    return {
        "name": row.worker.first_name,
        "role": row.role,
        "unit": row.unit.name_fi,
        "state": row.state,
        "answered_at": row.answered_at,
        "ended_at": row.ended_at,
    }


def _correction(row: CorrectionRequest) -> Data:
    return {
        "asked_at": row.asked_at,
        "body": row.body,
        "due_on": row.due_on,
        "state": row.state,
        "answered_at": row.answered_at,
        "answer": row.answer,
    }
