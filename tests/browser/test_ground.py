"""The browser tests' own ground: the fixtures do what they promise."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from core import clock
from tests.browser.conftest import Console
from tests.cast import Cast, make_visitor, open_chat, take


def test_a_familys_start_page_opens_without_a_complaint(family_page: Page, axe: Callable[[Page], None]) -> None:
    answer = family_page.goto("/")
    assert answer is not None and answer.status == 200
    axe(family_page)


def test_a_fault_in_a_page_is_heard(new_page: Callable[..., Page], console: Console) -> None:
    page = new_page()
    page.goto("/safety/")
    page.evaluate("console.error('this page is broken')")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">!</p>')")
    page.wait_for_timeout(200)
    heard = " ".join(console.verdict())
    assert "this page is broken" in heard
    assert "Content Security Policy" in heard
    console.complaints.clear()


def test_axe_finds_a_fault(new_page: Callable[..., Page], axe: Callable[[Page], None]) -> None:
    page = new_page()
    page.goto("/safety/")
    page.evaluate("document.body.append(document.createElement('button'))")
    with pytest.raises(AssertionError, match="button-name"):
        axe(page)


def test_a_test_may_act_through_services_beside_a_browser(house: Cast, family_page: Page) -> None:
    contact = open_chat(make_visitor(clock.now()), now=clock.now())
    assert take(contact, house.worker, clock.now()).worker == house.worker
