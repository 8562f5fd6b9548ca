"""The second step: set up, asked, once only, lost; and where it is required, nothing works without it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as configured
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from accounts.models import StaffSession, User
from accounts.second_step import reset_second_step
from audit.models import AuditEvent
from core import clock
from perhekeskus.demo.cast import PASSWORD
from tests.cast import Cast, Visitor, open_chat, sign_in
from tests.second_step import code_of, give_second_step, recovery_codes

pytestmark = pytest.mark.django_db
ACTIVATE = "/accounts/2fa/totp/activate/"


@pytest.fixture(autouse=True)
def _no_counts() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def required(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = True


def browser(user: User, *, fresh: bool = True) -> Client:
    client = Client()
    client.cookies[configured.SESSION_COOKIE_NAME] = sign_in(user, clock.now(), fresh=fresh)
    return client


def by_password(user: User, password: str = PASSWORD) -> tuple[Client, Any]:
    client = Client()
    return client, client.post("/accounts/login/", {"login": user.email, "password": password})


def activate(client: Client) -> Any:
    secret = re.search(r'<b class="secret">([A-Z2-7 ]+)</b>', client.get(ACTIVATE).content.decode())
    assert secret is not None
    return client.post(ACTIVATE, {"code": code_of(secret[1].replace(" ", ""))})


def codes(user: User) -> list[tuple[str, dict[str, Any]]]:
    kept = AuditEvent.objects.filter(object_type="user", object_id=str(user.pk)).order_by("id")
    return [(event.code, event.data) for event in kept]


def test_setting_it_up(cast: Cast) -> None:
    elsewhere = browser(cast.worker)
    client = browser(cast.worker)
    wrong = client.post(ACTIVATE, {"code": "000000"})
    assert wrong.status_code == 200 and "Koodi ei täsmää" in wrong.content.decode()
    assert not Authenticator.objects.exists()
    done = activate(client)
    assert (done.status_code, done.headers["Location"]) == (302, "/accounts/2fa/recovery-codes/")
    page = client.get("/accounts/2fa/recovery-codes/").content.decode()
    shown = {code.replace(" ", "") for code in re.findall(r'<b class="secret">([\d ]+)</b>', page)}
    assert shown == set(recovery_codes(cast.worker)) and len(shown) == 10
    again = client.get("/accounts/2fa/recovery-codes/").content.decode()
    assert not re.search(r"\d{4} \d{4}", again), "they are shown once"
    assert ("accounts.staff.second_step_changed", {"change": "activated"}) in codes(cast.worker)
    assert client.get("/desk/").status_code == 200
    assert elsewhere.get("/desk/").status_code == 302, "a sign-in by password alone has ended"


def test_nothing_of_it_is_readable_in_the_database(cast: Cast) -> None:
    client = browser(cast.worker)
    activate(client)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    for code in recovery_codes(cast.worker):
        assert code not in kept
    sealed = Authenticator.objects.get(type=Authenticator.Type.TOTP).data["secret"]
    assert re.fullmatch(r"gAAAA[\w=-]+", sealed), "sealed by Fernet"


def test_keys_can_be_rotated(cast: Cast, settings: Any) -> None:
    give_second_step(cast.worker)
    settings.STAFF_MFA_KEYS = ["a new key", *settings.STAFF_MFA_KEYS]
    client, _answer = by_password(cast.worker)
    assert client.post("/accounts/2fa/authenticate/", {"code": code_of()}).headers["Location"] == "/desk/"


def test_signing_in_asks_for_the_code(cast: Cast) -> None:
    give_second_step(cast.worker)
    client, answer = by_password(cast.worker)
    assert answer.headers["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/api/v1/desk/").status_code == 401, "a password is half a sign-in"
    wrong = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert wrong.status_code == 200 and 'aria-invalid="true"' in wrong.content.decode()
    assert client.get("/api/v1/desk/").status_code == 401
    right = client.post("/accounts/2fa/authenticate/", {"code": code_of()})
    assert (right.status_code, right.headers["Location"]) == (302, "/desk/")
    assert client.get("/api/v1/desk/").status_code == 200
    assert codes(cast.worker) == [
        ("accounts.staff.sign_in_failed", {"at": "code"}),
        ("accounts.staff.signed_in", {"second_step": True}),
    ]


def test_a_code_opens_once(cast: Cast) -> None:
    give_second_step(cast.worker)
    code = code_of(steps=-1)
    first, _answer = by_password(cast.worker)
    assert first.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    for spelling in (code, f"{code[:3]} {code[3:]}", f"{code[:3]}-{code[3:]}"):
        second, _answer = by_password(cast.worker)
        assert second.post("/accounts/2fa/authenticate/", {"code": spelling}).status_code == 200
        assert second.get("/api/v1/desk/").status_code == 401


@pytest.mark.parametrize("steps", [-3, 3])
def test_an_old_or_early_code_opens_nothing(cast: Cast, steps: int) -> None:
    give_second_step(cast.worker)
    client, _answer = by_password(cast.worker)
    assert client.post("/accounts/2fa/authenticate/", {"code": code_of(steps=steps)}).status_code == 200


def test_another_workers_code_opens_nothing(cast: Cast) -> None:
    give_second_step(cast.worker)
    give_second_step(cast.colleague, secret="GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    client, _answer = by_password(cast.colleague)
    assert client.post("/accounts/2fa/authenticate/", {"code": code_of()}).status_code == 200
    taken = recovery_codes(cast.worker)[0]
    Authenticator.objects.filter(user=cast.colleague, type="recovery_codes").delete()
    assert client.post("/accounts/2fa/authenticate/", {"code": taken}).status_code == 200


def test_a_recovery_code_opens_once(cast: Cast) -> None:
    give_second_step(cast.worker)
    code = recovery_codes(cast.worker)[3]
    client, _answer = by_password(cast.worker)
    assert client.post("/accounts/2fa/authenticate/", {"code": f"{code[:4]} {code[4:]}"}).status_code == 302
    assert code not in recovery_codes(cast.worker) and len(recovery_codes(cast.worker)) == 9
    cache.clear()
    again, _answer = by_password(cast.worker)
    assert again.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 200
    page = client.get("/accounts/").content.decode()
    assert "Varakoodeja on jäljellä 9." in page


def test_guessing_codes_is_stopped(cast: Cast) -> None:
    give_second_step(cast.worker)
    client, _answer = by_password(cast.worker)
    for guess in range(5):
        client.post("/accounts/2fa/authenticate/", {"code": f"00000{guess}"})
    stopped = client.post("/accounts/2fa/authenticate/", {"code": code_of()})
    assert stopped.status_code == 200 and "Liian monta yritystä" in stopped.content.decode()


def test_new_recovery_codes_replace_the_old(cast: Cast) -> None:
    give_second_step(cast.worker)
    before = set(recovery_codes(cast.worker))
    client = browser(cast.worker)
    assert client.post("/accounts/2fa/recovery-codes/generate/").status_code == 302
    assert not before & set(recovery_codes(cast.worker))
    assert codes(cast.worker) == [("accounts.staff.second_step_changed", {"change": "codes_renewed"})]


def test_where_it_may_be_skipped_it_can_be_taken_away(cast: Cast) -> None:
    give_second_step(cast.worker)
    client = browser(cast.worker)
    assert client.post("/accounts/2fa/totp/deactivate/").status_code == 302
    assert not Authenticator.objects.exists()
    assert client.get("/desk/").status_code == 200
    assert codes(cast.worker) == [("accounts.staff.second_step_changed", {"change": "removed"})]


def test_an_administrator_resets_it_for_a_lost_phone(cast: Cast) -> None:
    give_second_step(cast.worker)
    client = browser(cast.worker)
    assert reset_second_step(user=cast.worker, by=cast.supervisor, now=clock.now())
    assert client.get("/api/v1/desk/").status_code == 401, "who has the phone is out"
    _client, answer = by_password(cast.worker)
    assert answer.headers["Location"] == "/desk/"
    assert [code for code, _data in codes(cast.worker)][:2] == [
        "accounts.staff.second_step_changed", "accounts.staff.sessions_ended",
    ]  # fmt: skip
    assert not reset_second_step(user=cast.worker, by=cast.supervisor, now=clock.now())


# -- where it is required ---------------------------------------------------------------------------


STAFF_PAGES = ("/desk/", "/desk/lists/", "/desk/?list=waiting", "/admin/", "/admin/accounts/user/")
CLOSED_ACCOUNT_PAGES = ("/accounts/", "/accounts/password/change/", "/accounts/2fa/recovery-codes/generate/")


@pytest.mark.parametrize("page", STAFF_PAGES)
def test_without_it_no_staff_page_opens(required: None, cast: Cast, page: str) -> None:
    User.objects.filter(pk=cast.worker.pk).update(is_staff=True, is_superuser=True)
    client = browser(cast.worker)
    answer = client.get(page, follow=True)
    assert [address for address, _status in answer.redirect_chain][-1] == ACTIVATE
    assert answer.status_code == 200 and "todennussovellus" in answer.content.decode()


@pytest.mark.parametrize("page", CLOSED_ACCOUNT_PAGES)
def test_without_it_ones_own_account_is_its_setting_up(required: None, cast: Cast, page: str) -> None:
    answer = browser(cast.worker).get(page)
    assert (answer.status_code, answer.headers["Location"]) == (302, ACTIVATE)


def test_without_it_the_api_knows_nobody(required: None, cast: Cast, visitor: Visitor) -> None:
    contact = open_chat(visitor)
    client = browser(cast.worker)
    assert client.get("/api/v1/desk/").status_code == 401
    assert client.get(f"/api/v1/contacts/{contact.pk}/").status_code == 404
    assert client.post(f"/api/v1/contacts/{contact.pk}/take/").status_code == 401
    give_second_step(cast.worker)
    assert client.get("/api/v1/desk/").status_code == 200


def test_without_it_a_worker_may_still_be_a_visitor(required: None, cast: Cast, visitor: Visitor) -> None:
    contact = open_chat(visitor)
    client = browser(cast.worker)
    client.cookies[configured.VISITOR_COOKIE_NAME] = visitor.secret
    assert client.get(f"/api/v1/contacts/{contact.pk}/").json()["id"] == str(contact.pk)


def test_signing_in_leads_to_setting_it_up(required: None, cast: Cast) -> None:
    client, answer = by_password(cast.worker)
    landed = client.get(answer.headers["Location"], follow=True)
    assert landed.redirect_chain[-1][0] == ACTIVATE and landed.status_code == 200
    assert activate(client).status_code == 302, "who has just signed in need not confirm"
    assert client.get("/desk/").status_code == 200


def test_changing_phones_leaves_nothing_open_meanwhile(required: None, cast: Cast) -> None:
    give_second_step(cast.worker)
    client, elsewhere = browser(cast.worker), browser(cast.worker)
    before = client.cookies[configured.SESSION_COOKIE_NAME].value
    assert client.get("/desk/").status_code == 200
    landed = client.post("/accounts/2fa/totp/deactivate/", follow=True)
    assert landed.redirect_chain[-1][0] == ACTIVATE
    assert client.get("/api/v1/desk/").status_code == 401 == elsewhere.get("/api/v1/desk/").status_code
    assert not Session.objects.filter(pk=before).exists(), "sockets opened before close with their session"
    assert StaffSession.objects.get().session_id == client.cookies[configured.SESSION_COOKIE_NAME].value
    activate(client)
    assert client.get("/api/v1/desk/").status_code == 200
