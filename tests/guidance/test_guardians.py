"""Children and their guardians: who acts for whom, and that nothing passes from one guardian to the other unshared."""

import datetime as dt
from typing import Any

import pytest
from django.http import Http404

from accounts.models import Person
from audit.models import AuditEvent
from core.text import BodyRefused
from guidance.models import Child, Contact, MaturityJudgement, ThreadShare
from guidance.own_page import own_contact_of, own_page, share_received, shares_given, shares_received
from guidance.services import (
    ChildDecides,
    ChildUnknown,
    Judgement,
    MaturityNeeded,
    NotIdentified,
    NotYours,
    OwnShare,
    ReasonMissing,
    ShareUnknown,
    add_note,
    name_child,
    redeem_share,
    revoke_share,
    share_thread,
    show_identity_code,
    undo_binding,
)
from guidance.services.children import Standing, age_on, standing_of
from tests.cast import NOW, Cast, Visitor, bind, close, make_person, make_visitor, open_chat, take

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)
SMALL, BIG = dt.date(2020, 5, 5), dt.date(2013, 5, 5)
LATER = NOW + dt.timedelta(hours=1)


@pytest.fixture
def eka() -> Person:
    return make_person("Eka Huoltaja")


@pytest.fixture
def toka() -> Person:
    return make_person("Toka Huoltaja")


@pytest.fixture
def talk(cast: Cast, chat: Contact, visitor: Visitor, eka: Person) -> Contact:
    """Eka's chat, which the worker has."""
    return bind(take(chat, cast.worker), visitor, cast.worker, eka)


def named(contact: Contact, cast: Cast, **asked: Any) -> Contact:
    return name_child(contact_id=contact.pk, worker=cast.worker, now=NOW, **asked)


def about(contact: Contact) -> Child | None:
    return Contact.objects.select_related("about_child").get(pk=contact.pk).about_child


# -- age ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (dt.date(2014, 11, 23), TODAY, 12),
        (dt.date(2014, 11, 24), TODAY, 11),
        (dt.date(2012, 2, 29), dt.date(2024, 2, 28), 11),
        (dt.date(2012, 2, 29), dt.date(2024, 2, 29), 12),
        (dt.date(2012, 2, 29), dt.date(2030, 2, 27), 17),
        (dt.date(2012, 2, 29), dt.date(2030, 2, 28), 18),
        (TODAY, TODAY, 0),
    ],
)
def test_age_on_a_day(born: dt.date, day: dt.date, age: int) -> None:
    assert age_on(born, day) == age


# -- whom it is about -------------------------------------------------------------------------------


def test_a_guardian_acts_for_a_child_under_12(cast: Cast, talk: Contact) -> None:
    named(talk, cast, name=" Aino ", birth_date=SMALL)
    child = Child.objects.get()
    assert about(talk) == child and (child.name, child.birth_date, child.named_by) == ("Aino", SMALL, cast.worker)
    assert child.relationship == Contact.objects.get(pk=talk.pk).relationship
    assert standing_of(child, TODAY) == Standing.GUARDIAN
    record = AuditEvent.objects.get(code="guidance.child.named")
    assert (record.actor_id, record.role, record.relationship_id) == (cast.worker.pk, "worker", child.relationship_id)
    assert "Aino" not in str(record.data)


def test_from_12_on_a_judgement_comes_first(cast: Cast, talk: Contact) -> None:
    with pytest.raises(MaturityNeeded):
        named(talk, cast, name="Ville", birth_date=BIG)
    assert about(talk) is None and not Child.objects.exists()
    with pytest.raises(BodyRefused):
        named(talk, cast, name="Ville", birth_date=BIG, judgement=Judgement(True, " "))
    named(talk, cast, name="Ville", birth_date=BIG, judgement=Judgement(True, "Ville pyysi isää asioimaan."))
    child = Child.objects.get()
    assert about(talk) == child and standing_of(child, TODAY) == Standing.GUARDIAN_BY_JUDGEMENT
    assert MaturityJudgement.objects.get().reason == "Ville pyysi isää asioimaan."
    record = AuditEvent.objects.get(code="guidance.maturity.judged")
    assert record.data == {"contact": str(talk.pk), "guardian_may_act": True}
    named(talk, cast, child_id=child.pk)
    assert MaturityJudgement.objects.count() == 1, "what has been judged needs no second judgement"


def test_where_the_child_decides_the_contact_is_not_about_it(cast: Cast, talk: Contact) -> None:
    with pytest.raises(ChildDecides):
        named(talk, cast, name="Ville", birth_date=BIG, judgement=Judgement(False, "Ville haluaa puhua itse."))
    child = Child.objects.get()
    assert about(talk) is None and standing_of(child, TODAY) == Standing.CHILD
    assert not MaturityJudgement.objects.get().guardian_may_act, "the judgement is kept"
    with pytest.raises(ChildDecides):
        named(talk, cast, child_id=child.pk)
    named(talk, cast, child_id=child.pk, judgement=Judgement(True, "Ville muutti mielensä."))
    assert about(talk) == child, "the newest judgement counts"


def test_a_child_who_turns_12_is_to_be_judged(cast: Cast, talk: Contact) -> None:
    named(talk, cast, name="Aino", birth_date=dt.date(2014, 11, 24))
    child = Child.objects.get()
    assert standing_of(child, TODAY) == Standing.GUARDIAN
    assert standing_of(child, TODAY + dt.timedelta(days=1)) == Standing.UNJUDGED
    assert standing_of(child, dt.date(2032, 11, 24)) == Standing.OF_AGE


@pytest.mark.parametrize("born", [None, dt.date(2008, 11, 23), TODAY + dt.timedelta(days=1), dt.date(1890, 1, 1)])
def test_who_is_no_child_is_refused(cast: Cast, talk: Contact, born: dt.date | None) -> None:
    with pytest.raises(ChildUnknown):
        named(talk, cast, name="Aino", birth_date=born)


@pytest.mark.parametrize("name", ["", "  ", "x" * 121, "Aino\nVille", "A\x00"])
def test_a_name_that_is_none_is_refused(cast: Cast, talk: Contact, name: str) -> None:
    with pytest.raises(ChildUnknown):
        named(talk, cast, name=name, birth_date=SMALL)


def test_no_child_of_another_family_and_none_for_the_nameless(
    cast: Cast, talk: Contact, stranger: Visitor, toka: Person
) -> None:
    named(talk, cast, name="Aino", birth_date=SMALL)
    theirs = take(open_chat(stranger), cast.worker)
    with pytest.raises(NotIdentified):
        named(theirs, cast, name="Aino", birth_date=SMALL)
    bind(theirs, stranger, cast.worker, toka)
    with pytest.raises(ChildUnknown):
        named(theirs, cast, child_id=Child.objects.get().pk)
    with pytest.raises(NotYours):
        name_child(contact_id=talk.pk, worker=cast.colleague, name="Aino", birth_date=SMALL, now=NOW)


def test_two_guardians_of_one_child_have_a_child_each(
    cast: Cast, talk: Contact, stranger: Visitor, toka: Person, eka: Person
) -> None:
    named(talk, cast, name="Aino", birth_date=SMALL)
    theirs = bind(take(open_chat(stranger, body="Ero on vireillä."), cast.worker), stranger, cast.worker, toka)
    named(theirs, cast, name="Aino", birth_date=SMALL)
    assert Child.objects.count() == 2 and about(talk) != about(theirs)
    assert own_page(eka, NOW).contacts == [talk] and own_page(toka, NOW).contacts == [theirs]
    assert [child.pk for child in own_page(toka, NOW).children] == [about(theirs).pk]  # type: ignore[union-attr]
    with pytest.raises(Http404):
        own_contact_of(toka, talk.pk)


def test_undoing_takes_the_child_off_the_contact(cast: Cast, talk: Contact, eka: Person) -> None:
    named(talk, cast, name="Aino", birth_date=SMALL)
    undo_binding(contact_id=talk.pk, worker=cast.worker, reason="Väärä henkilö.", now=LATER)
    assert about(talk) is None
    assert [child.name for child in own_page(eka, NOW).children] == ["Aino"]


# -- sharing ----------------------------------------------------------------------------------------


def test_a_code_opens_one_conversation_to_one_person_once(cast: Cast, talk: Contact, eka: Person, toka: Person) -> None:
    share, code = share_thread(contact_id=talk.pk, person=eka, now=NOW)
    assert len(code) == 16 and code not in str(list(ThreadShare.objects.values()))
    assert shares_received(toka) == []
    used = redeem_share(code=f"{code[:4]} {code[4:]}", person=toka, now=LATER)
    assert used.pk == share.pk and shares_received(toka) == [used]
    assert share_received(toka, share.pk).contact == talk
    with pytest.raises(ShareUnknown):
        redeem_share(code=code, person=make_person("Kolmas Henkilö"), now=LATER)
    codes = AuditEvent.objects.filter(code__startswith="guidance.thread.share").order_by("pk")
    assert [(row.code, row.actor_id, row.ground) for row in codes] == [
        ("guidance.thread.shared", eka.pk, "own"),
        ("guidance.thread.share_used", toka.pk, "shared"),
    ]
    assert {row.relationship_id for row in codes} == {Contact.objects.get(pk=talk.pk).relationship_id}


def test_never_with_oneself_and_never_what_is_not_ones_own(
    cast: Cast, talk: Contact, eka: Person, toka: Person, visitor: Visitor
) -> None:
    _share, code = share_thread(contact_id=talk.pk, person=eka, now=NOW)
    with pytest.raises(OwnShare):
        redeem_share(code=code, person=eka, now=NOW)
    with pytest.raises(ShareUnknown):
        share_thread(contact_id=talk.pk, person=toka, now=NOW)
    with pytest.raises(ShareUnknown):
        share_thread(contact_id=open_chat(visitor).pk, person=toka, now=NOW)
    redeem_share(code=code, person=toka, now=NOW)
    with pytest.raises(ShareUnknown):
        share_thread(contact_id=talk.pk, person=toka, now=NOW)


@pytest.mark.parametrize("code", ["", "1234", "x" * 16, "0" * 16, "٤" * 16])
def test_a_wrong_code_opens_nothing(talk: Contact, toka: Person, code: str) -> None:
    with pytest.raises(ShareUnknown):
        redeem_share(code=code, person=toka, now=NOW)


def test_a_code_lasts_a_week(talk: Contact, eka: Person, toka: Person) -> None:
    _share, code = share_thread(contact_id=talk.pk, person=eka, now=NOW)
    week = NOW + dt.timedelta(days=7)
    with pytest.raises(ShareUnknown):
        redeem_share(code=code, person=toka, now=week)
    assert shares_given(eka, week) == [] and len(shares_given(eka, NOW)) == 1
    redeem_share(code=code, person=toka, now=week - dt.timedelta(seconds=1))
    assert len(shares_given(eka, week)) == 1, "what is used is shared until it is taken back"


def test_taking_back_ends_it_at_once(talk: Contact, eka: Person, toka: Person) -> None:
    share, code = share_thread(contact_id=talk.pk, person=eka, now=NOW)
    redeem_share(code=code, person=toka, now=NOW)
    with pytest.raises(ShareUnknown):
        revoke_share(share_id=share.pk, person=toka, now=NOW)
    revoke_share(share_id=share.pk, person=eka, now=NOW)
    revoke_share(share_id=share.pk, person=eka, now=LATER)
    assert shares_received(toka) == [] and shares_given(eka, NOW) == []
    with pytest.raises(Http404):
        share_received(toka, share.pk)
    assert AuditEvent.objects.filter(code="guidance.thread.share_revoked").count() == 1


def test_a_revoked_code_opens_nothing(talk: Contact, eka: Person, toka: Person) -> None:
    share, code = share_thread(contact_id=talk.pk, person=eka, now=NOW)
    revoke_share(share_id=share.pk, person=eka, now=NOW)
    with pytest.raises(ShareUnknown):
        redeem_share(code=code, person=toka, now=NOW)


def test_what_leaves_the_person_is_shared_no_more(cast: Cast, talk: Contact, eka: Person, toka: Person) -> None:
    _share, code = share_thread(contact_id=talk.pk, person=eka, now=NOW)
    _other, unused = share_thread(contact_id=talk.pk, person=eka, now=NOW)
    redeem_share(code=code, person=toka, now=NOW)
    undo_binding(contact_id=talk.pk, worker=cast.worker, reason="Väärä henkilö.", now=LATER)
    assert shares_received(toka) == []
    with pytest.raises(ShareUnknown):
        redeem_share(code=unused, person=toka, now=LATER)


def test_a_young_person_is_their_own_client(cast: Cast) -> None:
    young = make_person("Nuori Testi")
    Person.objects.filter(pk=young.pk).update(birth_date=dt.date(2010, 3, 3))
    visitor = make_visitor()
    contact = bind(take(open_chat(visitor), cast.worker), visitor, cast.worker, young)
    assert own_page(young, NOW).contacts == [contact] and about(contact) is None


# -- the identity code ------------------------------------------------------------------------------


def test_the_code_is_shown_to_who_has_the_contact_and_every_look_is_kept(
    cast: Cast, talk: Contact, eka: Person
) -> None:
    assert show_identity_code(contact_id=talk.pk, worker=cast.worker, reason="referral", now=NOW) == ""
    record = AuditEvent.objects.get(code="accounts.identity_code.shown")
    assert (record.actor_id, record.role, record.ground, record.data, record.object_id) == (
        cast.worker.pk, "worker", "task", {"reason": "referral"}, str(eka.pk),
    )  # fmt: skip
    assert record.relationship_id == Contact.objects.get(pk=talk.pk).relationship_id
    for reason in ("", "curiosity"):
        with pytest.raises(ReasonMissing):
            show_identity_code(contact_id=talk.pk, worker=cast.worker, reason=reason, now=NOW)
    with pytest.raises(NotYours):
        show_identity_code(contact_id=talk.pk, worker=cast.colleague, reason="referral", now=NOW)
    assert AuditEvent.objects.filter(code="accounts.identity_code.shown").count() == 1


def test_there_is_no_code_of_the_nameless(cast: Cast, chat: Contact) -> None:
    take(chat, cast.worker)
    with pytest.raises(NotIdentified):
        show_identity_code(contact_id=chat.pk, worker=cast.worker, reason="referral", now=NOW)


def test_a_share_shows_no_note(cast: Cast, talk: Contact, eka: Person, toka: Person) -> None:
    add_note(contact=talk, worker=cast.worker, body="SALAINEN MERKINTÄ", now=NOW)
    _share, code = share_thread(contact_id=talk.pk, person=eka, now=NOW)
    share = redeem_share(code=code, person=toka, now=NOW)
    close(talk, cast.worker, cast.topic)
    assert "SALAINEN" not in str([message.body for message in share.contact.messages.all()])
