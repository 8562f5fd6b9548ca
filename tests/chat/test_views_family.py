"""A family's pages as forms: what they keep, what they show once, and that a stranger finds nothing."""

import datetime as dt
import uuid
from unittest import mock

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import VisitorKey
from catalogue.models import Topic
from core import throttling
from guidance.message_log import Outcome
from guidance.models import Contact, Feedback, Message
from tests.cast import NOW, Cast, Visitor, close, open_chat, say, sign_in, staff_author, take

VIEWS = ("send", "leave", "forget", "feedback", "topic", "code", "to_message")


@pytest.fixture(autouse=True)
def _noon() -> object:
    with mock.patch("core.clock.now", lambda: NOW):
        yield


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    throttling.openings_per_visitor._levels.clear()
    throttling.messages_per_writer._levels.clear()
    throttling.messages_per_contact._levels.clear()


@pytest.fixture
def family(client: Client, visitor: Visitor) -> Client:
    client.cookies[settings.VISITOR_COOKIE_NAME] = visitor.secret
    return client


def address(name: str, contact: Contact) -> str:
    return reverse(name if name == "contact" else f"contact_{name}", args=[contact.pk])


def opening(**more: str) -> dict[str, str]:
    return {"nonce": str(uuid.uuid4()), "body": "Hei", "channel": "message", **more}


# -- opening ----------------------------------------------------------------------------------------


def test_the_form_opens_a_message_and_its_page_shows_the_code_once(cast: Cast, client: Client) -> None:
    client.get("/message/")
    answer = client.post("/message/", opening(body="Rivi\r\nToinen"))
    contact = Contact.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, address("contact", contact))
    assert (contact.channel, Message.objects.get().body) == ("message", "Rivi\nToinen")
    page = client.get(answer.headers["Location"])
    code = page.context["return_code"]
    assert len(code) == 16 and code[:4] in page.content.decode()
    assert client.get(answer.headers["Location"]).context["return_code"] == ""


def test_the_same_form_sent_twice_is_one_contact(cast: Cast, client: Client) -> None:
    client.get("/message/")
    sent = opening()
    first, second = client.post("/message/", sent), client.post("/message/", sent)
    assert first.headers["Location"] == second.headers["Location"]
    assert Contact.objects.count() == 1


@pytest.mark.parametrize("body", ["", "  \n ", "a\x00b", "x" * 8001, "\ud800"])
def test_a_refused_text_comes_back_with_its_words(cast: Cast, client: Client, body: str) -> None:
    sent = opening(body=body.encode("utf-8", "surrogatepass").decode("utf-8", "replace") if body == "\ud800" else body)
    answer = client.post("/message/", sent)
    if body == "\ud800":  # a form cannot carry one: it arrives as the mark of a character that was lost
        assert answer.status_code == 302
        return
    assert answer.status_code == 422 and answer.context["error"]
    assert answer.context["body"] == body
    assert not Contact.objects.exists() and not VisitorKey.objects.exists()


def test_a_chat_whose_door_shut_meanwhile_keeps_the_text(cast: Cast, client: Client) -> None:
    with mock.patch.object(settings, "DEMO_DOORS", "hours"):
        answer = client.post("/chat/", opening(channel="chat", body="Ehdinkö vielä"))
    assert answer.status_code == 409 and answer.context["body"] == "Ehdinkö vielä"
    assert "Lähetä viestinä" in answer.content.decode()
    assert not Contact.objects.exists()


def test_a_flood_of_openings_waits_and_keeps_the_text(cast: Cast, family: Client) -> None:
    answers = [family.post("/message/", opening(body=f"Kerta {turn}")) for turn in range(22)]
    assert answers[0].status_code == 302
    assert answers[-1].status_code == 429 and answers[-1].context["body"] == "Kerta 21"


def test_a_new_message_may_follow_an_own_contact_only(
    cast: Cast, family: Client, chat: Contact, stranger: Visitor
) -> None:
    foreign = open_chat(stranger)
    refused = family.post("/message/", opening(follows=str(foreign.pk), body="Jatkan"))
    assert refused.status_code == 422 and refused.context["body"] == "Jatkan"
    family.post("/message/", opening(follows=str(chat.pk)))
    assert Contact.objects.get(follows__isnull=False).follows == chat


def test_the_script_gets_the_address(cast: Cast, client: Client) -> None:
    answer = client.post("/message/", opening(), headers={"Accept": "application/json"})
    assert answer.status_code == 201
    assert answer.json() == {"location": address("contact", Contact.objects.get())}


# -- in the contact -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", VIEWS)
def test_a_stranger_finds_nothing(chat: Contact, client: Client, stranger: Visitor, name: str) -> None:
    client.cookies[settings.VISITOR_COOKIE_NAME] = stranger.secret
    assert client.post(address(name, chat), {"body": "Hei"}).status_code == 404
    assert client.get(address("contact", chat)).status_code == 404
    chat.refresh_from_db()
    assert (chat.last_seq, chat.state) == (1, "waiting")


def test_nobody_finds_nothing(chat: Contact, client: Client) -> None:
    assert client.get(address("contact", chat)).status_code == 404


def test_the_form_sends_once(chat: Contact, family: Client) -> None:
    sent = {"body": "Lisää", "nonce": str(uuid.uuid4())}
    for _time in range(2):
        assert family.post(address("send", chat), sent).status_code == 302
    assert list(Message.objects.filter(contact=chat).values_list("seq", "body"))[1:] == [(2, "Lisää")]


def test_a_half_written_text_survives_a_refresh(chat: Contact, family: Client) -> None:
    answer = family.post(address("send", chat), {"body": "Kesken", "refresh": "1"})
    assert answer.status_code == 200 and answer.context["body"] == "Kesken"
    assert Message.objects.filter(contact=chat).count() == 1


def test_a_text_that_is_too_long_stays_in_its_field(chat: Contact, family: Client) -> None:
    answer = family.post(address("send", chat), {"body": "x" * 8001})
    assert answer.status_code == 422 and answer.context["body"] == "x" * 8001


def test_a_text_into_an_ended_chat_is_offered_as_a_message(
    cast: Cast, chat: Contact, visitor: Visitor, family: Client
) -> None:
    close(take(chat, cast.worker), cast.worker, cast.topic)
    answer = family.post(address("send", chat), {"body": "Myöhästyin"})
    page = answer.content.decode()
    assert answer.status_code == 409 and "Myöhästyin" in page
    assert f'action="{reverse("message_new")}" data-composer>' in page


def test_words_are_shown_as_words(chat: Contact, visitor: Visitor, family: Client) -> None:
    say(chat, visitor.author, "<script>alert(1)</script> \u202ehei")
    page = family.get(address("contact", chat)).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; \u202ehei" in page


def test_opening_the_page_counts_as_reading(cast: Cast, chat: Contact, family: Client) -> None:
    take(chat, cast.worker)
    written = say(chat, staff_author(cast.worker, sign_in(cast.worker)), "Hei")
    assert written.outcome == Outcome.WRITTEN
    family.get(address("contact", chat), headers={"X-Panels": "1"})
    chat.refresh_from_db()
    assert chat.client_seen_seq < chat.last_seq
    family.get(address("contact", chat))
    chat.refresh_from_db()
    assert chat.client_seen_seq == chat.last_seq


def test_leaving_the_queue(chat: Contact, family: Client) -> None:
    family.post(address("leave", chat))
    chat.refresh_from_db()
    assert chat.outcome == "left_queue"
    assert "Lähdit jonosta" in family.get(address("contact", chat)).content.decode()


def test_forgetting_the_device(chat: Contact, visitor: Visitor, family: Client) -> None:
    answer = family.post(address("forget", chat))
    assert answer.headers["Clear-Site-Data"] == '"storage"'
    assert answer.cookies[settings.VISITOR_COOKIE_NAME].value == ""
    family.cookies[settings.VISITOR_COOKIE_NAME] = visitor.secret
    assert family.get(address("contact", chat)).status_code == 404


def test_choosing_a_topic(cast: Cast, chat: Contact, family: Client) -> None:
    family.post(address("topic", chat), {"topic": cast.topic.slug})
    chat.refresh_from_db()
    assert chat.topic == cast.topic
    family.post(address("topic", chat), {"topic": "no-such"})
    chat.refresh_from_db()
    assert chat.topic is None and Topic.objects.exists()


def test_a_new_code_replaces_the_old_one(chat: Contact, visitor: Visitor, family: Client) -> None:
    family.post(address("code", chat))
    code = family.get(address("contact", chat)).context["return_code"]
    assert code != visitor.code
    assert Client().post("/return/", {"code": visitor.code}).status_code == 422
    assert Client().post("/return/", {"code": code}).headers["Location"] == address("contact", chat)


def test_a_chat_becomes_a_message_without_typing_again(chat: Contact, family: Client) -> None:
    answer = family.post(address("to_message", chat))
    message = Contact.objects.get(follows=chat)
    assert answer.headers["Location"] == address("contact", message)
    assert Message.objects.get(contact=message, kind="client").body == Message.objects.get(contact=chat, seq=1).body


def test_feedback_is_asked_once_and_needs_an_answer(cast: Cast, chat: Contact, family: Client) -> None:
    close(take(chat, cast.worker), cast.worker, cast.topic, NOW + dt.timedelta(minutes=5))
    empty = family.post(address("feedback", chat), {"word": " "})
    assert empty.status_code == 422 and empty.context["feedback_error"]
    family.post(address("feedback", chat), {"helped": "partly", "feeling": "9", "word": "Kiitos"})
    given = Feedback.objects.get()
    assert (given.helped, given.feeling, given.word) == ("partly", None, "Kiitos")
    family.post(address("feedback", chat), {"helped": "no"})
    assert Feedback.objects.get().helped == "partly"
    assert not family.get(address("contact", chat)).context["asks_feedback"]


def test_guessing_codes_is_slowed(cast: Cast, client: Client) -> None:
    with mock.patch.object(throttling, "cache") as cache:
        cache.incr.return_value = 11
        answer = client.post("/return/", {"code": "1234"})
    assert answer.status_code == 429


def test_a_form_with_an_old_token_comes_back_with_its_text(cast: Cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    with mock.patch.object(settings, "CSRF_FAILURE_VIEW", "perhekeskus.views_family.csrf_failure"):
        answer = strict.post("/message/", opening(body="Tärkeä teksti"))
    assert answer.status_code == 403
    assert "Tärkeä teksti" in answer.content.decode()
    assert not Contact.objects.exists()
