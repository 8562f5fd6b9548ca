"""Which unit a contact comes to, and words that may tell of danger."""

import datetime as dt

import pytest

from accounts.models import Unit
from audit.models import AuditEvent
from catalogue.models import Topic
from chat.summary import contact_summary
from guidance.danger import matcher, may_tell_of_danger
from guidance.models import Contact, DangerWord, RoutingRule
from guidance.routing import unit_for
from guidance.services import (
    NothingSuspected,
    PriorityDecided,
    carry_over,
    choose_topic,
    decide_priority,
    look_for_danger,
    transfer_contact,
)
from perhekeskus.demo.content_files import content
from tests.cast import NOW, Cast, Visitor, make_visitor, open_chat, say, sign_in, staff_author, take

pytestmark = pytest.mark.django_db


# -- routing --------------------------------------------------------------------------------------


def test_the_lowest_rule_that_fits_wins_and_else_the_front_door(cast: Cast) -> None:
    other = Topic.objects.create(slug="raha", name_fi="Raha")
    third = Unit.objects.create(slug="kolmas", name_fi="Kolmas")
    RoutingRule.objects.create(order=5, language="sv", unit=third)
    RoutingRule.objects.create(order=1, channel="message", topic=cast.topic, unit=cast.other_unit)
    RoutingRule.objects.create(order=7, topic=other, unit=cast.other_unit)
    expected = {
        ("chat", "fi", None): cast.unit,
        ("chat", "fi", cast.topic): cast.unit,
        ("message", "fi", None): cast.unit,
        ("message", "fi", cast.topic): cast.other_unit,
        ("message", "sv", cast.topic): cast.other_unit,
        ("chat", "sv", cast.topic): third,
        ("callback", "sv", other): third,
        ("callback", "en", other): cast.other_unit,
    }
    assert {asked: unit_for(*asked) for asked in expected} == expected


def test_the_rules_hold_at_the_opening_and_a_topic_chosen_later_moves_nothing(cast: Cast, visitor: Visitor) -> None:
    RoutingRule.objects.create(language="sv", unit=cast.other_unit)
    RoutingRule.objects.create(order=1, topic=cast.topic, unit=cast.other_unit)
    assert open_chat(visitor, language="sv").unit == cast.other_unit
    waiting = open_chat(visitor)
    choose_topic(contact=waiting, topic=cast.topic, visitor_key=visitor.key, now=NOW)
    waiting.refresh_from_db()
    assert (waiting.unit, waiting.topic) == (cast.unit, cast.topic)


def test_what_goes_on_as_a_message_follows_the_rules_unless_people_have_moved_it(cast: Cast, visitor: Visitor) -> None:
    third = Unit.objects.create(slug="kolmas", name_fi="Kolmas")
    RoutingRule.objects.create(channel="message", unit=cast.other_unit)
    plain, moved = open_chat(visitor), take(open_chat(visitor), cast.worker)
    transfer_contact(contact_id=moved.pk, worker=cast.worker, to_unit=third, now=NOW)
    assert carry_over(contact=plain, now=NOW).unit == cast.other_unit
    assert carry_over(contact=moved, now=NOW).unit == third


# -- words ----------------------------------------------------------------------------------------

SUSPECTED = (
    "En jaksa elää.",
    "Ajattelen ITSEMURHAA joka päivä",
    "mies LYÖ minua",
    "Hän hakkasi lasta",
    "en  jaksa,\nelää",
    "itse\u00admurha",
    "Lyödään lukkoon",  # a person decides
    "Jag tänker på självmord",
    "Han slog mig i går",
    "I want to kill myself",
    "i don’t want to live",
    "I am suicidal",
    "La\u0308mmin. Lyo\u0308 minua",
)
FALSE_FRIENDS = (
    "Milloin seuraava tapaaminen on?",
    "Tapaninpäivä sopii",
    "Sillä tavalla tapana",
    "Vauva ei nuku, ja minä en jaksa enää.",
    "Päätösihakka",
    "Haluan elää rauhassa",
    "Keittiö ja köyhälyöty",
    "Vi slogs om platsen",
)


@pytest.fixture
def words(db: None) -> None:
    DangerWord.objects.bulk_create(DangerWord(**row) for row in content("danger_words.json"))


def test_words_are_found_at_their_beginning_in_every_language(words: None) -> None:
    assert [text for text in SUSPECTED if not may_tell_of_danger(text)] == []
    assert [text for text in FALSE_FRIENDS if may_tell_of_danger(text)] == []


def test_signs_in_a_listed_word_are_signs_and_an_empty_list_finds_nothing(db: None) -> None:
    assert may_tell_of_danger("itsemurha") is False
    found = matcher(["a.b", "  "])
    assert found is not None and found.search("a.b") and not found.search("axb")


def fresh(contact: Contact) -> Contact:
    return Contact.objects.get(pk=contact.pk)


def test_danger_is_suspected_at_the_opening_and_later_and_once(words: None, cast: Cast) -> None:
    visitor, calm = make_visitor(), make_visitor()
    at_once, later = open_chat(visitor, body="En jaksa elää"), open_chat(calm, body="Hei")
    assert (at_once.priority, later.priority) == ("suspected", "")
    assert look_for_danger(now=NOW) == 0
    say(later, calm.author, "Hän löi minua")
    assert fresh(later).priority == "", "never in the statement that writes"
    assert look_for_danger(now=NOW) == 1
    assert look_for_danger(now=NOW) == 0
    assert (fresh(later).priority, fresh(later).priority_checked_seq) == ("suspected", fresh(later).last_seq)
    events = AuditEvent.objects.filter(code="guidance.priority.suspected")
    assert [(event.actor_kind, event.object_id) for event in events.order_by("pk")] == [
        ("system", str(at_once.pk)),
        ("system", str(later.pk)),
    ]


def test_what_staff_write_is_not_looked_at(words: None, cast: Cast, visitor: Visitor) -> None:
    contact = take(open_chat(visitor, body="Hei"), cast.worker)
    say(contact, staff_author(cast.worker, sign_in(cast.worker)), "Onko sinulla itsemurha-ajatuksia?")
    assert look_for_danger(now=NOW) == 0
    assert fresh(contact).priority == ""


def test_a_person_decides_and_the_confirmed_goes_first(words: None, cast: Cast) -> None:
    first = open_chat(make_visitor(), body="Hei")
    urgent = open_chat(make_visitor(), body="En jaksa elää", now=NOW + dt.timedelta(seconds=1))
    order = Contact.objects.waiting().in_queue_order()
    assert list(order) == [first, urgent], "a suspicion alone moves nothing"
    decide_priority(contact_id=urgent.pk, worker=cast.worker, decision="confirmed", now=NOW)
    decide_priority(contact_id=urgent.pk, worker=cast.worker, decision="confirmed", now=NOW)
    assert list(order.all()) == [urgent, first]
    with pytest.raises(PriorityDecided):
        decide_priority(contact_id=urgent.pk, worker=cast.colleague, decision="dismissed", now=NOW)
    with pytest.raises(NothingSuspected):
        decide_priority(contact_id=first.pk, worker=cast.colleague, decision="dismissed", now=NOW)
    take(urgent, cast.colleague)
    decide_priority(contact_id=urgent.pk, worker=cast.colleague, decision="dismissed", now=NOW)
    decisions = AuditEvent.objects.filter(code="guidance.priority.decided").order_by("pk")
    assert [(event.actor_id, event.data["decision"]) for event in decisions] == [
        (cast.worker.pk, "confirmed"),
        (cast.colleague.pk, "dismissed"),
    ]


def test_new_words_after_a_dismissal_are_suspected_again(words: None, cast: Cast, visitor: Visitor) -> None:
    contact = open_chat(visitor, body="Lyödään lukkoon ensi viikko")
    decide_priority(contact_id=contact.pk, worker=cast.worker, decision="dismissed", now=NOW)
    assert look_for_danger(now=NOW) == 0
    say(contact, visitor.author, "Haluan kuolla")
    assert look_for_danger(now=NOW) == 1


def test_a_chat_that_goes_on_as_a_message_takes_its_priority_along(words: None, cast: Cast) -> None:
    for decision in ("confirmed", "dismissed"):
        contact = open_chat(make_visitor(), body="En jaksa elää")
        decide_priority(contact_id=contact.pk, worker=cast.worker, decision=decision, now=NOW)
        message = carry_over(contact=contact, now=NOW)
        assert look_for_danger(now=NOW) == 0
        assert fresh(message).priority == decision


def test_the_family_hears_that_help_is_near_and_nothing_of_a_suspicion(words: None, cast: Cast) -> None:
    contact = open_chat(make_visitor(), body="En jaksa elää")
    shown = contact_summary(contact, now=NOW)
    assert shown["help"] is True and "priority" not in shown
    assert contact_summary(contact, now=NOW, for_staff=True)["priority"] == "suspected"
