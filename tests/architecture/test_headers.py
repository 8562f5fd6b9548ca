"""Every address keeps a visit private: one table of headers, held against every route as everybody who may come."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.admin.sites import site as admin_site
from django.test import Client

from core.addresses import routes
from core.middleware import PERMISSIONS_POLICY
from tests.cast import Cast, Visitor, open_chat

pytestmark = pytest.mark.django_db

EVERYWHERE = {
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
}
# What is the same for everybody may be kept for seconds; all else is kept nowhere.
KEPT = {
    "/api/v1/doors/": "public, max-age=5",
    "/api/v1/topics/": "public, max-age=60",
    "/api/v1/services/": "public, max-age=60",
    "/identify/keys/": "public, max-age=300",
    "/robots.txt": "public, max-age=3600",
    "/sitemap.xml": "public, max-age=3600",
}
POLICY = {
    "default-src": {"'none'"},
    "script-src": {"'self'"},
    "style-src": {"'self'"},
    "img-src": {"'self'", "data:"},
    "font-src": {"'self'"},
    "connect-src": {"'self'"},
    "manifest-src": {"'self'"},
    "frame-ancestors": {"'none'"},
    "base-uri": {"'none'"},
    "object-src": {"'none'"},
}
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
FILLED = {"uuid": "5f0c4f0e-6f0a-4b0e-9a57-6a3d3d9c2b11", "slug": "mika-vain", "int": "1", "path": "1", "str": "x"}


def addresses(contact_id: str) -> Iterator[str]:
    """One address of each route: with the contact where it takes one, else with something that does not exist."""
    for route, _view in routes():
        if route.startswith(("^", "admin/^")) or "(?P<" in route:
            route = re.sub(r"\(\?P<\w+>[^)]*\)", "x", route).strip("^$").replace("\\Z", "")
        filled = PARAMETER.sub(
            lambda found: contact_id if found[2] == "contact_id" else FILLED[found[1] or "str"], "/" + route
        )
        yield re.sub(r"[\^$]|\\Z|\.\*|\(\.\*\)", "", filled)


def faults(answer: Any, address: str) -> list[str]:
    wrong = [
        f"{name}: {answer.headers.get(name)}" for name, value in EVERYWHERE.items() if answer.headers.get(name) != value
    ]
    wanted = KEPT.get(address, "no-store") if answer.status_code == 200 else "no-store"
    if answer.headers.get("Cache-Control") != wanted and "no-store" not in answer.headers.get("Cache-Control", ""):
        wrong.append(f"Cache-Control: {answer.headers.get('Cache-Control')}")
    given = (
        {
            line.split()[0]: set(line.split()[1:])
            for line in answer.headers.get("Content-Security-Policy", "").split(";")
        }
        if answer.headers.get("Content-Security-Policy")
        else {}
    )
    wrong += [f"{name} {given.get(name)}" for name, sources in POLICY.items() if given.get(name) != sources]
    if given.get("form-action", set()) - {"'self'", *settings.IDENTIFICATION_ORIGINS}:
        wrong.append(f"form-action {given.get('form-action')}")
    return [f"{address} {answer.status_code}: {fault}" for fault in wrong]


@pytest.fixture
def https(settings: Any) -> None:
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True


WHO = ("nobody", "visitor", "worker", "supervisor", "professional", "administrator")


@pytest.mark.parametrize("who", WHO)
def test_every_address_has_every_header(https: None, cast: Cast, visitor: Visitor, who: str) -> None:
    contact = open_chat(visitor)
    client = Client(raise_request_exception=False)
    if who == "visitor":
        client.cookies[settings.VISITOR_COOKIE_NAME] = visitor.secret
    elif who == "administrator":
        cast.supervisor.is_staff = cast.supervisor.is_superuser = True
        cast.supervisor.save()
        client.force_login(cast.supervisor)
    elif who != "nobody":
        client.force_login(getattr(cast, who))
    found: list[str] = []
    answered = set()
    for address in addresses(str(contact.pk)):
        answer = client.get(address, secure=True)
        assert answer.status_code < 500 or address == "/readyz", address  # no worker runs in a test
        answered.add(answer.status_code)
        found += faults(answer, address)
    assert found == []
    assert {200, 404} <= answered, "the walk met pages and refusals"


def test_the_walk_reaches_every_room(cast: Cast, visitor: Visitor) -> None:
    walked = list(addresses(str(open_chat(visitor).pk)))
    for prefix in (
        "/api/v1/",
        "/desk/",
        "/admin/",
        "/accounts/",
        "/contacts/",
        "/me/",
        "/identify/",
        "/accessibility/",
    ):
        assert any(address.startswith(prefix) for address in walked), prefix
    assert len(walked) > 60 and admin_site.is_registered


def test_a_missing_header_would_be_seen(https: None, cast: Cast) -> None:
    answer = Client().get("/", secure=True)
    assert faults(answer, "/") == []
    del answer.headers["Referrer-Policy"]
    answer.headers["Cache-Control"] = "private"
    answer.headers["Content-Security-Policy"] = "default-src *"
    assert len(faults(answer, "/")) > 5


def test_own_data_and_a_refusal_are_kept_nowhere(https: None, cast: Cast, visitor: Visitor) -> None:
    client = Client()
    client.cookies[settings.VISITOR_COOKIE_NAME] = visitor.secret
    contact = open_chat(visitor)
    for address in (f"/contacts/{contact.pk}/", "/me/data/", "/me/data/?format=json", "/me/erase/", "/nowhere/",
                    f"/api/v1/contacts/{contact.pk}/messages/", "/desk/"):  # fmt: skip
        assert client.get(address, secure=True).headers["Cache-Control"] == "no-store", address
    posted = client.post(f"/contacts/{contact.pk}/send/", {"body": ""}, secure=True)
    assert posted.status_code == 422 and posted.headers["Cache-Control"] == "no-store"
