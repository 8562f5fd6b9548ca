"""An address for notices over plain pages: given, proved, removed, also from the letter; and what staff choose."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import NoticeAddress, User
from core import clock, outbox
from tests.cast import Cast, Visitor, make_person, make_visitor
from tests.guidance.test_erasing import speaks_for
from tests.perhekeskus.test_views_me_data import browser_of, staff_browser

pytestmark = pytest.mark.django_db
ADDRESS = "eka.huoltaja@example.test"


@pytest.fixture
def family(visitor: Visitor) -> Client:
    speaks_for(visitor, make_person(), clock.now())
    return browser_of(visitor)


def last_mail(mailoutbox: list[Any]) -> Any:
    outbox.send_due(now=clock.now())
    return mailoutbox[-1]


def test_given_proved_and_removed(family: Client, mailoutbox: list[Any]) -> None:
    assert "/me/notices/" in family.get("/me/").content.decode()
    assert family.post("/me/notices/add/", {"address": f" {ADDRESS} "}).status_code == 302
    assert mailoutbox == [], "nothing is sent from a request"
    code = re.findall(r"\b\d{6}\b", last_mail(mailoutbox).body)[0]
    asked = family.get("/me/notices/").content.decode()
    assert ADDRESS in asked and code not in asked
    wrong = family.post("/me/notices/code/", {"code": "12"})
    assert wrong.status_code == 422 and "Koodi ei täsmää" in wrong.content.decode()
    for _n in range(2):
        assert family.post("/me/notices/code/", {"again": "1"}).status_code == 302
    assert family.post("/me/notices/code/", {"code": code}).status_code == 422, "only the newest counts"
    newest = re.findall(r"\b\d{6}\b", last_mail(mailoutbox).body)[0]
    assert len(mailoutbox) == 2
    assert family.post("/me/notices/code/", {"code": newest}).status_code == 302
    page = family.get("/me/notices/").content.decode()
    assert "Ilmoitukset ovat käytössä" in page and ADDRESS in page
    assert ADDRESS in family.get("/me/data/").content.decode()
    assert NoticeAddress.objects.get().sealed != ADDRESS
    assert family.post("/me/notices/remove/").status_code == 302
    assert not NoticeAddress.objects.exists()


@pytest.mark.parametrize(
    "address", ["", "ei osoite", "a@b", "x" * 250 + "@example.test", "a@example.test\nBcc: b@x.fi"]
)
def test_what_is_no_address_comes_back_with_a_word(family: Client, address: str) -> None:
    answer = family.post("/me/notices/add/", {"address": address})
    assert answer.status_code == 422 and "Tarkista osoite" in answer.content.decode()
    assert not NoticeAddress.objects.exists()


def test_nobody_fills_a_mailbox_from_here(family: Client, mailoutbox: list[Any]) -> None:
    answers = [family.post("/me/notices/add/", {"address": ADDRESS}).status_code for _n in range(7)]
    assert answers == [302] * 5 + [429] * 2
    again = family.post("/me/notices/code/", {"again": "1"})
    assert again.status_code == 429 and "monta kertaa" in again.content.decode()
    other = make_visitor(clock.now())
    speaks_for(other, make_person("Toka Huoltaja"), clock.now())
    assert browser_of(other).post("/me/notices/add/", {"address": ADDRESS.upper()}).status_code == 429
    outbox.send_due(now=clock.now())
    assert len(mailoutbox) == 1, "of codes that were asked for in a row only the last address's goes"


def test_without_identification_there_is_nothing_to_choose(stranger: Visitor) -> None:
    for client in (browser_of(stranger), Client()):
        assert client.get("/me/notices/").headers["Location"] == "/me/"
        for page in ("add", "code", "remove"):
            assert client.post(f"/me/notices/{page}/", {"address": ADDRESS, "code": "1"}).status_code == 302
    assert not NoticeAddress.objects.exists()


def proved(family: Client, mailoutbox: list[Any]) -> str:
    """The path of the link that ends the notices."""
    from accounts.notices import stop_link

    family.post("/me/notices/add/", {"address": ADDRESS})
    code = re.findall(r"\b\d{6}\b", last_mail(mailoutbox).body)[0]
    family.post("/me/notices/code/", {"code": code})
    return "/" + stop_link(NoticeAddress.objects.get()).split("/", 3)[3]


def test_a_letter_ends_the_notices_by_one_tap_of_the_mail_program(family: Client, mailoutbox: list[Any]) -> None:
    link = proved(family, mailoutbox)
    anybody = Client(enforce_csrf_checks=True)
    assert anybody.get(link).status_code == 200 and NoticeAddress.objects.exists(), "looking changes nothing"
    assert anybody.post(link, {"sure": "yes"}).status_code == 403, "another site's form"
    made_up = anybody.post("/notices/stop/?t=1-abc", {"List-Unsubscribe": "One-Click"})
    assert made_up.status_code == 200 and NoticeAddress.objects.exists()
    answer = anybody.post(link, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200 and not NoticeAddress.objects.exists()
    assert anybody.post(link, {"List-Unsubscribe": "One-Click"}).content == answer.content, "and again is no mistake"


def test_a_letter_ends_the_notices_by_our_page(family: Client, mailoutbox: list[Any]) -> None:
    link = proved(family, mailoutbox)
    page = Client().get(f"/sv{link}").content.decode()
    assert "Avsluta aviseringarna" in page and ADDRESS not in page
    assert "har tagits bort" in Client().post(f"/sv{link}").content.decode()
    assert not NoticeAddress.objects.exists()
    assert "inte längre" in Client().get(f"/sv{link}").content.decode()


@pytest.mark.parametrize(
    ("who", "offered"),
    [
        ("worker", {"turn", "late", "consultation"}),
        ("professional", {"consultation"}),
        ("supervisor", {"alarm"}),
        ("catalogue_admin", {"review"}),
    ],
)
def test_staff_choose_what_concerns_them(cast: Cast, who: str, offered: set[str]) -> None:
    user: User = getattr(cast, who)
    browser = staff_browser(user)
    page = browser.get("/accounts/").content.decode()
    assert set(re.findall(r'name="kind" value="(\w+)"', page)) == offered
    assert browser.post("/accounts/notices/", {"kind": ["consultation", "made-up"]}).status_code == 302
    user.refresh_from_db()
    assert user.notice_kinds == ["consultation"]
    assert ("checked" in browser.get("/accounts/").content.decode()) == ("consultation" in offered)
