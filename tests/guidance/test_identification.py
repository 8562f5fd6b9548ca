"""Identification inside a conversation: asked, declined, withdrawn, bound, undone; and what each leaves behind."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.http import Http404

from accounts.models import Identification, Person, VisitorKey
from accounts.visitors import find_key
from audit.models import AuditEvent
from core import realtime
from core.realtime import Event
from core.text import BodyRefused
from guidance.identification import passages_of
from guidance.message_log import Outcome
from guidance.models import Binding, ClientRelationship, Contact, IdentificationRequest, Message
from guidance.selectors import notes_of, own_contacts
from guidance.services import (
    AlreadyAsked,
    AlreadyIdentified,
    BoundToAnother,
    ContactClosed,
    ContactRefused,
    FamilyLeft,
    NotAsked,
    NotBound,
    NotYours,
    add_note,
    ask_identification,
    bind_contact,
    close_silent_contact,
    decline_identification,
    leave_contact,
    undo_binding,
    warn_of_silence,
    withdraw_identification,
)
from tests.cast import (
    NOW,
    Cast,
    Visitor,
    ask,
    bind,
    close,
    identification_of,
    make_person,
    make_visitor,
    open_chat,
    say,
    second_device,
    take,
)

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(minutes=5)
REASON = "Varaan sinulle ajan neuvolaan, ja siihen tarvitsen nimesi."


@pytest.fixture
def talk(cast: Cast, chat: Contact) -> Contact:
    """The visitor's chat, which the worker has."""
    return take(chat, cast.worker)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    heard: list[Event] = []
    monkeypatch.setattr(realtime, "publish", heard.extend)
    monkeypatch.setattr(realtime, "_to_groups", lambda groups: None)
    return heard


def fresh(contact: Contact) -> Contact:
    return Contact.objects.get(pk=contact.pk)


def last(contact: Contact) -> Message:
    return Message.objects.filter(contact=contact).latest("seq")


def audited(code: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(code=code).order_by("pk"))


def state_of(contact: Contact) -> list[str]:
    return list(contact.identification_requests.order_by("pk").values_list("state", flat=True))


# -- asking ---------------------------------------------------------------------------------------


def test_asking_tells_the_family_why(
    cast: Cast, talk: Contact, told: list[Event], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        ask_identification(contact_id=talk.pk, worker=cast.worker, reason=f"  {REASON} ", now=LATER)
    request = IdentificationRequest.objects.get()
    assert (request.contact, request.asked_by, request.reason, request.asked_at, request.state) == (
        talk, cast.worker, REASON, LATER, "asked",
    )  # fmt: skip
    assert (last(talk).code, last(talk).body) == (
        "identification_asked", f"Maija pyytää sinua tunnistautumaan: {REASON}",
    )  # fmt: skip
    (record,) = audited("guidance.identification.asked")
    assert (record.actor_kind, record.actor_id, record.role, record.ground) == (
        "staff", cast.worker.pk, "worker", "task",
    )  # fmt: skip
    assert REASON not in str(record.data), "the record holds no content"
    frame = next(event.frame for event in told if event.kind == "frame")
    assert frame is not None
    assert frame["identification"] == {"state": "asked", "reason": REASON, "asked_at": "2026-11-23T10:05:00.000Z"}


def test_it_is_asked_once_at_a_time(cast: Cast, talk: Contact) -> None:
    ask(talk, cast.worker)
    with pytest.raises(AlreadyAsked):
        ask(talk, cast.worker)
    assert state_of(talk) == ["asked"]


def test_who_may_not_ask(cast: Cast, chat: Contact, visitor: Visitor) -> None:
    with pytest.raises(NotYours):
        ask(chat, cast.worker)
    talk = take(chat, cast.worker)
    for other in (cast.colleague, cast.outsider, cast.supervisor, cast.professional):
        with pytest.raises(NotYours):
            ask(talk, other)
    leave_contact(contact=talk, visitor_key=visitor.key, now=LATER)
    with pytest.raises(FamilyLeft):
        ask(talk, cast.worker)
    close(talk, cast.worker, cast.topic, LATER)
    with pytest.raises(ContactClosed):
        ask(talk, cast.worker)
    assert not IdentificationRequest.objects.exists()


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 501, "a\x00b"])
def test_a_reason_that_says_nothing_or_cannot_be_stored_is_refused(cast: Cast, talk: Contact, reason: str) -> None:
    before = talk.last_seq
    with pytest.raises(BodyRefused):
        ask(talk, cast.worker, reason=reason)
    assert fresh(talk).last_seq == before and not IdentificationRequest.objects.exists()


def test_somebody_identified_is_not_asked(cast: Cast, talk: Contact, visitor: Visitor) -> None:
    bind(talk, visitor, cast.worker)
    with pytest.raises(AlreadyIdentified):
        ask(talk, cast.worker)


# -- declining and withdrawing ----------------------------------------------------------------------


def test_declining_goes_on_without_a_name(cast: Cast, talk: Contact, visitor: Visitor) -> None:
    ask(talk, cast.worker)
    decline_identification(contact=talk, now=LATER)
    decline_identification(contact=talk, now=LATER)
    request = IdentificationRequest.objects.get()
    assert (request.state, request.answered_at) == ("declined", LATER)
    assert last(talk).code == "identification_declined"
    assert Message.objects.filter(contact=talk, code="identification_declined").count() == 1
    (record,) = audited("guidance.identification.declined")
    assert (record.actor_kind, record.ground) == ("client", "own")
    assert say(talk, visitor.author, "Jatketaan näin", at=LATER).outcome == Outcome.WRITTEN
    ask(talk, cast.worker)
    assert state_of(talk) == ["declined", "asked"], "a worker may ask again, with a reason again"


def test_nothing_asked_is_nothing_to_decline(talk: Contact) -> None:
    with pytest.raises(NotAsked):
        decline_identification(contact=talk, now=LATER)


def test_the_worker_takes_the_request_back(cast: Cast, talk: Contact, visitor: Visitor) -> None:
    ask(talk, cast.worker)
    with pytest.raises(NotYours):
        withdraw_identification(contact_id=talk.pk, worker=cast.colleague, now=LATER)
    withdraw_identification(contact_id=talk.pk, worker=cast.worker, now=LATER)
    assert state_of(talk) == ["withdrawn"] and last(talk).code == "identification_withdrawn"
    with pytest.raises(NotAsked):
        withdraw_identification(contact_id=talk.pk, worker=cast.worker, now=LATER)
    with pytest.raises(NotAsked):
        bind_contact(identification=identification_of(talk), visitor_key=visitor.key, now=LATER)


def test_a_contact_that_ends_asks_nothing_any_more(cast: Cast, talk: Contact) -> None:
    ask(talk, cast.worker)
    close(talk, cast.worker, cast.topic, LATER)
    assert state_of(talk) == ["withdrawn"]
    (record,) = audited("guidance.identification.withdrawn")
    assert record.actor_kind == "system"


def test_a_family_that_leaves_is_asked_nothing_any_more(cast: Cast, talk: Contact, visitor: Visitor) -> None:
    ask(talk, cast.worker)
    leave_contact(contact=talk, visitor_key=visitor.key, now=LATER)
    assert state_of(talk) == ["withdrawn"]


# -- binding --------------------------------------------------------------------------------------


def test_binding_moves_this_contact_alone(cast: Cast, talk: Contact, visitor: Visitor) -> None:
    other = open_chat(visitor, channel="message")
    origin = talk.relationship
    ask(talk, cast.worker)
    person = make_person()
    identification = identification_of(talk, person)
    bound, secret = bind_contact(identification=identification, visitor_key=visitor.key, now=LATER)
    key = find_key(secret)
    assert key is not None and (key.pk, key.person) == (visitor.key.pk, person)
    target = ClientRelationship.objects.get(person=person)
    assert (fresh(talk).relationship, fresh(other).relationship) == (target, origin)
    assert (bound.visitor_id, fresh(talk).visitor_id) == (visitor.key.visitor_id,) * 2, "who opened it stays"
    request = IdentificationRequest.objects.get()
    assert (request.state, request.identification, request.answered_at) == ("done", identification, LATER)
    binding = Binding.objects.get()
    assert (binding.from_relationship, binding.to_relationship, binding.identification, binding.bound_at) == (
        origin, target, identification, LATER,
    )  # fmt: skip
    records = audited("guidance.contact.bound")
    assert [record.relationship_id for record in records] == [origin.pk, target.pk]
    assert {(record.actor_kind, record.actor_id, record.ground) for record in records} == {("person", person.pk, "own")}
    assert last(talk).code == "identified"
    assert person.full_name not in str(list(Message.objects.values_list("body", flat=True)))


def test_both_timelines_stay_true(cast: Cast, talk: Contact, visitor: Visitor) -> None:
    origin = talk.relationship
    bind(talk, visitor, cast.worker, now=LATER)
    target = fresh(talk).relationship
    assert [line.kind for line in passages_of(origin)] == ["left"]
    assert [line.kind for line in passages_of(target)] == ["came"]
    undo_binding(contact_id=talk.pk, worker=cast.worker, reason="Väärä henkilö.", now=LATER + dt.timedelta(hours=1))
    assert [line.kind for line in passages_of(origin)] == ["came_back", "left"]
    assert [line.kind for line in passages_of(target)] == ["went_back", "came"]


def test_the_frame_of_a_binding_names_nobody_and_rights_are_asked_first(
    cast: Cast,
    talk: Contact,
    visitor: Visitor,
    told: list[Event],
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    person = make_person("Toka Huoltaja")
    with django_capture_on_commit_callbacks(execute=True):
        bind(talk, visitor, cast.worker, person)
    kinds = [event.kind for event in told if event.contact == str(talk.pk)]
    assert kinds[-3:] == ["access", "message", "frame"]
    frame = told[-1].frame
    assert frame is not None and frame["identified"] is True and frame["identification"]["state"] == "done"
    assert "Huoltaja" not in str(told)


def test_the_device_that_identified_goes_on_and_a_second_one_does_not(
    cast: Cast, talk: Contact, visitor: Visitor
) -> None:
    second = second_device(visitor)
    assert own_contacts(second.key, NOW) == [talk]
    bind(talk, visitor, cast.worker)
    key = VisitorKey.objects.get(pk=visitor.key.pk)
    assert own_contacts(key, LATER) == [talk]
    assert say(talk, visitor.author, "Täällä taas", at=LATER).outcome == Outcome.WRITTEN
    assert own_contacts(second.key, LATER) == []
    assert say(talk, second.author, "Minäkin", at=LATER).outcome == Outcome.UNKNOWN


def test_binding_twice_to_one_person_is_binding_once(cast: Cast, talk: Contact, visitor: Visitor) -> None:
    person = make_person()
    bind(talk, visitor, cast.worker, person)
    seq = fresh(talk).last_seq
    bind_contact(identification=identification_of(talk, person), visitor_key=visitor.key, now=LATER)
    assert fresh(talk).last_seq == seq and Binding.objects.count() == 1
    with pytest.raises(BoundToAnother):
        bind_contact(
            identification=identification_of(talk, make_person("Toka Huoltaja")), visitor_key=visitor.key, now=LATER
        )


def test_only_the_familys_own_device_binds(cast: Cast, talk: Contact, stranger: Visitor) -> None:
    ask(talk, cast.worker)
    with pytest.raises(Http404):
        bind_contact(identification=identification_of(talk), visitor_key=stranger.key, now=LATER)
    assert state_of(talk) == ["asked"] and fresh(talk).relationship.person is None


def test_nobody_is_found_by_name(cast: Cast, talk: Contact, visitor: Visitor) -> None:
    """Two persons of one name are two; only the identification itself says who it is."""
    namesake = make_person("Eka Huoltaja")
    ClientRelationship.objects.create(person=namesake, created_at=NOW)
    person = make_person("Eka Huoltaja")
    bind(talk, visitor, cast.worker, person)
    assert fresh(talk).relationship.person == person
    assert Person.objects.filter(given_names="Eka").count() == 2


def test_a_nonce_that_the_persons_own_contact_has_does_not_stop_the_binding(cast: Cast, visitor: Visitor) -> None:
    nonce, person = uuid.uuid4(), make_person()
    first = take(open_chat(visitor, nonce=nonce), cast.worker)
    bind(first, visitor, cast.worker, person)
    other = make_visitor()
    second = take(open_chat(other, nonce=nonce), cast.worker)
    bind(second, other, cast.worker, person)
    assert fresh(second).relationship == fresh(first).relationship


# -- undoing --------------------------------------------------------------------------------------


def test_undoing_goes_back_to_where_it_came_from(cast: Cast, talk: Contact, visitor: Visitor) -> None:
    origin = talk.relationship
    bind(talk, visitor, cast.worker)
    target = fresh(talk).relationship
    undo_binding(contact_id=talk.pk, worker=cast.colleague, reason="Pankkitunnukset olivat puolison.", now=LATER)
    assert fresh(talk).relationship == origin
    binding = Binding.objects.get()
    assert (binding.undone_at, binding.undone_by, binding.undo_reason) == (
        LATER, cast.colleague, "Pankkitunnukset olivat puolison.",
    )  # fmt: skip
    records = audited("guidance.contact.unbound")
    assert [(record.relationship_id, record.ground) for record in records] == [(origin.pk, "unit"), (target.pk, "unit")]
    assert last(talk).code == "unbound" and "puolison" not in last(talk).body
    assert say(talk, visitor.author, "Hyvä", at=LATER).outcome == Outcome.WRITTEN
    second = second_device(visitor)
    assert own_contacts(second.key, LATER) == [talk]
    with pytest.raises(NotBound):
        undo_binding(contact_id=talk.pk, worker=cast.worker, reason="Uudelleen", now=LATER)


def test_after_the_undo_it_can_be_asked_and_bound_again(cast: Cast, talk: Contact, visitor: Visitor) -> None:
    bind(talk, visitor, cast.worker)
    undo_binding(contact_id=talk.pk, worker=cast.worker, reason="Väärä henkilö.", now=LATER)
    right = make_person("Toka Huoltaja")
    bind(talk, visitor, cast.worker, right, now=LATER)
    assert fresh(talk).relationship.person == right
    assert Binding.objects.filter(undone_at__isnull=True).count() == 1


def test_only_a_worker_of_the_unit_undoes_and_with_a_reason(cast: Cast, talk: Contact, visitor: Visitor) -> None:
    bind(talk, visitor, cast.worker)
    for other in (cast.outsider, cast.supervisor, cast.professional):
        with pytest.raises(NotYours):
            undo_binding(contact_id=talk.pk, worker=other, reason="Väärä henkilö.", now=LATER)
    with pytest.raises(BodyRefused):
        undo_binding(contact_id=talk.pk, worker=cast.worker, reason=" ", now=LATER)
    assert fresh(talk).relationship.person is not None


def test_notes_stay_beside_the_contact_and_never_follow_it_back(cast: Cast, talk: Contact, visitor: Visitor) -> None:
    other = open_chat(visitor, channel="message")
    add_note(contact=talk, worker=cast.worker, body="Ennen", now=NOW)
    add_note(contact=other, worker=cast.worker, body="Muualta", now=NOW)
    bind(talk, visitor, cast.worker)
    add_note(contact=fresh(talk), worker=cast.worker, body="Eka kertoi", now=LATER)
    assert {note.body for note in notes_of(fresh(talk))} == {"Ennen", "Eka kertoi"}
    assert {note.body for note in notes_of(fresh(other))} == {"Ennen", "Muualta"}
    undo_binding(contact_id=talk.pk, worker=cast.worker, reason="Väärä henkilö.", now=LATER)
    assert {note.body for note in notes_of(fresh(talk))} == {"Ennen", "Muualta"}, "what named somebody stays with them"


def test_a_note_from_a_page_opened_before_the_binding_is_the_persons(
    cast: Cast, talk: Contact, visitor: Visitor
) -> None:
    """What the page had read before does not decide where the note goes."""
    bind(talk, visitor, cast.worker)
    note = add_note(contact=talk, worker=cast.worker, body="Eka kertoi", now=LATER)
    assert note.relationship.person is not None
    assert [row.relationship_id for row in audited("guidance.note.written")] == [note.relationship_id]


# -- coming back later ------------------------------------------------------------------------------


def test_somebody_away_identifying_themselves_is_not_silent(cast: Cast, talk: Contact, visitor: Visitor) -> None:
    ask(talk, cast.worker)
    Contact.objects.filter(pk=talk.pk).update(turn="client")
    attempt = identification_of(talk, state=Identification.State.STARTED)
    later = NOW + dt.timedelta(minutes=20)
    silent_since = later - dt.timedelta(minutes=10)
    assert not warn_of_silence(contact_id=talk.pk, minutes_left=10, silent_since=silent_since, now=later)
    assert not close_silent_contact(contact_id=talk.pk, silent_since=silent_since, now=later)
    attempt.delete()
    assert warn_of_silence(contact_id=talk.pk, minutes_left=10, silent_since=silent_since, now=later), "the control"


def test_an_attempt_of_yesterday_keeps_nothing_open(cast: Cast, talk: Contact) -> None:
    identification_of(talk, state=Identification.State.STARTED)
    Contact.objects.filter(pk=talk.pk).update(turn="client")
    later = NOW + dt.timedelta(minutes=61)
    assert close_silent_contact(contact_id=talk.pk, silent_since=later, now=later)


def test_refusals_have_a_code_and_words() -> None:
    for refusal in (AlreadyAsked(), AlreadyIdentified(), BoundToAnother(), NotAsked(), NotBound()):
        assert isinstance(refusal, ContactRefused) and refusal.http_status == 409 and refusal.detail
