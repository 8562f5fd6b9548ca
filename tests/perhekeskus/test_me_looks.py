"""The family's page "Kuka on katsonut tietojani": what it shows, to whom, and how to ask for what is older."""

import datetime as dt
import re

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from accounts.models import Person, VisitorKey
from core import clock
from core.clock import HELSINKI
from guidance.models import Contact, OlderLogRequest
from guidance.services import PAGE, break_glass, record_look
from tests.cast import Cast, Visitor, make_person, make_visitor, open_chat

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)
REASON = "Lapsi on kadonnut, ja poliisi kysyy tietoja heti."


@pytest.fixture
def visitor(db: None) -> Visitor:
    return make_visitor(clock.now())


@pytest.fixture
def chat(cast: Cast, visitor: Visitor) -> Contact:
    return open_chat(visitor, now=clock.now())


def browser_of(visitor: Visitor) -> Client:
    client = Client()
    client.cookies[settings.VISITOR_COOKIE_NAME] = visitor.secret
    return client


def identify(visitor: Visitor, person: Person) -> None:
    until = clock.now() + dt.timedelta(hours=1)
    VisitorKey.objects.filter(pk=visitor.key.pk).update(person=person, person_until=until)
    visitor.key.refresh_from_db()


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_page_tells_who_what_when_and_why(cast: Cast, chat: Contact, visitor: Visitor) -> None:
    record_look(contact=chat, worker=cast.worker, now=clock.now(), parts=PAGE)
    answer = browser_of(visitor).get("/me/looks/")
    text = text_of(answer.content.decode())
    assert answer.headers["Cache-Control"] == "no-store"
    text = text.replace(f" Chat {chat.opened_at.astimezone(HELSINKI):%-d.%-m}.", "")
    assert f"Luki keskustelun {cast.worker.full_name}, ohjaaja, {cast.unit.name_fi}" in text
    assert "Miksi: asiasi on hänen yksikössään" in text
    assert "guidance." not in answer.content.decode() and "contact.viewed" not in text, "no code on screen"


def test_broken_glass_is_marked_and_its_reason_is_not_shown(cast: Cast, chat: Contact, visitor: Visitor) -> None:
    break_glass(user=cast.outsider, reference=chat.reference, reason=REASON, now=clock.now())
    text = text_of(browser_of(visitor).get("/me/looks/").content.decode())
    assert "Avasi keskustelun hätäpääsyllä" in text and cast.other_unit.name_fi in text
    assert "poliisi" not in text


def test_strangers_see_nothing_and_nobody_in_particular_is_told_what_to_do(
    cast: Cast, chat: Contact, stranger: Visitor
) -> None:
    record_look(contact=chat, worker=cast.worker, now=clock.now())
    for client in (browser_of(stranger), Client()):
        answer = client.get("/me/looks/")
        assert answer.status_code == 200
        assert cast.worker.full_name not in answer.content.decode()
    assert "Jatka paluukoodilla" in Client().get("/me/looks/").content.decode()
    assert "Kukaan ei ole vielä avannut" in browser_of(stranger).get("/me/looks/").content.decode()


def test_fifty_on_a_page_and_the_rest_behind_a_link(cast: Cast, chat: Contact, visitor: Visitor) -> None:
    now = clock.now()
    for n in range(60, 0, -1):
        record_look(contact=chat, worker=cast.worker, now=now - n * 11 * MINUTE)
    first = browser_of(visitor).get("/me/looks/").content.decode()
    assert first.count('<li class="look">') == 50 and 'href="?page=2"' in first
    last = browser_of(visitor).get("/me/looks/?page=2").content.decode()
    assert last.count('<li class="look">') == 10 and 'start="51"' in last
    assert browser_of(visitor).get("/me/looks/?page=9999999999999").status_code == 200
    assert browser_of(visitor).get("/me/looks/?page=x").status_code == 200


@pytest.mark.parametrize(("prefix", "words"), [("/sv", "Läste samtalet"), ("/en", "Read the conversation")])
def test_every_language(cast: Cast, chat: Contact, visitor: Visitor, prefix: str, words: str) -> None:
    record_look(contact=chat, worker=cast.worker, now=clock.now())
    assert words in browser_of(visitor).get(f"{prefix}/me/looks/").content.decode()
    translation.deactivate()


def test_asking_for_older_ones_and_reading_the_answer(cast: Cast, chat: Contact, visitor: Visitor) -> None:
    client = browser_of(visitor)
    empty = client.post("/me/looks/older/", {"body": "  "})
    assert empty.status_code == 422 and "Kirjoita perustelu." in empty.content.decode()
    long = client.post("/me/looks/older/", {"body": "y" * 1001})
    assert long.status_code == 422 and "y" * 1001 in long.content.decode(), "what was typed stays"
    assert client.post("/me/looks/older/", {"body": "Oikeudenkäynti"}).status_code == 302
    page = client.get("/me/looks/").content.decode()
    assert "Esihenkilö vastaa tälle sivulle" in page and 'action="/me/looks/older/"' not in page
    assert client.post("/me/looks/older/", {"body": "Taas"}).status_code == 409
    OlderLogRequest.objects.update(
        state="refused", answered_by=cast.supervisor, answered_at=clock.now(), answer="Vaarantaisi <toisen>."
    )
    page = client.get("/me/looks/").content.decode()
    assert "Vaarantaisi &lt;toisen&gt;." in page and 'action="/me/looks/older/"' in page


def test_asking_without_a_device_leads_back(cast: Cast) -> None:
    assert Client().post("/me/looks/older/", {"body": "Hei"}).headers["Location"] == "/me/looks/"
    assert not OlderLogRequest.objects.exists()


def test_an_identified_person_sees_the_same_on_any_device(cast: Cast, visitor: Visitor) -> None:
    person = make_person()
    identify(visitor, person)
    contact = open_chat(visitor, now=clock.now())
    assert contact.relationship.person == person
    record_look(contact=contact, worker=cast.worker, now=clock.now())
    phone = make_visitor(clock.now())
    assert cast.worker.full_name not in browser_of(phone).get("/me/looks/").content.decode()
    identify(phone, person)
    assert cast.worker.full_name in browser_of(phone).get("/me/looks/").content.decode()
