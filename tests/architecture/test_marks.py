"""Every address and socket route says who may come; a control shows that an unmarked one would be seen."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from core.addresses import mark_of_socket, marks_of, routes
from core.permissions import rules
from perhekeskus.urls import socket_urlpatterns
from tests.cast import Cast

ROLES = ("client", "worker", "professional", "supervisor", "catalogue_admin")

# What anybody may open. Add a line only for a page that tells nothing of anybody.
PUBLIC = {
    "healthz", "readyz", "^api/", "api/v1/doors/", "api/v1/topics/", "api/v1/opening-hours/", "api/v1/schema/",
    "api/v1/services/", "api/v1/services/<slug:slug>/",
    "api/v1/docs/", "", "anonymity/", "safety/", "privacy/", "accessibility/", "promise/", "services/",
    "services/<slug:slug>/", "services/<slug:slug>/card/", "situations/<slug:slug>/",
    "help-map/", "help-map/<slug:slug>/", "robots.txt", "sitemap.xml", "sitemap-<slug:section>.xml", "identify/keys/",
}  # fmt: skip
# Sign-in and one's own account (tests/accounts/test_routes.py lists each page and who gets what there), and Django's
# admin with its own gate, which tests of their own open as each role.
FRAMEWORK = ("accounts/", "admin/")


def faults(found: Iterator[tuple[str, Any]]) -> list[str]:
    known = {rule.action.value for rule in rules()}
    wrong = []
    for route, view in found:
        if route.startswith(FRAMEWORK):
            continue
        for mark in marks_of(view).values():
            if mark == "public":
                if route not in PUBLIC:
                    wrong.append(f"{route} is public and not in the list")
            elif mark not in known:
                wrong.append(f"{route}: {mark}")
    return wrong


def test_every_address_is_marked() -> None:
    found = list(routes())
    assert len(found) > 40
    assert faults(iter(found)) == []


def test_an_unmarked_view_would_be_seen() -> None:
    def open_to_all(request: HttpRequest) -> HttpResponse:
        return HttpResponse("secrets")

    pattern = path("secrets/", open_to_all)
    assert isinstance(pattern, URLPattern)
    assert faults(iter([(str(pattern.pattern), pattern.callback)])) == ["secrets/: unmarked"]


def test_the_public_list_holds_nothing_that_is_gone() -> None:
    public = {route for route, view in routes() if set(marks_of(view).values()) == {"public"}}
    assert {route for route in PUBLIC if route not in public} == set()


def test_every_socket_route_is_marked() -> None:
    known = {rule.action.value for rule in rules()}
    for pattern in socket_urlpatterns:
        assert mark_of_socket(pattern.callback) in known, pattern.pattern


def test_the_page_of_permissions_is_in_step() -> None:
    call_command("generated_docs", "--check")


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_every_action_lets_in_the_roles_of_the_page_and_no_other(cast: Cast, role: str, rf: Any) -> None:
    from django.contrib.auth.models import AnonymousUser

    request = rf.get("/")
    request.user = AnonymousUser() if role == "client" else getattr(cast, role)
    for rule in rules():
        if "client" in rule.roles:
            assert rule.entry(request), "what families may, the object's own relation decides"
        else:
            assert rule.entry(request) is (role in rule.roles), rule.action


@pytest.mark.django_db
def test_nobody_without_a_role_comes_in(cast: Cast, rf: Any) -> None:
    from accounts.models import Membership, User

    Membership.objects.filter(user=cast.worker).update(ended_at="2026-01-01T00:00Z")
    request = rf.get("/")
    request.user = User.objects.get(pk=cast.worker.pk)
    assert [rule.action for rule in rules() if "client" not in rule.roles and rule.entry(request)] == []
