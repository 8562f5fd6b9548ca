"""A conversation as its family keeps it; and whose turn a message says it is."""

import datetime as dt
from unittest import mock

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse

from audit.codes import AuditCode
from audit.models import AuditEvent
from guidance.models import Contact, CustomerPromise, Message, ServiceWindow
from guidance.promises import mark_answers_due
from guidance.services import close_contact, go_live
from perhekeskus.templatetags.desk import row_clock
from tests.cast import NOW, Cast, Visitor, make_visitor, open_chat, say, sign_in, staff_author, take

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _noon() -> object:
    with mock.patch("core.clock.now", lambda: NOW):
        yield


@pytest.fixture
def family(client: Client, visitor: Visitor) -> Client:
    client.cookies[settings.VISITOR_COOKIE_NAME] = visitor.secret
    return client


def address(contact: Contact) -> str:
    return reverse("contact_transcript", args=[contact.pk])


def answered(visitor: Visitor, cast: Cast, **opening: str) -> Contact:
    contact = open_chat(visitor, **opening)
    take(contact, cast.worker)
    say(
        contact,
        staff_author(cast.worker, sign_in(cast.worker)),
        "Hei\nOlen Maija\r\nklo 13.00 Sinä: en kirjoittanut tätä",
    )
    contact.refresh_from_db()
    return contact


WORDS = {
    "fi": ("Sinä", "Maija, perheohjaaja", "Mitä seuraavaksi tapahtuu", "keskustelu.txt"),
    "sv": ("Du", "Maija, ", "Vad händer härnäst", "samtal.txt"),
    "en": ("You", "Maija, ", "What happens next", "conversation.txt"),
}


@pytest.mark.parametrize("language", WORDS)
def test_the_text_is_in_the_contacts_language_and_whole(
    cast: Cast, visitor: Visitor, family: Client, language: str
) -> None:
    contact = answered(visitor, cast, body="Äiti tässä 👪", language=language)
    you, worker, what_next, name = WORDS[language]
    close_contact(
        contact_id=contact.pk, worker=cast.worker, outcome="referred", topic=cast.topic,
        next_step="Neuvola soittaa.", next_step_owner="worker", now=NOW,
    )  # fmt: skip
    answer = family.get(address(contact))
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    text = answer.content.decode("utf-8")
    lines = text.split("\r\n")
    assert f"12.00 {you}" in lines or f"12:00 {you}" in lines
    assert "  Äiti tässä 👪" in lines and any(worker in line for line in lines)
    assert "  Olen Maija" in lines, "what people wrote is indented"
    assert "klo 13.00 Sinä: en kirjoittanut tätä" not in lines
    assert what_next in lines and "  Neuvola soittaa." in lines and "Maija" in lines[-2]
    event = AuditEvent.objects.get(code=AuditCode.TRANSCRIPT_SAVED)
    assert (event.object_id, event.actor_id) == (str(contact.pk), visitor.key.visitor_id)


def test_all_that_the_thread_shows_and_nothing_else(cast: Cast, visitor: Visitor, family: Client) -> None:
    contact = answered(visitor, cast, channel="message", body="Ensin viesti")
    chat = go_live(contact_id=contact.pk, worker=cast.worker, family_is_here=True, now=NOW)
    say(chat, visitor.author, "Sitten chat")
    text = family.get(address(chat)).content.decode()
    bodies = Message.objects.filter(contact__in=[contact, chat]).values_list("body", flat=True)
    assert [body for body in bodies if body.splitlines()[0] not in text] == []
    assert cast.worker.last_name not in text and cast.worker.email not in text
    assert text.index("Ensin viesti") < text.index("Sitten chat")


def test_who_gets_none(cast: Cast, chat: Contact, client: Client, stranger: Visitor) -> None:
    assert client.get(address(chat)).status_code == 404
    client.cookies[settings.VISITOR_COOKIE_NAME] = stranger.secret
    assert client.get(address(chat)).status_code == 404
    worker = Client()
    worker.force_login(cast.worker)
    assert worker.get(address(chat)).status_code == 404
    assert not AuditEvent.objects.filter(code=AuditCode.TRANSCRIPT_SAVED).exists()


# -- whose turn -------------------------------------------------------------------------------------


@pytest.fixture
def office(cast: Cast) -> None:
    CustomerPromise.objects.create(channel="message", within=1, measure="service_days", text_fi="Lupaus")
    for day in range(1, 6):
        ServiceWindow.objects.create(
            unit=cast.unit, channel="message", weekday=day, opens_minute=480, closes_minute=960
        )


def desk_words(contact: Contact, at: dt.datetime) -> tuple[str, str]:
    contact.refresh_from_db()
    mark_answers_due([contact])
    with time_machine.travel(at, tick=False), mock.patch("core.clock.now", lambda: at):
        clock = row_clock(contact)
    return clock.words, clock.level


def test_the_desk_says_whose_turn_and_by_when(cast: Cast, visitor: Visitor, office: None) -> None:
    message = open_chat(visitor, channel="message")
    take(message, cast.worker)
    assert desk_words(message, NOW) == ("vastaa viimeistään huomenna klo 16", "")
    assert desk_words(message, NOW + 26 * HOUR) == ("vastaa viimeistään tänään klo 16", "soon")
    assert desk_words(message, NOW + 29 * HOUR) == ("lupaus ylittyi, vastaa nyt", "over")
    worker = staff_author(cast.worker, sign_in(cast.worker))
    say(message, worker, at=NOW + HOUR)
    words, level = desk_words(message, NOW + 2 * HOUR)
    assert words.startswith("vuoro perheellä") and level == "" and message.answer_due_at is None
    say(message, visitor.author, "Vielä yksi asia", at=NOW + 24 * HOUR)
    say(message, visitor.author, "Ja toinen", at=NOW + 48 * HOUR)
    message.refresh_from_db()
    mark_answers_due([message])
    due = NOW + 52 * HOUR
    assert message.answer_due_at == due, "Wednesday at 16: a repeated question does not restart the promise"


def test_the_family_sees_it_too(cast: Cast, visitor: Visitor, family: Client, office: None) -> None:
    message = open_chat(visitor, channel="message")
    take(message, cast.worker)
    page = reverse("contact", args=[message.pk])
    assert "Maija vastaa viimeistään huomenna, tiistaina klo 16." in family.get(page).content.decode()
    say(message, staff_author(cast.worker, sign_in(cast.worker)))
    assert "Nyt on sinun vuorosi." in family.get(page).content.decode()
    stranger = Client()
    stranger.cookies[settings.VISITOR_COOKIE_NAME] = make_visitor().secret
    assert stranger.get(page).status_code == 404
