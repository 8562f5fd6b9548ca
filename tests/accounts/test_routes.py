"""Every page under `/accounts/`, and what it gives to nobody, to a member of staff without a role, and to a worker.

A page that is not in the list fails the first test: whoever adds one says here who may open it.
"""

from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings as configured
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from core import clock
from core.addresses import routes
from tests.cast import Cast, sign_in
from tests.second_step import give_second_step

pytestmark = pytest.mark.django_db
SIGN_IN = "/accounts/login/"
TO_SIGN_IN = "to sign-in"


@dataclass(frozen=True)
class Page:
    """`nobody` and `staff`: a status, TO_SIGN_IN, or the address that one is led to."""

    path: str
    nobody: int | str
    staff: int | str
    second_step: bool = False  # whether the one who asks has it


PAGES = {
    "": Page("", TO_SIGN_IN, 200),
    "language/": Page("language/", 405, 405),
    "notices/": Page("notices/", 405, 405),
    "sessions/end/": Page("sessions/end/", 405, 405),
    "login/": Page("login/", 200, "/desk/"),
    "logout/": Page("logout/", SIGN_IN, 200),
    "inactive/": Page("inactive/", 200, 200),
    "signup/": Page("signup/", 200, "/desk/"),
    "reauthenticate/": Page("reauthenticate/", TO_SIGN_IN, 200),
    "password/change/": Page("password/change/", TO_SIGN_IN, 200),
    "password/reset/": Page("password/reset/", 200, 200),
    "password/reset/done/": Page("password/reset/done/", 200, 200),
    "password/reset/key/done/": Page("password/reset/key/done/", 200, 200),
    "^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": Page("password/reset/key/1-gone/", 200, 200),
    "2fa/": Page("2fa/", "/accounts/", "/accounts/"),
    "2fa/authenticate/": Page("2fa/authenticate/", SIGN_IN, "/desk/"),
    "2fa/reauthenticate/": Page("2fa/reauthenticate/", TO_SIGN_IN, 200, second_step=True),
    "2fa/totp/activate/": Page("2fa/totp/activate/", TO_SIGN_IN, 200),
    "2fa/totp/deactivate/": Page("2fa/totp/deactivate/", TO_SIGN_IN, 200, second_step=True),
    "2fa/recovery-codes/": Page("2fa/recovery-codes/", TO_SIGN_IN, 200, second_step=True),
    "2fa/recovery-codes/generate/": Page("2fa/recovery-codes/generate/", TO_SIGN_IN, 200, second_step=True),
}
# What allauth would bring and staff need not: the e-mail is an administrator's to change, nobody signs up or in by
# other ways.
CLOSED = (
    "email/", "confirm-email/", "confirm-email/key/", "password/set/", "login/code/", "login/code/confirm/",
    "signup/passkey/", "phone/verify/", "phone/change/", "2fa/trust/", "2fa/webauthn/", "2fa/webauthn/add/",
    "2fa/webauthn/login/", "2fa/recovery-codes/download/", "sessions/", "3rdparty/", "social/signup/",
)  # fmt: skip
SECRETS = ("Lehtonen", "Sundqvist", "Rantanen", "Asiakasohjaus")


@pytest.fixture(autouse=True)
def _no_counts() -> None:
    cache.clear()


@pytest.fixture
def roleless(cast: Cast) -> User:
    """Somebody with an account and nothing else."""
    return User.objects.create_user("uusi@demo.test", "perhekeskus-demo", first_name="Uuno", last_name="Uusi")


def browser(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.cookies[configured.SESSION_COOKIE_NAME] = sign_in(user, clock.now(), fresh=True)
    return client


def gave(answer: Any, path: str) -> int | str:
    if answer.status_code != 302:
        return int(answer.status_code)
    where = str(answer.headers["Location"])
    return TO_SIGN_IN if where == f"{SIGN_IN}?next={path}" else where


def test_the_list_holds_every_page() -> None:
    found = {route.removeprefix("accounts/") for route, _view in routes() if route.startswith("accounts/")}
    assert found == set(PAGES)


@pytest.mark.parametrize("page", PAGES.values(), ids=lambda page: page.path or "own")
def test_what_nobody_gets(cast: Cast, page: Page) -> None:
    path = f"/accounts/{page.path}"
    answer = browser(None).get(path)
    assert gave(answer, path) == page.nobody
    assert not [name for name in SECRETS if name in answer.content.decode()]


@pytest.mark.parametrize("page", PAGES.values(), ids=lambda page: page.path or "own")
def test_what_an_account_without_a_role_gets(roleless: User, page: Page) -> None:
    if page.second_step:
        give_second_step(roleless)
    path = f"/accounts/{page.path}"
    answer = browser(roleless).get(path)
    assert gave(answer, path) == ("/accounts/" if page.staff == "/desk/" else page.staff), "there is no desk for them"
    assert not [name for name in SECRETS if name in answer.content.decode()], "of nobody but oneself"


@pytest.mark.parametrize("page", PAGES.values(), ids=lambda page: page.path or "own")
def test_what_a_worker_gets(cast: Cast, page: Page) -> None:
    if page.second_step:
        give_second_step(cast.worker)
    path = f"/accounts/{page.path}"
    answer = browser(cast.worker).get(path)
    assert gave(answer, path) == page.staff
    assert "Sundqvist" not in answer.content.decode()


@pytest.mark.parametrize("page", PAGES.values(), ids=lambda page: page.path or "own")
def test_nobody_changes_anything_by_sending_a_form(cast: Cast, page: Page) -> None:
    before = list(User.objects.order_by("pk").values())
    answer = browser(None).post(f"/accounts/{page.path}", {"language": "sv", "password1": "x" * 20, "code": "000000"})
    assert answer.status_code in (200, 302, 405)
    assert list(User.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("path", ["language/", "sessions/end/"])
def test_forms_without_a_page_lead_nobody_to_sign_in(cast: Cast, path: str) -> None:
    answer = browser(None).post(f"/accounts/{path}")
    assert gave(answer, f"/accounts/{path}") == TO_SIGN_IN


@pytest.mark.parametrize("path", CLOSED)
def test_the_rest_of_allauth_is_not_there(cast: Cast, path: str) -> None:
    for client in (browser(None), browser(cast.worker)):
        assert client.get(f"/accounts/{path}").status_code == 404
        assert client.post(f"/accounts/{path}", {"email": "x@demo.test", "action_add": ""}).status_code == 404
    cast.worker.refresh_from_db()
    assert cast.worker.email == "ohjaaja1@demo.test"


def test_the_language_is_ones_own(cast: Cast) -> None:
    client = browser(cast.worker)
    answer = client.post("/accounts/language/", {"language": "sv", "next": "/desk/?list=waiting"})
    assert answer.headers["Location"] == "/desk/?list=waiting"
    cast.worker.refresh_from_db()
    cast.colleague.refresh_from_db()
    assert (cast.worker.language, cast.colleague.language) == ("sv", "fi")
    for elsewhere in ("https://evil.example/", "//evil.example/desk/", "/", "/desk"):
        answer = client.post("/accounts/language/", {"language": "xx", "next": elsewhere})
        assert answer.headers["Location"] == "/accounts/"
    cast.worker.refresh_from_db()
    assert cast.worker.language == "sv", "an unknown one changes nothing"


@pytest.mark.parametrize("path", ["login/", "reauthenticate/", "2fa/authenticate/"])
def test_no_page_leads_to_another_site(cast: Cast, path: str) -> None:
    """`next` is followed within the site only."""
    give_second_step(cast.worker)
    client = browser(cast.worker)
    form = {"password": "perhekeskus-demo", "next": "https://evil.example/"}
    answer = client.post(f"/accounts/{path}?next=https://evil.example/", form)
    assert answer.status_code == 302 and "evil" not in answer.headers["Location"]
