"""Signing in by two steps, one's own account, and signing out everywhere, in real browsers; each page by axe."""

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page, expect

from accounts.models import User
from core import clock
from perhekeskus.demo.cast import PASSWORD
from tests.browser.conftest import at_both_widths
from tests.cast import Cast, make_visitor, open_chat, take
from tests.second_step import code_of, give_second_step, recovery_codes


def speak(user: User, language: str) -> None:
    User.objects.filter(pk=user.pk).update(language=language)


def by_password(page: Page, user: User, address: str = "/desk/") -> None:
    page.goto(address)
    page.fill("#id_login", user.email)
    page.fill("#id_password", PASSWORD)
    page.locator("main form button[type=submit]").click()


def confirm(page: Page) -> None:
    page.fill("#id_password", PASSWORD)
    page.get_by_role("button", name="Vahvista").click()


def fits(page: Page) -> None:
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width <= 0, f"{page.url} is wider than the screen by {width} px"


def test_setting_it_up_and_signing_in_with_it(house: Cast, new_page: Callable[..., Page]) -> None:
    page = new_page(desk=True)
    by_password(page, house.worker)
    page.get_by_role("button", name=house.worker.full_name).click()
    page.get_by_role("link", name="Oma tili").click()
    page.get_by_role("link", name="Ota käyttöön").click()
    expect(page.get_by_role("img", name="Kuvakoodi")).to_be_visible()
    page.get_by_text("Kuvaa ei voi lukea").click()
    secret = page.locator("details .secret").inner_text().replace(" ", "")
    page.get_by_label("Kirjoita koodi").fill("000000")
    page.get_by_role("button", name="Ota käyttöön").click()
    expect(page.get_by_role("alert")).to_contain_text("Koodi ei täsmää")
    page.get_by_label("Kirjoita koodi").fill(code_of(secret))
    page.get_by_role("button", name="Ota käyttöön").click()
    expect(page.locator(".codes li")).to_have_count(10)
    recovery = page.locator(".codes li").first.inner_text()
    page.get_by_role("link", name="Ne ovat tallessa").click()
    expect(page.locator("section", has_text="Kaksivaiheinen")).to_contain_text("Varakoodeja on jäljellä 10.")

    other = new_page(desk=True)
    by_password(other, house.worker, "/desk/?list=waiting")
    other.wait_for_url("**/2fa/authenticate/")
    expect(other.get_by_role("textbox", name="Koodi")).to_have_attribute("autocomplete", "one-time-code")
    other.get_by_role("textbox", name="Koodi").fill("123123")
    other.get_by_role("button", name="Jatka").click()
    expect(other.get_by_role("alert")).to_be_visible()
    other.get_by_role("textbox", name="Koodi").fill(code_of(secret))
    other.get_by_role("button", name="Jatka").click()
    other.wait_for_url("**/desk/?list=waiting")

    third = new_page(desk=True)
    by_password(third, house.worker)
    third.get_by_role("textbox", name="Koodi").fill(recovery)
    third.get_by_role("button", name="Jatka").click()
    third.wait_for_url("**/desk/")
    assert len(recovery_codes(house.worker)) == 9


def test_without_scripts_too(house: Cast, new_page: Callable[..., Page]) -> None:
    page = new_page(desk=True, java_script_enabled=False)
    by_password(page, house.worker)
    page.goto("/accounts/2fa/totp/activate/")
    page.get_by_text("Kuvaa ei voi lukea").click()
    page.get_by_label("Kirjoita koodi").fill(code_of(page.locator("details .secret").inner_text().replace(" ", "")))
    page.get_by_role("button", name="Ota käyttöön").click()
    expect(page.locator(".codes li")).to_have_count(10)


def test_signing_out_everywhere_else_stops_an_open_desk(
    house: Cast, new_page: Callable[..., Page], allow_console: Callable[[str], None]
) -> None:
    allow_console("status of 401")
    now = clock.now()
    contact = take(open_chat(make_visitor(now), now=now), house.worker, now)
    lost = new_page(user=house.worker)
    lost.goto(f"/desk/contacts/{contact.pk}/")
    expect(lost.locator("#reply")).to_be_visible()
    home = new_page(user=house.worker)
    home.goto("/accounts/")
    home.get_by_role("button", name="Kirjaudu ulos kaikkialla muualla").click()
    confirm(home)
    expect(home.get_by_role("status")).to_contain_text("Yksi kirjautuminen päättyi.")
    ended = lost.get_by_text("Kirjautumisesi on päättynyt.").first
    expect(ended.or_(lost.get_by_role("heading", name="Työntekijän kirjautuminen"))).to_be_visible(timeout=2_000)
    lost.goto("/desk/")
    expect(lost.get_by_role("heading", name="Työntekijän kirjautuminen")).to_be_visible()
    home.goto("/desk/")
    expect(home.get_by_role("heading", name="Työntekijän kirjautuminen")).to_have_count(0)


def test_one_lost_phone_is_signed_out_of(house: Cast, new_page: Callable[..., Page]) -> None:
    phone, home = new_page(user=house.worker), new_page(user=house.worker)
    phone.goto("/desk/")
    home.goto("/accounts/")
    expect(home.locator(".sign-ins li")).to_have_count(2)
    home.locator(".sign-ins li").get_by_role("button", name="Kirjaa ulos").click()
    confirm(home)
    expect(home.locator(".sign-ins li")).to_have_count(1)


def test_by_keyboard_alone(house: Cast, new_page: Callable[..., Page]) -> None:
    give_second_step(house.worker)
    page = new_page(desk=True)
    page.goto("/desk/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Siirry sisältöön")).to_be_focused()
    page.locator("#id_login").focus()
    page.keyboard.type(house.worker.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/2fa/authenticate/")
    page.locator("#id_code").focus()
    page.keyboard.type(code_of())
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/")


OWN_PAGES = (
    "/accounts/", "/accounts/password/change/", "/accounts/2fa/totp/deactivate/", "/accounts/2fa/recovery-codes/",
    "/accounts/2fa/recovery-codes/generate/", "/accounts/reauthenticate/?next=/accounts/",
    "/accounts/2fa/reauthenticate/?next=/accounts/", "/accounts/logout/",
)  # fmt: skip


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_page_is_accessible(
    house: Cast, new_page: Callable[..., Page], axe: Callable[[Page], None], language: str
) -> None:
    speak(house.worker, language)
    page = new_page(user=house.worker, language=language)
    page.goto("/accounts/2fa/totp/activate/")  # confirms, so that the rest opens
    for seen in at_both_widths(page):
        axe(seen)
    page.fill("#id_password", PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/totp/activate/")
    for _look in range(2):
        expect(page.locator("html")).to_have_attribute("lang", language)
        for seen in at_both_widths(page):
            axe(seen)
            fits(seen)
        page.fill("#id_code", "000000")  # and once more with its refusal
        page.locator("main form button[type=submit]").click()
    page.goto("/accounts/")
    for seen in at_both_widths(page):
        axe(seen)
    give_second_step(house.worker)
    for address in OWN_PAGES:
        page.goto(address)
        expect(page.locator("html")).to_have_attribute("lang", language)
        for seen in at_both_widths(page):
            axe(seen)
            fits(seen)
    Authenticator.objects.filter(user=house.worker).delete()


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_signing_in_is_accessible(
    house: Cast, new_page: Callable[..., Page], axe: Callable[[Page], None], language: str
) -> None:
    give_second_step(house.worker)
    page = new_page(language=language)
    for address in (
        "/accounts/login/", "/accounts/password/reset/", "/accounts/password/reset/done/", "/accounts/inactive/",
        "/accounts/password/reset/key/1-gone/", "/accounts/password/reset/key/done/", "/accounts/signup/",
    ):  # fmt: skip
        page.goto(address)
        expect(page.locator("html")).to_have_attribute("lang", language)
        for seen in at_both_widths(page):
            axe(seen)
            fits(seen)
    by_password(page, house.worker)
    page.wait_for_url("**/2fa/authenticate/")
    for _look in range(2):
        expect(page.locator("html")).to_have_attribute("lang", language)
        for seen in at_both_widths(page):
            axe(seen)
            fits(seen)
        page.fill("#id_code", "000000")
        page.locator("main form button[type=submit]").first.click()


def test_in_the_evening_too(house: Cast, new_page: Callable[..., Page], axe: Callable[[Page], None]) -> None:
    page = new_page(desk=True, color_scheme="dark")
    by_password(page, house.worker)
    for address in ("/accounts/", "/accounts/2fa/totp/activate/", "/accounts/password/change/"):
        page.goto(address)
        axe(page)
