"""The desk at work: two workers, a family, the keyboard only, a network that goes away."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Route, expect

from accounts.models import User
from chat.models import Presence
from core import clock
from guidance.events import announce_messages
from guidance.message_log import Outcome
from guidance.models import Contact, Message, Note
from guidance.services import drafts_of
from perhekeskus.demo.cast import PASSWORD
from tests.cast import TEXT, Cast, Visitor, make_visitor, open_chat, say, take

LIVE = "async (it) => { while (!it.live?.socket.ready) await new Promise((done) => setTimeout(done, 20)); }"
CUT = r"ERR_INTERNET_DISCONNECTED|ERR_FAILED|WebSocket connection"
REFUSED = r"status of 4(09|22|00)"


def waiting_chat(visitor: Visitor | None = None, **details: Any) -> Contact:
    return open_chat(visitor or make_visitor(clock.now()), now=clock.now(), **details)


def own_chat(worker: User, visitor: Visitor | None = None) -> Contact:
    return take(waiting_chat(visitor), worker, clock.now())


def family_says(contact: Contact, visitor: Visitor, text: str) -> None:
    written = say(contact, visitor.author, text, at=clock.now())
    assert written.outcome == Outcome.WRITTEN and written.message is not None
    announce_messages([written.message], contact.unit_id)


def open_contact_page(page: Page, contact: Contact) -> None:
    page.goto(f"/desk/contacts/{contact.pk}/")


def bodies(contact: Contact) -> list[str]:
    kept = Message.objects.filter(contact=contact).exclude(kind="system").order_by("seq")
    return list(kept.values_list("body", flat=True))


def bubble(page: Page, text: str) -> Any:
    return page.locator(".thread .bubble", has_text=text)


def test_a_whole_conversation_by_keyboard_alone(
    house: Cast, new_page: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    page = new_page(desk=True)
    visitor = make_visitor(clock.now())
    contact = waiting_chat(visitor)
    page.goto("/accounts/login/")
    page.keyboard.press("Tab")
    page.locator("#id_login").focus()
    page.keyboard.type(house.worker.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Yksi perhe odottaa")
    axe(page)

    page.keyboard.press("v")
    expect(page.get_by_role("dialog", name="Otatko keskusteluja vastaan?")).to_be_visible()
    axe(page)
    page.locator('#presence [name="state"][value="available"]').focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator("[data-seat]")).to_contain_text("Vapaana, 0 keskustelua, enintään 3")
    assert Presence.objects.get(user=house.worker).state == "available"

    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/contacts/{contact.pk}/**")
    expect(bubble(page, TEXT)).to_be_visible()
    page.keyboard.press("t")
    expect(page.locator("#reply")).to_be_focused()
    expect(page.locator("[data-seat]")).to_contain_text("1 keskustelu, enintään 3")

    page.keyboard.type("Hei, täällä ollaan j k t p ?")  # single keys are letters while one writes
    page.keyboard.press("Control+Enter")
    sent = page.locator(".msg.mine", has_text="täällä ollaan")
    expect(sent).to_have_attribute("data-state", "sent")
    page.keyboard.press("Escape")
    page.keyboard.press("m")
    expect(page.locator("#note")).to_be_focused()
    page.keyboard.type("Väsynyt vanhempi.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".note", has_text="Väsynyt vanhempi.")).to_be_visible()
    expect(page.locator("#note")).to_have_value("")
    axe(page)

    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Näppäimet")).to_be_visible()
    axe(page)
    page.keyboard.press("Escape")
    page.keyboard.press("p")
    sheet = page.get_by_role("dialog", name="Päätä keskustelu")
    expect(sheet).to_be_visible()
    axe(page)
    page.keyboard.press("Space")  # the first topic has the focus
    page.keyboard.press("Tab")
    page.locator('[name="outcome"]').first.focus()
    page.keyboard.press("Space")
    page.locator("#next-step").focus()
    page.keyboard.type("Soitan sinulle perjantaina.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/desk/")
    contact.refresh_from_db()
    assert (contact.state, contact.outcome, contact.next_step) == ("closed", "resolved", "Soitan sinulle perjantaina.")
    assert bodies(contact) == [TEXT, "Hei, täällä ollaan j k t p ?"]
    assert Note.objects.get().body == "Väsynyt vanhempi."


def test_single_keys_can_be_switched_off(house: Cast, worker_page: Page) -> None:
    contact = waiting_chat()
    open_contact_page(worker_page, contact)
    worker_page.keyboard.press("?")
    worker_page.get_by_label("Yhden näppäimen komennot ovat käytössä").uncheck()
    worker_page.keyboard.press("Escape")
    worker_page.reload()
    worker_page.keyboard.press("t")
    worker_page.wait_for_timeout(300)
    contact.refresh_from_db()
    assert contact.state == "waiting"


def test_of_two_workers_one_gets_the_chat_and_the_other_reads_who(
    house: Cast, worker_page: Page, colleague_page: Page, allow_console: Callable[[str], None]
) -> None:
    allow_console(REFUSED)
    contact = waiting_chat()
    open_contact_page(worker_page, contact)
    # The colleague's page hears nothing meanwhile, so that both truly try.
    colleague_page.route_web_socket("**/ws/**", lambda socket: None)
    open_contact_page(colleague_page, contact)
    worker_page.get_by_role("button", name="Ota keskustelu").click()
    expect(worker_page.locator("#reply")).to_be_focused()

    with colleague_page.expect_response("**/take/") as answer:
        colleague_page.get_by_role("button", name="Ota keskustelu").click()
    assert answer.value.status == 409
    notice = colleague_page.locator("[data-notice]")
    expect(notice).to_contain_text(f"{house.worker.first_name} ehti ottaa keskustelun.")
    expect(colleague_page.locator("#reply")).to_have_count(0)
    expect(colleague_page.get_by_text("Kaksi ei kirjoita samaan keskusteluun")).to_be_visible()
    contact.refresh_from_db()
    assert contact.worker == house.worker


def test_a_colleagues_page_follows_by_itself(house: Cast, worker_page: Page, colleague_page: Page) -> None:
    contact = waiting_chat()
    open_contact_page(worker_page, contact)
    open_contact_page(colleague_page, contact)
    expect(colleague_page.get_by_role("button", name="Ota keskustelu")).to_be_visible()
    worker_page.get_by_role("button", name="Ota keskustelu").click()
    expect(colleague_page.locator(".head")).to_contain_text(f"{house.worker.full_name} vastaa")
    expect(colleague_page.locator('[data-count="waiting"]')).to_have_text("0")
    expect(worker_page.locator('[data-count="mine"]')).to_have_text("1")


def test_a_new_chat_is_announced_and_counted(house: Cast, worker_page: Page) -> None:
    waiting_chat()
    worker_page.goto("/desk/")
    expect(worker_page).to_have_title("(1) Työpöytä – Perhekeskus")
    expect(worker_page.locator('[data-count="waiting"]')).to_have_text("1")
    worker_page.wait_for_timeout(500)  # its socket has said how things are now
    link = worker_page.locator("[data-row] a").first
    link.focus()
    waiting_chat(body="Toinen odottaa")
    expect(worker_page.locator('[data-count="waiting"]')).to_have_text("2")
    expect(worker_page.locator("[data-row]")).to_have_count(2)
    expect(worker_page).to_have_title("(2) Työpöytä – Perhekeskus")
    expect(worker_page.locator("desk-lists [data-announcer]")).to_have_text("Uusi keskustelu odottaa. Jonossa 2.")
    expect(worker_page.locator("[data-row] a").first).to_be_focused()


def test_a_chat_is_handed_to_a_colleague_and_back_to_the_queue(
    house: Cast, worker_page: Page, colleague_page: Page, axe: Callable[[Page], None]
) -> None:
    contact = own_chat(house.worker)
    open_contact_page(worker_page, contact)
    colleague_page.goto("/desk/")
    worker_page.get_by_role("link", name="Siirrä").click()
    axe(worker_page)
    worker_page.get_by_role("button", name=house.colleague.full_name).click()
    worker_page.wait_for_url("**/desk/")
    expect(colleague_page.locator('[data-count="mine"]')).to_have_text("1")
    colleague_page.locator("[data-row] a").first.click()
    colleague_page.wait_for_url("**/contacts/**")
    colleague_page.keyboard.press("g")
    expect(colleague_page.get_by_role("button", name="Palauta jonon kärkeen")).to_be_focused()
    colleague_page.keyboard.press("Enter")
    colleague_page.wait_for_url("**/desk/")
    contact.refresh_from_db()
    assert (contact.state, contact.worker) == ("waiting", None)
    expect(worker_page.locator("[data-row]", has_text="palasi jonoon")).to_be_visible()


def test_the_family_and_the_worker_talk_live(house: Cast, worker_page: Page, new_page: Callable[..., Page]) -> None:
    visitor = make_visitor(clock.now())
    contact = own_chat(house.worker, visitor)
    open_contact_page(worker_page, contact)
    family = new_page(visitor=visitor)
    family.goto(f"/contacts/{contact.pk}/")
    for page, thread in ((family, "family-thread"), (worker_page, "desk-thread")):
        page.locator(thread).evaluate(LIVE)  # that somebody types is told by live sockets alone
    worker_page.bring_to_front()
    family.locator("#body").press_sequentially("Kyllä")
    expect(worker_page.get_by_text("Perhe kirjoittaa")).to_be_visible()
    family.get_by_role("button", name="Lähetä", exact=True).click()
    line = worker_page.locator(".msg", has_text="Kyllä")
    expect(line).to_contain_text("Nimetön")
    expect(worker_page.locator("desk-thread [data-announcer]")).to_have_text("Nimetön: Kyllä")
    worker_page.fill("#reply", "Hyvä kuulla")
    worker_page.get_by_role("button", name="Lähetä perheelle").click()
    expect(family.locator(".msg .bubble", has_text="Hyvä kuulla")).to_be_visible()
    assert bodies(contact) == [TEXT, "Kyllä", "Hyvä kuulla"]


def test_a_dead_network_loses_no_text_and_the_strips_say_since_when(
    house: Cast, worker_page: Page, allow_console: Callable[[str], None]
) -> None:
    allow_console(CUT)
    contact = own_chat(house.worker)
    open_contact_page(worker_page, contact)
    expect(worker_page.locator('[data-count="mine"]')).to_have_text("1")
    worker_page.wait_for_timeout(500)
    worker_page.context.set_offline(True)
    for part in ("desk-lists", "desk-thread"):
        strip = worker_page.locator(f'{part} [data-strip="stale"]')
        expect(strip).to_be_visible()
        expect(strip).to_contain_text("Yhteys katkesi klo")
    worker_page.fill("#reply", "Tunnelista")
    worker_page.get_by_role("button", name="Lähetä perheelle").click()
    worker_page.keyboard.press("Escape")
    worker_page.keyboard.press("m")
    worker_page.keyboard.type("Merkintä tunnelista")
    worker_page.get_by_role("button", name="Tallenna työntekijöille").click()
    expect(worker_page.locator('[data-strip="failed"]')).to_be_visible()
    expect(worker_page.locator("#note")).to_have_value("Merkintä tunnelista")

    worker_page.context.set_offline(False)
    expect(worker_page.locator(".msg.mine", has_text="Tunnelista")).to_have_attribute(
        "data-state", "sent", timeout=15_000
    )
    expect(worker_page.locator('[data-strip="stale"]:visible')).to_have_count(0, timeout=15_000)
    worker_page.get_by_role("button", name="Tallenna työntekijöille").click()
    expect(worker_page.locator(".note", has_text="Merkintä tunnelista")).to_be_visible()
    assert bodies(contact) == [TEXT, "Tunnelista"]


def test_where_sockets_are_blocked_the_lists_still_follow(
    house: Cast, worker_page: Page, allow_console: Callable[[str], None]
) -> None:
    allow_console(CUT)
    worker_page.route_web_socket("**/ws/**", lambda socket: socket.close(code=1011))
    worker_page.goto("/desk/")
    expect(worker_page.locator('desk-lists [data-strip="slow"]')).to_be_visible(timeout=15_000)
    waiting_chat()
    expect(worker_page.locator('[data-count="waiting"]')).to_have_text("1", timeout=15_000)


def test_drafts_stay_in_their_rooms_and_go_with_signing_out(house: Cast, worker_page: Page) -> None:
    contact = own_chat(house.worker)
    open_contact_page(worker_page, contact)
    worker_page.fill("#reply", "Perheelle kesken")
    worker_page.get_by_label("Merkintä työntekijöille").check()
    worker_page.fill("#note", "Työntekijöille kesken")
    worker_page.reload()
    expect(worker_page.locator("#reply")).to_have_value("Perheelle kesken")
    expect(worker_page.locator("#note")).to_have_value("Työntekijöille kesken")
    stored = "JSON.stringify(Object.entries(sessionStorage)) + JSON.stringify(Object.entries(localStorage))"
    assert "kesken" in worker_page.evaluate(stored)
    worker_page.get_by_role("button", name=house.worker.full_name).click()
    # In one go, as a slow network would have it: signing out comes before the pause after which a draft is kept.
    signs_out = worker_page.get_by_role("button", name="Kirjaudu ulos")
    signs_out.evaluate(
        "(button, text) => { const field = document.querySelector('#reply'); field.value = text;"
        " field.dispatchEvent(new Event('input', {bubbles: true})); button.click(); }",
        "Perheelle yhä kesken",
    )
    worker_page.wait_for_url("**/accounts/login/")
    assert "kesken" not in worker_page.evaluate(stored)
    kept = {room: draft.body for room, draft in drafts_of(house.worker, contact).items()}
    assert kept == {"thread": "Perheelle yhä kesken", "note": "Työntekijöille kesken"}
    assert bodies(contact) == [TEXT] and not Note.objects.exists()


def test_a_ready_text_goes_into_the_reply_and_waits_there(
    house: Cast, worker_page: Page, axe: Callable[[Page], None]
) -> None:
    contact = own_chat(house.worker)
    open_contact_page(worker_page, contact)
    worker_page.keyboard.press("/")
    worker_page.keyboard.type("tervehdys")
    expect(worker_page.locator("#ready [data-text]:visible")).to_have_count(1)
    axe(worker_page)
    worker_page.keyboard.press("Enter")
    expect(worker_page.locator("#reply")).to_have_value(
        "Hei, hyvä että kirjoitit. Luen viestisi rauhassa ja vastaan ihan kohta."
    )
    expect(worker_page.locator("#reply")).to_be_focused()
    assert bodies(contact) == [TEXT]


def test_a_signed_out_desk_says_so_and_hears_nothing(house: Cast, worker_page: Page) -> None:
    from django.contrib.sessions.models import Session

    from core.realtime import recheck_rights

    worker_page.goto("/desk/")
    worker_page.wait_for_timeout(500)
    Session.objects.all().delete()
    recheck_rights(user=house.worker.pk)
    expect(worker_page.get_by_text("Kirjautumisesi on päättynyt.")).to_be_visible()
    waiting_chat(body="Tätä ei kuulla")
    worker_page.wait_for_timeout(500)
    expect(worker_page.locator('[data-count="waiting"]')).to_have_text("0")


def test_an_answer_that_was_lost_closes_only_once(
    house: Cast, worker_page: Page, allow_console: Callable[[str], None]
) -> None:
    allow_console(CUT + "|" + REFUSED)
    contact = own_chat(house.worker)
    lost: list[int] = []

    def lose_first(route: Route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch(max_redirects=0).status)
            route.abort()

    worker_page.route("**/close/", lose_first)
    open_contact_page(worker_page, contact)
    worker_page.get_by_role("link", name="Päätä").click()
    worker_page.locator("#closing .pick", has_text="Valmis tässä").click()
    worker_page.locator("#closing .pick").first.click()
    worker_page.get_by_role("button", name="Päätä ja kerro perheelle").click()
    expect(worker_page.locator("desk-thread")).to_have_attribute("data-state", "closed")
    contact.refresh_from_db()
    assert lost == [302] and contact.outcome == "resolved"


def test_colleagues_see_who_else_looks_while_they_do(
    house: Cast, worker_page: Page, colleague_page: Page, axe: Callable[[Page], None]
) -> None:
    contact = waiting_chat()
    mine, theirs = worker_page, colleague_page
    mine.goto("/desk/?list=waiting")
    row = mine.locator(f'[data-row="{contact.pk}"]')
    expect(row).to_be_visible()
    expect(row).not_to_contain_text(house.colleague.first_name)

    open_contact_page(theirs, contact)
    expect(row).to_contain_text(f"{house.colleague.full_name} katsoo myös tätä")
    axe(mine)

    open_contact_page(mine, contact)
    mine.locator('#note-room, [name="room"][value="staff"]').first.check(force=True)
    mine.locator("#note").fill("Kesken oleva merkintä")
    too = mine.locator("[data-lookers]")
    expect(too).to_have_text(f"{house.colleague.full_name} katsoo myös tätä")
    expect(theirs.locator("[data-lookers]")).to_have_text(f"{house.worker.full_name} katsoo myös tätä")
    axe(theirs)

    theirs.goto("/desk/")
    expect(too).to_have_count(0)
    expect(mine.locator("#note")).to_have_value("Kesken oleva merkintä")

    take(contact, house.worker, clock.now())
    open_contact_page(theirs, contact)
    expect(theirs.get_by_text(f"{house.worker.full_name} vastaa").first).to_be_visible()
    expect(too).to_have_text(f"{house.colleague.full_name} katsoo myös tätä")
    expect(theirs.locator("[data-lookers]")).to_have_count(0)  # who has it is said already
