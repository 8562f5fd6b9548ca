"""Who comes next, as people see it: the common queue, danger that a person confirms, a door with nobody behind it."""

import datetime as dt
from collections.abc import Callable

from playwright.sync_api import Page, expect

from accounts.models import User
from chat.alarms import keep_alarms
from core import clock
from core.opening_hours import DAY_MINUTES, local_date
from guidance.models import Contact, HoursException
from guidance.services import pool_those_who_wait_long
from tests.cast import TEXT, Cast, make_visitor, open_chat


def test_a_chat_that_has_waited_long_is_taken_by_another_unit(
    house: Cast, worker_page: Page, new_page: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    now = clock.now()
    contact = open_chat(make_visitor(now), now=now - dt.timedelta(minutes=11))
    worker_page.goto("/desk/")
    expect(worker_page.locator(f'[data-row="{contact.pk}"]')).to_be_visible()
    theirs = new_page(user=house.outsider)
    theirs.goto("/desk/")
    expect(theirs.get_by_role("heading", level=1)).to_have_text("Kukaan ei odota nyt")

    pool_those_who_wait_long(now=now)
    row = theirs.locator(f'[data-pooled="{contact.pk}"]')
    expect(row).to_contain_text("Yhteinen jono: Asiakasohjaus")
    expect(theirs.locator("body")).not_to_contain_text(TEXT)
    theirs.reload()
    axe(theirs)
    row.get_by_role("button", name="Ota yksikköösi").click()
    theirs.wait_for_url(f"**/contacts/{contact.pk}/**")
    expect(theirs.locator(".thread .bubble", has_text=TEXT)).to_be_visible()
    expect(theirs.locator("#reply")).to_be_visible()
    expect(worker_page.locator(f'[data-row="{contact.pk}"]')).to_have_count(0)
    taken = Contact.objects.get(pk=contact.pk)
    assert (taken.worker, taken.unit) == (house.outsider, house.other_unit)


def test_danger_that_a_worker_confirms_goes_first_and_the_family_sees_where_help_is(
    house: Cast, worker_page: Page, new_page: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    now, visitor = clock.now(), make_visitor(clock.now())
    first = open_chat(make_visitor(now), now=now - dt.timedelta(minutes=3))
    contact = open_chat(visitor, now=now - dt.timedelta(minutes=2), body="Hej", language="sv")
    family = new_page(visitor=visitor, language="sv")
    family.goto(f"/sv/contacts/{contact.pk}/")
    family.locator("[data-composer] textarea").fill("Jag orkar inte leva")
    family.locator("[data-composer] button[type=submit]").click()
    card = family.locator("[data-near-help]")
    expect(card).to_contain_text("Om du behöver hjälp just nu")
    expect(card.get_by_role("link", name="112", exact=True)).to_be_visible()
    axe(family)

    worker_page.goto("/desk/")
    rows = worker_page.locator("[data-row]")
    expect(rows).to_have_count(2)
    expect(rows.nth(1)).to_contain_text("Tarkista heti")
    rows.nth(1).locator("a").click()
    strip = worker_page.locator("[data-priority]")
    expect(strip).to_contain_text("Tarkista heti.")
    axe(worker_page)
    strip.get_by_role("button", name="Kiireellinen: jonon kärkeen").click()
    expect(strip).to_contain_text("Merkitty kiireelliseksi.")
    expect(rows.nth(0)).to_have_attribute("data-row", str(contact.pk))
    expect(rows.nth(0)).to_contain_text("Kiireellinen")
    worker_page.goto("/desk/")
    worker_page.keyboard.press("n")
    worker_page.wait_for_url(f"**/contacts/{contact.pk}/")
    expect(worker_page.locator("#reply")).to_be_visible()
    expect(family.locator("body")).not_to_contain_text("brådskande")
    assert Contact.objects.get(pk=first.pk).state == "waiting"


def open_all_day(house: Cast, now: dt.datetime) -> None:
    for day in (local_date(now), local_date(now) - dt.timedelta(days=1)):
        HoursException.objects.filter(date=day).delete()
        HoursException.objects.create(
            unit=house.unit, channel="chat", date=day, opens_minute=0, closes_minute=DAY_MINUTES, reason_fi="Auki"
        )


def test_a_supervisor_hears_of_a_door_with_nobody_behind_it(
    house: Cast, new_page: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    now = clock.now()
    open_all_day(house, now)
    User.objects.filter(pk=house.supervisor.pk).update(language="sv")
    page = new_page(user=User.objects.get(pk=house.supervisor.pk))
    page.goto("/desk/")
    expect(page.locator("[data-alarms]")).to_have_count(0)
    keep_alarms(now=now)
    page.locator("[data-alarms] a").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Larm")
    User.objects.filter(pk=house.supervisor.pk).update(language="fi")
    page.reload()
    expect(page.get_by_role("article")).to_contain_text("Chat on auki, mutta kukaan ei päivystä")
    axe(page)
    page.get_by_role("button", name="Olen nähnyt").click()
    expect(page.get_by_role("article")).to_contain_text("Päivi Rantanen on nähnyt tämän")
    page.goto("/desk/")
    expect(page.locator("[data-alarms]")).to_have_count(0)
