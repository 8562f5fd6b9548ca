"""Those who came to a shut door: once a visit, with the door they took; staff, headers and floods are not counted."""

import datetime as dt
import uuid
from typing import Any
from unittest import mock

import pytest
from django.test import Client

from chat.models import TurnedAway
from core.throttling import turned_away_per_address
from guidance.models import Contact
from tests.cast import NOW, Cast, open_chat
from tests.cast import make_visitor as visitor_now

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon() -> object:
    with mock.patch("core.clock.now", lambda: NOW):
        yield


@pytest.fixture(params=["closed", "full"])
def shut(request: pytest.FixtureRequest, cast: Cast, settings: Any) -> str:
    if request.param == "closed":
        settings.DEMO_DOORS = "hours"  # and the unit has no hours at all
    else:
        cast.unit.queue_limit = 1
        cast.unit.save()
        open_chat(visitor_now())
    return str(request.param)


def sent(visit: str, channel: str = "message") -> dict[str, str]:
    return {"nonce": str(uuid.uuid4()), "body": "Hei", "channel": channel, "turned": visit}


def taken() -> list[tuple[str, str, bool]]:
    return [(row.reason, row.took_channel, row.took_at is not None) for row in TurnedAway.objects.order_by("at", "pk")]


@pytest.mark.parametrize("start", ["/chat/", "/message/?turned=chat", "/sv/chat/?topic=vauvan-uni"])
def test_one_visit_is_one_row_with_the_door_that_was_taken(shut: str, client: Client, start: str) -> None:
    first = client.get(start)
    assert first.status_code == 302
    row = TurnedAway.objects.get()
    assert (row.channel, row.reason, row.language) == ("chat", shut, "sv" if "/sv/" in start else "fi")
    address = first.headers["Location"]
    assert "topic=vauvan-uni" in address if "topic" in start else str(row.pk) in address
    for _again in range(2):
        page = client.get(address)
        assert page.status_code == 200 and f'name="turned" value="{row.pk}"' in page.content.decode()
    refused = client.post("/chat/", sent(str(row.pk), "chat"))
    assert refused.status_code == 409 and f'value="{row.pk}"' in refused.content.decode()
    assert taken() == [(shut, "", False)]
    assert client.post("/message/", sent(str(row.pk))).status_code == 302
    client.post("/message/", sent(str(row.pk)))
    assert taken() == [(shut, "message", True)]


def test_a_refused_opening_without_a_page_is_a_visit_of_its_own(shut: str, client: Client) -> None:
    refused = client.post("/chat/", sent("", "chat"))
    assert refused.status_code == 409
    assert f'value="{TurnedAway.objects.get().pk}"' in refused.content.decode()


def test_the_api_names_the_visit(shut: str, client: Client) -> None:
    opening = {"nonce": str(uuid.uuid4()), "body": "Hei", "channel": "chat"}
    refused = client.post("/api/v1/contacts/", opening, content_type="application/json").json()
    visit = {"turned_away": refused["turned_away"]}
    again = client.post("/api/v1/contacts/", opening | visit, content_type="application/json").json()
    assert again["turned_away"] == refused["turned_away"]
    opened = client.post("/api/v1/contacts/", opening | visit | {"channel": "message"}, content_type="application/json")
    assert opened.status_code == 201 and taken() == [(shut, "message", True)]


def test_who_is_not_counted(shut: str, cast: Cast, client: Client) -> None:
    assert client.head("/chat/").status_code == 200
    worker = Client()
    worker.force_login(cast.worker)
    assert worker.get("/chat/").status_code == 200
    assert not TurnedAway.objects.exists()
    with mock.patch.object(type(turned_away_per_address), "exceeded", lambda *_: True):
        assert client.get("/chat/").status_code == 200
    assert not TurnedAway.objects.exists()


def test_an_open_door_turns_nobody_away(cast: Cast, client: Client) -> None:
    for start in ("/chat/", "/message/?turned=chat", "/message/", "/chat/?turned=nonsense"):
        assert client.get(start).status_code == 200
    assert not TurnedAway.objects.exists()


@pytest.mark.parametrize("visit", ["", "nonsense", "6f1c9b0e-52b3-4f7e-9a55-0f3f7f0f7c11"])
def test_an_unknown_visit_stops_nobody(cast: Cast, client: Client, visit: str) -> None:
    assert client.post("/message/", sent(visit)).status_code == 302
    assert Contact.objects.count() == 1 and not TurnedAway.objects.exists()


def test_an_old_visit_is_another_one(shut: str, client: Client) -> None:
    old = client.get("/chat/").headers["Location"]
    TurnedAway.objects.update(at=NOW - dt.timedelta(hours=2))
    assert client.get(old).status_code == 302 and TurnedAway.objects.count() == 2
    client.post("/message/", sent(old.rpartition("=")[2]))
    assert [row[1] for row in taken()] == ["", ""], "what came later than an hour has nothing to do with it"


def test_nothing_of_the_visitor_is_kept(shut: str, client: Client) -> None:
    client.get("/chat/", headers={"User-Agent": "Planted/1.0"}, REMOTE_ADDR="192.0.2.77")
    [row] = TurnedAway.objects.values()
    assert "Planted" not in str(row) and "192.0.2.77" not in str(row)
    assert set(row) == {"id", "at", "channel", "unit_id", "reason", "language", "took_channel", "took_at"}
