"""Other ways to be here: without scripts, by keyboard alone, and gone in a moment."""

from collections.abc import Callable

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from core import clock
from guidance.models import Contact, Message
from tests.browser.test_family_talk import FIRST, answer, begin, bodies, write_text
from tests.cast import Cast, close, take

ELSEWHERE = "<!DOCTYPE html><title>Weather</title><h1>Weather</h1>"


@pytest.fixture
def weather(family_page: Page) -> Page:
    """The neutral site of the quick exit answers from here: no test reaches outside."""
    family_page.context.route(
        f"{settings.QUICK_EXIT_URL}**", lambda route: route.fulfill(content_type="text/html", body=ELSEWHERE)
    )
    return family_page


def test_a_conversation_without_scripts(
    house: Cast, new_page: Callable[..., Page], allow_console: Callable[[str], None]
) -> None:
    allow_console("422")
    page = new_page(java_script_enabled=False)
    page.goto("/chat/")
    page.get_by_role("button", name="Lähetä ja mene jonoon").click()
    expect(page.get_by_text("Kirjoita ensin viesti.")).to_be_visible()
    page.fill("#body", "Rivi yksi\nRivi kaksi")
    page.get_by_role("button", name="Lähetä ja mene jonoon").click()
    code = page.locator("[data-code]").inner_text().replace("\n", " ").split()
    assert [len(four) for four in code] == [4, 4, 4, 4]
    contact = Contact.objects.get()
    assert Message.objects.get(contact=contact, seq=1).body == "Rivi yksi\nRivi kaksi"

    take(contact, house.worker, clock.now())
    answer(contact, house.worker, "Hei sinne")
    page.fill("#body", "Kesken")
    page.get_by_role("button", name="Päivitä").click()
    expect(page.locator(".msg .bubble", has_text="Hei sinne")).to_be_visible()
    expect(page.locator("#body")).to_have_value("Kesken")
    expect(page.locator("[data-code]")).to_have_count(0)
    write_text(page, "Kiitos")
    expect(page.locator(".msg.mine .bubble", has_text="Kiitos")).to_be_visible()
    contact.refresh_from_db()
    assert contact.client_seen_seq >= 3

    page.locator(".talk-bar").get_by_role("button").click()
    page.locator("#leave").get_by_role("button", name="Lopeta keskustelu").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lähdit keskustelusta")
    contact.refresh_from_db()
    assert contact.left_at is not None

    close(contact, house.worker, house.topic, clock.now())
    page.reload()
    page.locator("label.pick", has_text="Osittain").click()
    page.get_by_role("button", name="Lähetä palaute").click()
    expect(page.get_by_text("Kiitos palautteesta")).to_be_visible()


def test_by_keyboard_alone(house: Cast, new_page: Callable[..., Page]) -> None:
    page = new_page(desk=True)
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Siirry sisältöön")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Poistu nopeasti")
    page.goto("/chat/")
    _tab_to(page, "textarea")
    page.keyboard.type(FIRST)
    _tab_to(page, "button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/contacts/**")
    _tab_to(page, "textarea")
    page.keyboard.type("Toinen rivi")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("jatkuu")
    page.keyboard.press("Enter")
    expect(page.locator(".msg.mine").nth(1)).to_have_attribute("data-state", "sent")
    assert bodies(Contact.objects.get()) == [FIRST, "Toinen rivi\njatkuu"]


def _tab_to(page: Page, selector: str) -> None:
    for _press in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(f"document.activeElement.matches('main {selector}')"):
            return
    raise AssertionError(f"Tab never reached {selector}")


@pytest.mark.parametrize("way", ["button", "skip link", "shift"])
def test_gone_in_a_moment(house: Cast, weather: Page, way: str) -> None:
    page = weather
    contact = begin(page)
    page.fill("#body", "Ei vielä lähetetty")
    if way == "button":
        page.locator(".exit").click()
    elif way == "skip link":
        page.locator("a.skip[data-quick-exit]").focus()
        page.keyboard.press("Enter")
    else:
        for _press in range(3):
            page.keyboard.press("Shift")
    page.wait_for_url(f"{settings.QUICK_EXIT_URL}**")
    page.go_back()
    assert "/contacts/" not in page.url
    page.goto(f"/contacts/{contact.pk}/")
    expect(page.locator("#body")).to_have_value("")
    contact.refresh_from_db()
    assert contact.state == "waiting"


def test_shift_in_writing_is_not_an_exit(house: Cast, weather: Page) -> None:
    begin(weather)
    weather.locator("#body").focus()
    for letter in "ABCD":
        weather.keyboard.down("Shift")
        weather.keyboard.press(letter)
        weather.keyboard.up("Shift")
    expect(weather.locator("#body")).to_have_value("ABCD")
    assert "/contacts/" in weather.url


def test_end_and_forget_on_this_device(house: Cast, family_page: Page, allow_console: Callable[[str], None]) -> None:
    allow_console("404")
    contact = begin(family_page)
    family_page.fill("#body", "Luonnos")
    family_page.get_by_role("button", name="Lähde jonosta tai unohda laite").click()
    family_page.get_by_role("button", name="Lopeta ja unohda tällä laitteella").click()
    expect(family_page.get_by_text("unohdettu tältä laitteelta")).to_be_visible()
    assert family_page.evaluate("localStorage.length") == 0
    answer_again = family_page.goto(f"/contacts/{contact.pk}/")
    assert answer_again is not None and answer_again.status == 404
    contact.refresh_from_db()
    assert contact.outcome == "left_queue"
