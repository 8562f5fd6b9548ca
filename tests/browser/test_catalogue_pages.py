"""A parent looks for help on a telephone: from misspelt words to a service, its hours and why, by keyboard and without
scripts; and takes the page along on paper or as a link."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from catalogue.models import Service
from catalogue.search.index import index_all
from tests.cast import Cast


def _tab_to(page: Page, selector: str) -> None:
    """Move by the keyboard alone until the focus is there."""
    for _step in range(60):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {selector}")


def test_from_misspelt_words_to_a_service_by_keyboard(house: Cast, new_page: Callable[..., Page]) -> None:
    index_all()
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto("/")
    _tab_to(page, "#q")
    page.keyboard.type("unihojaus vauvalle")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Löysimme")
    expect(page.get_by_text("Sanan unihojaus sijaan etsimme sanalla uniohjaus.")).to_be_visible()
    expect(page.locator(".why mark").first).to_be_visible()
    _tab_to(page, ".limits > summary")
    page.keyboard.press("Enter")
    _tab_to(page, "#municipality")
    page.keyboard.type("Hallakoski")
    _tab_to(page, "[name=free]")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/services/?**municipality=**free=1")
    expect(page.get_by_role("link", name="Poista rajaus: Hallakoski")).to_be_visible()
    _tab_to(page, '.hit a[href="/services/perheen-uniohjaus/"]')
    page.keyboard.press("Enter")
    page.wait_for_url("**/services/perheen-uniohjaus/")
    expect(page.locator(".call-first .state-now")).to_contain_text(re.compile("Auki|Suljettu"))
    _tab_to(page, ".hours > summary")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Maanantai–perjantai").first).to_be_visible()
    _tab_to(page, "[data-copy]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Linkki on kopioitu")).to_have_count(1)
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.endswith("/services/perheen-uniohjaus/") and "?" not in copied
    page.emulate_media(media="print")
    expect(page.locator(".printed")).to_contain_text("/services/perheen-uniohjaus/")
    expect(page.locator(".side")).to_be_hidden()
    expect(page.locator(".hours:not([open]) .week").first).to_be_visible()  # folded on the screen, told on paper
    expect(page.locator(".state-now").first).to_be_hidden()  # what is open now is not so when it is read


def test_the_same_without_scripts(house: Cast, new_page: Callable[..., Page]) -> None:
    page = new_page(java_script_enabled=False)
    page.goto("/help-map/pelko-ja-turvattomuus/")
    expect(page.locator("[data-copy]")).to_be_hidden()
    expect(page.get_by_role("link", name="Lähetä sähköpostilla")).to_be_visible()
    page.get_by_label("Kunta").select_option(label="Tuuliranta")
    page.get_by_role("button", name="Näytä").click()
    page.wait_for_url("**?municipality=**")
    expect(page.get_by_text("kunnasta Tuuliranta")).to_be_visible()
    page.goto("/services/?q=itsemurha")
    expect(page.get_by_role("heading", name="Onko sinulla tai lapsella hätä nyt?")).to_be_visible()
    paused = Service.objects.get(slug="pelikerho")
    page.goto(f"/services/{paused.slug}/")
    expect(page.get_by_text("Palvelu on nyt tauolla.")).to_be_visible()
