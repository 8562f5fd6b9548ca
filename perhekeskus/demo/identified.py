"""Who some families of the demo's history are: the persons of its identity provider, so that signing in there as one of
them shows what they have here."""

import datetime as dt
import uuid
from typing import TYPE_CHECKING

from accounts.identification.interface import Evidence, Level
from accounts.models import Identification, Person
from accounts.persons import person_behind
from accounts.visitors import client_actor, keyed_hash, person_actor
from audit.codes import AuditCode, AuditGround
from audit.services import AuditActor, record, staff_member
from guidance.models import Binding, ClientRelationship, Contact, IdentificationRequest
from perhekeskus.demo.provider.persons import persons

if TYPE_CHECKING:
    from perhekeskus.demo.history import Story

PROVIDER = "demo"
State = IdentificationRequest.State


def make_people(stories: "list[Story]") -> dict[str, ClientRelationship]:
    """The relationships of the persons that stories name, by their key. A story without a request was written by the
    person themselves: it hangs on theirs from the start."""
    people: dict[str, ClientRelationship] = {}
    for story in sorted((story for story in stories if story.who), key=lambda story: story.contact.opened_at):
        opened = story.contact.opened_at
        if story.who not in people:
            person = person_behind(provider_evidence(story.who, opened), opened)
            people[story.who] = ClientRelationship.objects.create(person=person, created_at=opened)
        if not story.identification:
            story.contact.relationship, story.contact.visitor = people[story.who], None
    return people


def store_identification(stories: "list[Story]", people: dict[str, ClientRelationship]) -> None:
    """What was asked in the stories, and what came of it."""
    for story in stories:
        if story.identification:
            _store(story, people.get(story.who))


def _store(story: "Story", target: ClientRelationship | None) -> None:
    contact, worker = story.contact, story.contact.worker
    assert worker is not None
    (_asked, reason, asked_at), (answer, _words, answered_at) = story.identification
    request = IdentificationRequest(contact=contact, asked_by=worker, reason=reason, asked_at=asked_at)
    request.state, request.answered_at = State(answer), answered_at
    staff = staff_member(worker.pk, contact.unit_id, "worker")
    _recorded(AuditCode.IDENTIFICATION_ASKED, staff, AuditGround.TASK, contact, contact.family.pk, asked_at)
    if target is None:
        assert contact.visitor_id is not None
        client = client_actor(contact.visitor_id)
        _recorded(AuditCode.IDENTIFICATION_DECLINED, client, AuditGround.OWN, contact, contact.family.pk, answered_at)
    else:
        assert target.person is not None
        request.identification = _attempt(contact, target.person, asked_at, answered_at)
        origin = contact.family
        Binding.objects.create(
            contact=contact,
            from_relationship=origin,
            to_relationship=target,
            identification=request.identification,
            bound_at=answered_at,
        )
        Contact.objects.filter(pk=contact.pk).update(relationship=target)
        actor = person_actor(target.person.pk)
        for relationship in (origin, target):
            _recorded(AuditCode.CONTACT_BOUND, actor, AuditGround.OWN, contact, relationship.pk, answered_at)
    request.save()


def _attempt(contact: Contact, person: Person, started: dt.datetime, ended: dt.datetime) -> Identification:
    return Identification.objects.create(
        id=uuid.uuid5(contact.pk, "identification"),
        purpose=Identification.Purpose.CONTACT,
        contact_id=contact.pk,
        language=contact.language,
        provider=PROVIDER,
        level_asked=Level.SUBSTANTIAL,
        state_hash=keyed_hash(f"demo:state:{contact.pk}"),
        nonce_hash=keyed_hash(f"demo:nonce:{contact.pk}"),
        browser_hash=keyed_hash(f"demo:browser:{contact.pk}"),
        state=Identification.State.DONE,
        acr=Level.SUBSTANTIAL,
        auth_time=ended,
        person=person,
        started_at=started,
        ended_at=ended,
    )


def provider_evidence(key: str, at: dt.datetime) -> Evidence:
    chosen = next(person for person in persons(at.date()) if person.key == key)
    code = chosen.identity_code
    return Evidence(
        provider=PROVIDER,
        acr=Level.SUBSTANTIAL,
        auth_time=at,
        subject=f"fi:{code}" if code else f"eidas:{chosen.eidas_identifier}",
        identity_code=code,
        given_names=chosen.given_names,
        family_name=chosen.family_name,
        birth_date=chosen.born,
        non_disclosure=chosen.non_disclosure,
        token_id="",
    )


def _recorded(
    code: AuditCode, actor: AuditActor, ground: AuditGround, contact: Contact, relationship_id: int, at: dt.datetime
) -> None:
    record(
        code=code,
        actor=actor,
        ground=ground,
        object_type="contact",
        object_id=contact.pk,
        relationship_id=relationship_id,
        now=at,
    )
