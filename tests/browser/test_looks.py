"""Who has looked: the family's page, breaking the glass, and the supervisor's page that hears of it."""

import datetime as dt
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from core import clock
from guidance import services
from guidance.models import BreakGlass, Contact
from perhekeskus.demo.cast import PASSWORD
from tests.browser.conftest import at_both_widths
from tests.cast import Cast, Visitor, make_visitor, open_chat, take

NARROW = {"viewport": {"width": 390, "height": 844}}
WIDE = {"viewport": {"width": 1440, "height": 900}}
REASON = "Lapsi on kadonnut, ja poliisi kysyy tietoja heti."
PICTURES = os.environ.get("PICTURES", "")  # a folder: pictures of the pages to look at


def looked_at(house: Cast) -> tuple[Visitor, Contact]:
    """A family whose chat has been read, taken, noted, answered and opened through broken glass."""
    now = clock.now() - dt.timedelta(days=2)
    visitor = make_visitor(now)
    chat = open_chat(visitor, now=now)
    services.record_look(contact=chat, worker=house.colleague, parts=services.PAGE, now=now + dt.timedelta(minutes=1))
    chat = take(chat, house.worker, now + dt.timedelta(minutes=2))
    services.add_note(contact=chat, worker=house.worker, body="Vain meille", now=now + dt.timedelta(minutes=5))
    services.record_look(contact=chat, worker=house.supervisor, now=now + dt.timedelta(hours=4))
    services.break_glass(user=house.outsider, reference=chat.reference, reason=REASON, now=clock.now())
    services.record_look(contact=chat, worker=house.outsider, now=clock.now())
    services.record_look(contact=chat, worker=house.colleague, now=clock.now())
    return visitor, chat


def fits(page: Page, name: str) -> None:
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width <= 0, f"{name} is wider than the screen by {width} px"
    if PICTURES:
        size = page.viewport_size or {"width": 0}
        page.screenshot(path=Path(PICTURES) / f"{name}-{size['width']}.png", full_page=True)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_pages_are_accessible_in_every_language(
    house: Cast, new_page: Callable[..., Page], axe: Callable[[Page], None], language: str
) -> None:
    visitor, _chat = looked_at(house)
    services.ask_older_log(visitor_key=visitor.key, reason="Tarvitsen ne oikeudenkäyntiin.", now=clock.now())
    User.objects.update(language=language)
    prefix = "" if language == "fi" else f"/{language}"
    family = new_page(visitor=visitor, language=language)
    family.goto(f"{prefix}/me/looks/")
    expect(family.locator("html")).to_have_attribute("lang", language)
    expect(family.locator(".look").first).to_be_visible()
    for seen in at_both_widths(family):
        axe(seen)
        fits(seen, f"me-looks-{language}")
    supervisor = new_page(user=house.supervisor, language=language)
    for name, address in (("desk", "/desk/"), ("desk-looks", "/desk/looks/")):
        supervisor.goto(address)
        for seen in at_both_widths(supervisor):
            axe(seen)
            fits(seen, f"{name}-{language}")
    supervisor.locator("summary").last.click()
    for seen in at_both_widths(supervisor):
        axe(seen)


def test_the_page_in_the_dark_and_for_somebody_new(
    house: Cast, new_page: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    visitor, _chat = looked_at(house)
    for whose, name in ((visitor, "dark"), (make_visitor(clock.now()), "new")):
        page = new_page(visitor=whose, color_scheme="dark", **NARROW)
        page.goto("/me/looks/")
        axe(page)
        fits(page, f"me-looks-{name}")


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["390", "1440"])
def test_breaking_the_glass_by_keyboard_while_the_supervisor_watches(
    house: Cast, new_page: Callable[..., Page], axe: Callable[[Page], None], size: dict[str, object],
    allow_console: Callable[[str], None],
) -> None:  # fmt: skip
    allow_console("404|422")  # the browser's own lines about the refused forms
    chat = open_chat(make_visitor(clock.now()), now=clock.now(), body="Salainen huoli")
    watching = new_page(user=house.supervisor)
    watching.goto("/desk/")
    expect(watching.locator("[data-to-review]")).to_have_count(0)

    page = new_page(user=house.outsider, **size)
    page.goto("/desk/break-glass/")
    page.get_by_label("Salasana").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r":\d+/desk/break-glass/$"))
    axe(page)
    fits(page, "break-glass")
    page.get_by_label("Asian viite").fill("00000000")
    page.get_by_label("Miksi sinun on nähtävä tämä?").fill(REASON)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("ei löydy yhteydenottoa")).to_be_visible()
    expect(page.get_by_label("Miksi sinun on nähtävä tämä?")).to_have_value(REASON)
    axe(page)
    page.get_by_label("Asian viite").fill(chat.reference)
    page.get_by_label("Miksi sinun on nähtävä tämä?").fill("Koska")
    page.get_by_role("button", name="Avaa luettavaksi").click()
    expect(page.get_by_text("vähintään 20 merkillä")).to_be_visible()
    page.get_by_label("Miksi sinun on nähtävä tämä?").fill(REASON)
    page.get_by_role("button", name="Avaa luettavaksi").click()
    page.wait_for_url(f"**/desk/contacts/{chat.pk}/")
    expect(page.get_by_text("Hätäpääsy.")).to_be_visible()
    expect(page.locator(".thread, [data-thread]").get_by_text("Salainen huoli").first).to_be_visible()
    expect(page.get_by_role("button", name="Ota keskustelu")).to_have_count(0)
    axe(page)
    fits(page, "glass-contact")

    mark = watching.locator("[data-to-review]")
    expect(mark).to_be_visible()
    mark.get_by_role("link").click()
    expect(watching.get_by_text(REASON)).to_be_visible()
    watching.get_by_role("button", name="Merkitse tarkistetuksi").first.click()
    expect(watching.get_by_text("Merkitty tarkistetuksi.")).to_be_visible()
    assert BreakGlass.objects.get().reviewed_by == house.supervisor


def test_the_thread_closes_when_the_hour_is_over(
    house: Cast, new_page: Callable[..., Page], allow_console: Callable[[str], None]
) -> None:
    allow_console("404")
    chat = open_chat(make_visitor(clock.now()), now=clock.now(), body="Salainen huoli")
    services.break_glass(user=house.outsider, reference=chat.reference, reason=REASON, now=clock.now())
    BreakGlass.objects.update(until=clock.now() + dt.timedelta(seconds=10))
    page = new_page(user=house.outsider)
    page.goto(f"/desk/contacts/{chat.pk}/")
    expect(page.get_by_text("Hätäpääsy.")).to_be_visible()
    page.wait_for_url("**/desk/")
    assert page.request.get(f"/desk/contacts/{chat.pk}/").status == 404


def test_without_scripts(house: Cast, new_page: Callable[..., Page]) -> None:
    visitor, _chat = looked_at(house)
    page = new_page(visitor=visitor, java_script_enabled=False)
    page.goto("/me/looks/")
    page.get_by_label("Miksi haluat nähdä ne?").fill("Tarvitsen ne oikeudenkäyntiin.")
    page.get_by_role("button", name="Pyydä vanhempia merkintöjä").click()
    expect(page.get_by_text("Pyyntösi on perillä.")).to_be_visible()
