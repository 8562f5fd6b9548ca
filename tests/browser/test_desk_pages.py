"""The desk's pages as pages: without scripts, in three languages, at both widths, for those who have no contacts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from catalogue.search.index import index_all
from chat.presence import set_presence
from core import clock
from core.opening_hours import local_date
from guidance import services
from guidance.models import Contact, Message, Note
from perhekeskus.demo.cast import PASSWORD
from referrals.models import Receiver, Referral
from referrals.services import Asking, refer, send
from tests.browser.conftest import at_both_widths
from tests.cast import TEXT, Cast, bind, consult, make_visitor, open_chat, take


def bodies(contact: Contact) -> list[str]:
    kept = Message.objects.filter(contact=contact).exclude(kind="system").order_by("seq")
    return list(kept.values_list("body", flat=True))


def a_busy_desk(house: Cast) -> Contact:
    """One open chat with a note, two that wait (one Swedish), one message. Returns the open one."""
    now = clock.now()
    set_presence(user=house.worker, state="available", capacity=4, now=now)
    mine = take(open_chat(make_visitor(now), now=now), house.worker, now)
    services.add_note(contact=mine, worker=house.colleague, body="Kysy jaksamisesta ensin.", now=now)
    open_chat(make_visitor(now), now=now, body="Onko siellä ketään?")
    open_chat(make_visitor(now), now=now, body="Hej, vi behöver hjälp", language="sv")
    open_chat(make_visitor(now), now=now, body="Ei kiirettä", channel="message")
    return mine


def a_referral(house: Cast) -> Referral:
    """On its way within the house, so that one page has the acts of both sides."""
    now, family = clock.now(), make_visitor(clock.now())
    talk = bind(take(open_chat(family, now=now), house.worker, now), family, house.worker, now=now)
    asked = {"items": ["summary", "name"], "until_on": local_date(now), "spoken": True}
    referral = refer(
        relationship_id=talk.family.pk, worker=house.worker, unit=house.unit, contact_id=talk.pk,
        receiver=Receiver.objects.create(name_fi="Perhetyö", unit=house.unit), kind=Referral.Kind.SERVICE,
        urgency=Referral.Urgency.URGENT, service=None, summary=TEXT, wish="", is_warm=True, asking=Asking(**asked),
        now=now,
    )  # fmt: skip
    return send(referral_id=referral.pk, worker=house.worker, now=now)


def speak(user: User, language: str) -> None:
    User.objects.filter(pk=user.pk).update(language=language)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_page_of_the_desk_is_accessible(
    house: Cast, new_page: Callable[..., Page], axe: Callable[[Page], None], language: str
) -> None:
    index_all()
    contact = a_busy_desk(house)
    speak(house.worker, language)
    page = new_page(user=house.worker, language=language)
    asked = consult(house.colleague, user=house.worker, about=contact, now=clock.now())
    referral = a_referral(house)
    addresses = (
        "/desk/referrals/",
        f"/desk/referrals/{referral.pk}/",
        f"/desk/contacts/{referral.contact_id}/refer/",
        "/desk/",
        "/desk/?list=waiting",
        "/desk/?list=messages",
        "/desk/consultations/new/",
        "/desk/families/",
        f"/desk/relationships/{contact.relationship_id}/",
        f"/desk/consultations/{asked.pk}/",
        f"/desk/contacts/{contact.pk}/services/?q=uni",
        f"/desk/contacts/{contact.pk}/?service=perheen-uniohjaus",
        f"/desk/contacts/{contact.pk}/",
    )
    for address in addresses:
        page.goto(address)
        expect(page.locator("html")).to_have_attribute("lang", language)
        for seen in at_both_widths(page):
            axe(seen)
            width = seen.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert width <= 0, f"{address} is wider than the screen by {width} px"
    for sheet in ("closing", "transfer", "ready", "services"):
        page.locator(f'[data-opens="{sheet}"]').click()
        for seen in at_both_widths(page):
            expect(seen.locator(f"#{sheet}")).to_be_visible()
            axe(seen)
        page.keyboard.press("Escape")
    page.locator("label.to-staff").click()
    for seen in at_both_widths(page):
        axe(seen)


def test_in_the_evening_too(house: Cast, new_page: Callable[..., Page], axe: Callable[[Page], None]) -> None:
    contact = a_busy_desk(house)
    page = new_page(user=house.worker, color_scheme="dark")
    for address in ("/desk/", f"/desk/contacts/{contact.pk}/"):
        page.goto(address)
        axe(page)
    page.locator("label.to-staff").click()
    axe(page)


def test_the_counts_are_the_rows(house: Cast, worker_page: Page) -> None:
    a_busy_desk(house)
    for name in ("mine", "waiting", "messages"):
        worker_page.goto(f"/desk/?list={name}")
        rows = worker_page.locator(f'section[aria-labelledby="list-{name}"] [data-row]').count()
        expect(worker_page.locator(f'[data-count="{name}"]')).to_have_text(str(rows))
        assert rows


def test_without_scripts_a_conversation_goes_from_take_to_close(
    house: Cast, new_page: Callable[..., Page], allow_console: Callable[[str], None]
) -> None:
    allow_console("status of 422")
    contact = open_chat(make_visitor(clock.now()), now=clock.now())
    page = new_page(user=house.worker, java_script_enabled=False)
    page.goto("/desk/")
    page.get_by_role("button", name="Olen vapaana").click()
    page.get_by_role("link", name="Avaa pisimpään odottanut").click()
    page.get_by_role("button", name="Ota keskustelu").click()
    page.fill("#reply", "x" * 8001)
    page.get_by_role("button", name="Lähetä perheelle").click()
    expect(page.locator("#reply-error")).to_be_visible()
    expect(page.locator("#reply")).to_have_value("x" * 8001)
    page.fill("#reply", "Hei, täällä ollaan.")
    page.get_by_role("button", name="Lähetä perheelle").click()
    expect(page.locator(".msg.mine .bubble")).to_have_text("Hei, täällä ollaan.")
    page.locator("label.to-staff").click()
    page.fill("#note", "Soittaa huomenna.")
    page.get_by_role("button", name="Tallenna työntekijöille").click()
    expect(page.locator(".note")).to_contain_text("Soittaa huomenna.")

    page.get_by_role("link", name="Päätä").click()
    expect(page.get_by_role("heading", name="Päätä keskustelu")).to_be_visible()
    page.locator("#closing .pick").first.click()
    page.locator("#closing .pick", has_text="Ohjattu palveluun").click()
    page.locator("#closing .pick", has_text="Palvelun").click()
    page.fill("#next-step", "y" * 2001)
    page.get_by_role("button", name="Päätä ja kerro perheelle").click()
    expect(page.locator("#closing [role=alert]")).to_be_visible()
    expect(page.locator("#next-step")).to_have_value("y" * 2001)
    page.fill("#next-step", "Uniohjaaja soittaa perjantaina.")
    page.get_by_role("button", name="Päätä ja kerro perheelle").click()
    page.wait_for_url("**/desk/")
    contact.refresh_from_db()
    assert (contact.outcome, contact.next_step_owner) == ("referred", "service")
    assert bodies(contact) == [TEXT, "Hei, täällä ollaan."]
    assert Note.objects.get().body == "Soittaa huomenna."


def test_a_pause_needs_no_script(house: Cast, new_page: Callable[..., Page]) -> None:
    page = new_page(user=house.worker, java_script_enabled=False)
    page.goto("/desk/")
    page.locator("[data-seat]").click()
    page.locator("#presence .pick", has_text="Tauolla").click()
    page.locator("#presence .pick", has_text="palaveri").click()
    page.locator("#presence .numbers .pick", has_text="5").click()
    page.get_by_role("button", name="Tallenna tila").click()
    expect(page.locator("[data-seat]")).to_contain_text("Tauolla: palaveri")
    house.worker.presence.refresh_from_db()
    presence = house.worker.presence
    assert (presence.state, presence.pause_reason, presence.capacity) == ("paused", "meeting", 5)


def test_the_desk_speaks_the_workers_language(house: Cast, worker_page: Page) -> None:
    worker_page.goto("/desk/")
    worker_page.get_by_role("button", name=house.worker.full_name).click()
    worker_page.get_by_role("button", name="Svenska").click()
    expect(worker_page.locator("html")).to_have_attribute("lang", "sv")


@pytest.mark.parametrize(
    ("who", "says"),
    [("professional", "Täällä kysyt kollegoilta"), ("catalogue_admin", "Sinä pidät palvelujen tiedot ajan tasalla")],
)
def test_those_without_contacts_read_what_is_here_for_them(
    house: Cast, new_page: Callable[..., Page], axe: Callable[[Page], None], who: str, says: str
) -> None:
    a_busy_desk(house)
    page = new_page(user=getattr(house, who))
    page.goto("/desk/")
    expect(page.get_by_text(says)).to_be_visible()
    assert TEXT not in page.content()
    axe(page)


def test_a_supervisor_reads_and_does_not_write(house: Cast, new_page: Callable[..., Page]) -> None:
    contact = a_busy_desk(house)
    page = new_page(user=house.supervisor)
    page.goto(f"/desk/contacts/{contact.pk}/")
    expect(page.get_by_text(f"{house.worker.full_name} vastaa perheelle")).to_be_visible()
    expect(page.locator("textarea")).to_have_count(0)


def test_another_units_worker_finds_nothing(
    house: Cast, new_page: Callable[..., Page], allow_console: Callable[[str], None]
) -> None:
    allow_console("status of 404")
    contact = a_busy_desk(house)
    page = new_page(user=house.outsider)
    page.goto("/desk/")
    expect(page.locator("[data-row]")).to_have_count(0)
    answer = page.goto(f"/desk/contacts/{contact.pk}/")
    assert answer is not None and answer.status == 404


def test_signing_in_says_what_was_wrong_and_leads_on(
    house: Cast, new_page: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    page = new_page(desk=True)
    page.goto("/desk/?list=waiting")
    axe(page)
    page.fill("#id_login", house.worker.email)
    page.fill("#id_password", "väärä")
    page.get_by_role("button", name="Kirjaudu").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("#id_login")).to_have_value(house.worker.email)
    axe(page)
    page.fill("#id_password", PASSWORD)
    page.get_by_role("button", name="Kirjaudu").click()
    page.wait_for_url("**/desk/?list=waiting")


@pytest.mark.parametrize("address", ["/accounts/password/reset/", "/accounts/signup/", "/accounts/logout/"])
def test_the_pages_around_signing_in_wear_the_same_look(
    house: Cast, new_page: Callable[..., Page], axe: Callable[[Page], None], address: str
) -> None:
    page = new_page(user=house.worker if "logout" in address else None, desk=True)
    page.goto(address)
    expect(page.locator(".sign-card")).to_be_visible()
    axe(page)
