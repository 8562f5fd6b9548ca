"""The demo provider's own page, as people meet it: three languages, two widths, by keyboard, without script."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from perhekeskus.demo.provider.faults import Fault
from perhekeskus.demo.provider.words import FAULTS, LANGUAGES, WORDS
from perhekeskus.embedded import free_port
from tests.cast import Cast
from tests.demo.client import Client
from tests.identity_provider import IdentityProvider

BACK = "**/identify/return/?**"


class Returned(BaseHTTPRequestHandler):
    """The client's end of the way back."""

    def do_GET(self) -> None:
        body = b"<!doctype html><html lang=en><title>Back</title><link rel=icon href=data:,><p>Back</p>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def client(identity_provider: IdentityProvider) -> Iterator[Client]:
    server = ThreadingHTTPServer(("127.0.0.1", free_port()), Returned)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    client = Client(
        identity_provider.url, return_address=f"http://127.0.0.1:{server.server_address[1]}/identify/return/"
    )
    identity_provider.steer(keys=client.keys)
    yield client
    server.shutdown()
    thread.join()
    server.server_close()


def query(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("desk", "scheme"), [(False, "dark"), (True, "light")], ids=["phone-dark", "wide-light"])
def test_the_page_is_accessible_and_says_what_it_is(
    new_page: Callable[..., Page], axe: Callable[[Page], None], client: Client, language: str, desk: bool, scheme: str
) -> None:
    page = new_page(desk=desk, language=language, color_scheme=scheme)
    page.goto(client.ask(ui_locales=language))
    number = list(LANGUAGES).index(language)
    expect(page.get_by_text(WORDS["notice"][number])).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text(WORDS["title"][number])
    axe(page)
    page.get_by_text(WORDS["try_fault"][number]).click()
    expect(page.get_by_label(WORDS["fault"][number], exact=True).locator("option")).to_have_count(len(FAULTS))
    axe(page)
    too_wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not too_wide


def test_a_person_and_a_level_are_chosen_by_keyboard(new_page: Callable[..., Page], client: Client) -> None:
    page = new_page(desk=True)
    page.goto(client.ask(ui_locales="fi"))
    for _ in range(4):  # three languages, then the group of persons
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Svensk Huoltaja")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(BACK)
    claims = client.read(client.fetch(query(page)["code"]))
    assert claims["urn:oid:1.2.246.21"] == "061085-9041"
    assert claims["acr"] == "http://ftn.ficora.fi/2017/loa3"


def test_cancelling_without_script(new_page: Callable[..., Page], client: Client) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(client.ask(ui_locales="fi"))
    page.get_by_role("button", name="Peruuta ja palaa").click()
    page.wait_for_url(BACK)
    assert query(page) == {"error": "access_denied", "state": client.state, "iss": client.issuer}


def test_another_language_keeps_the_sign_in(new_page: Callable[..., Page], client: Client) -> None:
    page = new_page()
    page.goto(client.ask(ui_locales="fi"))
    page.get_by_role("link", name="Svenska").click()
    expect(page.locator("html")).to_have_attribute("lang", "sv")
    page.get_by_label("Turva Huoltaja").check()
    page.get_by_role("button", name="Identifiera dig").click()
    page.wait_for_url(BACK)
    assert client.read(client.fetch(query(page)["code"]))["nonce"] == client.nonce


def test_a_fault_is_chosen_on_the_page(new_page: Callable[..., Page], client: Client) -> None:
    page = new_page()
    page.goto(client.ask(ui_locales="fi"))
    page.get_by_text("Kokeile virhettä").click()
    page.get_by_label("Virhe", exact=True).select_option(Fault.REPLAY)
    page.get_by_label("Toka Huoltaja").check()
    page.get_by_role("button", name="Tunnistaudu").click()
    expect(page.get_by_role("alert")).to_have_text(WORDS["nothing_to_repeat"][0])
    expect(page.get_by_label("Toka Huoltaja")).to_be_checked()
    page.get_by_label("Virhe", exact=True).select_option(Fault.WRONG_AUD)
    page.get_by_role("button", name="Tunnistaudu").click()
    page.wait_for_url(BACK)
    claims = client.read(client.fetch(query(page)["code"]))
    assert claims["aud"] == "somebody-else"


def test_going_back_to_a_finished_sign_in_says_so(
    new_page: Callable[..., Page], client: Client, allow_console: Callable[[str], None]
) -> None:
    allow_console("status of 404")
    page = new_page(language="fi")
    address = client.ask(ui_locales="fi")
    page.goto(address)
    page.get_by_role("button", name="Tunnistaudu").click()
    page.wait_for_url(BACK)
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Tunnistus ei ole enää kesken")


def identified(page: Page, *, name: str, button: str) -> None:
    """Our own button, the provider's page, and back: with the policies of both sides in force."""
    page.get_by_role("button", name=button).click()
    page.wait_for_url("**/choose/**")
    page.get_by_label(name).check()
    page.get_by_role("button", name=button).click()
    page.wait_for_url("**/me/")


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_from_our_own_page_to_the_provider_and_back(
    house: Cast, new_page: Callable[..., Page], identity_provider: IdentityProvider, script: bool
) -> None:
    page = new_page(java_script_enabled=script)
    page.goto("/sv/me/")
    identified(page, name="Svensk Huoltaja", button="Identifiera dig")
    expect(page.locator("html")).to_have_attribute("lang", "sv")
    expect(page.get_by_text("Svensk Huoltaja").first).to_be_visible()
    assert identity_provider.seen()["counts"]["token"] == 1


def test_cancelling_and_misbehaving_lead_back_with_plain_words(
    house: Cast, new_page: Callable[..., Page], identity_provider: IdentityProvider
) -> None:
    page = new_page()
    page.goto("/me/")
    page.get_by_role("button", name="Tunnistaudu").click()
    page.get_by_role("button", name="Peruuta ja palaa").click()
    page.wait_for_url("**/me/")
    expect(page.get_by_role("button", name="Tunnistaudu")).to_be_visible()
    page.get_by_role("button", name="Tunnistaudu").click()
    page.get_by_text("Kokeile virhettä").click()
    page.get_by_label("Virhe", exact=True).select_option(Fault.UNSIGNED)
    page.get_by_role("button", name="Tunnistaudu").click()
    page.wait_for_url("**/me/")
    expect(page.get_by_role("button", name="Tunnistaudu")).to_be_visible()
    expect(page.get_by_text("Eka Huoltaja")).to_have_count(0)
