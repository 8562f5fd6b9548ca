"""The language of staff pages: the worker's own, and before signing in the browser's."""

import pytest
from django.test import Client

from accounts.models import User

pytestmark = pytest.mark.django_db
HEADINGS = {"fi": "Työntekijän kirjautuminen", "sv": "Inloggning för medarbetare", "en": "Sign in for staff"}


@pytest.mark.parametrize("language", HEADINGS)
def test_the_sign_in_page_speaks_the_browsers_language(client: Client, language: str) -> None:
    response = client.get("/accounts/login/", headers={"accept-language": f"{language}-FI,{language};q=0.9"})
    assert HEADINGS[language] in response.content.decode()
    assert f'<html lang="{language}">' in response.content.decode()
    assert "Accept-Language" in response["Vary"]


def test_an_unknown_language_gets_finnish(client: Client) -> None:
    response = client.get("/accounts/login/", headers={"accept-language": "de"})
    assert HEADINGS["fi"] in response.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/logout/",
        "/accounts/password/change/",
        "/accounts/password/reset/",
        "/accounts/password/reset/done/",
        "/accounts/password/reset/key/1-gone/",
        "/accounts/password/reset/key/done/",
    ],
)
def test_every_page_of_an_account_speaks_it_too(client: Client, address: str) -> None:
    client.force_login(User.objects.create_user("svensk@demo.test", "x" * 12, first_name="Eva", language="sv"))
    response = client.get(address)
    assert response.status_code == 200
    assert '<html lang="sv">' in response.content.decode()


def test_a_wrong_password_says_what_to_do(client: Client) -> None:
    response = client.post("/accounts/login/", {"login": "ei@demo.test", "password": "x"})
    assert "Sähköposti tai salasana ei täsmää. Tarkista molemmat." in response.content.decode()


def test_after_signing_in_the_workers_own_choice_counts(client: Client) -> None:
    client.force_login(User.objects.create_user("svensk@demo.test", "x" * 12, first_name="Eva", language="sv"))
    response = client.get("/accounts/password/change/", headers={"accept-language": "fi"})
    assert '<html lang="sv">' in response.content.decode()
