"""The start page at different hours, what can be found from it, and the pages for when something is wrong."""

import datetime as dt
from unittest import mock

import pytest
from django.conf import settings
from django.test import Client, RequestFactory

from catalogue.models import LifeSituation, Service
from core.opening_hours import local_date
from perhekeskus.views_family import server_error
from tests.cast import NOW, Visitor, make_visitor, open_chat
from tests.kept import kept_house

EVENING = dt.datetime(2026, 11, 23, 18, 30, tzinfo=dt.UTC)
CHRISTMAS_EVE = dt.datetime(2026, 12, 24, 10, 0, tzinfo=dt.UTC)


@pytest.fixture
def site(db: None) -> Client:
    kept_house(local_date(NOW))
    return Client()


def at(moment: dt.datetime) -> "mock._patch[object]":
    return mock.patch("core.clock.now", lambda: moment)


def test_by_day_the_chat_stands_first(site: Client) -> None:
    with at(NOW), mock.patch.object(settings, "DEMO_DOORS", "hours"):
        page = site.get("/").content.decode()
    assert page.index("Juttele nyt") < page.index("Jätä viesti")
    assert "Auki klo 16 asti" in page and "Vastaamme viimeistään huomenna, tiistaina klo 16." in page


def test_in_the_evening_the_open_door_stands_first_and_the_shut_one_says_when(site: Client) -> None:
    with at(EVENING), mock.patch.object(settings, "DEMO_DOORS", "hours"):
        page = site.get("/").content.decode()
    assert "Ilta voi olla pitkä" in page
    assert "Suljettu, avautuu huomenna klo 8" in page
    doors = page[page.index('id="doors"') :]
    assert doors.index("Kirjoita viesti") < doors.index("Suljettu, avautuu")


def test_on_christmas_eve_the_chat_opens_after_the_holidays(site: Client) -> None:
    with at(CHRISTMAS_EVE), mock.patch.object(settings, "DEMO_DOORS", "hours"):
        page = site.get("/").content.decode()
    assert "Suljettu, avautuu maanantaina 28.12. klo 8" in page


def test_the_demo_says_that_its_door_ignores_the_hours(site: Client) -> None:
    with at(EVENING):
        page = site.get("/").content.decode()
    assert "Tämä on esittely" in page and "Suljettu" not in page


def test_what_goes_on_is_one_tap_away_for_its_own_visitor_only(site: Client, visitor: Visitor) -> None:
    contact = open_chat(visitor)
    site.cookies[settings.VISITOR_COOKIE_NAME] = make_visitor().secret
    assert str(contact.pk) not in site.get("/").content.decode()
    site.cookies[settings.VISITOR_COOKIE_NAME] = visitor.secret
    assert f'href="/contacts/{contact.pk}/"' in site.get("/").content.decode()


def test_situations_and_services_have_their_pages_in_three_languages(site: Client) -> None:
    """Every situation, and a twelfth of the demo's services in each language, others in each."""
    for number, prefix in enumerate(("", "/sv", "/en")):
        for situation in LifeSituation.objects.all():
            assert site.get(f"{prefix}/situations/{situation.slug}/").status_code == 200
        for service in Service.objects.published()[number::12]:
            assert site.get(f"{prefix}/services/{service.slug}/").status_code == 200


def test_an_unpublished_service_is_not_there(site: Client) -> None:
    service = Service.objects.published()[0]
    Service.objects.filter(pk=service.pk).update(status=Service.Status.DRAFT)
    assert site.get(f"/services/{service.slug}/").status_code == 404


@pytest.mark.parametrize("words", ["vauva ei nuku", "%", "a" * 5000, "<script>", "\x00", "' OR 1=1 --", "🙂"])
def test_any_words_can_be_searched(site: Client, words: str) -> None:
    answer = site.get("/services/", {"q": words})
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode().replace('<script type="module"', "")


def test_the_error_page_needs_nothing_that_may_be_broken() -> None:
    with mock.patch("django.db.connection.cursor", side_effect=AssertionError("asked the database")):
        answer = server_error(RequestFactory().get("/"))
    page = answer.content.decode()
    assert answer.status_code == 500 and "tel:112" in page and "Vika ei ole sinussa" in page
