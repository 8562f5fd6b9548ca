"""Two people in two browsers: Debian's Chromium against a real server process on the test's database.

Any console error, page error or Content-Security-Policy message fails the test; one that a test causes on purpose is
named with `allow_console("…")` before it happens.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from accounts.models import User
from catalogue.models import Topic
from core import clock, realtime
from core.opening_hours import local_date
from tests.cast import Cast, Visitor, cast_there, sign_in
from tests.kept import kept_house
from tests.live_server import PATIENCE, WebProcess

VENDOR = Path(__file__).parent / "vendor"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
DESK = {"viewport": {"width": 1440, "height": 900}}
LOCALES = {"fi": "fi-FI", "sv": "sv-FI", "en": "en-GB"}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "EN-301-549", "best-practice"]
# What passed is counted only: to describe every element of it takes longer than the examination. Nothing is preloaded:
# to read a style sheet's imports it would write a style into the page, which the policy refuses.
AXE_RUN = """async rules => {
  const only = {type: 'tag', values: rules};
  const found = await axe.run(document, {runOnly: only, resultTypes: ['violations'], preload: false});
  return {passes: found.passes.length, violations: found.violations};
}"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)
    assert path, "the browser tests need Chromium; `make test` says how to get it"
    # Playwright's synchronous interface keeps a loop running in this thread: Django must not take the test for an
    # asynchronous caller, and what needs a loop of its own gets a thread of its own.
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(1) as aside, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        original = realtime._to_groups
        patch.setattr(realtime, "_to_groups", lambda groups: aside.submit(original, groups).result())
        expect.set_options(timeout=PATIENCE * 1000)
        launched = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield launched
        launched.close()


class Console:
    """What browsers complained of, less what the test said it would cause."""

    def __init__(self) -> None:
        self._allowed: list[str] = []
        self.complaints: list[str] = []

    def allow(self, pattern: str) -> None:
        self._allowed.append(pattern)

    def hear(self, page: Page) -> None:
        page.on("console", self._message)
        page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))

    def _message(self, message: ConsoleMessage) -> None:
        about_policy = "Content Security Policy" in message.text or "Trusted Type" in message.text
        if message.type == "error" or about_policy:
            self.complaints.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    def verdict(self) -> list[str]:
        return [line for line in self.complaints if not any(re.search(pattern, line) for pattern in self._allowed)]


@pytest.fixture
def console() -> Iterator[Console]:
    heard = Console()
    yield heard
    assert heard.verdict() == []


@pytest.fixture
def allow_console(console: Console) -> Callable[[str], None]:
    """A pattern of a complaint that this test causes on purpose (a 409, a network that is cut)."""
    return console.allow


@pytest.fixture
def house(server: WebProcess) -> Cast:
    """The demo's cast with catalogue, topics, ready texts, emergency row and opening hours; no history."""
    kept_house(local_date(clock.now()))
    return cast_there(Topic.objects.order_by("order")[0])


@pytest.fixture
def new_page(
    browser: Browser, server: WebProcess, console: Console, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Page]]:
    """`new_page(desk=False, user=None, visitor=None, language="fi", **context)`: another person's own browser.

    `user` is signed in, `visitor` has their cookie; `context` goes to Playwright (`java_script_enabled=False`,
    `color_scheme="dark"`). Addresses may be given without the server: `page.goto("/")`.
    """
    contexts: list[BrowserContext] = []

    def open_page(
        *,
        desk: bool = False,
        user: User | None = None,
        visitor: Visitor | None = None,
        language: str = "fi",
        **context: Any,
    ) -> Page:
        options = {**(DESK if desk or user else PHONE), **context}
        opened = browser.new_context(
            base_url=server.url,
            locale=LOCALES[language],
            timezone_id="Europe/Helsinki",
            reduced_motion="reduce",
            **options,
        )
        opened.set_default_timeout(PATIENCE * 1000)
        contexts.append(opened)
        if user is not None:
            _cookie(opened, server, settings.SESSION_COOKIE_NAME, sign_in(user, clock.now()))
        if visitor is not None:
            _cookie(opened, server, settings.VISITOR_COOKIE_NAME, visitor.secret)
        page = opened.new_page()
        console.hear(page)
        return page

    yield open_page
    for opened in contexts:
        opened.close()


def _cookie(context: BrowserContext, server: WebProcess, name: str, value: str) -> None:
    context.add_cookies([{"name": name, "value": value, "url": server.url, "httpOnly": True, "sameSite": "Lax"}])


@pytest.fixture
def family_page(house: Cast, new_page: Callable[..., Page]) -> Page:
    """A parent's phone."""
    return new_page()


@pytest.fixture
def worker_page(house: Cast, new_page: Callable[..., Page]) -> Page:
    """The desk of `house.worker`, signed in."""
    return new_page(user=house.worker)


@pytest.fixture
def colleague_page(house: Cast, new_page: Callable[..., Page]) -> Page:
    """The desk of `house.colleague`, signed in."""
    return new_page(user=house.colleague)


def at_both_widths(page: Page) -> Iterator[Page]:
    """The page as it is now, on a wide screen and on a narrow one: our layouts follow the screen by style alone."""
    for size in (DESK["viewport"], PHONE["viewport"]):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.evaluate("scrollTo(0, 0)")  # what is half under a bar is no small target
        yield page
    page.set_viewport_size(DESK["viewport"])  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """`axe(page)` fails on any violation of the page as it is now."""
    source = (VENDOR / "axe.min.js").read_text(encoding="utf-8")

    def check(page: Page) -> None:
        if not page.evaluate("'axe' in window"):
            page.evaluate(source)
        found = page.evaluate(AXE_RUN, RULES)
        assert found["passes"], "axe examined nothing"
        violations = [
            f"{fault['id']} ({fault['impact']}): {fault['help']}: {[node['target'] for node in fault['nodes'][:4]]}"
            for fault in found["violations"]
        ]
        assert violations == [], f"{page.url}: {violations}"

    return check
