"""Templates under the strict policy, and pages whose queries do not grow with what is in the database."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Unit
from catalogue.models import Topic
from core import clock
from core.opening_hours import local_date
from perhekeskus.demo.reference import load_reference_data
from tests.cast import make_cast, make_visitor, open_chat

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
INLINE = {
    "a script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.I),
    "a style": re.compile(r"<style|\sstyle=", re.I),
    "a handler": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.I),
    "a javascript: address": re.compile(r"(href|action|src)\s*=\s*[\"']\s*javascript:", re.I),
    "another host's file": re.compile(r"<(script|link|img)[^>]+(src|href)=[\"'](https?:)?//", re.I),
}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_template_holds_nothing_that_the_policy_refuses(template: Path) -> None:
    text = template.read_text()
    assert {name for name, pattern in INLINE.items() if pattern.search(text)} == set()


@pytest.mark.parametrize(
    "text",
    ["<script>x</script>", '<p style="color:red">', "<button onclick='x()'>", '<a href="javascript:x">',
     '<script src="https://cdn.example/x.js">'],
)  # fmt: skip
def test_such_a_thing_would_be_seen(text: str) -> None:
    assert any(pattern.search(text) for pattern in INLINE.values())


def test_every_form_that_posts_carries_its_token() -> None:
    for template in TEMPLATES:
        if template.name == "503.html":  # sends again what was posted, its token included
            continue
        for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", template.read_text(), re.S | re.I):
            assert "csrf_token" in form, template


PAGES = ("/", "/services/", "/services/?q=uni", "/help-map/", "/anonymity/", "/safety/", "/privacy/", "/accessibility/",
         "/promise/", "/chat/", "/message/", "/callback/", "/return/", "/sv/", "/en/", "/api/v1/doors/",
         "/api/v1/topics/")  # fmt: skip
MOST_QUERIES = 14
# A list of services tells of places, channels, hours and what may be limited; as many questions for one as for all.
MOST_OF_SERVICES = 26


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES)
def test_a_public_page_asks_a_bounded_number_of_questions(page: str, client: Client) -> None:
    make_cast()
    counts = []
    for round_ in range(2):
        if round_:
            Topic.objects.all().delete()
            load_reference_data(local_date(clock.now()), list(Unit.objects.all()))
            for _n in range(5):
                open_chat(make_visitor(clock.now()), now=clock.now())
        client.get(page)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            answer = client.get(page)
        assert answer.status_code == 200
        counts.append(len(asked))
    most = MOST_OF_SERVICES if page.startswith(("/services/", "/help-map/")) else MOST_QUERIES
    assert counts[1] <= most, [query["sql"][:120] for query in asked.captured_queries]


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES)
def test_a_public_page_sets_no_session_and_names_no_other_host(page: str, client: Client, settings: Any) -> None:
    make_cast()
    answer = client.get(page)
    assert settings.SESSION_COOKIE_NAME not in answer.cookies, "chat works without optional cookies"
    # Only a form may lead to another host, and only to where people identify themselves.
    [provider] = settings.IDENTIFICATION_ORIGINS
    policy = answer.headers["Content-Security-Policy"].replace(f"form-action 'self' {provider}", "form-action 'self'")
    assert "unsafe" not in policy and "http" not in policy and "script-src 'self'" in policy
    assert answer.headers["Referrer-Policy"] == "same-origin"
