"""A family's own data and its erasure, and what waits at the desk: every face in three languages and two widths."""

import datetime as dt
import json
import os
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from accounts.models import VisitorKey
from core import clock
from guidance.models import AccessibilityFeedback, Contact, Erasure
from guidance.services import (
    add_note,
    answer_accessibility_feedback,
    ask_erasure,
    give_accessibility_feedback,
    give_feedback,
    refuse_erasure,
)
from guidance.services.corrections import answer_correction, ask_correction
from tests.cast import Cast, Visitor, close, make_person, make_visitor, open_chat, sign_in, take
from tests.guidance.test_erasing import bind
from tests.live_server import WebProcess

LANGUAGES = ("fi", "sv", "en")
SHOTS = os.environ.get("SHOTS")


def family_with_a_past(house: Cast) -> Visitor:
    now, visitor = clock.now(), make_visitor(clock.now())
    contact = take(open_chat(visitor, now=now), house.worker, now)
    add_note(contact=contact, worker=house.worker, body="Merkintä", now=now)
    close(contact, house.worker, house.topic, now, step="Soitamme huomenna klo 10.")
    give_feedback(contact=contact, visitor_key=visitor.key, helped="yes", feeling=4, word="Kiitos.", now=now)
    open_chat(visitor, now=now, channel="message", body="Vielä yksi asia jäi mieleen.")
    return visitor


def identified(house: Cast, visitor: Visitor) -> None:
    """The first contact moves to the name; the second stays anonymous."""
    person = make_person("Eka Huoltaja", clock.now())
    until = clock.now() + dt.timedelta(hours=1)
    VisitorKey.objects.filter(pk=visitor.key.pk).update(person=person, person_until=until)
    contact = Contact.objects.filter(relationship__visitor=visitor.key.visitor_id).order_by("opened_at")[0]
    bind(contact, person, worker=house.worker)
    refused = ask_erasure(person=person, reason="", now=clock.now())
    refuse_erasure(
        erasure=refused, by=house.supervisor, answer="Laki velvoittaa säilyttämään tiedot 10 vuotta.", now=clock.now()
    )
    ask_erasure(person=person, reason="Asiaa ei enää ole.", now=clock.now())
    ask_correction(person=person, body="Lapsen nimi on väärin.", now=clock.now())
    wrong = ask_correction(person=person, body="En sanonut niin.", now=clock.now())
    answer_correction(
        correction=wrong, by=house.supervisor, is_corrected=False, answer="Keskustelu on tallessa.", now=clock.now()
    )


def look(page: Page, path: str, name: str, axe: Callable[[Page], None]) -> None:
    answer = page.goto(path)
    assert answer is not None and answer.status == 200, path
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 844})
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), f"{path} is too wide"
        axe(page)
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_familys_pages_have_no_violation(
    house: Cast, new_page: Callable[..., Page], axe: Callable[[Page], None], language: str
) -> None:
    prefix = "" if language == "fi" else f"/{language}"
    visitor = family_with_a_past(house)
    page = new_page(visitor=visitor, language=language, desk=True)
    for path in ("/me/data/", "/me/erase/"):
        look(page, prefix + path, f"anonymous{path.replace('/', '-')}{language}", axe)
    identified(house, visitor)
    for path in ("/me/data/", "/me/erase/", "/me/corrections/"):
        look(page, prefix + path, f"identified{path.replace('/', '-')}{language}", axe)
    nobody = new_page(language=language, desk=True)
    for path in ("/me/data/", "/me/erase/", "/accessibility/", "/privacy/", "/safety/"):
        look(nobody, prefix + path, f"nobody{path.replace('/', '-')}{language}", axe)


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_the_desks_pages_have_no_violation(
    house: Cast, server: WebProcess, new_page: Callable[..., Page], axe: Callable[[Page], None], language: str
) -> None:
    visitor = family_with_a_past(house)
    identified(house, visitor)
    for n in range(3):
        given = give_accessibility_feedback(
            text="Nappia on vaikea osua.", page="/chat/", reply_to="", language="fi", nonce=uuid.uuid4(),
            now=clock.now() - dt.timedelta(days=n * 10),
        )  # fmt: skip
    answer_accessibility_feedback(feedback=given, by=house.supervisor, answer="Nappi on nyt isompi.", now=clock.now())
    type(house.supervisor).objects.filter(pk=house.supervisor.pk).update(language=language)
    page = new_page(user=house.supervisor, language=language)
    fresh = sign_in(house.supervisor, clock.now(), fresh=True)
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": fresh, "url": server.url}])
    waiting = Erasure.objects.get(state="asked")
    for path in ("/desk/erasures/", f"/desk/erasures/{waiting.pk}/", "/desk/corrections/", "/desk/accessibility/"):
        look(page, path, f"desk{path.replace('/', '-')}{language}", axe)


def test_without_scripts_a_family_takes_its_data_along_and_erases_it(
    house: Cast, new_page: Callable[..., Page], allow_console: Callable[[str], None]
) -> None:
    allow_console("422")
    visitor = family_with_a_past(house)
    page = new_page(visitor=visitor, java_script_enabled=False)
    page.goto("/privacy/")
    page.get_by_role("link", name="Katso ja lataa").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Lataa tiedostona").click()
    data = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert len(data["contacts"]) == 2 and download.value.suggested_filename == "perhekeskus-omat-tiedot.json"
    page.get_by_role("link", name="Poista tietosi").click()
    page.get_by_role("button", name="Poista keskusteluni").click()
    expect(page.get_by_text("Merkitse ensin")).to_be_visible()
    page.get_by_label("Haluan poistaa keskusteluni lopullisesti.").check()
    page.get_by_role("button", name="Poista keskusteluni").click()
    expect(page.get_by_text("Tietosi on poistettu")).to_be_visible()
    assert not Contact.objects.exists()
    page.goto("/me/data/")
    expect(page.get_by_text("Tältä laitteelta ei ole yhteydenottoja")).to_be_visible()


def test_feedback_by_keyboard_alone(house: Cast, new_page: Callable[..., Page]) -> None:
    page = new_page(desk=True)
    page.goto("/accessibility/#feedback")
    page.get_by_label("Mikä oli vaikeaa?").focus()
    page.keyboard.type("En näe, missä kohdistus on.")
    page.keyboard.press("Tab")
    page.keyboard.type("/chat/")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Kiitos palautteesta")).to_be_visible()
    assert AccessibilityFeedback.objects.get().page == "/chat/"
