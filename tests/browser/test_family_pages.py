"""Every page of a family: in three languages and two widths without a violation, light, and free of third parties."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Response, expect

from accounts.visitors import create_visitor, new_secret
from catalogue.models import Service
from catalogue.search.index import index_all
from core import clock
from tests.cast import Cast, Visitor, close, make_visitor, open_chat, take

PAGES = (
    "", "chat/", "message/", "callback/", "services/?q=vauva", "services/?q=zzzzqqq", "services/",
    "services/?q=itsemurha&municipality=990&free=1", "situations/vauva-ja-odotus/",
    "help-map/vauva-ja-odotus/", "return/", "anonymity/", "safety/", "privacy/", "accessibility/", "promise/",
)  # fmt: skip


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_open_pages_have_no_violation(
    house: Cast, new_page: Callable[..., Page], axe: Callable[[Page], None], language: str
) -> None:
    index_all()
    page = new_page(language=language, desk=True)
    prefix = "/" if language == "fi" else f"/{language}/"
    service = Service.objects.published()[0]
    for path in (*PAGES, f"services/{service.slug}/"):
        answer = page.goto(prefix + path)
        assert answer is not None and answer.status == 200, path
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator("main h1").count() == 1
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 844})
            assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), f"{path} is too wide"
            axe(page)


@pytest.mark.parametrize(("language", "scheme"), [("fi", "light"), ("fi", "dark"), ("sv", "light"), ("en", "light")])
def test_faces_of_a_contact_have_no_violation(
    house: Cast, new_page: Callable[..., Page], axe: Callable[[Page], None], language: str, scheme: str
) -> None:
    visitor = make_visitor(clock.now())
    page = new_page(visitor=visitor, color_scheme=scheme, language=language)
    prefix = "" if language == "fi" else f"/{language}"
    waiting = open_chat(visitor, now=clock.now())
    talking = take(open_chat(visitor, now=clock.now()), house.worker, clock.now())
    ended = take(open_chat(visitor, now=clock.now()), house.worker, clock.now())
    close(ended, house.worker, house.topic, clock.now(), step="Soitamme huomenna.")
    message = open_chat(visitor, now=clock.now(), channel="message")
    for contact in (waiting, talking, ended, message):
        page.goto(f"{prefix}/contacts/{contact.pk}/")
        expect(page.locator("[data-thread] .msg").first).to_be_visible()
        assert page.locator("html").get_attribute("lang") == language
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 844})
            axe(page)
            assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_the_first_page_is_light_and_asks_nobody_else(
    house: Cast, new_page: Callable[..., Page], server: object
) -> None:
    page = new_page()
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto("/", wait_until="networkidle")
    weight = sum(answer.request.sizes()["responseBodySize"] for answer in answers)
    assert len(answers) <= 12, [answer.url for answer in answers]
    assert weight <= 60_000, {answer.url: answer.request.sizes()["responseBodySize"] for answer in answers}
    assert all(answer.url.startswith(page.evaluate("location.origin")) for answer in answers)


def test_the_first_page_says_everything_without_scripts(house: Cast, new_page: Callable[..., Page]) -> None:
    page = new_page(java_script_enabled=False)
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mitä perheellesi kuuluu?")
    expect(page.get_by_role("link", name="Juttele nyt").first).to_be_visible()
    expect(page.get_by_text("09 2525 0111")).to_be_visible()


def test_changing_the_language_keeps_the_page(house: Cast, new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.goto("/services/?q=vauva")
    page.locator("nav:visible").get_by_role("link", name="SV").click()
    page.wait_for_url("**/sv/services/?q=vauva")
    assert page.locator("html").get_attribute("lang") == "sv"


def test_a_page_that_is_not_there_comforts(
    family_page: Page, axe: Callable[[Page], None], allow_console: Callable[[str], None]
) -> None:
    allow_console("404")
    answer = family_page.goto("/contacts/3e6dfb0e-8c3f-4a44-a7a2-8f2f1d9f5a10/")
    assert answer is not None and answer.status == 404
    expect(family_page.get_by_text("Mitään ei ole kadonnut")).to_be_visible()
    axe(family_page)


def test_coming_back_with_the_code_on_another_device(
    house: Cast, new_page: Callable[..., Page], allow_console: Callable[[str], None]
) -> None:
    allow_console("422")
    visitor = Visitor(*create_visitor(now=clock.now(), secret=new_secret()))
    contact = open_chat(visitor, now=clock.now())
    page = new_page()
    page.goto("/return/")
    page.fill("#code", "1111 2222 3333 4444")
    page.get_by_role("button", name="Jatka", exact=True).click()
    expect(page.get_by_text("Tällä koodilla ei löydy keskustelua")).to_be_visible()
    page.fill("#code", " ".join(visitor.code[start : start + 4] for start in range(0, 16, 4)))
    page.get_by_role("button", name="Jatka", exact=True).click()
    page.wait_for_url(f"**/contacts/{contact.pk}/")
    expect(page.locator(".msg.mine")).to_have_count(1)
