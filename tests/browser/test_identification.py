"""Two people in two browsers, and the demo's provider between them: asked, declined, cancelled, done, undone."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.db.models import F
from playwright.sync_api import Page, expect

from accounts.models import Identification
from chat.upkeep import attend_to_silence
from core import clock
from guidance.models import Binding, Contact
from guidance.services import ask_identification
from tests.cast import Cast, Visitor, make_visitor, open_chat, second_device, take
from tests.identity_provider import IdentityProvider

UNSENT = "Kesken jäänyt lause"
WORDS = {
    "fi": {
        "asks": "Maija pyytää sinua tunnistautumaan", "go": "Tunnistaudu", "no": "Jatkan nimettömänä",
        "cancelled": "Keskeytit tunnistautumisen", "done": "Olet tunnistautunut",
        "declined": "Keskustelu jatkuu nimettömänä", "undone": "irrotti tämän keskustelun", "mine": "Oma sivu",
        "gate": "Tunnistaudu jatkaaksesi", "hello": "Hei, Eka", "out": "Kirjaudu ulos", "gone": "Olet kirjautunut ulos",
    },
    "sv": {
        "asks": "Maija ber dig identifiera dig", "go": "Identifiera dig", "no": "Jag fortsätter anonymt",
        "cancelled": "Du avbröt identifieringen", "done": "Du har identifierat dig",
        "declined": "Samtalet fortsätter anonymt", "undone": "lösgjorde det här samtalet", "mine": "Egen sida",
        "gate": "Identifiera dig för att fortsätta", "hello": "Hej, Eka", "out": "Logga ut", "gone": "Du har loggat ut",
    },
}  # fmt: skip


def prefix(language: str) -> str:
    return "" if language == "fi" else f"/{language}"


def talking(house: Cast, language: str = "fi") -> tuple[Visitor, Contact]:
    """A visitor's chat that the worker has."""
    visitor = make_visitor(clock.now())
    contact = open_chat(visitor, now=clock.now(), language=language)
    return visitor, take(contact, house.worker, clock.now())


def ask_at_desk(desk: Page) -> None:
    desk.locator("[data-opens=ask]").click()
    desk.locator("#ask input[name=ready]").first.check()
    expect(desk.locator("#ask-reason")).not_to_have_value("")
    desk.locator("#ask button[type=submit]").click()
    expect(desk.locator(".strip[data-identification]", has_text="Tunnistautumista pyydetty")).to_be_visible()


def button(page: Page, name: str) -> None:
    page.locator("#identify").get_by_role("button", name=name).click()


def answer_at_provider(page: Page, person: str) -> None:
    page.wait_for_url("**/choose/**")
    page.locator(f"label:has(input[value={person}])").click()
    page.locator("button[name=answer][value=go]").click()


def no_wider_than_the_window(page: Page) -> None:
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_declined_then_cancelled_then_done_and_nothing_lost(
    house: Cast,
    new_page: Callable[..., Page],
    identity_provider: IdentityProvider,
    axe: Callable[[Page], None],
    language: str,
) -> None:
    words = WORDS[language]
    visitor, contact = talking(house, language)
    family = new_page(visitor=visitor, language=language)
    address = f"{prefix(language)}/contacts/{contact.pk}/"
    family.goto(address)
    desk = new_page(user=house.worker)
    desk.goto(f"/desk/contacts/{contact.pk}/")

    ask_at_desk(desk)
    card = family.locator("#identify")
    expect(card).to_contain_text(words["asks"])
    axe(family)
    axe(desk)
    button(family, words["no"])
    expect(card).to_have_count(0)
    expect(family.locator(".msg.house").last).to_contain_text(words["declined"])
    expect(desk.locator(".strip[data-identification]", has_text="Perhe jatkaa nimettömänä")).to_be_visible()

    ask_at_desk(desk)
    expect(card).to_be_visible()
    family.fill("#body", UNSENT)
    button(family, words["go"])
    family.wait_for_url("**/choose/**")
    family.locator("button[name=answer][value=cancel]").click()
    family.wait_for_url(f"**{address}*")
    expect(family.get_by_text(words["cancelled"])).to_be_visible()
    expect(family.locator("#body")).to_have_value(UNSENT)
    expect(card).to_be_visible()
    for width in (1440, 390):
        family.set_viewport_size({"width": width, "height": 844})
        axe(family)
        no_wider_than_the_window(family)

    button(family, words["go"])
    answer_at_provider(family, "eka")
    family.wait_for_url(f"**{address}*")
    expect(family.get_by_text(words["done"]).first).to_be_visible()
    expect(family.locator("#body")).to_have_value(UNSENT)
    expect(family.locator(".msg.mine")).to_have_count(1)
    expect(desk.locator(".head h1")).to_have_text("Eka Huoltaja")
    expect(desk.locator(".msg:not(.house) [data-slot=name]").first).to_have_text("Eka Huoltaja")
    expect(desk.locator("[data-row] h3", has_text="Eka Huoltaja")).to_be_visible()
    axe(desk)

    family.locator("#body").press("Control+End")
    family.get_by_role("button", name=re.compile("Lähetä|Skicka")).first.click()
    expect(desk.locator(".msg", has_text=UNSENT)).to_be_visible()
    desk.locator("[data-opens=undo]").click()
    desk.fill("#undo-reason", "Tunnukset olivat puolison.")
    axe(desk)
    desk.locator("#undo button[type=submit]").click()
    expect(desk.locator(".head h1")).to_have_text("Nimetön")
    expect(family.locator(".msg.house").last).to_contain_text(words["undone"])
    expect(family.get_by_text("puolison")).to_have_count(0)
    assert Binding.objects.get().undone_at is not None


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_coming_back_after_twenty_minutes(
    house: Cast, new_page: Callable[..., Page], identity_provider: IdentityProvider, language: str
) -> None:
    words = WORDS[language]
    visitor, contact = talking(house, language)
    family = new_page(visitor=visitor, language=language)
    ask_identification(contact_id=contact.pk, worker=house.worker, reason="Varaan ajan.", now=clock.now())
    Contact.objects.filter(pk=contact.pk).update(turn="client")
    family.goto(f"{prefix(language)}/contacts/{contact.pk}/")
    button(family, words["go"])
    family.wait_for_url("**/choose/**")
    # Twenty minutes go by: for the attempt, for the thread, and for the clock that ends silent chats.
    late = dt.timedelta(minutes=20)
    Identification.objects.update(started_at=F("started_at") - late)
    assert attend_to_silence(now=clock.now() + late) == 0, "somebody away identifying is not silent"
    answer_at_provider(family, "toka")
    family.wait_for_url(f"**/contacts/{contact.pk}/*")
    expect(family.get_by_text(f"{words['done']}.").first).to_be_visible()
    contact.refresh_from_db()
    assert contact.state == "open" and contact.relationship.person is not None


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_a_second_device_comes_through_the_own_page(
    house: Cast,
    language: str,
    new_page: Callable[..., Page],
    identity_provider: IdentityProvider,
    axe: Callable[[Page], None],
    allow_console: Callable[[str], None],
) -> None:
    words = WORDS[language]
    visitor, contact = talking(house, language)
    second = new_page(visitor=second_device(visitor, clock.now()), language=language)
    second.goto(f"{prefix(language)}/contacts/{contact.pk}/")
    expect(second.locator(".msg.mine")).to_have_count(1)
    ask_identification(contact_id=contact.pk, worker=house.worker, reason="Varaan ajan.", now=clock.now())
    expect(second.locator("#identify")).to_be_visible()

    first = new_page(visitor=visitor, language=language)
    first.goto(f"{prefix(language)}/contacts/{contact.pk}/")
    button(first, words["go"])
    answer_at_provider(first, "eka")
    first.wait_for_url(f"**/contacts/{contact.pk}/*")

    expect(second.get_by_role("heading", level=1)).to_have_text(words["gate"])
    expect(second.locator(".msg")).to_have_count(0)
    axe(second)
    second.goto(f"{prefix(language)}/me/")
    axe(second)
    second.get_by_role("button", name=words["go"]).click()
    answer_at_provider(second, "eka")
    second.wait_for_url("**/me/")
    expect(second.get_by_role("heading", level=1)).to_have_text(words["hello"])
    for width in (1440, 390):
        second.set_viewport_size({"width": width, "height": 844})
        axe(second)
        no_wider_than_the_window(second)
    second.locator("#contacts ~ ul a").first.click()
    second.wait_for_url(f"**/contacts/{contact.pk}/")
    expect(second.locator(".msg.mine")).to_have_count(1)
    second.goto(f"{prefix(language)}/me/")
    second.get_by_role("button", name=words["out"]).click()
    expect(second.get_by_text(words["gone"])).to_be_visible()


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_sharing_pages_and_desk_sheets_have_no_violation(
    house: Cast,
    new_page: Callable[..., Page],
    identity_provider: IdentityProvider,
    axe: Callable[[Page], None],
    language: str,
) -> None:
    visitor, contact = talking(house, language)
    ask_identification(contact_id=contact.pk, worker=house.worker, reason="Varaan ajan.", now=clock.now())
    identity_provider.steer(answer="turva")
    page = new_page(visitor=visitor, language=language, color_scheme="dark")
    page.goto(f"{prefix(language)}/contacts/{contact.pk}/")
    page.locator("#identify form button").first.click()
    page.wait_for_url(f"**{prefix(language)}/contacts/{contact.pk}/*")
    page.goto(f"{prefix(language)}/me/contacts/{contact.pk}/share/")
    axe(page)
    page.locator("main form button").first.click()
    expect(page.locator(".code span").first).to_be_visible()
    code = "".join(page.locator(".code span").all_inner_texts())
    assert len(code) == 16
    axe(page)

    identity_provider.steer(answer="toka")
    other = new_page(language=language)
    other.goto(f"{prefix(language)}/me/")
    other.locator("main form button").first.click()
    other.wait_for_url(f"**{prefix(language)}/me/")
    other.fill("#share-code", code)
    other.locator("#share-code ~ .btns button").click()
    other.wait_for_url("**/me/shared/**")
    expect(other.locator(".msg .bubble").first).to_be_visible()
    axe(other)
    no_wider_than_the_window(other)

    house.worker.language = language
    house.worker.save()
    desk = new_page(user=house.worker)
    desk.goto(f"/desk/contacts/{contact.pk}/")
    for sheet in ("child", "code"):
        desk.locator(f"[data-opens={sheet}]").first.click()
        expect(desk.locator(f"#{sheet}")).to_be_visible()
        axe(desk)
        desk.keyboard.press("Escape")
