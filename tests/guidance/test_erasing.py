"""Erasure takes everything of a family, what only seems to be theirs stays, and no model is forgotten."""

import datetime as dt
import io
import uuid
from itertools import count
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from accounts.models import Identification, Person, VisitorKey
from accounts.models import Visitor as VisitorRow
from audit.codes import AuditCode
from audit.models import AuditEvent
from guidance.models import (
    Binding,
    BreakGlass,
    Child,
    ClientRelationship,
    Contact,
    Erasure,
    IdentificationRequest,
    MaturityJudgement,
    Message,
    Note,
    OlderLogRequest,
    Signpost,
    ThreadShare,
)
from guidance.services import (
    AnswerMissing,
    ErasureAnswered,
    NothingToErase,
    add_note,
    ask_erasure,
    erase_conversations,
    give_feedback,
    grant_erasure,
    refuse_erasure,
    withdraw_erasure,
)
from guidance.services.erasing import take_out_relationship
from tests.cast import NOW, Cast, Visitor, close, make_person, make_visitor, open_chat, say, take

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
_number = count(1)


def identification_of(person: Person, contact: Contact | None = None) -> Identification:
    secret = f"{next(_number):064d}"
    return Identification.objects.create(
        purpose="contact" if contact else "own_page",
        contact_id=contact.pk if contact else None,
        language="fi",
        provider="demo",
        level_asked="http://ftn.ficora.fi/2017/loa2",
        state_hash=secret,
        nonce_hash=secret,
        browser_hash=secret,
        state="done",
        acr="http://ftn.ficora.fi/2017/loa2",
        auth_time=NOW,
        person=person,
        started_at=NOW,
        ended_at=NOW,
    )


def relationship_of(person: Person) -> ClientRelationship:
    return ClientRelationship.objects.get_or_create(person=person, defaults={"created_at": NOW})[0]


def bind(contact: Contact, person: Person, *, worker: object, undone: bool = False) -> Binding:
    """The contact moves to the person's relationship, as after an identification (and back again when undone)."""
    home, theirs = contact.relationship, relationship_of(person)
    identification = identification_of(person, contact)
    IdentificationRequest.objects.create(
        contact=contact, asked_by=worker, reason="Ajanvaraus", asked_at=NOW, state="done", answered_at=NOW,
        identification=identification,
    )  # fmt: skip
    binding = Binding.objects.create(
        contact=contact, from_relationship=home, to_relationship=theirs, identification=identification, bound_at=NOW
    )
    if undone:
        Binding.objects.filter(pk=binding.pk).update(undone_at=NOW, undone_by=worker, undo_reason="Väärä henkilö")
    else:
        Contact.objects.filter(pk=contact.pk).update(relationship=theirs)
        contact.refresh_from_db()
    return binding


def speaks_for(visitor: Visitor, person: Person, since: dt.datetime = NOW) -> None:
    """For a day. Whoever asks over HTTP asks by the real clock, and gives its moment."""
    VisitorKey.objects.filter(pk=visitor.key.pk).update(person=person, person_until=since + DAY)
    visitor.key.refresh_from_db()


def full_life(cast: Cast, contact: Contact, visitor: Visitor) -> None:
    """Everything that can hang on a contact."""
    take(contact, cast.worker)
    say(contact, visitor.author, "Lisää")
    add_note(contact=contact, worker=cast.worker, body="Merkintä", now=NOW)
    Signpost.objects.create(contact=contact, nonce=uuid.uuid4(), name="Perhekahvila", by=cast.worker, at=NOW)
    close(contact, cast.worker, cast.topic)
    give_feedback(contact=contact, visitor_key=visitor.key, helped="yes", feeling=4, word="Kiitos", now=NOW)
    BreakGlass.objects.create(
        user=cast.outsider, unit=cast.other_unit, contact=contact, reason="Hätä", at=NOW, until=NOW + DAY
    )
    OlderLogRequest.objects.create(
        relationship=contact.relationship, unit=contact.unit, reason="Vanhemmat merkinnät", asked_at=NOW
    )


# -- no model is forgotten -----------------------------------------------------------------------


TAKEN_OUT = {
    "guidance.Contact", "guidance.ClientRelationship", "guidance.Message", "guidance.Feedback", "guidance.Note",
    "guidance.IdentificationRequest", "guidance.Binding", "guidance.ThreadShare", "guidance.BreakGlass",
    "guidance.Child", "guidance.MaturityJudgement", "guidance.Erasure", "accounts.VisitorKey",
    "accounts.Identification", "accounts.NoticeAddress", "accounts.Person", "accounts.Visitor",
    "guidance.OlderLogRequest",
    "guidance.CallbackRequest", "guidance.Consultation", "guidance.Draft", "guidance.Signpost",
    "guidance.CorrectionRequest", "guidance.ResponsibleWorker",
    "segments.Assessment", "segments.Plan", "referrals.Referral",
    "chat.Alarm",
}  # fmt: skip
FAMILY = {"guidance.Contact", "guidance.ClientRelationship", "guidance.Child", "accounts.Person", "accounts.Visitor"}


def pointing_at_a_family(found: list[type[models.Model]]) -> set[str]:
    return {
        model._meta.label
        for model in found
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and field.related_model._meta.label in FAMILY
    }


def test_every_model_that_points_at_a_family_is_taken_out() -> None:
    assert pointing_at_a_family(list(apps.get_models())) <= TAKEN_OUT


def test_a_forgotten_model_would_be_seen() -> None:
    from django.test.utils import isolate_apps

    with isolate_apps("guidance"):

        class Diary(models.Model):
            contact = models.ForeignKey(Contact, models.PROTECT, related_name="+")

            class Meta:
                app_label = "guidance"

        assert pointing_at_a_family([Diary]) - TAKEN_OUT == {"guidance.Diary"}


# -- an anonymous visitor ---------------------------------------------------------------------------


def test_an_anonymous_visitor_erases_everything_at_once(
    cast: Cast, visitor: Visitor, stranger: Visitor, chat: Contact
) -> None:
    full_life(cast, chat, visitor)
    child = Child.objects.create(
        relationship=chat.relationship, name="Lapsi", birth_date=dt.date(2015, 1, 1), named_by=cast.worker, named_at=NOW
    )
    MaturityJudgement.objects.create(child=child, worker=cast.worker, guardian_may_act=True, reason="Syy", at=NOW)
    Contact.objects.filter(pk=chat.pk).update(about_child=child)
    follower = open_chat(visitor, channel="message", body="Vielä yksi asia")
    Contact.objects.filter(pk=follower.pk).update(follows=chat)
    foreign = open_chat(stranger)
    number = chat.relationship_id

    erasure = erase_conversations(visitor_key=visitor.key, now=NOW)

    assert list(Contact.objects.all()) == [foreign]
    assert set(Message.objects.values_list("contact_id", flat=True)) == {foreign.pk}
    for model in (Note, Signpost, BreakGlass, Child, MaturityJudgement):
        assert not model.objects.exists(), model
    assert not VisitorKey.objects.filter(visitor=visitor.key.visitor_id).exists()
    assert list(VisitorRow.objects.all()) == [stranger.key.visitor]
    assert erasure.state == "erased" and erasure.relationship_number == number and erasure.rows["contact"] == 2
    assert erasure.reason == "" and erasure.relationship_id is None
    event = AuditEvent.objects.get(code=AuditCode.DATA_ERASED)
    assert (event.actor_kind, event.relationship_id) == ("client", number)


def test_a_second_time_there_is_nothing(visitor: Visitor, chat: Contact) -> None:
    erase_conversations(visitor_key=visitor.key, now=NOW)
    with pytest.raises(NothingToErase):
        erase_conversations(visitor_key=visitor.key, now=NOW)


def test_what_moved_to_a_persons_record_stays_and_can_still_be_moved_back(
    cast: Cast, visitor: Visitor, chat: Contact
) -> None:
    person = make_person()
    bind(chat, person, worker=cast.worker)
    home = Binding.objects.get().from_relationship_id
    own = open_chat(visitor, body="Nimettömänä")
    erase_conversations(visitor_key=visitor.key, now=NOW)
    assert list(Contact.objects.all()) == [chat] and not Contact.objects.filter(pk=own.pk).exists()
    assert ClientRelationship.objects.filter(pk=home).exists(), "the way back"
    assert VisitorKey.objects.filter(pk=visitor.key.pk).exists(), "the device that opened it"
    with pytest.raises(NothingToErase):
        erase_conversations(visitor_key=visitor.key, now=NOW)


def test_a_binding_that_was_undone_goes_with_the_conversation(cast: Cast, visitor: Visitor, chat: Contact) -> None:
    person = make_person()
    bind(chat, person, worker=cast.worker, undone=True)
    erase_conversations(visitor_key=visitor.key, now=NOW)
    assert not Contact.objects.exists() and not Binding.objects.exists()
    assert Person.objects.filter(pk=person.pk).exists(), "the person has a record of their own"


# -- an identified person ---------------------------------------------------------------------------


def test_a_person_asks_and_the_supervisor_lets_go(cast: Cast, visitor: Visitor, chat: Contact) -> None:
    person, other = make_person(), make_person("Toka Huoltaja")
    speaks_for(visitor, person)
    full_life(cast, chat, visitor)
    bind(chat, person, worker=cast.worker)
    ThreadShare.objects.create(
        contact=chat, shared_by=person, code_hash="a" * 64, created_at=NOW, expires_at=NOW + DAY, with_person=other,
        used_at=NOW,
    )  # fmt: skip
    others = open_chat(make_visitor())
    bind(others, other, worker=cast.worker)
    Contact.objects.filter(pk=others.pk).update(follows=chat)
    shared = ThreadShare.objects.create(
        contact=others, shared_by=other, code_hash="b" * 64, created_at=NOW, expires_at=NOW + DAY, with_person=person,
        used_at=NOW,
    )  # fmt: skip

    erasure = ask_erasure(person=person, reason="En halua tietojani tänne.", now=NOW)
    assert erasure.state == "asked" and erasure.due_on == dt.date(2026, 12, 21)
    assert ask_erasure(person=person, reason="Uudelleen", now=NOW + DAY) == erasure, "the same wish"
    assert Contact.objects.filter(pk=chat.pk).exists(), "nothing is erased by asking"

    erasure = grant_erasure(erasure=erasure, by=cast.supervisor, now=NOW + DAY)
    assert list(Contact.objects.all()) == [others]
    assert list(Person.objects.all()) == [other]
    assert not Identification.objects.filter(person=person.pk).exists()
    assert not ThreadShare.objects.filter(pk=shared.pk).exists()
    assert not VisitorRow.objects.filter(pk=visitor.key.visitor_id).exists(), "the empty shell went, too"
    assert (erasure.reason, erasure.relationship, erasure.rows["person"]) == ("", None, 1)
    codes = list(AuditEvent.objects.filter(object_type="erasure").order_by("pk").values_list("code", "actor_kind"))
    assert codes == [
        (AuditCode.ERASURE_ASKED, "person"),
        (AuditCode.ERASURE_ANSWERED, "staff"),
        (AuditCode.DATA_ERASED, "staff"),
    ]
    with pytest.raises(ErasureAnswered):
        refuse_erasure(erasure=erasure, by=cast.supervisor, answer="Myöhässä", now=NOW + DAY)


def test_the_supervisor_refuses_with_a_reason(cast: Cast, visitor: Visitor, chat: Contact) -> None:
    person = make_person()
    bind(chat, person, worker=cast.worker)
    erasure = ask_erasure(person=person, reason="", now=NOW)
    with pytest.raises(AnswerMissing):
        refuse_erasure(erasure=erasure, by=cast.supervisor, answer="  ", now=NOW)
    refused = refuse_erasure(erasure=erasure, by=cast.supervisor, answer="Laki velvoittaa.", now=NOW)
    assert refused.state == "refused" and refused.relationship is not None
    assert Contact.objects.filter(pk=chat.pk).exists()
    again = ask_erasure(person=person, reason="", now=NOW + DAY)
    assert again != refused, "one may ask again later"


def test_a_person_without_a_record_is_erased_at_once(visitor: Visitor) -> None:
    person = make_person()
    identification_of(person)
    speaks_for(visitor, person)
    erasure = ask_erasure(person=person, reason="", now=NOW)
    assert erasure.state == "erased" and not Person.objects.exists() and not Identification.objects.exists()
    visitor.key.refresh_from_db()
    assert visitor.key.person_id is None and visitor.key.person_until is None


def test_a_wish_can_be_taken_back(cast: Cast, visitor: Visitor, chat: Contact) -> None:
    person = make_person()
    bind(chat, person, worker=cast.worker)
    erasure = ask_erasure(person=person, reason="", now=NOW)
    assert withdraw_erasure(person=person, now=NOW) and not withdraw_erasure(person=person, now=NOW)
    with pytest.raises(ErasureAnswered):
        grant_erasure(erasure=erasure, by=cast.supervisor, now=NOW)


def test_a_child_that_another_persons_contact_is_about_does_not_stop_the_erasure(
    cast: Cast, visitor: Visitor, chat: Contact
) -> None:
    person = make_person()
    binding = bind(chat, person, worker=cast.worker)
    child = Child.objects.create(
        relationship=binding.to_relationship, name="Lapsi", birth_date=dt.date(2020, 1, 1), named_by=cast.worker,
        named_at=NOW,
    )  # fmt: skip
    Contact.objects.filter(pk=chat.pk).update(about_child=child, relationship=binding.from_relationship)
    Binding.objects.filter(pk=binding.pk).update(undone_at=NOW, undone_by=cast.worker, undo_reason="Erehdys")
    take_out_relationship(binding.to_relationship_id)
    chat.refresh_from_db()
    assert chat.about_child_id is None and not Child.objects.exists()
    assert not Person.objects.exists() and not IdentificationRequest.objects.exists()


def test_the_evidence_cannot_hold_a_familys_words(cast: Cast) -> None:
    from django.db import IntegrityError, transaction

    fields = {"asker": "visitor", "asked_at": NOW, "due_on": NOW.date(), "state": "erased", "answered_at": NOW}
    with pytest.raises(IntegrityError), transaction.atomic():
        Erasure.objects.create(**fields, reason="Salaisuus")
    Erasure.objects.create(**fields, relationship_number=1)


def test_a_message_sent_while_it_was_erased_is_refused_as_unknown(visitor: Visitor, chat: Contact) -> None:
    author = visitor.author
    erase_conversations(visitor_key=visitor.key, now=NOW)
    assert say(chat, author, nonce=uuid.uuid4()).outcome == "unknown"


def test_what_a_restored_dump_brought_back_is_erased_again(
    visitor: Visitor, chat: Contact, caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: Any
) -> None:
    from django.core.management import call_command

    number = chat.relationship_id
    with caplog.at_level("INFO", "perhekeskus.erasure"), django_capture_on_commit_callbacks(execute=True):
        call_command("erase_again", str(number), "999999", stdout=(out := io.StringIO()))
    assert out.getvalue().splitlines() == [f"{number}: erased", "999999: not there"]
    assert not Contact.objects.exists() and Erasure.objects.get().relationship_number == number
    assert caplog.messages == [f"erased relationship {number}"]
    event = AuditEvent.objects.get(code=AuditCode.DATA_ERASED)
    assert (event.actor_kind, event.ground) == ("system", "platform")
