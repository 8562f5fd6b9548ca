"""My data over plain pages: what is shown, downloaded and erased, and that a stranger gets nothing of it."""

import datetime as dt
import json
import uuid

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import Membership, Person, User, VisitorKey
from core import clock
from guidance.models import AccessibilityFeedback, Contact, Erasure
from guidance.services import ask_erasure
from tests.cast import Cast, Visitor, make_person, make_visitor, open_chat, sign_in
from tests.guidance.test_attached import full_path
from tests.guidance.test_erasing import bind, relationship_of, speaks_for

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def browser_of(visitor: Visitor) -> Client:
    client = Client()
    client.cookies[settings.VISITOR_COOKIE_NAME] = visitor.secret
    return client


def staff_browser(user: User, *, fresh: bool = True) -> Client:
    """Signed in just now, so that a sensitive act needs no confirmation; or a while ago."""
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = sign_in(user, clock.now(), fresh=fresh)
    return client


def test_a_visitor_sees_and_downloads_their_own(cast: Cast, visitor: Visitor, stranger: Visitor) -> None:
    open_chat(visitor, body="Minun <b>sanani</b>")
    page = browser_of(visitor).get("/me/data/")
    assert "Minun &lt;b&gt;sanani" in page.content.decode() and page.headers["Cache-Control"] == "no-store"
    answer = browser_of(visitor).get("/me/data/?format=json")
    assert (
        answer.headers["Content-Type"].startswith("application/json")
        and "attachment" in answer.headers["Content-Disposition"]
    )
    assert json.loads(answer.content)["contacts"][0]["messages"][0]["text"] == "Minun <b>sanani</b>"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "sanani" not in browser_of(stranger).get("/me/data/").content.decode()
    assert "paluukoodi" in Client().get("/me/data/").content.decode()


def test_all_that_hangs_on_a_family_can_be_read_and_not_anothers(
    cast: Cast, visitor: Visitor, stranger: Visitor
) -> None:
    full_path(cast, relationship_of(make_person("Eka Huoltaja")))
    for device, name in ((visitor, "Eka Huoltaja"), (stranger, "Toka Huoltaja")):
        person = Person.objects.filter(family_name="Huoltaja", given_names=name.split()[0]).first()
        until = clock.now() + HOUR
        VisitorKey.objects.filter(pk=device.key.pk).update(person=person or make_person(name), person_until=until)
    page = browser_of(visitor).get("/me/data/").content.decode()
    told = (
        "Perhe tarvitsee unta", "Toiveikas", "Sovimme niin", "Tarvitsen unta", "Nukumme taas", "Unineuvola",
        "Osoite on väärä", "Ammattilaisen apua", "yhteenveto, jonka olet nähnyt", "Kirjallinen suunnitelma",
    )  # fmt: skip
    assert [words for words in told if words not in page] == []
    theirs = browser_of(stranger).get("/me/data/").content.decode()
    assert "Toka" in theirs and [words for words in told if words in theirs] == []


def test_erasing_needs_a_tick_and_ends_at_the_start(cast: Cast, visitor: Visitor) -> None:
    contact = open_chat(visitor)
    browser = browser_of(visitor)
    assert browser.get("/me/erase/").status_code == 200
    assert browser.post("/me/erase/", {}).status_code == 422 and Contact.objects.filter(pk=contact.pk).exists()
    answer = browser.post("/me/erase/", {"sure": "yes"}, follow=True)
    assert "Tietosi on poistettu" in answer.content.decode()
    assert answer.redirect_chain[0][1] == 302 and not Contact.objects.exists()
    assert settings.VISITOR_COOKIE_NAME not in {k for k, v in browser.cookies.items() if v.value}
    assert browser_of(visitor).get(f"/contacts/{contact.pk}/").status_code == 404


@pytest.fixture
def wish(cast: Cast, visitor: Visitor) -> Erasure:
    """An identified person's wish, for a contact in the first unit."""
    contact, person = open_chat(visitor, now=clock.now()), make_person()
    speaks_for(visitor, person, clock.now())
    type(visitor.key).objects.filter(pk=visitor.key.pk).update(person_until=clock.now() + HOUR)
    bind(contact, person, worker=cast.worker)
    return ask_erasure(person=person, reason="Syyni", now=clock.now())


def test_an_identified_person_asks_on_a_page_and_nothing_typed_is_lost(cast: Cast, visitor: Visitor) -> None:
    contact, person = open_chat(visitor, now=clock.now()), make_person()
    bind(contact, person, worker=cast.worker)
    type(visitor.key).objects.filter(pk=visitor.key.pk).update(person=person, person_until=clock.now() + HOUR)
    browser = browser_of(visitor)
    refused = browser.post("/me/erase/", {"what": "record", "body": "Syy\x00" + "ni"})
    assert refused.status_code == 422 and "Syy" in refused.content.decode()
    browser.post("/me/erase/", {"what": "record", "body": "Syyni"})
    assert Erasure.objects.get().reason == "Syyni"
    assert "viimeistään" in browser.get("/me/erase/").content.decode()
    browser.post("/me/erase/withdraw/")
    assert Erasure.objects.get().state == "withdrawn"


def test_only_a_supervisor_of_the_unit_sees_and_answers_a_wish(cast: Cast, wish: Erasure) -> None:
    other = User.objects.create_user("toinen@demo.test", "x", first_name="Toinen", last_name="Esihenkilö")
    Membership.objects.create(user=other, unit=cast.other_unit, role="supervisor")
    address = f"/desk/erasures/{wish.pk}/"
    assert staff_browser(cast.supervisor).get(address).status_code == 200
    assert staff_browser(other).get(address).status_code == 404
    assert staff_browser(other).get("/desk/erasures/").status_code == 200
    assert "Huoltaja" not in staff_browser(other).get("/desk/erasures/").content.decode()
    for user in (cast.worker, cast.professional, cast.catalogue_admin, cast.outsider):
        for asked in (address, "/desk/erasures/"):
            assert staff_browser(user).get(asked).status_code == 404, user
    assert staff_browser(other).post(address, {"decision": "erase", "sure": "yes"}).status_code == 404
    assert Contact.objects.exists()


def test_deciding_asks_for_a_confirmation_first(cast: Cast, wish: Erasure) -> None:
    answer = staff_browser(cast.supervisor, fresh=False).post(
        f"/desk/erasures/{wish.pk}/", {"decision": "erase", "sure": "yes"}
    )
    assert answer.status_code == 302 and "reauthenticate" in answer.headers["Location"]
    assert Contact.objects.exists()


def test_the_supervisor_decides_on_a_page(cast: Cast, wish: Erasure) -> None:
    browser, address = staff_browser(cast.supervisor), f"/desk/erasures/{wish.pk}/"
    assert "Syyni" in browser.get(address).content.decode()
    assert browser.post(address, {"decision": "erase"}).status_code == 422, "not without meaning it"
    kept = browser.post(address, {"decision": "refuse", "body": ""})
    assert kept.status_code == 422 and Contact.objects.exists()
    assert browser.post(address, {"decision": "erase", "sure": "yes"}).status_code == 302
    assert not Contact.objects.exists()
    assert browser.get(address).status_code == 404, "nothing of it can be opened any more"


def test_feedback_on_accessibility_by_a_plain_form(cast: Cast) -> None:
    client = Client()
    nonce = str(uuid.uuid4())
    typed = {"nonce": nonce, "body": "Nappi on liian pieni", "page": "/chat/", "reply_to": "ei-osoite"}
    refused = client.post("/accessibility/feedback/", typed)
    text = refused.content.decode()
    assert refused.status_code == 422 and "Nappi on liian pieni" in text and "ei-osoite" in text and nonce in text
    assert not AccessibilityFeedback.objects.exists()
    typed["reply_to"] = ""
    done = client.post("/accessibility/feedback/", typed, follow=True)
    assert "Kiitos palautteesta" in done.content.decode() and AccessibilityFeedback.objects.count() == 1


def test_feedback_is_limited_by_address(cast: Cast, settings) -> None:  # type: ignore[no-untyped-def]
    settings.RATE_LIMITS = True
    client = Client(REMOTE_ADDR="203.0.113.88")
    answers = [
        client.post("/accessibility/feedback/", {"nonce": str(uuid.uuid4()), "body": f"Palaute {n}"}) for n in range(11)
    ]
    assert [answer.status_code for answer in answers[:10]] == [302] * 10
    assert answers[10].status_code == 429 and "Palaute 10" in answers[10].content.decode()


def test_supervisors_and_catalogue_admins_answer_feedback(cast: Cast) -> None:
    Client().post("/accessibility/feedback/", {"nonce": str(uuid.uuid4()), "body": "Pieni"})
    feedback = AccessibilityFeedback.objects.get()
    AccessibilityFeedback.objects.update(due_on="2026-01-01")
    for user in (cast.worker, cast.professional):
        assert staff_browser(user).get("/desk/accessibility/").status_code == 404
        assert staff_browser(user).post(f"/desk/accessibility/{feedback.pk}/", {"body": "x"}).status_code == 404
    assert "Myöhässä" in staff_browser(cast.catalogue_admin).get("/desk/accessibility/").content.decode()
    browser = staff_browser(cast.supervisor)
    refused = browser.post(f"/desk/accessibility/{feedback.pk}/", {"body": " "})
    assert refused.status_code == 422
    assert browser.post(f"/desk/accessibility/{feedback.pk}/", {"body": "Korjattu"}).status_code == 302
    again = browser.post(f"/desk/accessibility/{feedback.pk}/", {"body": "Taas"})
    assert again.status_code == 409 and "jo vastattu" in again.content.decode()
    assert browser.post("/desk/accessibility/999999/", {"body": "x"}).status_code == 404


def test_another_visitor_erases_nothing_of_mine(cast: Cast, visitor: Visitor) -> None:
    contact = open_chat(visitor)
    browser_of(make_visitor()).post("/me/erase/", {"sure": "yes"})
    Client().post("/me/erase/", {"sure": "yes"})
    assert Contact.objects.filter(pk=contact.pk).exists()
