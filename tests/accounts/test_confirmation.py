"""Before a sensitive act: the password or a code again, unless it was given in the last ten minutes."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings as configured
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from accounts.confirmation import ConfirmationMiddleware, confirmed
from accounts.models import StaffSession, User
from audit.models import AuditEvent
from core import clock
from perhekeskus.demo.cast import PASSWORD
from tests.cast import Cast, sign_in
from tests.second_step import code_of, give_second_step

pytestmark = pytest.mark.django_db
SENSITIVE_PAGES = ("/accounts/2fa/totp/activate/",)
WITH_STEP = (
    "/accounts/2fa/totp/deactivate/",
    "/accounts/2fa/recovery-codes/",
    "/accounts/2fa/recovery-codes/generate/",
)


@pytest.fixture(autouse=True)
def _no_counts() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def browser(user: User, *, fresh: bool = False) -> Client:
    client = Client()
    client.cookies[configured.SESSION_COOKIE_NAME] = sign_in(user, clock.now(), fresh=fresh)
    return client


@pytest.mark.parametrize("page", SENSITIVE_PAGES + WITH_STEP)
def test_a_sensitive_page_asks_and_comes_back(cast: Cast, page: str) -> None:
    if page in WITH_STEP:
        give_second_step(cast.worker)
    client = browser(cast.worker)
    asked = client.get(page)
    assert asked.headers["Location"] == f"/accounts/reauthenticate/?next={page}"
    wrong = client.post(asked.headers["Location"], {"password": "wrong", "next": page})
    assert wrong.status_code == 200 and "Salasana ei täsmää" in wrong.content.decode()
    assert client.get(page).status_code == 302
    right = client.post(asked.headers["Location"], {"password": PASSWORD, "next": page})
    assert right.headers["Location"] == page
    assert client.get(page).status_code == 200
    kept = list(AuditEvent.objects.filter(code__startswith="accounts.staff").order_by("id").values_list("code", "data"))
    assert kept == [
        ("accounts.staff.sign_in_failed", {"at": "password"}),
        ("accounts.staff.reauthenticated", {"by": "password"}),
    ]


def test_a_code_of_the_app_confirms_too(cast: Cast) -> None:
    give_second_step(cast.worker)
    client = browser(cast.worker)
    page = "/accounts/2fa/recovery-codes/generate/"
    assert "/accounts/2fa/reauthenticate/" in client.get(f"/accounts/reauthenticate/?next={page}").content.decode()
    answer = client.post("/accounts/2fa/reauthenticate/", {"code": code_of(), "next": page})
    assert answer.headers["Location"] == page and client.get(page).status_code == 200


def test_a_form_that_was_sent_is_done_after_the_confirmation(cast: Cast) -> None:
    here, there = browser(cast.worker), browser(cast.worker)
    asked = here.post("/accounts/sessions/end/", headers={"user-agent": "Tunnistettava/1.0"})
    assert asked.headers["Location"] == "/accounts/reauthenticate/?next=/accounts/sessions/end/"
    assert there.get("/api/v1/desk/").status_code == 200, "not before"
    kept = str([session.get_decoded() for session in Session.objects.all()])
    assert "account_reauthentication_state" in kept
    assert "127.0.0.1" not in kept and "Tunnistettava" not in kept
    here.post(asked.headers["Location"], {"password": PASSWORD, "next": "/accounts/sessions/end/"})
    assert there.get("/api/v1/desk/").status_code == 401
    assert here.get("/api/v1/desk/").status_code == 200


def test_ten_minutes_after_signing_in_and_after_confirming(cast: Cast) -> None:
    page = "/accounts/2fa/totp/activate/"
    with time_machine.travel(clock.now(), tick=False) as now:
        client = Client()
        client.post("/accounts/login/", {"login": cast.worker.email, "password": PASSWORD})
        assert client.get(page).status_code == 200
        now.shift(9 * 60 + 59)
        assert client.get(page).status_code == 200
        now.shift(2)
        assert client.get(page).status_code == 302
        client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": page})
        now.shift(9 * 60 + 59)
        assert client.get(page).status_code == 200
        now.shift(2)
        assert client.get(page).status_code == 302


def test_who_is_not_signed_in_signs_in(cast: Cast) -> None:
    assert Client().get("/accounts/2fa/totp/activate/").headers["Location"].startswith("/accounts/login/?next=")
    answer = Client().post("/accounts/sessions/end/")
    assert answer.headers["Location"].startswith("/accounts/login/?next=")
    assert not StaffSession.objects.exists()


def test_the_api_says_that_it_wants_a_confirmation(cast: Cast, rf: RequestFactory) -> None:
    def answered(_request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    request: Any = rf.post("/api/v1/contacts/1/break-glass/")
    request.user = cast.worker
    answer = ConfirmationMiddleware(answered).process_exception(request, ReauthenticationRequired())
    assert answer is not None and answer.status_code == 403
    assert json.loads(answer.content)["code"] == "confirm_first"
    assert ConfirmationMiddleware(answered).process_exception(request, ValueError()) is None


def test_a_sensitive_view_is_marked() -> None:
    @confirmed
    def act(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    assert act.needs_confirmation  # type: ignore[attr-defined]
