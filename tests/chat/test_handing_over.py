"""A service handed over inside a conversation: one message, one record, the same card for everybody who reads it."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from catalogue.cards import card_in, cards_of, text_with_card
from catalogue.models import Area, Channel, Location, Provider, Service, ServiceChannel, ServiceLocation, WeeklyHours
from catalogue.search.index import index_services
from chat.thread_rows import family_rows
from core import clock
from guidance.message_log import StoredMessage
from guidance.models import Contact, Draft, Message, Signpost
from guidance.own_data import export_own_data
from guidance.selectors import messages_after
from guidance.services.erasing import take_out_relationship
from guidance.transcripts import transcript_of
from tests.cast import Cast, Visitor, close, make_visitor, open_chat, sign_in, take

pytestmark = pytest.mark.django_db
TIP = "Soita ennen puoltapäivää"
WORDS = "Tästä voisi olla teille apua."
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def service(db: None) -> Service:
    """Open by telephone at every hour of the week, at a place without hours."""
    provider = Provider.objects.create(slug="hva", name_fi="Hyvinvointialue")
    made = Service.objects.create(
        slug="uniapu", name_fi="Unineuvonta", name_sv="Sömnrådgivning", summary_fi="Apua yöheräilyyn.",
        status="published", provider=provider, price_kind="free", tip_fi=TIP, keywords_fi=["uni"],
    )  # fmt: skip
    phone = Channel.objects.create(kind="phone", value="03 123 4567")
    for day in range(1, 8):
        WeeklyHours.objects.create(channel=phone, weekday=day, opens_minute=0, closes_minute=1440)
    ServiceChannel.objects.create(service=made, channel=phone)
    town = Area.objects.create(kind="municipality", code="837", name_fi="Tampere", name_sv="Tammerfors", name_en="T")
    place = Location.objects.create(slug="talo", name_fi="Talo", street_fi="Kotikatu 1", municipality=town)
    ServiceLocation.objects.create(service=made, location=place)
    index_services([made.pk])
    return made


@pytest.fixture
def visitor(db: None) -> Visitor:
    return make_visitor(clock.now())


@pytest.fixture
def contact(cast: Cast, visitor: Visitor) -> Contact:
    return take(open_chat(visitor, now=clock.now() - MINUTE), cast.worker, clock.now())


def staff(user: Any) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = sign_in(user, clock.now())
    return client


def family(visitor: Visitor) -> Client:
    client = Client()
    client.cookies[settings.VISITOR_COOKIE_NAME] = visitor.secret
    return client


def hand_over(client: Client, contact: Contact, **body: Any) -> Any:
    body = {"service": "uniapu", "nonce": str(uuid.uuid4()), "body": WORDS} | body
    return client.post(f"/api/v1/contacts/{contact.pk}/services/", body, content_type="application/json")


def last_message(contact: Contact) -> StoredMessage:
    return messages_after(contact)[-1]


@pytest.mark.parametrize(
    ("body", "words", "slug"),
    [
        ("{site}/services/uniapu/", "", "uniapu"),
        ("» Unineuvonta, 03 1\n{site}/sv/services/uniapu/", "", "uniapu"),
        ("Hei!\n\nKatso tätä.\n\n» Unineuvonta\n{site}/services/uniapu/\n", "Hei!\n\nKatso tätä.", "uniapu"),
        ("Katso tätä:\n{site}/en/services/uni_apu-2/", "Katso tätä:", "uni_apu-2"),
        ("{site}/services/uniapu/\nKatso tätä", None, None),
        ("{site}/services/uniapu/?q=x", None, None),
        ("{site}.evil.example/services/uniapu/", None, None),
        ("Katso {site}/services/uniapu/", None, None),
        ("https://muu.example/services/uniapu/", None, None),
        ("Ei osoitetta", None, None),
    ],
)
def test_a_text_names_a_service_by_its_last_line_alone(body: str, words: str | None, slug: str | None) -> None:
    found = card_in(body.format(site=settings.PUBLIC_ADDRESS))
    assert (found and found.words, found and found.slug) == (words, slug)


def test_what_is_written_is_read_back(service: Service) -> None:
    card = cards_of(["uniapu"], clock.now())["uniapu"]
    text = text_with_card(WORDS, card, "sv")
    site = settings.PUBLIC_ADDRESS
    assert text == f"{WORDS}\n\n» Sömnrådgivning, 03 123 4567\n{site}/sv/services/uniapu/"
    assert card_in(text) == (WORDS, "uniapu")
    assert card_in(text_with_card(" \n", card, "fi")) == ("", "uniapu")


def test_one_message_one_record_one_line_of_audit(cast: Cast, contact: Contact, service: Service) -> None:
    Draft.objects.create(user=cast.worker, contact=contact, room="thread", body=WORDS, saved_at=clock.now())
    client, nonce = staff(cast.worker), str(uuid.uuid4())
    answers = [hand_over(client, contact, nonce=nonce) for _n in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["author"]["me"] and card_in(answers[0].json()["body"]) == (WORDS, "uniapu")
    assert Message.objects.filter(contact=contact, nonce=nonce).count() == 1
    told = Signpost.objects.get()
    assert (told.contact, told.service, told.name, told.by) == (contact, service, "Unineuvonta", cast.worker)
    event = AuditEvent.objects.get(code="guidance.service.handed_over")
    assert (event.object_id, event.actor_id, event.data) == (str(contact.pk), cast.worker.pk, {"service": service.pk})
    assert not Draft.objects.exists()
    again = hand_over(client, contact, body="")
    assert again.status_code == 201 and card_in(again.json()["body"]) == ("", "uniapu")


def test_only_whoever_has_the_contact_hands_over(cast: Cast, contact: Contact, service: Service) -> None:
    for user, status in ((cast.outsider, 404), (cast.supervisor, 404), (cast.colleague, 409)):
        assert hand_over(staff(user), contact).status_code == status, user
    assert hand_over(Client(), contact).status_code in (401, 403)
    assert Message.objects.filter(contact=contact, kind="worker").count() == 0
    assert not Signpost.objects.exists()


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"service": "ei-ole"}, 422, "invalid"),
        ({"service": "../uniapu"}, 400, "invalid"),
        ({"service": None}, 400, "invalid"),
        ({"nonce": "1"}, 400, "invalid"),
        ({"body": "x" * 7_990}, 400, "too_long"),
        ({"body": "\x07"}, 400, "invalid"),
    ],
)
def test_what_cannot_be_handed_over_is_refused_and_nothing_is_kept(
    cast: Cast, contact: Contact, service: Service, asked: dict[str, Any], status: int, code: str
) -> None:
    answer = hand_over(staff(cast.worker), contact, **asked)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Signpost.objects.exists() and not Message.objects.filter(contact=contact, kind="worker").exists()


@pytest.mark.parametrize("status", ["draft", "withdrawn"])
def test_what_families_have_no_page_of_is_not_handed_over(
    cast: Cast, contact: Contact, service: Service, status: str
) -> None:
    Service.objects.update(status=status)
    assert hand_over(staff(cast.worker), contact).status_code == 422
    assert not Signpost.objects.exists()


def test_an_ended_contact_refuses_and_the_words_stay(cast: Cast, contact: Contact, service: Service) -> None:
    close(contact, cast.worker, cast.topic, clock.now())
    client = staff(cast.worker)
    assert (hand_over(client, contact).status_code, Signpost.objects.count()) == (409, 0)
    page = client.post(reverse("desk_send", args=[contact.pk]), {"body": WORDS, "service": "uniapu"})
    assert page.status_code == 409 and WORDS in page.content.decode()


def test_the_plain_way(cast: Cast, contact: Contact, service: Service) -> None:
    """Without scripts: the search page, the reply with the service beside it, taken off, put on again, sent."""
    client, page = staff(cast.worker), reverse("desk_contact", args=[contact.pk])
    found = client.get(reverse("desk_services", args=[contact.pk]), {"q": "uni"}).content.decode()
    assert TIP in found and f"{page}?service=uniapu#write" in found
    assert 'name="service" value="uniapu"' in client.get(f"{page}?service=uniapu").content.decode()
    assert 'name="service" value="' not in client.get(f"{page}?service=%00").content.decode().split("<template")[0]
    send, form = reverse("desk_send", args=[contact.pk]), {"body": WORDS, "service": "uniapu"}
    off = client.post(send, form | {"detach": "yes"}).content.decode()
    assert WORDS in off and 'value="uniapu"' not in off and not Signpost.objects.exists()
    assert client.post(send, form).status_code == 302
    assert Signpost.objects.count() == 1 and card_in(last_message(contact).body) == (WORDS, "uniapu")
    for unknown in ("ei-ole", "uni\0"):
        gone = client.post(send, form | {"service": unknown})
        assert gone.status_code == 422 and WORDS in gone.content.decode()


def test_a_colleague_looks_and_takes_nothing_along(cast: Cast, contact: Contact, service: Service) -> None:
    address = reverse("desk_services", args=[contact.pk])
    found = staff(cast.colleague).get(address, {"q": "uni"}).content.decode()
    assert "Unineuvonta" in found and "?service=" not in found
    assert staff(cast.outsider).get(address).status_code == 404


def test_the_card_is_the_services_own_now(
    cast: Cast, contact: Contact, visitor: Visitor, service: Service, settings: Any
) -> None:
    hand_over(staff(cast.worker), contact)
    address, client = reverse("contact", args=[contact.pk]), family(visitor)
    page = client.get(address).content.decode()
    assert WORDS in page and "Kotikatu 1, Tampere" in page and 'href="tel:031234567"' in page
    assert "Auki ympäri vuorokauden" in page and "»" not in page and TIP not in page
    swedish = client.get(f"/sv{address}").content.decode()
    assert "Sömnrådgivning" in swedish and 'href="/sv/services/uniapu/"' in swedish
    Service.objects.update(status="paused")
    assert "Palvelu on nyt tauolla." in client.get(address).content.decode()
    Service.objects.update(status="withdrawn")
    withdrawn = client.get(address).content.decode()
    assert "Palvelua ei enää ole." in withdrawn and "tel:031234567" not in withdrawn
    Service.objects.update(status="draft")
    assert "» Unineuvonta, 03 123 4567" in client.get(address).content.decode(), "the text stands on its own"


def test_cards_are_asked_for_only_where_there_are_any(
    cast: Cast, contact: Contact, service: Service, django_assert_num_queries: Any
) -> None:
    plain = messages_after(contact)
    with django_assert_num_queries(0):
        assert not any(row.card for row in family_rows(contact, plain, clock.now()))
    for _n in range(3):
        hand_over(staff(cast.worker), contact)
    handed = messages_after(contact)
    with django_assert_num_queries(9):
        assert sum(row.card is not None for row in family_rows(contact, handed, clock.now())) == 3


def test_the_card_by_itself_is_everybodys(service: Service) -> None:
    client, address = Client(), "/services/uniapu/card/"
    card = client.get(address).content.decode()
    assert "Unineuvonta" in card and "<html" not in card and TIP not in card
    assert "Sömnrådgivning" in client.get(f"/sv{address}").content.decode()
    assert client.get("/services/ei-ole/card/").status_code == 404
    Service.objects.update(status="draft")
    assert client.get(address).status_code == 404


def test_what_was_told_follows_the_contact_to_its_end(
    cast: Cast, contact: Contact, visitor: Visitor, service: Service
) -> None:
    desk, home, page = staff(cast.worker), family(visitor), reverse("desk_contact", args=[contact.pk])
    sheet = desk.get(page).content.decode()
    assert 'value="signposted" required checked' not in sheet
    hand_over(desk, contact)
    hand_over(desk, contact)
    sheet = desk.get(page).content.decode()
    assert 'value="signposted" required checked' in sheet and "Kerroit näistä palveluista" in sheet
    heading = "Sinulle kerrottiin näistä palveluista"
    assert heading not in home.get(reverse("contact", args=[contact.pk])).content.decode()
    assert heading not in transcript_of(contact, clock.now())
    ended = close(contact, cast.worker, cast.topic, clock.now())
    assert heading in home.get(reverse("contact", args=[contact.pk])).content.decode()
    assert f"{heading}\r\n  Unineuvonta\r\n  {settings.PUBLIC_ADDRESS}/services/uniapu/" in transcript_of(
        Contact.objects.get(pk=ended.pk), clock.now()
    )
    assert "Sinulle kerrottiin:" in home.get(reverse("me")).content.decode()
    [kept] = export_own_data(key=visitor.key, now=clock.now())["contacts"]
    assert [(told["name"], told["told_by"]) for told in kept["services"]] == [
        ("Unineuvonta", cast.worker.first_name)
    ] * 2
    assert heading in home.get(reverse("me_export")).content.decode()
    later = take(open_chat(visitor, now=clock.now()), cast.worker, clock.now())
    assert "Kerrottu:" in desk.get(reverse("desk_contact", args=[later.pk])).content.decode()
    Service.objects.all().delete()
    assert Signpost.objects.filter(service=None, name="Unineuvonta").count() == 2
    assert "Unineuvonta" in home.get(reverse("contact", args=[contact.pk])).content.decode()


def test_an_erased_family_takes_it_along(cast: Cast, contact: Contact, service: Service) -> None:
    hand_over(staff(cast.worker), contact)
    assert contact.relationship_id is not None
    close(contact, cast.worker, cast.topic, clock.now())
    assert take_out_relationship(contact.relationship_id)["signpost"] == 1
    assert not Signpost.objects.exists()
