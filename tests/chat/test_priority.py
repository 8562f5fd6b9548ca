"""Words that may tell of danger, at the desk and on the family's page."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from catalogue.models import EmergencyContact
from guidance.models import Contact, DangerWord
from tests.cast import NOW, Cast, Visitor, make_visitor, open_chat, sign_in

pytestmark = pytest.mark.django_db
SUSPICION = ("Tarkista heti", "vaarasta", "suspected", "priority", "kiireellinen")


@pytest.fixture(autouse=True)
def _now(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture(autouse=True)
def words(db: None) -> None:
    DangerWord.objects.create(language="fi", stem="en jaksa elää")
    EmergencyContact.objects.create(name_fi="Kriisipuhelin", phone_fi="09 2525 0111", checked_on=NOW.date())


def desk(user: Any) -> Client:
    client = Client(headers={"accept-language": "fi"})
    client.cookies[settings.SESSION_COOKIE_NAME] = sign_in(user)
    return client


def family(visitor: Visitor) -> Client:
    client = Client(headers={"accept-language": "fi"})
    client.cookies[settings.VISITOR_COOKIE_NAME] = visitor.secret
    return client


def test_a_worker_confirms_or_dismisses_by_form_and_by_api(cast: Cast) -> None:
    by_form, by_api = (open_chat(make_visitor(), body="En jaksa elää") for _ in range(2))
    client = desk(cast.worker)
    assert "Tarkista heti" in client.get("/desk/").content.decode()
    page = client.get(f"/desk/contacts/{by_form.pk}/").content.decode()
    assert 'value="confirmed"' in page and 'value="dismissed"' in page
    answer = client.post(f"/desk/contacts/{by_form.pk}/priority/", {"decision": "confirmed"})
    assert answer.status_code == 302
    assert client.post(f"/desk/contacts/{by_form.pk}/priority/", {"decision": "later"}).status_code == 422
    address = f"/api/v1/contacts/{by_api.pk}/priority/"
    answered = client.post(address, {"decision": "dismissed"}, content_type="application/json")
    assert (answered.status_code, answered.json()["priority"]) == (200, "dismissed")
    assert client.post(address, {"decision": "x"}, content_type="application/json").status_code == 400
    rows = client.get("/api/v1/desk/").json()["waiting"]
    assert [(row["id"], row["priority"]) for row in rows] == [
        (str(by_form.pk), "confirmed"),
        (str(by_api.pk), "dismissed"),
    ]
    refused = desk(cast.colleague).post(
        f"/api/v1/contacts/{by_form.pk}/priority/", {"decision": "dismissed"}, content_type="application/json"
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "decided")


def test_the_family_sees_where_help_is_at_once_and_no_word_of_a_suspicion(cast: Cast, visitor: Visitor) -> None:
    contact = open_chat(visitor, body="Hei")
    client, address = family(visitor), f"/contacts/{contact.pk}/"
    assert "data-near-help" not in client.get(address).content.decode()
    client.post(f"{address}send/", {"body": "En jaksa  elää", "nonce": ""})
    page = client.get(address).content.decode()
    card = page[page.index("data-near-help") : page.index("</section>", page.index("data-near-help"))]
    assert "112" in card and "09 2525 0111" in card
    shown = page.replace("En jaksa  elää", "") + client.get(f"/api/v1{address}").content.decode()
    assert [word for word in SUSPICION if word in shown] == []


def test_by_api_too(cast: Cast, visitor: Visitor) -> None:
    contact = open_chat(visitor, body="Hei")
    client = family(visitor)
    body = {"body": "en jaksa elää", "nonce": "0b0e0c4e-8f7b-4f3d-9a6d-0f1f4f2f3a11"}
    answer = client.post(f"/api/v1/contacts/{contact.pk}/messages/", body, content_type="application/json")
    assert answer.status_code == 201
    assert Contact.objects.get(pk=contact.pk).priority == "suspected"
    assert client.get(f"/api/v1/contacts/{contact.pk}/").json()["help"] is True
