"""GET /api/v1/opening-hours/ as docs say, for anybody."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import Unit
from perhekeskus.demo.reference import load_reference_data

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 25, 10, 0, tzinfo=dt.UTC)
ADDRESS = "/api/v1/opening-hours/"


@pytest.fixture(autouse=True)
def _demo(db: None) -> Any:
    with time_machine.travel(NOW, tick=True):
        units = [
            Unit.objects.create(slug=slug, name_fi=slug, is_front_door=slug == "asiakasohjaus")
            for slug in ("asiakasohjaus", "pohjoinen")
        ]
        load_reference_data(NOW.date(), units)
        yield


def ask(expected: int = 200, **query: str) -> dict[str, Any]:
    language = query.pop("language", "fi")
    response = Client().get(ADDRESS, query, headers={"accept-language": language})
    assert response.status_code == expected, response.content
    return response.json()


def test_the_weekly_hours_of_the_chat() -> None:
    body = ask(channel="chat", unit="asiakasohjaus")
    assert (body["channel"], body["unit"], body["timezone"]) == ("chat", "asiakasohjaus", "Europe/Helsinki")
    assert body["weekly"] == [
        *({"weekday": day, "opens": "08:00", "closes": "16:00"} for day in (1, 2, 3, 4)),
        {"weekday": 5, "opens": "09:00", "closes": "15:00"},
    ]


def test_without_a_question_it_is_the_chat_of_the_front_door() -> None:
    assert ask() == ask(channel="chat", unit="asiakasohjaus")


def test_exceptions_hold_the_holidays_of_the_asked_days() -> None:
    body = ask(**{"from": "2026-12-23", "to": "2026-12-26"})
    assert body["exceptions"] == [
        {"date": "2026-12-23", "opens": "08:00", "closes": "13:00", "reason": "Jouluaaton aatto"},
        {"date": "2026-12-24", "opens": None, "closes": None, "reason": "Jouluaatto"},
        {"date": "2026-12-25", "opens": None, "closes": None, "reason": "Joulupäivä"},
        {"date": "2026-12-26", "opens": None, "closes": None, "reason": "Tapaninpäivä"},
    ]
    assert ask(**{"from": "2026-12-24", "to": "2026-12-24"})["exceptions"] == body["exceptions"][1:2]


@pytest.mark.parametrize(("language", "reason"), [("sv", "Julafton"), ("en", "Christmas Eve"), ("fi", "Jouluaatto")])
def test_reasons_in_the_readers_language(language: str, reason: str) -> None:
    body = ask(language=language, **{"from": "2026-12-24", "to": "2026-12-24"})
    assert body["exceptions"][0]["reason"] == reason


def test_the_language_can_be_asked_for_in_the_address() -> None:
    body = ask(lang="sv", **{"from": "2026-12-24", "to": "2026-12-24"})
    assert body["exceptions"][0]["reason"] == "Julafton"


def test_an_exception_of_one_unit_is_not_anothers() -> None:
    days = {"from": "2026-12-16", "to": "2026-12-16"}
    assert ask(unit="asiakasohjaus", **days)["exceptions"][0]["opens"] == "12:00"
    assert ask(unit="pohjoinen", **days)["exceptions"] == []


def test_messages_have_the_hours_of_their_answers() -> None:
    body = ask(channel="message")
    assert [row["weekday"] for row in body["weekly"]] == [1, 2, 3, 4, 5]


def test_a_channel_that_is_not_in_use_has_no_hours() -> None:
    assert ask(channel="visit")["weekly"] == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"channel": "pigeon"}, "channel"),
        ({"unit": "ei-ole"}, "unit"),
        ({"unit": "\x00"}, "unit"),
        ({"from": "24.12.2026"}, "from"),
        ({"from": "2026-02-30"}, "from"),
        ({"to": "huomenna"}, "to"),
        ({"from": "0001-01-01"}, "from"),
        ({"from": "9999-12-31"}, "from"),
        ({"from": "2026-12-02", "to": "2026-12-01"}, "to"),
        ({"from": "2001-01-01", "to": "2099-01-01"}, "to"),
    ],
)
def test_bad_questions_get_a_problem(query: dict[str, str], field: str) -> None:
    problem = ask(400, **query)
    assert (problem["status"], problem["code"], problem["field"]) == (400, "invalid", field)
    assert problem["detail"]


def test_it_only_answers_questions() -> None:
    assert Client().post(ADDRESS, {}, content_type="application/json").status_code in (401, 403, 405)
