"""Calls and visits written down at the desk, over the form and the API, and who may not."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import VisitorKey
from audit.models import AuditEvent
from core import clock
from guidance.models import Contact, Note
from guidance.selectors import relationship_contacts
from tests.cast import Cast, Visitor, bind, make_person, open_chat, sign_in, take

pytestmark = pytest.mark.django_db


def staff(user: Any) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = sign_in(user, clock.now())
    return client


def sheet(cast: Cast, **values: Any) -> dict[str, Any]:
    return {
        "nonce": str(uuid.uuid4()), "channel": "phone", "minutes": "20", "topic": cast.topic.slug,
        "outcome": "resolved", "next_step": "Soitatte neuvolaan.", "next_step_owner": "family", "note": "Väsynyt isä.",
    } | values  # fmt: skip


def test_a_nameless_call_in_one_form(cast: Cast) -> None:
    client, sent = staff(cast.worker), sheet(cast)
    answer = client.post("/desk/log/", sent)
    contact = Contact.objects.get()
    assert answer.headers["Location"] == f"/desk/contacts/{contact.pk}/"
    assert (contact.channel, contact.state, contact.outcome, contact.unit) == ("phone", "closed", "resolved", cast.unit)
    assert contact.closed_at - contact.joined_at == dt.timedelta(minutes=20) and contact.worker == cast.worker
    assert Note.objects.get().body == "Väsynyt isä." and not VisitorKey.objects.exists()
    assert AuditEvent.objects.get(code="guidance.contact.logged").data == {"channel": "phone", "note": True}
    assert client.post("/desk/log/", sent).headers["Location"] == answer.headers["Location"], "twice is once"
    page = client.get(answer.headers["Location"]).content.decode()
    assert "kirjasi puhelun" in page and "Väsynyt isä." in page
    assert Contact.objects.count() == 1


def test_beside_a_family_it_follows_and_stands_in_its_history(cast: Cast, visitor: Visitor) -> None:
    now = clock.now()
    person = make_person(now=now)
    chat = bind(take(open_chat(visitor, now=now), cast.worker, now), visitor, cast.worker, person, now=now)
    started = (now - dt.timedelta(hours=5)).astimezone(clock.HELSINKI)
    sent = sheet(cast, channel="visit", started_at=started.strftime("%Y-%m-%dT%H:%M"))
    assert staff(cast.worker).get(f"/desk/contacts/{chat.pk}/log/").status_code == 200
    staff(cast.worker).post(f"/desk/contacts/{chat.pk}/log/", sent)
    visit = Contact.objects.get(channel="visit")
    assert (visit.person, visit.follows_id, visit.opened_at) == (
        person,
        chat.pk,
        started.replace(second=0, microsecond=0),
    )
    assert visit in relationship_contacts(chat, cast.worker)
    family = Client()
    family.cookies[settings.VISITOR_COOKIE_NAME] = visitor.secret
    assert str(visit.pk) in family.get("/me/").content.decode()
    page = family.get(f"/contacts/{visit.pk}/").content.decode()
    assert "Kiitos käynnistä" in page and "Soitatte neuvolaan." in page and "Väsynyt isä." not in page


@pytest.mark.parametrize(
    "values",
    [
        {"channel": "chat"}, {"channel": ""}, {"minutes": ""}, {"minutes": "0"}, {"minutes": "601"}, {"minutes": "-5"},
        {"topic": ""}, {"outcome": "went_silent"}, {"outcome": ""}, {"started_at": "2030-01-01T10:00"},
        {"started_at": "2020-01-01T10:00"}, {"started_at": "2026-02-31T10:00"}, {"started_at": "eilen"},
        {"note": "a\x00b"}, {"next_step": "x" * 2001},
    ],
)  # fmt: skip
def test_half_a_sheet_comes_back_with_its_words(cast: Cast, values: dict[str, str]) -> None:
    answer = staff(cast.worker).post("/desk/log/", sheet(cast, **values))
    assert answer.status_code == 422 and answer.context["error"]
    assert answer.context["sheet"]["next_step"] == values.get("next_step", "Soitatte neuvolaan.")
    assert not Contact.objects.exists()


def test_the_api_logs_for_the_own_unit_alone(cast: Cast, visitor: Visitor) -> None:
    chat = take(open_chat(visitor, now=clock.now()), cast.worker, clock.now())

    def log(who: Client, **values: Any) -> Any:
        return who.post("/api/v1/desk/contacts/", sheet(cast, minutes=10, **values), content_type="application/json")

    done = log(staff(cast.worker), follows=str(chat.pk))
    assert (done.status_code, done.json()["channel"], done.json()["follows"]) == (201, "phone", str(chat.pk)), (
        done.content
    )
    for who, status in ((cast.outsider, 404), (cast.professional, 404), (cast.supervisor, 404)):
        assert log(staff(who), follows=str(chat.pk)).status_code == status
    assert log(Client()).status_code == 401
    assert Client().get("/desk/log/").status_code == 302 and staff(cast.supervisor).get("/desk/log/").status_code == 404
    assert staff(cast.outsider).post(f"/desk/contacts/{chat.pk}/log/", sheet(cast)).status_code == 404
    assert Contact.objects.filter(channel="phone").count() == 1
