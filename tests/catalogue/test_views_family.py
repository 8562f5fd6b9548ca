"""The catalogue's pages: what is listed and told, in which language, where danger stands, and what it costs to ask."""

import datetime as dt
import re
from collections.abc import Iterator
from unittest import mock

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalogue.help_map import bands
from catalogue.models import Area, ExceptionalDay, LifeSituation, Location, Service
from catalogue.search.index import index_services
from core.finnish_holidays import finnish_holidays
from guidance.models import DangerWord
from tests.cast import NOW, Cast
from tests.catalogue.making import ALWAYS, OFFICE, add_channel, make_area, make_service

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday_noon(cast: Cast) -> Iterator[None]:
    with mock.patch("core.clock.now", lambda: NOW):
        yield


@pytest.fixture
def town() -> Area:
    return make_area("990", "Tuuliranta", make_area("98", "Tuulirannan hyvinvointialue"))


@pytest.fixture
def situation() -> LifeSituation:
    names = {"name_fi": "Vauva", "name_sv": "Baby", "name_en": "Baby", "intro_fi": "Vauva muuttaa kaiken."}
    return LifeSituation.objects.create(slug="vauva", icon="baby", **names)


def page(address: str, status: int = 200) -> str:
    answer = Client().get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def listed(html: str) -> list[str]:
    """The names of the services of the page's lists, in order."""
    return [name.strip() for name in re.findall(r'<h[23] class="as-h3"><a[^>]*>([^<]+)</a></h[23]>', html)]


@pytest.fixture
def six(town: Area, situation: LifeSituation) -> None:
    assert town.county is not None
    elsewhere = make_area("991", "Muualla", make_area("97", "Toinen hyvinvointialue"))
    make_service("Kunnan oma", areas=(town,), price_kind="free", order=1)
    make_service("Alueen yhteinen", areas=(town.county,), languages=["fi", "sv"], order=2)
    make_service("Muualla", areas=(elsewhere,), order=3)
    teen = make_service("Nuorille", age_from=13, age_to=17, order=4)
    add_channel(teen, hours=ALWAYS)
    young = make_service("Pienille", age_to=6, order=5)
    add_channel(young, hours=OFFICE)
    add_channel(make_service("Iltaisin", order=6), hours={1: (18 * 60, 20 * 60)})
    for service in (teen, young):
        service.situations.add(situation)
    index_services(list(Service.objects.values_list("pk", flat=True)))


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("", ["Kunnan oma", "Alueen yhteinen", "Muualla", "Nuorille", "Pienille", "Iltaisin"]),
        ("municipality=990", ["Kunnan oma", "Alueen yhteinen", "Nuorille", "Pienille", "Iltaisin"]),
        ("municipality=991&free=1", []),
        ("free=1", ["Kunnan oma"]),
        ("language=sv", ["Alueen yhteinen"]),
        ("age=15&situation=vauva", ["Nuorille"]),
        ("age=6&situation=vauva", ["Pienille"]),
        ("age=0&situation=vauva", ["Pienille"]),
        ("open_now=1", ["Nuorille", "Pienille"]),
        ("q=nuorille", ["Nuorille"]),
        # What makes no sense is left out: an old link still leads somewhere.
        ("municipality=0&age=-1&language=%3C%3E&situation=%00&page=0", None),
        ("municipality=99999999999&age=200&language=suomi&situation=ei&page=minus", None),
    ],
)
def test_limits(six: None, asked: str, names: list[str] | None) -> None:
    html = page(f"/services/?{asked}")
    assert listed(html) == (listed(page("/services/")) if names is None else names)
    if names == []:
        assert "Näillä rajauksilla ei löydy palvelua" in html and "Etsi ilman rajauksia" in html


def test_results_tell_why_and_which_word_was_corrected() -> None:
    make_service("Uniohjaus", keywords_fi=["nukkuminen"])
    html = page("/services/?q=nukkumaan")
    assert "koska kirjoitit <mark>nukkumaan</mark>" in html
    assert "sijaan etsimme" not in html
    html = page("/services/?q=unihojaus&free=0")
    assert "Sanan unihojaus sijaan etsimme sanalla <b>uniohjaus</b>." in html
    assert 'href="?q=unihojaus&amp;own_words=1"' in html and listed(html) == ["Uniohjaus"]
    assert "sijaan etsimme" not in page("/services/?q=unihojaus&own_words=1")
    assert "koska kirjoitit" not in page("/services/")


def test_each_limit_can_be_taken_away(six: None) -> None:
    html = page("/services/?q=pienille&municipality=990&age=3&free=1")
    for kept in ("municipality=990&amp;age=3", "municipality=990&amp;free=1", "age=3&amp;free=1"):
        assert f'href="?q=pienille&amp;{kept}"' in html
    assert 'href="?q=pienille"' in html, "all of them at once"
    assert 'name="robots" content="noindex, follow"' in html
    assert "noindex" not in page("/services/")


def test_pages_of_a_long_list_hold_everything_once() -> None:
    for number in range(45):
        make_service(f"Palvelu {number:02}", order=number)
    found = []
    address = "/services/"
    while address:
        html = page(address)
        found += listed(html)
        onward = re.search(r'rel="next" href="([^"]+)"', html)
        address = f"/services/{onward[1]}" if onward else ""
    assert found == [f"Palvelu {number:02}" for number in range(45)]
    assert listed(page("/services/?page=99")) == found[40:]


def test_what_has_a_page_and_what_is_listed() -> None:
    for status, has_page, is_listed in (
        ("draft", 404, False),
        ("published", 200, True),
        ("paused", 200, False),
        ("withdrawn", 404, False),
    ):
        service = make_service(f"Palvelu {status}", status=status)
        html = page(f"/services/{service.slug}/", has_page)
        assert ("Palvelu on nyt tauolla." in html) is (status == "paused")
        assert (service.name_fi in listed(page("/services/"))) is is_listed


def test_a_service_tells_how_where_and_when(town: Area) -> None:
    service = make_service(
        "Uniohjaus", areas=(town,), summary_fi="Rauhallisemmat yöt.", for_whom_fi="Kaikille.",
        not_for_whom_fi="Ei yöllä.",
        how_to_fi="Soita.", description_fi="Ensin.\n\nSitten.", price_kind="free", age_to=6, languages=["fi", "ar"],
        alternative_names_fi=["unineuvonta"], tip_fi="vain ohjaajalle", waiting_weeks=3, full=True,
        waiting_fi="Uusia otetaan tammikuussa.", reviewed_on=NOW.date() - dt.timedelta(days=200),
    )  # fmt: skip
    phone = add_channel(service, hours=OFFICE)
    place = Location.objects.create(
        slug="talo", name_fi="Perhetalo", street_fi="Purjekatu 4", postal_code="99010", municipality=town,
        lat=61.1, lon=21.5,
    )  # fmt: skip
    service.locations.add(place)
    independence = next(day for day in finnish_holidays(2026) if (day.month, day.day) == (12, 24))
    ExceptionalDay.objects.create(
        channel=phone, date=NOW.date() + dt.timedelta(days=1), opens_minute=600, closes_minute=720, reason_fi="Koulutus"
    )
    html = page("/services/uniohjaus/")
    for told in (
        "Ensin.", "Sitten.", "Ei yöllä.", "Maksuton", "0–6-vuotiaat", "Suomi, arabia", "unineuvonta", "Purjekatu 4",
        "Uusia otetaan tammikuussa.", "Täynnä juuri nyt", "Auki nyt, klo 16 asti", "Maanantai–perjantai", "klo 8–16",
        "Tiistaina 24.11.", "klo 10–12", "(Koulutus)", 'href="tel:0005550101"', "Siitä on yli puoli vuotta",
        f"Torstaina {independence.day}.{independence.month}.",
        '?mlat=61.10000&amp;mlon=21.50000#map=17/61.10000/21.50000" rel="noreferrer"',
    ):  # fmt: skip
        assert told in html, told
    assert "vain ohjaajalle" not in html and "Suomi.fi-palvelutietovaranto" not in html


def test_an_imported_service_names_its_source() -> None:
    make_service("Tuotu", ptv_id="5f0c4f0e-6f0a-4b0e-9a57-6a3d3d9c2b11", source_changed_at=NOW)
    html = page("/services/tuotu/")
    assert "CC BY 4.0" in html and "muutettiin viimeksi 23.11.2026" in html


def test_a_text_that_is_not_translated_is_told_to_be_in_another_language() -> None:
    make_service("Vain suomeksi", summary_fi="Vain näin.", name_sv="På svenska")
    swedish = page("/sv/services/vain-suomeksi/")
    assert "<h1>På svenska</h1>" in swedish and '<p class="lead" lang="fi">Vain näin.</p>' in swedish
    assert "En del av texten finns bara på finska." in swedish
    english = page("/en/services/vain-suomeksi/")
    assert '<h1 lang="fi">Vain suomeksi</h1>' in english and "Part of the text is only in Finnish." in english
    assert "lang=" not in page("/services/vain-suomeksi/").partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize(
    ("words", "danger"), [("mies lyö minua", True), ("ITSEMURHA", True), ("lystikäs", False), ("", False)]
)
def test_words_of_danger_bring_the_emergency_numbers_first(words: str, danger: bool) -> None:
    DangerWord.objects.create(language="fi", stem="lyö")
    DangerWord.objects.create(language="fi", stem="itsemurh")
    make_service("Turvakoti", keywords_fi=["lyö", "itsemurha"])
    html = page(f"/services/?q={words}")
    assert ('id="danger-title"' in html) is danger
    if danger:
        assert html.index('id="danger-title"') < html.index("<h1")


def test_the_help_map_goes_from_now_to_later(situation: LifeSituation, town: Area) -> None:
    rows = (
        ("Kriisi", {}, "phone", ALWAYS),
        ("Kahvila", {}, "visit", OFFICE),
        ("Nopea", {"waiting_weeks": 1}, "phone", OFFICE),
        ("Jono", {"waiting_weeks": 9}, "chat", OFFICE),
        ("Täysi", {"full": True}, "chat", OFFICE),
        ("Ajalla", {}, "phone", OFFICE),
        ("Tauko", {"status": Service.Status.PAUSED}, "phone", ALWAYS),
    )
    for order, (name, columns, kind, hours) in enumerate(rows):
        service = make_service(name, areas=(town,), order=order, slug=f"palvelu-{order}", **columns)
        add_channel(service, kind, "" if kind == "visit" else "000 555 0101", hours)
        service.situations.add(situation)
    found = {band.name: [service.name_fi for service in band.services] for band in bands(situation)}
    assert found == {"now": ["Kriisi"], "soon": ["Kahvila", "Nopea"], "later": ["Jono", "Ajalla", "Täysi"]}
    html = page("/help-map/vauva/")
    order = [
        html.index(words) for words in ("Nyt heti", "Kriisi", "Tällä viikolla", "Kahvila", "Pidemmäksi aikaa", "Ajalla")
    ]
    assert order == sorted(order)
    assert "maanantai–perjantai klo 8–16" in html and "Tauko" not in html
    assert "Jono noin 2 kuukautta" in html
    assert listed(page("/situations/vauva/")) == ["Kriisi", "Kahvila", "Nopea", "Jono", "Ajalla", "Täysi"]
    make_area("991", "Muualla", make_area("97", "Toinen"))
    for address in ("/help-map/vauva/?municipality=991", "/situations/vauva/?municipality=991"):
        assert "Kahvila" not in page(address)
    assert bands(None)[0].services[0].name_fi == "Kriisi" and "Kriisi" in page("/help-map/")
    assert page("/help-map/ei-ole/", 404) and page("/situations/ei-ole/", 404)


@pytest.mark.parametrize(
    "address", ["/services/", "/situations/vauva/", "/help-map/vauva/", "/help-map/", "/services/palvelu-0/"]
)
def test_pages_ask_no_more_of_many_services(situation: LifeSituation, town: Area, address: str) -> None:
    counts = []
    for amount in range(2):
        for number in range(amount * 12, amount * 12 + 1 + amount * 12):
            service = make_service(f"Palvelu {number}", areas=(town,))
            add_channel(service, "phone", hours=OFFICE)
            add_channel(service, "visit", "", hours=OFFICE)
            place = Location.objects.create(slug=f"talo-{number}", name_fi="Talo", municipality=town)
            service.locations.add(place)
            service.situations.add(situation)
        page(address)
        with CaptureQueriesContext(connection) as asked:
            page(address)
        counts.append(len(asked))
    assert counts[1] <= counts[0] + 1, counts
    assert counts[1] <= 26, counts


def test_search_engines_are_told_of_what_there_is_in_its_languages(situation: LifeSituation) -> None:
    make_service("Kahdella kielellä", slug="kahdella", name_sv="På två språk")
    make_service("Luonnos", status=Service.Status.DRAFT)
    make_service("Tauolla", status=Service.Status.PAUSED)
    assert all(f"/sitemap-{section}.xml" in page("/sitemap.xml") for section in ("pages", "situations", "services"))
    places = re.findall(r"<loc>http://testserver([^<]+)</loc>", page("/sitemap-services.xml"))
    assert places == ["/services/kahdella/", "/sv/services/kahdella/"]
    more = page("/sitemap-situations.xml") + page("/sitemap-pages.xml")
    for address in ("/situations/vauva/", "/sv/help-map/vauva/", "/en/", "/en/help-map/", "/privacy/"):
        assert f"<loc>http://testserver{address}</loc>" in more
    page("/sitemap-ei.xml", 404)
    robots = page("/robots.txt")
    for room in ("/desk/", "/me/", "/sv/contacts/", "/en/return/", "/api/"):
        assert f"Disallow: {room}\n" in robots
    assert "Sitemap: http://testserver/sitemap.xml" in robots


def test_a_page_says_where_it_lives_in_every_language(situation: LifeSituation) -> None:
    html = page("/sv/situations/vauva/?municipality=1")
    assert '<link rel="canonical" href="http://testserver/sv/situations/vauva/">' in html
    for code, prefix in (("fi", ""), ("sv", "/sv"), ("en", "/en"), ("x-default", "")):
        assert f'<link rel="alternate" hreflang="{code}" href="http://testserver{prefix}/situations/vauva/">' in html
    assert '<meta name="description" content="Vauva muuttaa kaiken.">' in page("/situations/vauva/")
