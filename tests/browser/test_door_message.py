"""The message's door and the chat's, by day and by night: closing time with three waiting; chat, message, answer next
day, chat again; the closed and the full door. The site's clock stands where each walk needs it."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from playwright.sync_api import Page, expect

from accounts.models import User
from chat import upkeep
from chat.models import TurnedAway
from chat.presence import set_presence
from core import clock
from core.opening_hours import HELSINKI
from guidance.models import Contact, HoursException, Message
from tests.cast import Cast, make_visitor, open_chat, sign_in
from tests.live_server import WebProcess

Pages = Callable[..., Page]
MONDAY = dt.datetime(2026, 11, 23, 15, 55, tzinfo=HELSINKI)
NIGHT = dt.datetime(2026, 11, 23, 22, 30, tzinfo=HELSINKI)
TUESDAY = dt.datetime(2026, 11, 24, 9, 10, tzinfo=HELSINKI)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def at(house: Cast, tmp_path: Path) -> Iterator[Callable[[dt.datetime], WebProcess]]:
    """`at(moment)`: the site at that moment, its doors keeping their hours."""
    HoursException.objects.all().delete()
    started: list[WebProcess] = []

    def site_at(moment: dt.datetime) -> WebProcess:
        environment = {"DEMO_NOW": moment.isoformat(), "DEMO_DOORS": "hours"}
        started.append(WebProcess(tmp_path / f"{len(started)}.log", **environment).start())
        return started[-1].wait_ready()

    yield site_at
    for process in started:
        process.stop()


def desk_of(user: User, web: WebProcess, moment: dt.datetime, new_page: Pages) -> Page:
    """Signed in until after that moment and after the machine's own present."""
    page = new_page(desk=True)
    session = sign_in(user, max(moment, clock.now()))
    page.context.add_cookies([{"name": site.SESSION_COOKIE_NAME, "value": session, "url": web.url}])
    return page


@contextmanager
def real_doors(settings: Any) -> Iterator[None]:
    settings.DEMO_DOORS = "hours"
    yield
    settings.DEMO_DOORS = "open"


def opens_chat(page: Page, web: WebProcess, text: str, *, language: str = "", button: str) -> Contact:
    page.goto(f"{web.url}{language}/chat/")
    page.fill("#body", text)
    page.get_by_role("button", name=button).click()
    page.wait_for_url("**/contacts/**")
    return Contact.objects.get(pk=page.url.rstrip("/").rpartition("/")[2])


def test_closing_time_with_three_waiting(
    house: Cast, at: Callable[[dt.datetime], WebProcess], new_page: Pages, settings: Any, axe: Callable[[Page], None]
) -> None:
    web = at(MONDAY)
    finnish, swedish, desk = new_page(), new_page(language="sv"), desk_of(house.worker, web, MONDAY, new_page)
    first = opens_chat(finnish, web, "Ehdimmekö vielä?", button="Lähetä ja mene jonoon")
    second = opens_chat(swedish, web, "Hinner ni ännu?", language="/sv", button="Skicka och ställ dig i kö")
    third = open_chat(make_visitor(MONDAY), now=MONDAY + MINUTE, body="Kolmas jonossa")
    set_presence(user=house.worker, state="available", now=MONDAY + 5 * MINUTE)
    with real_doors(settings):
        assert upkeep.carry_over_after_closing(now=MONDAY + 6 * MINUTE) == 0, "somebody is there: still served"
    desk.goto(f"{web.url}/desk/contacts/{first.pk}/")
    desk.get_by_role("button", name="Ota keskustelu").click()
    expect(finnish.locator(".talk-bar h1")).to_have_text(house.worker.first_name)
    with real_doors(settings):
        assert upkeep.carry_over_after_closing(now=MONDAY + 25 * MINUTE) == 2, "the two that nobody got to"

    expect(swedish.get_by_role("heading", level=1)).to_have_text("Ditt ärende fortsätter som ett meddelande")
    swedish.get_by_role("link", name="Gå till ditt meddelande").click()
    expect(swedish.locator(".msg.mine .bubble")).to_have_text("Hinner ni ännu?")
    expect(swedish.get_by_text("Vi svarar senast i morgon, tisdag kl. 16.")).to_be_visible()
    axe(swedish)
    finnish.fill("#body", "Kiitos kun ehdit")
    finnish.get_by_role("button", name="Lähetä", exact=True).click()
    expect(desk.locator(".msg .bubble", has_text="Kiitos kun ehdit")).to_be_visible()
    states = {contact.pk: (contact.state, contact.outcome) for contact in Contact.objects.filter(channel="chat")}
    assert states == {
        first.pk: ("open", ""), second.pk: ("closed", "continues"), third.pk: ("closed", "continues"),
    }  # fmt: skip
    assert Contact.objects.filter(channel="message", state="waiting", follows__in=[second, third]).count() == 2


def test_from_chat_to_message_to_an_answer_next_day_and_live_again(
    house: Cast, at: Callable[[dt.datetime], WebProcess], new_page: Pages, axe: Callable[[Page], None]
) -> None:
    web = at(MONDAY)
    family = new_page()
    opens_chat(family, web, "Vauva ei nuku.", button="Lähetä ja mene jonoon")
    family.get_by_role("button", name="Muuta viestiksi").click()
    expect(family.get_by_role("heading", level=1)).to_have_text("Viestisi on perillä")
    expect(family.get_by_text("Vastaamme viimeistään huomenna, tiistaina klo 16.")).to_be_visible()
    message = Contact.objects.get(channel="message")

    web = at(TUESDAY)
    desk = desk_of(house.worker, web, TUESDAY, new_page)
    desk.goto(f"{web.url}/desk/?list=messages")
    row = desk.locator(f'[data-row="{message.pk}"]')
    expect(row.locator(".clock")).to_have_text("viimeistään tänään klo 16")
    row.get_by_role("link").click()
    desk.get_by_role("button", name="Ota viesti").click()
    expect(desk.get_by_role("button", name="Jatka chattina")).to_have_count(0)
    desk.fill("#reply", "Hyvää huomenta. Miten yö meni?")
    desk.get_by_role("button", name="Lähetä perheelle").click()
    expect(desk.locator(".msg.mine")).to_have_attribute("data-state", re.compile("sent|seen"))

    family.goto(f"{web.url}/contacts/{message.pk}/")
    expect(family.get_by_text("Nyt on sinun vuorosi.")).to_be_visible()
    family.fill("#body", "Vielä huonommin")
    family.get_by_role("button", name="Lähetä", exact=True).click()
    expect(family.get_by_text("Maija vastaa viimeistään huomenna, keskiviikkona klo 16.")).to_be_visible()
    axe(family)
    expect(desk.locator(".head").get_by_text("Perhe on paikalla")).to_be_visible()
    axe(desk)
    family.fill("#body", "Puolivalmis lause")
    desk.fill("#reply", "Soitan")
    desk.get_by_role("button", name="Jatka chattina").click()

    family.wait_for_url(re.compile(f"/contacts/(?!{message.pk})"))
    desk.wait_for_url(re.compile(f"/desk/contacts/(?!{message.pk})"))
    expect(family.locator("#body")).to_have_value("Puolivalmis lause")
    expect(desk.locator("#reply")).to_have_value("Soitan")
    expect(family.get_by_text("paikalla")).to_be_visible()
    for page in (family, desk):
        expect(page.get_by_text("Vauva ei nuku.")).to_be_hidden()
        page.get_by_text("Aiemmin kirjoitettua").first.click()
        expect(page.locator(".earlier .bubble", has_text="Vauva ei nuku.")).to_be_visible()
        axe(page)
    family.get_by_role("button", name="Lähetä", exact=True).click()
    expect(desk.locator("[data-thread] .bubble", has_text="Puolivalmis lause")).to_be_visible()
    chat = Contact.objects.get(follows=message)
    assert (chat.channel, chat.state, chat.worker) == ("chat", "open", house.worker)
    written = Message.objects.exclude(kind="system").values_list("body", flat=True)
    assert list(written).count("Vauva ei nuku.") == 2, "in the chat of yesterday, and carried over; typed once"


@pytest.mark.parametrize(
    ("language", "closed", "leave", "promise", "send"),
    [
        ("fi", "Suljettu, avautuu huomenna klo 8", "Jätä viesti", "huomenna, tiistaina klo 16.", "Lähetä viesti"),
        (
            "sv",
            "Stängt, öppnar i morgon kl. 8",
            "Lämna ett meddelande",
            "i morgon, tisdag kl. 16.",
            "Skicka meddelandet",
        ),
    ],
)
def test_by_night(
    house: Cast, at: Callable[[dt.datetime], WebProcess], new_page: Pages, axe: Callable[[Page], None],
    language: str, closed: str, leave: str, promise: str, send: str,
) -> None:  # fmt: skip
    web = at(NIGHT)
    page = new_page(language=language)
    page.goto(f"{web.url}{'' if language == 'fi' else '/sv'}/")
    shut = page.locator(".door.shut")
    expect(shut).to_contain_text(closed)
    axe(page)
    shut.get_by_role("link", name=leave).click()
    page.wait_for_url("**/message/?turned=*")
    expect(page.locator(".lead")).to_contain_text(promise)
    page.reload()
    page.fill("#body", "Valvotaan taas")
    page.get_by_role("button", name=send).click()
    page.wait_for_url("**/contacts/**")
    expect(page.locator(".lead").first).to_contain_text(promise)
    message = Contact.objects.get()
    assert message.due_at == dt.datetime(2026, 11, 24, 16, 0, tzinfo=HELSINKI)
    [visit] = TurnedAway.objects.all()
    assert (visit.reason, visit.took_channel, visit.language) == ("closed", "message", language)

    page.goto(f"{web.url}{'' if language == 'fi' else '/sv'}/chat/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("8")
    axe(page)


def test_a_full_door_keeps_the_text_and_leads_on(
    house: Cast, at: Callable[[dt.datetime], WebProcess], new_page: Pages, axe: Callable[[Page], None],
    allow_console: Callable[[str], None],
) -> None:  # fmt: skip
    allow_console("409")
    web = at(MONDAY)
    page = new_page()
    page.goto(f"{web.url}/chat/")
    page.fill("#body", "Ehdin kirjoittaa tämän")
    house.unit.queue_limit = 0
    house.unit.save()
    page.get_by_role("button", name="Lähetä ja mene jonoon").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Chat on juuri nyt täynnä")
    expect(page.locator("#body")).to_have_value("Ehdin kirjoittaa tämän")
    axe(page)
    page.get_by_role("button", name="Lähetä viestinä").click()
    page.wait_for_url("**/contacts/**")
    expect(page.locator(".msg.mine .bubble")).to_have_text("Ehdin kirjoittaa tämän")
    visits = TurnedAway.objects.values_list("reason", "took_channel")
    assert list(visits) == [("full", "message")]
    page.goto(f"{web.url}/")
    expect(page.locator(".door.shut")).to_contain_text("Täynnä juuri nyt")
    axe(page)
