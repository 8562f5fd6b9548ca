"""A parent's phone while a conversation runs: live, cut off, reloaded, blocked, ended."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from playwright.sync_api import Page, Route, expect

from accounts.models import User
from core import clock, realtime
from guidance import services
from guidance.events import announce_messages
from guidance.message_log import Outcome
from guidance.models import Contact, Message
from tests.cast import Cast, Visitor, close, make_visitor, open_chat, say, sign_in, staff_author, take

CUT = r"ERR_INTERNET_DISCONNECTED|ERR_FAILED|WebSocket connection"
FIRST = "Vauva ei nuku."


def begin(page: Page, text: str = FIRST) -> Contact:
    """Open a chat through the page, as a parent does."""
    page.goto("/chat/")
    page.fill("#body", text)
    page.get_by_role("button", name="Lähetä ja mene jonoon").click()
    page.wait_for_url("**/contacts/**")
    return Contact.objects.get()


def answer(contact: Contact, worker: User, text: str) -> None:
    written = say(contact, staff_author(worker, sign_in(worker, clock.now())), text, at=clock.now())
    assert written.outcome == Outcome.WRITTEN and written.message is not None
    announce_messages([written.message], contact.unit_id)


def write_text(page: Page, text: str) -> None:
    page.fill("#body", text)
    page.get_by_role("button", name="Lähetä", exact=True).click()


def mine(page: Page, text: str) -> Any:
    return page.locator(".msg.mine", has_text=text)


def bodies(contact: Contact) -> list[str]:
    kept = Message.objects.filter(contact=contact).exclude(kind="system").order_by("seq")
    return list(kept.values_list("body", flat=True))


def test_from_the_queue_to_the_thanks(house: Cast, family_page: Page, axe: Callable[[Page], None]) -> None:
    contact = begin(family_page)
    expect(family_page.get_by_role("heading", level=1)).to_have_text("Olet seuraavana vuorossa")
    axe(family_page)

    take(contact, house.worker, clock.now())
    expect(family_page.get_by_role("heading", level=1)).to_have_text(house.worker.first_name)
    answer(contact, house.worker, "Hei, hyvä että kirjoitit.")
    expect(family_page.locator(".msg .bubble", has_text="hyvä että kirjoitit")).to_be_visible()
    expect(family_page.locator("[data-announcer]")).to_contain_text("hyvä että kirjoitit")

    write_text(family_page, "Kiitos <b>paljon</b>")
    expect(mine(family_page, "Kiitos <b>paljon</b>")).to_have_attribute("data-state", "sent")
    axe(family_page)

    contact.refresh_from_db()
    close(contact, house.worker, house.topic, clock.now(), step="Uniohjaaja soittaa perjantaina.")
    expect(family_page.get_by_role("heading", level=1)).to_have_text("Kiitos, kun juttelit kanssamme")
    expect(family_page.get_by_text("Uniohjaaja soittaa perjantaina.").first).to_be_visible()
    axe(family_page)

    family_page.locator("label.pick", has_text="Kyllä").click()
    family_page.locator(".scale label", has_text="4").click()
    family_page.get_by_role("button", name="Lähetä palaute").click()
    expect(family_page.get_by_text("Kiitos palautteesta")).to_be_visible()
    contact.refresh_from_db()
    assert (contact.feedback.helped, contact.feedback.feeling) == ("yes", 4)


def test_a_cut_network_loses_nothing(house: Cast, family_page: Page, allow_console: Callable[[str], None]) -> None:
    allow_console(CUT)
    contact = begin(family_page)
    take(contact, house.worker, clock.now())
    expect(family_page.get_by_role("heading", level=1)).to_have_text(house.worker.first_name)

    family_page.context.set_offline(True)
    write_text(family_page, "Tunnelissa kirjoitettu")
    expect(mine(family_page, "Tunnelissa")).to_have_attribute("data-state", "sending")
    stale = family_page.locator('[data-strip="stale"]')
    expect(stale).to_be_visible()
    expect(stale).to_contain_text("Yhteys katkesi klo")
    answer(contact, house.worker, "Sillä välin vastattu")
    assert "Tunnelissa kirjoitettu" not in bodies(contact)

    family_page.context.set_offline(False)
    expect(mine(family_page, "Tunnelissa")).to_have_attribute("data-state", "sent")
    expect(family_page.locator(".msg .bubble", has_text="Sillä välin vastattu")).to_be_visible()
    expect(stale).to_be_hidden()
    assert bodies(contact) == [FIRST, "Sillä välin vastattu", "Tunnelissa kirjoitettu"]


def test_what_was_not_sent_says_so_and_can_be_tried_again(
    family_page: Page, allow_console: Callable[[str], None]
) -> None:
    allow_console(CUT)
    contact = begin(family_page)
    family_page.context.set_offline(True)
    write_text(family_page, "Ei lähde vielä")
    expect(mine(family_page, "Ei lähde vielä")).to_have_attribute("data-state", "not_sent", timeout=15_000)
    expect(mine(family_page, "Ei lähde vielä").get_by_text("Ei lähtenyt")).to_be_visible()
    mine(family_page, "Ei lähde vielä").get_by_role("button", name="Yritä uudelleen").click()
    expect(mine(family_page, "Ei lähde vielä")).to_have_attribute("data-state", "sending")
    family_page.context.set_offline(False)
    expect(mine(family_page, "Ei lähde vielä")).to_have_attribute("data-state", "sent", timeout=15_000)
    assert bodies(contact) == [FIRST, "Ei lähde vielä"]


def test_a_reload_and_a_closed_lid_keep_the_unsent_and_the_draft(
    family_page: Page, new_page: Callable[..., Page], allow_console: Callable[[str], None]
) -> None:
    allow_console(CUT)
    contact = begin(family_page)
    family_page.context.set_offline(True)
    write_text(family_page, "Lähti kannen kiinni")
    family_page.fill("#body", "Kesken jäänyt lau")
    address = family_page.url
    family_page.close()

    reopened = family_page.context.new_page()
    family_page.context.set_offline(False)
    reopened.goto(address)
    expect(mine(reopened, "Lähti kannen kiinni")).to_have_attribute("data-state", "sent")
    expect(reopened.locator("#body")).to_have_value("Kesken jäänyt lau")
    reopened.reload()
    expect(mine(reopened, "Lähti kannen kiinni")).to_have_count(1)
    assert bodies(contact) == [FIRST, "Lähti kannen kiinni"]


def test_where_sockets_are_blocked_messages_still_go_both_ways(
    house: Cast, family_page: Page, allow_console: Callable[[str], None]
) -> None:
    allow_console(CUT)
    family_page.route_web_socket("**/ws/**", lambda socket: socket.close(code=1011))
    contact = begin(family_page)
    expect(family_page.locator('[data-strip="slow"]')).to_be_visible(timeout=15_000)
    write_text(family_page, "Kulkee hitaasti")
    expect(mine(family_page, "Kulkee hitaasti")).to_have_attribute("data-state", "sent", timeout=10_000)
    take(contact, house.worker, clock.now())
    answer(contact, house.worker, "Luen tätä silti")
    expect(family_page.locator(".msg .bubble", has_text="Luen tätä silti")).to_be_visible(timeout=15_000)
    expect(family_page.get_by_role("heading", level=1)).to_have_text(house.worker.first_name, timeout=15_000)
    assert bodies(contact) == [FIRST, "Kulkee hitaasti", "Luen tätä silti"]


def test_a_text_that_came_too_late_goes_on_as_a_message(
    house: Cast, family_page: Page, allow_console: Callable[[str], None]
) -> None:
    contact = begin(family_page)
    take(contact, house.worker, clock.now())
    expect(family_page.get_by_role("heading", level=1)).to_have_text(house.worker.first_name)
    family_page.fill("#body", "Vielä yksi asia")
    close(contact, house.worker, house.topic, clock.now())
    family_page.get_by_role("button", name="Lähetä uutena viestinä").click()
    expect(family_page.get_by_role("heading", level=1)).to_have_text("Viestisi on perillä")
    follower = Contact.objects.get(follows=contact)
    assert (follower.channel, bodies(follower)) == ("message", ["Vielä yksi asia"])


def test_who_writes_is_shown_and_what_is_read_is_told(house: Cast, new_page: Callable[..., Page]) -> None:
    visitor = make_visitor(clock.now())
    contact = take(open_chat(visitor, now=clock.now()), house.worker, clock.now())
    page = new_page(visitor=visitor)
    page.goto(f"/contacts/{contact.pk}/")
    answer(contact, house.worker, "Kerro lisää")
    expect(page.locator(".msg .bubble", has_text="Kerro lisää")).to_be_visible()

    author = {"kind": "worker", "name": house.worker.first_name}
    frame = {"v": 1, "contact": str(contact.pk), "author": author}
    by = f"staff:{house.worker.pk}"
    tell = [realtime.Event("frame", contact=str(contact.pk), frame=frame | {"type": "typing"}, by=by)]
    realtime.publish(tell)
    expect(page.get_by_text("Ohjaaja kirjoittaa")).to_be_visible()
    tell = [realtime.Event("frame", contact=str(contact.pk), frame=frame | {"type": "seen", "seq": 1}, by=by)]
    realtime.publish(tell)
    expect(page.locator('.msg.mine[data-seq="1"]')).to_have_attribute("data-state", "seen")
    contact.refresh_from_db()
    assert contact.client_seen_seq == contact.last_seq


def test_a_queue_that_moves_and_a_chat_turned_into_a_message(house: Cast, new_page: Callable[..., Page]) -> None:
    first = open_chat(make_visitor(clock.now()), now=clock.now())
    visitor: Visitor = make_visitor(clock.now())
    second = open_chat(visitor, now=clock.now())
    page = new_page(visitor=visitor)
    page.goto(f"/contacts/{second.pk}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Olet toisena jonossa")
    take(first, house.worker, clock.now())
    expect(page.get_by_role("heading", level=1)).to_have_text("Olet seuraavana vuorossa")
    page.get_by_role("button", name="Muuta viestiksi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Viestisi on perillä")
    assert bodies(Contact.objects.get(follows=second)) == bodies(second)


def test_a_queue_that_moved_before_the_page_listened(house: Cast, new_page: Callable[..., Page]) -> None:
    first = open_chat(make_visitor(clock.now()), now=clock.now())
    visitor: Visitor = make_visitor(clock.now())
    second = open_chat(visitor, now=clock.now())
    page = new_page(visitor=visitor)

    def late(route: Route) -> None:
        take(first, house.worker, clock.now())
        connection.close()  # the browser calls back in a context of its own, with a connection of its own
        route.continue_()

    page.route("**/family-thread*.js", late, times=1)
    response = page.goto(f"/contacts/{second.pk}/")
    assert response is not None and "Olet toisena jonossa" in response.text()
    expect(page.get_by_role("heading", level=1)).to_have_text("Olet seuraavana vuorossa")


def test_the_opening_form_survives_a_dead_network(
    house: Cast, family_page: Page, allow_console: Callable[[str], None]
) -> None:
    allow_console(CUT)
    family_page.goto("/chat/")
    family_page.fill("#body", "Ensimmäinen viestini")
    family_page.context.set_offline(True)
    family_page.get_by_role("button", name="Lähetä ja mene jonoon").click()
    expect(family_page.get_by_text("Teksti on tallessa tässä")).to_be_visible()
    family_page.context.set_offline(False)
    family_page.reload()
    expect(family_page.locator("#body")).to_have_value("Ensimmäinen viestini")
    family_page.get_by_role("button", name="Lähetä ja mene jonoon").click()
    family_page.wait_for_url("**/contacts/**")
    assert bodies(Contact.objects.get()) == ["Ensimmäinen viestini"]


def test_an_answer_lost_on_the_way_opens_one_contact(
    house: Cast, family_page: Page, allow_console: Callable[[str], None]
) -> None:
    allow_console(CUT)
    lost: list[str] = []

    def lose_first_answer(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().text())
            route.abort()
        else:
            route.continue_()

    family_page.route("**/chat/", lose_first_answer)
    family_page.goto("/chat/")
    family_page.fill("#body", FIRST)
    button = family_page.get_by_role("button", name="Lähetä ja mene jonoon")
    button.click()
    expect(family_page.get_by_text("Teksti on tallessa tässä")).to_be_visible()
    assert lost and Contact.objects.count() == 1
    button.click()
    family_page.wait_for_url("**/contacts/**")
    assert Contact.objects.count() == 1


def test_leaving_elsewhere_ends_the_page_here(house: Cast, family_page: Page) -> None:
    contact = begin(family_page)
    take(contact, house.worker, clock.now())
    expect(family_page.get_by_role("heading", level=1)).to_have_text(house.worker.first_name)
    key = contact.relationship.visitor.keys.get()
    services.leave_contact(contact=contact, visitor_key=key, now=clock.now())
    expect(family_page.get_by_role("heading", level=1)).to_have_text("Lähdit keskustelusta")
    expect(family_page.locator("[data-composer]")).to_be_hidden()
