"""Where one is signed in, ending it, passwords; what is on record of it and what is not kept."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as configured
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.models import StaffSession, User
from accounts.sessions import device_of
from audit.models import AuditEvent
from core import clock, outbox
from core.models import OutboxEntry
from perhekeskus.demo.cast import PASSWORD
from tests.cast import Cast, sign_in

pytestmark = pytest.mark.django_db
PHONE = (
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"
)
NEW = "kolme pientä porsasta 9"


@pytest.fixture(autouse=True)
def _no_counts() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def browser(user: User, *, fresh: bool = True) -> Client:
    client = Client()
    client.cookies[configured.SESSION_COOKIE_NAME] = sign_in(user, clock.now(), fresh=fresh)
    return client


def signs_in(user: User, password: str = PASSWORD, **headers: str) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": password}, headers=headers)
    return client


def is_in(client: Client) -> bool:
    return client.get("/api/v1/desk/").status_code == 200


def codes(user: User) -> list[str]:
    kept = AuditEvent.objects.filter(object_type="user", object_id=str(user.pk)).order_by("id")
    return list(kept.values_list("code", flat=True))


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (PHONE, "phone"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148", "phone"),
        ("Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148", "tablet"),
        ("Mozilla/5.0 (Linux; Android 15; SM-X910) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "tablet"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "computer"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "computer"),
        ("curl/8.0", "other"),
        ("", "other"),
    ],
)
def test_a_device_is_one_word(user_agent: str, device: str) -> None:
    assert device_of(user_agent) == device


def test_a_sign_in_keeps_no_address_and_no_browser(cast: Cast) -> None:
    signs_in(cast.worker, **{"user-agent": PHONE})
    kept = StaffSession.objects.get()
    assert (kept.user, kept.device) == (cast.worker, "phone")
    everything = str([StaffSession.objects.values(), list(AuditEvent.objects.values())])
    everything += str([session.get_decoded() for session in Session.objects.all()])
    for trace in ("127.0.0.1", "Pixel", "Chrome", "Android"):
        assert trace not in everything


def test_attempts_are_counted_without_the_address(cast: Cast) -> None:
    for _n in range(3):
        signs_in(cast.worker, "wrong")
    from django.core.cache import caches

    client: Any = caches["default"]._cache.get_client(None)  # type: ignore[attr-defined]
    keys = [key.decode() for key in client.keys("*")]
    assert any(key.startswith("cache:") for key in keys), "attempts are counted"
    assert not [key for key in keys if "127.0.0.1" in key or cast.worker.email in key]


def test_guessing_a_password_is_stopped(cast: Cast) -> None:
    for _n in range(5):
        assert not is_in(signs_in(cast.worker, "wrong"))
    assert not is_in(signs_in(cast.worker)), "the right one is not heard after so many wrong ones"
    assert is_in(signs_in(cast.colleague)), "another account is another count"


def test_an_unknown_account_answers_as_a_wrong_password(cast: Cast) -> None:
    answers = [
        Client().post("/accounts/login/", {"login": login, "password": "wrong-wrong"})
        for login in (cast.worker.email, "ei.ole@demo.test")
    ]
    words = ["Sähköposti tai salasana ei täsmää" in answer.content.decode() for answer in answers]
    assert words == [True, True] and answers[0].status_code == answers[1].status_code == 200
    asked = [
        Client().post("/accounts/password/reset/", {"email": email})
        for email in (cast.worker.email, "ei.ole@demo.test")
    ]
    assert asked[0].headers["Location"] == asked[1].headers["Location"] == "/accounts/password/reset/done/"


def test_refusals_are_on_record_without_what_was_typed(cast: Cast) -> None:
    signs_in(cast.worker, "salasanani")
    Client().post("/accounts/login/", {"login": "utelias@example.test", "password": "salasanani"})
    kept = list(AuditEvent.objects.filter(code="accounts.staff.sign_in_failed").order_by("id"))
    assert [(event.actor_kind, event.object_id, event.data) for event in kept] == [
        ("system", str(cast.worker.pk), {"at": "password"}),
        ("system", "", {"at": "password"}),
    ]
    assert "utelias" not in str(AuditEvent.objects.values()) and "salasanani" not in str(AuditEvent.objects.values())


def test_signing_in_and_out_is_on_record(cast: Cast) -> None:
    client = signs_in(cast.worker)
    client.post("/accounts/logout/")
    assert codes(cast.worker) == ["accounts.staff.signed_in", "accounts.staff.signed_out"]
    assert not StaffSession.objects.exists() and not Session.objects.exists()


def test_a_closed_account_is_told_only_to_who_knows_the_password(cast: Cast) -> None:
    User.objects.filter(pk=cast.worker.pk).update(is_active=False)
    right = Client().post("/accounts/login/", {"login": cast.worker.email, "password": PASSWORD})
    assert right.headers["Location"] == "/accounts/inactive/"
    wrong = Client().post("/accounts/login/", {"login": cast.worker.email, "password": "wrong"})
    assert wrong.status_code == 200


# -- the list, and ending ---------------------------------------------------------------------------


def test_the_list_is_ones_own(cast: Cast) -> None:
    client = browser(cast.worker)
    browser(cast.worker)
    browser(cast.colleague)
    page = client.get("/accounts/").content.decode()
    assert page.count("Kirjauduit") == 2 and page.count("Tämä kirjautuminen") == 1


def test_signing_out_everywhere_else(cast: Cast) -> None:
    here, there, elsewhere, colleague = (browser(user) for user in (cast.worker,) * 3 + (cast.colleague,))
    answer = here.post("/accounts/sessions/end/", follow=True)
    assert "2 kirjautumista päättyi." in answer.content.decode()
    assert [is_in(client) for client in (here, there, elsewhere, colleague)] == [True, False, False, True]
    event = AuditEvent.objects.get(code="accounts.staff.sessions_ended")
    assert (event.actor_id, event.object_id, event.data) == (cast.worker.pk, str(cast.worker.pk), {"count": 2})


def test_signing_out_of_one_place(cast: Cast) -> None:
    here, there, elsewhere = (browser(cast.worker) for _n in range(3))
    one = StaffSession.objects.get(session_id=there.cookies[configured.SESSION_COOKIE_NAME].value)
    here.post("/accounts/sessions/end/", {"sign_in": one.pk})
    assert [is_in(client) for client in (here, there, elsewhere)] == [True, False, True]


@pytest.mark.parametrize("sign_in_id", ["colleague", "x", "-1", "9" * 30, "¹"])
def test_nobody_ends_anothers_sign_in(cast: Cast, sign_in_id: str) -> None:
    here, colleague = browser(cast.worker), browser(cast.colleague)
    if sign_in_id == "colleague":
        sign_in_id = str(StaffSession.objects.get(user=cast.colleague).pk)
    assert here.post("/accounts/sessions/end/", {"sign_in": sign_in_id}).status_code == 302
    assert is_in(here) and is_in(colleague)


def test_the_list_knows_when_it_was_used(cast: Cast) -> None:
    client = browser(cast.worker)
    StaffSession.objects.update(last_seen_at=clock.now() - dt.timedelta(hours=1))
    client.get("/desk/")
    assert clock.now() - StaffSession.objects.get().last_seen_at < dt.timedelta(minutes=1)


def test_what_has_run_out_is_not_in_the_list(cast: Cast) -> None:
    client = browser(cast.worker)
    browser(cast.worker)
    Session.objects.exclude(pk=client.cookies[configured.SESSION_COOKIE_NAME].value).update(
        expire_date=clock.now() - dt.timedelta(seconds=1)
    )
    assert client.get("/accounts/").content.decode().count("Kirjauduit") == 1


# -- passwords --------------------------------------------------------------------------------------


def test_a_new_password_ends_the_other_sign_ins(cast: Cast) -> None:
    here, there = browser(cast.worker), browser(cast.worker)
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    answer = here.post("/accounts/password/change/", form)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/")
    assert is_in(here) and not is_in(there)
    assert here.get("/accounts/").content.decode().count("Kirjauduit") == 1
    assert Session.objects.count() == 1
    assert is_in(signs_in(cast.worker, NEW)) and not is_in(signs_in(cast.worker))
    assert codes(cast.worker)[:2] == ["accounts.staff.password_changed", "accounts.staff.sessions_ended"]


@pytest.mark.parametrize(
    "form",
    [
        {"oldpassword": "wrong", "password1": NEW, "password2": NEW},
        {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW + "x"},
        {"oldpassword": PASSWORD, "password1": "lyhyt", "password2": "lyhyt"},
        {"oldpassword": PASSWORD, "password1": "password1234", "password2": "password1234"},
    ],
)
def test_a_refused_password_changes_nothing(cast: Cast, form: dict[str, str]) -> None:
    here, there = browser(cast.worker), browser(cast.worker)
    answer = here.post("/accounts/password/change/", form)
    assert answer.status_code == 200 and "field-error" in answer.content.decode()
    assert is_in(here) and is_in(there) and is_in(signs_in(cast.worker))


def test_a_password_by_mail_ends_every_sign_in(cast: Cast) -> None:
    there = browser(cast.worker)
    reader = Client()
    reader.post("/accounts/password/reset/", {"email": cast.worker.email})
    assert mail.outbox == [], "nothing is sent from a request"
    kept = str(OutboxEntry.objects.get().payload)
    assert "reset" not in kept and cast.worker.email not in kept, "the link is sealed while it waits"
    assert outbox.send_due(now=clock.now()) == 1
    link = next(line for line in mail.outbox[0].body.splitlines() if "/password/reset/key/" in line)
    form = reader.get("/" + link.split("/", 3)[3]).headers["Location"]
    assert reader.post(form, {"password1": NEW, "password2": NEW}).status_code == 302
    assert not is_in(there) and is_in(signs_in(cast.worker, NEW))
    gone = reader.get("/" + link.split("/", 3)[3])
    assert "Linkki ei toimi enää" in gone.content.decode()
    from allauth.account.models import EmailAddress

    assert not EmailAddress.objects.exists(), "the account's own address is the only one"


def test_too_many_attempts_from_one_place_say_so_in_plain_words(cast: Cast) -> None:
    client = browser(cast.worker, fresh=False)
    answers = [client.post("/accounts/reauthenticate/", {"password": f"wrong {n}"}) for n in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert "Odota minuutti ja yritä uudelleen." in answers[-1].content.decode()
