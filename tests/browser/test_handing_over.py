"""A worker finds a service without leaving the conversation and hands it over; the family sees it at once."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from catalogue.models import Service
from catalogue.search.index import index_all
from core import clock
from guidance.models import Message, Signpost
from tests.cast import Cast, make_visitor, open_chat, take

CUT = r"ERR_INTERNET_DISCONNECTED|ERR_FAILED|WebSocket connection"
WORDS = "Tästä voisi olla teille apua."


def service_of(house: Cast) -> Service:
    """One of the demo's catalogue that a plain word finds."""
    return Service.objects.published().get(slug="kasvatus-ja-perheneuvola")


def test_a_service_is_found_by_keyboard_handed_over_and_opened(
    house: Cast, new_page: Callable[..., Page], axe: Callable[[Page], None], allow_console: Callable[[str], None]
) -> None:
    allow_console(CUT)
    visitor, found = make_visitor(clock.now()), service_of(house)
    index_all()
    contact = take(open_chat(visitor, now=clock.now()), house.worker, clock.now())
    family, desk = new_page(visitor=visitor), new_page(user=house.worker)
    family.goto(f"/sv/contacts/{contact.pk}/")
    desk.goto(f"/desk/contacts/{contact.pk}/")
    desk.bring_to_front()

    desk.locator("[data-roll]").focus()
    desk.keyboard.press("d")
    expect(desk.locator("#service-search")).to_be_focused()
    desk.keyboard.type(found.name_fi)
    expect(desk.locator(".service-hit").first).to_contain_text(found.name_fi)
    axe(desk)
    desk.keyboard.press("Enter")
    chip = desk.locator(".attached")
    expect(chip).to_contain_text(found.name_fi)
    expect(desk.locator("#reply")).to_be_focused()
    desk.locator("[data-detach]").click()
    expect(chip).to_have_count(0)

    desk.locator("[data-opens=services]").click()
    desk.locator(".service-hit", has_text=found.name_fi).first.locator("[data-attach]").click()
    desk.keyboard.type(WORDS)
    desk.context.set_offline(True)
    desk.keyboard.press("Control+Enter")
    on_its_way = desk.locator(".msg.mine", has_text=WORDS)
    expect(on_its_way).to_contain_text(found.name_fi)
    desk.context.set_offline(False)
    expect(on_its_way.locator(".service-card")).to_contain_text(found.name_fi, timeout=30_000)
    expect(on_its_way.locator(".bubble")).to_have_text(WORDS)
    expect(desk.locator("#side")).to_contain_text("Kerrottu")
    axe(desk)

    card = family.locator(".msg .service-card")
    expect(card).to_contain_text(found.name_sv)
    expect(family.locator(".msg:has(.service-card) .bubble")).to_have_text(WORDS)
    expect(family.locator("[data-announcer]")).not_to_contain_text("http")
    axe(family)
    card.get_by_role("link", name=found.name_sv).click()
    expect(family.get_by_role("heading", level=1)).to_have_text(found.name_sv)
    family.go_back()
    expect(card).to_contain_text(found.name_sv)

    assert Message.objects.filter(contact=contact, kind="worker").count() == 1
    assert Signpost.objects.get().service == found
    desk.keyboard.press("Escape")
    desk.keyboard.press("p")
    expect(desk.locator('#closing [name="outcome"][value="signposted"]')).to_be_checked()
    desk.locator("#closing .pick", has_text=house.topic.name_fi).first.click()
    desk.get_by_role("button", name="Päätä ja kerro perheelle").click()
    told = family.locator("section", has_text="Vi berättade om de här tjänsterna").last
    expect(told.get_by_role("link", name=found.name_sv)).to_be_visible()


def test_the_two_readings_of_a_text_agree(new_page: Callable[..., Page]) -> None:
    """catalogue/cards.py and static/shared/service-cards.js, on the same texts."""
    from django.conf import settings

    from catalogue.cards import card_in

    site = settings.PUBLIC_ADDRESS
    texts = [
        text.format(site=site)
        for text in (
            "{site}/services/uni/", "» Uni, 03 1\n{site}/sv/services/uni/", "Hei\n\n» Uni\n{site}/services/uni/\n",
            "Katso:\n{site}/en/services/uni_2-a/", "{site}/services/uni/\nHei", "{site}/services/uni/?q=1",
            "{site}/services/uni", "{site}.x/services/uni/", "Katso {site}/services/uni/", "https://x/services/uni/",
            "", "» {site}/services/uni/", "\n\n{site}/services/uni/  ", "{site}/services/üni/",
            "{site}/de/services/uni/",
        )
    ]  # fmt: skip
    page = new_page()
    page.goto("/safety/")
    read: list[Any] = page.evaluate(
        "async ([texts, site]) => { const {cardIn} = await import('/static/shared/service-cards.js');"
        " return texts.map((text) => cardIn(text, site)); }",
        [texts, site],
    )
    here = [card_in(text) for text in texts]
    assert read == [found and {"words": found.words, "slug": found.slug} for found in here]
    assert sum(found is not None for found in here) == 5
