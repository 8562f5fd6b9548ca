"""The callback's door, walked: missed twice then reached, three times in vain, put right and cancelled."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from core import clock
from guidance.models import CallbackRequest, Contact
from tests.cast import Cast, take
from tests.guidance.test_callbacks import END, NUMBER, tried

TYPED = "+46 70-174 06 05"
WORDS = "Haluan puhua uhmaiästä."


def missed(contact: Contact, house: Cast) -> None:
    take(contact, house.worker, clock.now())
    tried(contact, house.worker, "no_answer", clock.now())


def test_missed_twice_then_reached(
    house: Cast, family_page: Page, worker_page: Page, axe: Callable[[Page], None]
) -> None:
    family = family_page
    family.goto("/")
    family.get_by_role("link", name="Pyydä soittoa").first.click()
    family.fill("#number", TYPED)
    family.locator("label.pick", has_text="Iltapäivällä").first.click()
    family.fill("#body", WORDS)
    family.get_by_role("button", name="Pyydä soittoa").click()
    expect(family.get_by_role("heading", level=1)).to_have_text("Soitto on hoidossa")
    expect(family.locator(".call-facts")).to_contain_text(f"päättyy {END}")
    axe(family)
    contact = Contact.objects.get()

    worker = worker_page
    for number in (1, 2):
        worker.goto("/desk/?list=callbacks")
        worker.locator(f'[data-row="{contact.pk}"] a').click()
        expect(worker.get_by_text(WORDS).last).to_be_visible()
        assert NUMBER not in worker.content()
        worker.get_by_role("button", name="Ota soitto").click()
        worker.get_by_role("button", name="Näytä numero").click()
        expect(worker.get_by_role("link", name="Soita", exact=True)).to_have_attribute("href", f"tel:{NUMBER}")
        axe(worker)
        worker.get_by_role("button", name="Ei vastannut").click()
        worker.wait_for_url("**/desk/?list=callbacks")
        expect(family.locator(".call-facts")).to_contain_text("et vastannut")
        assert contact.callback.attempts.count() == number
    expect(family.get_by_text("emme saaneet sinua kiinni").first).to_be_visible()

    worker.goto(f"/desk/contacts/{contact.pk}/")
    worker.get_by_role("button", name="Ota soitto").click()
    worker.get_by_role("button", name="Puhuimme").click()
    sheet = worker.locator("#closing")
    expect(sheet).to_be_visible()
    sheet.locator('label:has(input[name="topic"])').first.click()
    sheet.locator("label.pick", has_text="Valmis tässä").click()
    sheet.locator("#next-step").fill("Soitatte neuvolaan huomenna.")
    sheet.get_by_role("button", name="Päätä ja kerro perheelle").click()
    worker.wait_for_url("**/desk/")
    expect(family.get_by_role("heading", level=1)).to_have_text("Kiitos puhelusta")
    expect(family.locator("#next")).to_contain_text("Soitatte neuvolaan huomenna.")


def test_three_times_in_vain_and_the_other_doors_in_swedish(
    house: Cast, new_page: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    page = new_page(language="sv")
    page.goto("/sv/callback/")
    page.fill("#number", TYPED)
    page.get_by_role("button", name="Be om ett samtal").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Samtalet är på gång")
    contact = Contact.objects.get()
    for _try in range(3):
        missed(contact, house)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vi fick inte tag på dig")
    expect(page.get_by_role("link", name="Be om ett nytt samtal")).to_be_visible()
    expect(page.locator("main").get_by_role("link", name="Lämna ett meddelande").first).to_be_visible()
    axe(page)


def test_without_scripts_a_wrong_number_is_put_right_and_cancelled(
    house: Cast, new_page: Callable[..., Page], allow_console: Callable[[str], None]
) -> None:
    allow_console("422")
    page = new_page(java_script_enabled=False)
    page.goto("/callback/")
    page.fill("#number", "0600 12345")
    page.fill("#body", WORDS)
    page.get_by_role("button", name="Pyydä soittoa").click()
    expect(page.locator("#number-error")).to_be_visible()
    expect(page.locator("#body")).to_have_value(WORDS)
    page.fill("#number", TYPED)
    page.get_by_role("button", name="Pyydä soittoa").click()
    contact = Contact.objects.get()
    take(contact, house.worker, clock.now())
    tried(contact, house.worker, "wrong_number", clock.now())
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kirjoita oikea numero")
    page.fill("#number", "+46 70-174 06 99")
    page.get_by_role("button", name="Tallenna numero").click()
    expect(page.locator(".call-facts")).to_contain_text("päättyy 699")
    page.get_by_role("button", name="Peru soittopyyntö").click()
    page.locator("#leave").get_by_role("button", name="Peru soittopyyntö").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Peruit soittopyynnön")
    assert CallbackRequest.objects.get().number_sealed == ""
