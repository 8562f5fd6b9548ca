"""A notice in the mail that says nothing, and a draft that follows its writer to another device."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import F
from playwright.sync_api import Page, expect

from accounts.models import NoticeAddress
from core import clock, outbox
from guidance.models import Contact, Draft
from guidance.notices import gather_notices
from tests.cast import Cast, make_person, make_visitor, open_chat, take
from tests.guidance.test_erasing import speaks_for
from tests.live_server import eventually

WORDS = {
    "fi": ("Ilmoita sähköpostiin, kun vastaamme", "Sähköpostiosoitteesi", "Lähetä koodi", "Koodi", "Vahvista",
           "Ilmoitukset ovat käytössä", "Sinulle on viesti", "Lopeta ilmoitukset", "Ilmoitukset on lopetettu"),
    "sv": ("Meddela mig per e-post när ni har svarat", "Din e-postadress", "Skicka koden", "Kod", "Bekräfta",
           "Aviseringarna är på", "Du har fått ett meddelande", "Avsluta aviseringarna",
           "Aviseringarna är avslutade"),
}  # fmt: skip
ANSWER = "Neuvolan aika on nyt varattu teille"


def mails(mailoutbox: list[Any], minutes: int = 0) -> list[Any]:
    """What has come by so many minutes later."""
    now = clock.now() + dt.timedelta(minutes=minutes)
    gather_notices(now=now)
    outbox.send_due(now=now)
    return mailoutbox


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_a_family_asks_to_be_told_and_hears_only_of_what_it_has_not_read(
    house: Cast, new_page: Callable[..., Page], axe: Callable[[Page], None], mailoutbox: list[Any], language: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    # By day, whatever the hour is: when it is quiet has tests of its own.
    monkeypatch.setattr("guidance.notices.family_moment", lambda at: at)
    link, field, send, code_field, confirm, on, subject, stop, stopped = WORDS[language]
    prefix = "" if language == "fi" else f"/{language}"
    visitor = make_visitor(clock.now())
    speaks_for(visitor, make_person("Eka Huoltaja", clock.now()), clock.now())
    visitor.key.refresh_from_db()
    contact = take(open_chat(visitor, channel="message", language=language, now=clock.now()), house.worker, clock.now())

    phone = new_page(visitor=visitor, language=language)
    phone.goto(f"{prefix}/me/")
    phone.get_by_role("link", name=link).click()
    axe(phone)
    phone.get_by_label(field).fill("eka.huoltaja@example.test")
    phone.get_by_role("button", name=send, exact=True).click()
    expect(phone.get_by_label(code_field, exact=True)).to_be_visible()
    axe(phone)
    code = re.findall(r"\b\d{6}\b", mails(mailoutbox)[-1].body)[0]
    phone.get_by_label(code_field, exact=True).fill(code)
    phone.get_by_role("button", name=confirm, exact=True).click()
    expect(phone.get_by_role("heading", name=on)).to_be_visible()
    axe(phone)

    desk = new_page(user=house.worker)
    desk.goto(f"/desk/contacts/{contact.pk}/")
    desk.locator("#reply").fill(ANSWER)
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("[data-thread]")).to_contain_text(ANSWER)
    eventually(lambda: Contact.objects.get(pk=contact.pk).turn == "client", 5)
    phone.goto(f"{prefix}/contacts/{contact.pk}/")
    expect(phone.locator("[data-thread]")).to_contain_text(ANSWER)
    assert len(mails(mailoutbox, 10)) == 1, "it was read first"

    phone.goto(f"{prefix}/me/notices/")
    desk.locator("#reply").fill("Toinen vastaus")
    desk.keyboard.press("Control+Enter")
    unread = Contact.objects.filter(pk=contact.pk, client_seen_seq__lt=F("last_seq"))
    eventually(unread.exists, 5)
    assert len(mails(mailoutbox, 10)) == len(mails(mailoutbox, 30)) == 2
    told = mailoutbox[-1]
    assert told.subject == subject and ANSWER not in told.body and house.worker.first_name not in told.body
    tail = re.search(r"http://\S+(/notices/stop/\S+)", told.body)
    assert tail is not None
    stranger = new_page(language=language)
    stranger.goto(f"{prefix}{tail[1]}")
    axe(stranger)
    stranger.get_by_role("button", name=stop).click()
    expect(stranger.get_by_role("heading", name=stopped)).to_be_visible()
    assert not NoticeAddress.objects.exists()


def test_a_draft_follows_its_writer_and_the_newest_wins(house: Cast, new_page: Callable[..., Page]) -> None:
    contact = take(open_chat(make_visitor(clock.now()), now=clock.now()), house.worker, clock.now())
    address = f"/desk/contacts/{contact.pk}/"

    def kept(room: str = "thread") -> str:
        return "".join(Draft.objects.filter(user=house.worker, room=room).values_list("body", flat=True))

    office, home = new_page(user=house.worker), new_page(user=house.worker)
    office.goto(address)
    office.locator("#reply").fill("Aloitin tämän työpaikalla")
    eventually(lambda: kept() == "Aloitin tämän työpaikalla", 5)
    home.goto(address)
    expect(home.locator("#reply")).to_have_value("Aloitin tämän työpaikalla")
    home.locator("#reply").fill("Jatkoin tätä kotona")
    eventually(lambda: kept() == "Jatkoin tätä kotona", 5)
    expect(home.locator('[data-strip="draft"]')).to_be_hidden()

    office.locator("#reply").press_sequentially(" ja lisää")
    strip = office.locator('[data-strip="draft"]')
    expect(strip).to_contain_text("Jatkoin tätä kotona")
    eventually(lambda: kept() == "Aloitin tämän työpaikalla ja lisää", 5)
    strip.get_by_role("button", name="Vaihda siihen").click()
    expect(office.locator("#reply")).to_have_value("Jatkoin tätä kotona")
    eventually(lambda: kept() == "Jatkoin tätä kotona", 5)
    expect(strip).to_contain_text("Aloitin tämän työpaikalla ja lisää")
    strip.get_by_role("button", name="Ohita").click()
    office.keyboard.press("m")
    office.locator("#note").fill("Merkintä kesken")
    eventually(lambda: kept("note") == "Merkintä kesken", 5)

    office.locator('[name="room"][value="family"]').check(force=True)
    office.locator("#reply").press("Control+Enter")
    expect(office.locator("[data-thread]")).to_contain_text("Jatkoin tätä kotona")
    eventually(lambda: kept() == "", 5)
    home.reload()
    expect(home.locator("#reply")).to_have_value("")
    expect(home.locator("#note")).to_have_value("Merkintä kesken")
    colleague = new_page(user=house.colleague)
    colleague.goto(address)
    expect(colleague.locator("#note")).to_have_value("")


def test_advice_beside_the_composer_and_ready_texts_whose_blanks_are_filled_first(
    house: Cast, new_page: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    contact = take(open_chat(make_visitor(clock.now()), now=clock.now()), house.worker, clock.now())
    Contact.objects.filter(pk=contact.pk).update(topic=house.topic)
    desk = new_page(user=house.worker)
    desk.goto(f"/desk/contacts/{contact.pk}/")
    advice = desk.locator("#etiquette")
    expect(advice).to_be_hidden()
    desk.locator("[data-roll]").focus()
    desk.keyboard.press("o")
    expect(advice).to_contain_text("Yksi kysymys kerrallaan")
    axe(desk)
    thread, panel, room = (
        desk.locator(place).bounding_box() for place in ("[data-roll]", "#etiquette", ".family-room")
    )
    assert thread and panel and room
    assert thread["y"] + thread["height"] <= panel["y"] + 1 and panel["y"] + panel["height"] <= room["y"] + 1
    expect(desk.get_by_text("tuli keskusteluun")).to_be_in_viewport()
    desk.keyboard.press("Escape")
    expect(advice).to_be_hidden()

    desk.locator("[data-roll]").focus()
    desk.keyboard.press("/")
    texts = desk.locator("#ready [data-text]:visible")
    fitting = texts.count()
    desk.get_by_label("Aihe").select_option(label="Kaikki aiheet")
    assert texts.count() > fitting
    desk.get_by_label("Etsi teksteistä").fill("kuka sen tekee")
    expect(texts).to_have_count(1)
    axe(desk)
    desk.keyboard.press("Enter")
    chosen = "(({value, selectionStart: from, selectionEnd: to}) => value.slice(from, to))(document.activeElement)"
    blank = desk.evaluate(chosen)
    assert blank.startswith("[") and blank.endswith("]")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("[data-blank]")).to_contain_text(blank)
    axe(desk)
    assert Contact.objects.get(pk=contact.pk).first_response_at is None, "nothing has been sent"
    assert desk.evaluate(chosen) == blank, "it can be written over at once"
    desk.keyboard.type("soitan sinulle huomenna")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("[data-thread]")).to_contain_text("mistä sovimme: soitan sinulle huomenna")
    expect(desk.locator("[data-blank]")).to_be_hidden()


def test_what_is_written_without_a_network_is_saved_when_it_is_back(
    house: Cast, worker_page: Page, allow_console: Callable[[str], None]
) -> None:
    allow_console("ERR_INTERNET_DISCONNECTED")
    contact = take(open_chat(make_visitor(clock.now()), now=clock.now()), house.worker, clock.now())
    worker_page.goto(f"/desk/contacts/{contact.pk}/")
    with worker_page.expect_response(lambda response: response.url.endswith("/draft/")):
        worker_page.locator("#reply").fill("Kirjoitan junassa")
    worker_page.context.set_offline(True)
    with worker_page.expect_event("requestfailed", lambda request: request.url.endswith("/draft/")):
        worker_page.locator("#reply").press_sequentially(", ja nyt tunnelissa")
    assert Draft.objects.get().body == "Kirjoitan junassa"
    expect(worker_page.locator("#reply")).to_have_value("Kirjoitan junassa, ja nyt tunnelissa")
    worker_page.context.set_offline(False)
    eventually(lambda: Draft.objects.get().body == "Kirjoitan junassa, ja nyt tunnelissa", 10)
    worker_page.reload()
    expect(worker_page.locator("#reply")).to_have_value("Kirjoitan junassa, ja nyt tunnelissa")
