"""The HTTP API: shapes exactly as promised, problems with stable codes, 404 for what is foreign, CSRF where a cookie
speaks."""

import re
import uuid
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from audit.models import AuditEvent
from chat.presence import set_presence
from core import clock
from guidance.models import Contact, Feedback
from tests.cast import TEXT, Cast, Visitor, close, make_visitor, open_chat, say, sign_in, staff_author, take
from tests.clients import at_desk, at_home, post

pytestmark = pytest.mark.django_db
UTC_Z = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
SUMMARY = {
    "id", "channel", "state", "topic", "language", "seq", "worker", "queue", "identified", "identification", "follows",
    "opened_at", "due_at", "joined_at", "closed_at", "left", "outcome", "next_step", "next_step_owner", "continued_as",
    "help", "callback", "seen",
}  # fmt: skip
ROW = {"id", "channel", "state", "topic", "language", "identified", "name", "worker", "waiting_since", "unread", "seq"}
LISTS = ("waiting", "mine", "messages", "callbacks", "consultations", "referrals")


@pytest.fixture
def visitor(db: None) -> Visitor:
    return make_visitor(clock.now())


@pytest.fixture
def chat(cast: Cast, visitor: Visitor) -> Contact:
    return open_chat(visitor, now=clock.now())


def at(contact: Contact, act: str = "") -> str:
    return f"/api/v1/contacts/{contact.pk}/{act}"


def opening(**values: Any) -> dict[str, Any]:
    return {"channel": "chat", "nonce": str(uuid.uuid4()), "body": TEXT} | values


def is_problem(answer: Any, status: int, code: str) -> None:
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert {"type", "title", "status", "code", "detail"} <= set(body)
    assert (body["status"], body["code"]) == (status, code)
    assert body["detail"]


# -- open -----------------------------------------------------------------------------------------


def test_opening_needs_nothing_but_a_first_message(cast: Cast) -> None:
    client, asked = at_home(), opening()
    answer = post(client, "/api/v1/contacts/", asked)
    assert answer.status_code == 201
    body = answer.json()
    assert (body["channel"], body["state"], body["seq"]) == ("chat", "waiting", 1)
    assert re.fullmatch(r"\d{4} \d{4} \d{4} \d{4}", body["return_code"])
    cookie = answer.cookies[settings.VISITOR_COOKIE_NAME]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    again = post(client, "/api/v1/contacts/", asked)
    assert (again.status_code, again.json()["id"]) == (200, body["id"])
    assert "return_code" not in again.json(), "the code is told once"
    assert Contact.objects.count() == 1


@pytest.mark.parametrize(
    "spoilt",
    [{"channel": "phone"}, {"channel": None}, {"nonce": "x"}, {"topic": "no-such"}, {"language": "de"},
     {"follows": "x"}, {"follows": str(uuid.uuid4())}],
)  # fmt: skip
def test_a_spoilt_opening_is_a_problem_and_opens_nothing(cast: Cast, spoilt: dict[str, Any]) -> None:
    is_problem(post(at_home(), "/api/v1/contacts/", opening(**spoilt)), 400, "invalid")
    assert not Contact.objects.exists()


def test_a_closed_door_is_a_problem_that_says_when_it_opens(cast: Cast, settings: Any) -> None:
    settings.DEMO_DOORS = "hours"  # and the unit has no hours at all
    answer = post(at_home(), "/api/v1/contacts/", opening())
    is_problem(answer, 409, "door_closed")
    assert "opens_next" in answer.json()
    assert post(at_home(), "/api/v1/contacts/", opening(channel="message")).status_code == 201


def test_a_full_door_names_the_others_and_forgets_no_opening(cast: Cast, visitor: Visitor) -> None:
    cast.unit.queue_limit = 1
    cast.unit.save()
    asked = opening()
    assert post(at_home(visitor), "/api/v1/contacts/", asked).status_code == 201
    [chat, *_others] = Client().get("/api/v1/doors/").json()
    assert (chat["open"], chat["full"], chat["waiting"]) == (False, True, 1)
    refused = post(at_home(make_visitor(clock.now())), "/api/v1/contacts/", opening())
    is_problem(refused, 409, "full")
    assert "message" in refused.json()["others"] and "chat" not in refused.json()["others"]
    assert post(at_home(visitor), "/api/v1/contacts/", asked).status_code == 200, (
        "its answer was lost: it has its place"
    )


def test_what_follows_an_earlier_one_says_so(cast: Cast, chat: Contact, visitor: Visitor) -> None:
    answer = post(
        at_home(visitor), "/api/v1/contacts/", opening(follows=str(chat.pk), topic="vauvan-uni", language="sv")
    )
    assert answer.status_code == 201
    assert (answer.json()["follows"], answer.json()["topic"], answer.json()["language"]) == (
        str(chat.pk), "vauvan-uni", "sv",
    )  # fmt: skip


# -- shapes ---------------------------------------------------------------------------------------


def test_the_shape_of_a_contact(cast: Cast, chat: Contact, visitor: Visitor) -> None:
    body = at_home(visitor).get(at(chat)).json()
    assert set(body) == SUMMARY
    assert body["queue"] == {"position": 1, "estimated_wait_s": None}
    assert UTC_Z.fullmatch(body["opened_at"])
    assert isinstance(body["id"], str)
    take(chat, cast.worker, clock.now())
    body = at_home(visitor).get(at(chat)).json()
    assert (body["worker"], body["queue"], body["state"]) == ({"name": "Maija", "role": "perheohjaaja"}, None, "open")
    assert set(at_desk(cast.worker).get(at(chat)).json()) == SUMMARY | {"unread", "turn", "priority"}


def test_the_shape_of_a_message(cast: Cast, chat: Contact, visitor: Visitor) -> None:
    take(chat, cast.worker, clock.now())
    say(chat, staff_author(cast.worker, sign_in(cast.worker, clock.now())), "Hei", at=clock.now())
    first, joined, answer = at_home(visitor).get(at(chat, "messages/")).json()
    assert set(first) == {"contact", "seq", "nonce", "author", "code", "body", "at"}
    assert first["author"] == {"kind": "client", "name": None, "role": None, "me": True}
    assert joined["author"]["kind"] == "system"
    assert answer["author"] == {"kind": "worker", "name": "Maija", "role": "perheohjaaja", "me": False}
    assert UTC_Z.fullmatch(answer["at"])
    assert at_desk(cast.worker).get(at(chat, "messages/?after=2")).json()[0]["author"]["me"] is True


def test_the_shape_of_the_doors(cast: Cast) -> None:
    answer = Client().get("/api/v1/doors/")
    assert answer.headers["Cache-Control"] == "public, max-age=5"
    assert [door["channel"] for door in answer.json()] == ["chat", "message", "callback"]
    for door in answer.json():
        assert {"channel", "open", "opens_next", "waiting", "estimated_wait_s"} <= set(door)


@pytest.mark.parametrize(
    ("query", "header", "name"),
    [("", "", "Vauvan uni"), ("", "sv-FI,sv;q=0.9", "Babyns sömn"), ("?lang=en", "sv", "Baby's sleep"),
     ("?lang=xx", "de", "Vauvan uni")],
)  # fmt: skip
def test_topics_come_in_the_asked_language(cast: Cast, query: str, header: str, name: str) -> None:
    answer = Client().get(f"/api/v1/topics/{query}", headers={"Accept-Language": header})
    assert answer.json() == [{"id": "vauvan-uni", "name": name}]


def test_the_desk_counts_are_its_lists(cast: Cast, chat: Contact, visitor: Visitor) -> None:
    mine = take(open_chat(visitor, now=clock.now()), cast.worker, clock.now())
    message = open_chat(visitor, now=clock.now(), channel="message")
    open_chat(visitor, now=clock.now(), unit=cast.other_unit)
    take(open_chat(visitor, now=clock.now()), cast.colleague, clock.now())
    body = at_desk(cast.worker).get("/api/v1/desk/").json()
    assert {*LISTS, "counts"} <= set(body)
    assert body["counts"] == {name: len(body[name]) for name in LISTS}
    assert [row["id"] for row in body["waiting"]] == [str(chat.pk)]
    assert [row["id"] for row in body["mine"]] == [str(mine.pk)]
    assert [row["id"] for row in body["messages"]] == [str(message.pk)]
    assert set(body["waiting"][0]) >= ROW
    assert body["waiting"][0]["unread"] == 1
    assert at_desk(cast.outsider).get("/api/v1/desk/").json()["counts"]["waiting"] == 1


def test_a_professional_sees_no_family_on_the_desk(cast: Cast, chat: Contact) -> None:
    for person in (cast.professional, cast.catalogue_admin):
        body = at_desk(person).get("/api/v1/desk/").json()
        assert set(body["counts"].values()) == {0}


# -- acts -----------------------------------------------------------------------------------------


def test_a_lost_race_is_409_taken(cast: Cast, chat: Contact) -> None:
    assert post(at_desk(cast.worker), at(chat, "take/")).status_code == 200
    is_problem(post(at_desk(cast.colleague), at(chat, "take/")), 409, "taken")
    assert Contact.objects.get(pk=chat.pk).worker == cast.worker


def test_take_release_transfer_close(cast: Cast, chat: Contact, visitor: Visitor) -> None:
    worker, colleague = at_desk(cast.worker), at_desk(cast.colleague)
    assert post(worker, at(chat, "take/")).json()["state"] == "open"
    assert post(worker, at(chat, "release/")).json()["state"] == "waiting"
    assert post(worker, at(chat, "take/")).json()["worker"]["name"] == "Maija"
    is_problem(post(worker, at(chat, "transfer/")), 400, "invalid")
    is_problem(post(worker, at(chat, "transfer/"), {"worker": cast.outsider.email}), 400, "invalid")
    is_problem(post(worker, at(chat, "transfer/"), {"unit": "nowhere"}), 400, "invalid")
    assert post(worker, at(chat, "transfer/"), {"worker": cast.colleague.email}).json()["worker"]["name"] == "Annika"
    is_problem(post(worker, at(chat, "release/")), 409, "not_yours")
    is_problem(post(colleague, at(chat, "close/"), {"outcome": "resolved", "next_step": ""}), 400, "invalid")
    is_problem(
        post(colleague, at(chat, "close/"), {"outcome": "went_silent", "topic": "vauvan-uni", "next_step": ""}),
        400, "invalid",
    )  # fmt: skip
    sheet = {"outcome": "resolved", "topic": "vauvan-uni", "next_step": ""}
    closed = post(colleague, at(chat, "close/"), sheet)
    assert (closed.status_code, closed.json()["state"], closed.json()["outcome"]) == (200, "closed", "resolved")
    is_problem(post(colleague, at(chat, "take/")), 409, "closed")
    is_problem(
        post(at_home(visitor), at(chat, "messages/"), {"nonce": str(uuid.uuid4()), "body": "Hei"}),
        409,
        "closed",
    )


def test_transfer_to_a_unit_takes_it_out_of_reach(cast: Cast, chat: Contact) -> None:
    worker = at_desk(cast.worker)
    post(worker, at(chat, "take/"))
    assert post(worker, at(chat, "transfer/"), {"unit": "pohjoinen"}).json()["state"] == "waiting"
    is_problem(worker.get(at(chat)), 404, "not_found")
    assert post(at_desk(cast.outsider), at(chat, "take/")).status_code == 200


def test_leaving_and_rating(cast: Cast, chat: Contact, visitor: Visitor) -> None:
    client = at_home(visitor)
    is_problem(post(client, at(chat, "feedback/"), {"feeling": 5}), 409, "feedback_not_asked")
    close(take(chat, cast.worker, clock.now()), cast.worker, cast.topic, clock.now())
    for spoilt in ({}, {"feeling": 0}, {"feeling": 6}, {"helped": "maybe"}, {"word": "  "}, {"word": "a" * 2_001}):
        is_problem(post(client, at(chat, "feedback/"), spoilt), 400, "invalid")
    assert post(client, at(chat, "feedback/"), {"helped": "yes", "feeling": 5, "word": " Kiitos "}).status_code == 201
    is_problem(post(client, at(chat, "feedback/"), {"feeling": 1}), 409, "feedback_not_asked")
    assert Feedback.objects.get().feeling == 5
    other = open_chat(visitor, now=clock.now())
    assert post(client, at(other, "leave/")).json()["outcome"] == "left_queue"


# -- foreign --------------------------------------------------------------------------------------

CALLS = (
    ("get", ""), ("get", "messages/"), ("post", "messages/"), ("post", "leave/"), ("post", "feedback/"),
    ("post", "take/"), ("post", "release/"), ("post", "transfer/"), ("post", "close/"),
    ("post", "ask-identification/"),
)  # fmt: skip


@pytest.mark.parametrize(("method", "act"), CALLS)
@pytest.mark.parametrize("who", ["stranger", "outsider", "professional", "catalogue_admin"])
def test_what_is_foreign_is_404_and_never_403(
    cast: Cast, chat: Contact, visitor: Visitor, method: str, act: str, who: str
) -> None:
    assert at_home(visitor).get(at(chat)).status_code == 200, "the owner finds it"
    client = at_home(make_visitor()) if who == "stranger" else at_desk(getattr(cast, who))
    before = (Contact.objects.values().get(pk=chat.pk), AuditEvent.objects.count())
    sheet = {"outcome": "resolved", "topic": "vauvan-uni", "next_step": ""}
    data = {"nonce": str(uuid.uuid4()), "body": "Hei", "unit": "pohjoinen", "feeling": 3, "reason": "Syy", **sheet}
    answer = client.get(at(chat, act)) if method == "get" else post(client, at(chat, act), data)
    if who == "stranger" and act in ("take/", "release/", "transfer/", "close/", "ask-identification/"):
        is_problem(answer, 401, "not_authenticated")
    else:
        is_problem(answer, 404, "not_found")
    assert (Contact.objects.values().get(pk=chat.pk), AuditEvent.objects.count()) == before


def test_nobody_at_all_finds_nothing(cast: Cast, chat: Contact) -> None:
    is_problem(Client().get(at(chat)), 404, "not_found")
    is_problem(Client().get("/api/v1/desk/"), 401, "not_authenticated")
    is_problem(Client().get(f"/api/v1/contacts/{uuid.uuid4()}/"), 404, "not_found")
    is_problem(Client().get("/api/v1/nothing/"), 404, "not_found")


def test_a_supervisor_reads_and_does_not_work(cast: Cast, chat: Contact) -> None:
    client = at_desk(cast.supervisor)
    assert client.get(at(chat)).status_code == 200
    assert AuditEvent.objects.filter(code="guidance.contact.viewed", actor_id=cast.supervisor.pk).count() == 1
    is_problem(post(client, at(chat, "take/")), 404, "not_found")
    is_problem(post(client, at(chat, "messages/"), {"nonce": str(uuid.uuid4()), "body": "Hei"}), 409, "not_yours")


def test_identification_is_asked_and_both_sides_see_it(cast: Cast, chat: Contact, visitor: Visitor) -> None:
    assert at_home(visitor).get(at(chat)).json()["identification"] is None
    desk = at_desk(cast.worker)
    is_problem(post(desk, at(chat, "ask-identification/"), {"reason": "Ajan varaus"}), 409, "not_yours")
    take(chat, cast.worker)
    is_problem(post(desk, at(chat, "ask-identification/"), {}), 400, "invalid")
    answer = post(desk, at(chat, "ask-identification/"), {"reason": "Ajan varaus"})
    assert answer.status_code == 200
    asked = answer.json()["identification"]
    assert (asked["state"], asked["reason"], answer.json()["identified"]) == ("asked", "Ajan varaus", False)
    assert at_home(visitor).get(at(chat)).json()["identification"] == asked
    is_problem(post(desk, at(chat, "ask-identification/"), {"reason": "Ajan varaus"}), 409, "already_asked")


# -- forgery --------------------------------------------------------------------------------------


def test_a_cookie_speaks_only_with_its_csrf_token(cast: Cast, chat: Contact, visitor: Visitor) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies[settings.VISITOR_COOKIE_NAME] = visitor.secret
    message = {"nonce": str(uuid.uuid4()), "body": "Väärennös"}
    is_problem(post(strict, at(chat, "messages/"), message), 403, "forbidden")
    is_problem(post(strict, at(chat, "leave/")), 403, "forbidden")
    is_problem(post(strict, "/api/v1/contacts/", opening()), 403, "forbidden")
    assert Contact.objects.get(pk=chat.pk).last_seq == 1
    strict.cookies["csrftoken"] = "a" * 32
    answer = strict.post(
        at(chat, "messages/"), message, content_type="application/json", headers={"X-CSRFToken": "a" * 32}
    )
    assert answer.status_code == 201
    desk = Client(enforce_csrf_checks=True)
    desk.cookies[settings.SESSION_COOKIE_NAME] = sign_in(cast.worker, clock.now())
    is_problem(post(desk, at(chat, "take/")), 403, "forbidden")
    assert post(Client(enforce_csrf_checks=True), "/api/v1/contacts/", opening()).status_code == 201, (
        "who speaks for nobody has nothing to forge"
    )


# -- estimate and schema --------------------------------------------------------------------------


def test_the_estimate_is_told_when_somebody_is_there(cast: Cast, chat: Contact, visitor: Visitor) -> None:
    set_presence(user=cast.worker, state="available", now=clock.now())
    assert at_home(visitor).get(at(chat)).json()["queue"] == {"position": 1, "estimated_wait_s": 60}


def test_the_schema_is_valid(tmp_path: Any) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))
    assert Client().get("/api/v1/schema/").status_code == 200
