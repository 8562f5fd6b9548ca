"""Callbacks over HTTP: the API and the plain forms of both sides, and everybody whose they are not."""

import uuid
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.identification.rotation import persons_behind
from audit.models import AuditEvent
from core import clock, throttling
from core.sealing import unseal
from guidance.models import CallbackRequest, Contact, Message
from guidance.own_data import export_own_data
from tests.cast import TEXT, Cast, Visitor, make_visitor, open_chat, take
from tests.clients import at_desk, at_home, post
from tests.guidance.test_callbacks import END, NUMBER, ask_call

pytestmark = pytest.mark.django_db
TYPED = "+46 70-174 06 05"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    throttling.openings_per_visitor._levels.clear()


@pytest.fixture
def visitor(db: None) -> Visitor:
    return make_visitor(clock.now())


@pytest.fixture
def callback(cast: Cast, visitor: Visitor) -> Contact:
    return ask_call(visitor, now=clock.now())


def asking(**values: Any) -> dict[str, Any]:
    return {"channel": "callback", "nonce": str(uuid.uuid4()), "number": TYPED} | values


# -- the API --------------------------------------------------------------------------------------


def test_the_api_opens_a_callback_and_shows_it_without_the_number(cast: Cast) -> None:
    client, asked = at_home(), asking(wishes=["morning"], body="Soita pian")
    answer = post(client, "/api/v1/contacts/", asked)
    assert answer.status_code == 201, answer.content
    body = answer.json()
    shown = {"number_end": END, "wishes": ["morning"], "next_try_at": None, "attempts": []}
    assert (body["channel"], body["state"], len(body["return_code"])) == ("callback", "waiting", 19)
    assert body["callback"] == shown | {"due_at": body["due_at"]}
    again = post(client, "/api/v1/contacts/", asked)
    assert (again.status_code, again.json()["id"], Contact.objects.count()) == (200, body["id"], 1)
    assert client.get(f"/api/v1/contacts/{body['id']}/").json()["callback"]["number_end"] == END
    assert NUMBER[3:] not in answer.content.decode() + again.content.decode()


@pytest.mark.parametrize(
    ("values", "status", "code"),
    [
        ({"number": "0600 12345"}, 422, "invalid_number"),
        ({"number": "1" * 10_000}, 422, "invalid_number"),
        ({"number": 457396012}, 422, "invalid_number"),
        ({"number": None}, 400, "invalid"),
        ({"wishes": ["yöllä"]}, 400, "invalid"),
        ({"wishes": "morning"}, 400, "invalid"),
        ({"body": "a\x00b"}, 400, "invalid"),
    ],
)
def test_what_is_wrong_is_a_problem_that_names_its_field(
    cast: Cast, values: dict[str, Any], status: int, code: str
) -> None:
    answer = post(at_home(), "/api/v1/contacts/", asking(**values))
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content
    assert not Contact.objects.exists()


def test_a_message_needs_words_and_drops_a_number(cast: Cast) -> None:
    assert post(at_home(), "/api/v1/contacts/", asking(channel="message")).status_code == 400
    kept = post(at_home(), "/api/v1/contacts/", asking(channel="message", body="Hei", number="x")).json()
    assert kept["callback"] is None and not CallbackRequest.objects.exists()


def test_the_worker_calls_over_the_api_and_nobody_else_can(cast: Cast, callback: Contact) -> None:
    at = f"/api/v1/contacts/{callback.pk}/"
    worker = at_desk(cast.worker)
    assert post(worker, at + "show-number/").json()["code"] == "not_yours"
    assert post(worker, at + "take/").status_code == 200
    number = post(worker, at + "show-number/")
    assert (number.json(), number.headers["Cache-Control"]) == ({"number": NUMBER, "country": "SE"}, "no-store")
    others = {at_desk(cast.colleague): 409, at_desk(cast.outsider): 404, at_desk(cast.professional): 404}
    for who, status in {**others, at_home(make_visitor(clock.now())): 401, at_home(): 401}.items():
        for act, body in (("show-number/", {}), ("attempts/", {"nonce": str(uuid.uuid4()), "outcome": "reached"})):
            answer = post(who, at + act, body)
            assert answer.status_code == status and NUMBER[3:] not in answer.content.decode()
    tried = post(worker, at + "attempts/", {"nonce": str(uuid.uuid4()), "outcome": "no_answer"})
    assert (tried.status_code, tried.json()["state"]) == (200, "waiting")
    assert [row["outcome"] for row in tried.json()["callback"]["attempts"]] == ["no_answer"]
    assert post(worker, at + "attempts/", {"nonce": str(uuid.uuid4()), "outcome": "busy"}).status_code == 400
    rows = at_desk(cast.colleague).get("/api/v1/desk/").json()
    assert ([row["id"] for row in rows["callbacks"]], rows["counts"]["callbacks"]) == ([str(callback.pk)], 1)


def test_only_the_family_changes_its_number(cast: Cast, visitor: Visitor, callback: Contact) -> None:
    at, new = f"/api/v1/contacts/{callback.pk}/number/", {"number": "+46701740699"}
    for who in (at_home(), at_home(make_visitor(clock.now())), at_desk(cast.worker)):
        assert post(who, at, new).status_code == 404
    assert post(at_home(visitor), at, {"number": "112"}).status_code == 422
    changed = post(at_home(visitor), at, new)
    assert (changed.status_code, changed.json()["callback"]["number_end"]) == (200, "699")


# -- the family's pages ---------------------------------------------------------------------------


def test_the_form_keeps_what_was_typed_until_the_number_is_right(cast: Cast, client: Client) -> None:
    client.get("/callback/")
    sent = {"nonce": str(uuid.uuid4()), "number": "0600 12345", "wishes": ["morning", "afternoon"], "body": TEXT}
    refused = client.post("/callback/", sent)
    assert (refused.status_code, refused.context["number"], refused.context["body"]) == (422, "0600 12345", TEXT)
    assert refused.context["wishes"] == ["morning", "afternoon"] and str(refused.context["nonce"]) == sent["nonce"]
    opened = client.post("/callback/", sent | {"number": TYPED})
    contact = Contact.objects.get()
    assert opened.headers["Location"] == f"/contacts/{contact.pk}/"
    page = client.get(opened.headers["Location"]).content.decode()
    assert "Soitto on hoidossa" in page and END in page and NUMBER[3:] not in page
    assert client.post("/callback/", sent | {"number": TYPED}).headers["Location"] == opened.headers["Location"]


def test_a_text_of_a_shut_chat_comes_along(cast: Cast, client: Client) -> None:
    page = client.post("/callback/", {"carry": "1", "body": TEXT, "topic": cast.topic.slug, "nonce": str(uuid.uuid4())})
    assert (page.status_code, page.context["body"], page.context["number_error"]) == (200, TEXT, "")
    assert page.context["chosen_topic"] == cast.topic.slug and not Contact.objects.exists()


def test_from_the_queue_only_the_number_is_asked(cast: Cast, visitor: Visitor) -> None:
    chat, client = open_chat(visitor, now=clock.now()), at_home(visitor)
    at = f"/contacts/{chat.pk}/to-callback/"
    assert TEXT in client.get(at).content.decode()
    assert client.post(at, {"number": "123"}).status_code == 422
    moved = client.post(at, {"number": TYPED, "wishes": ["forenoon"]})
    follower = Contact.objects.get(follows=chat)
    assert moved.headers["Location"] == f"/contacts/{follower.pk}/" and follower.channel == "callback"
    assert Message.objects.get(contact=follower, kind="client").body == TEXT
    assert "Asiasi jatkuu soittopyyntönä" in client.get(f"/contacts/{chat.pk}/").content.decode()
    taken = take(open_chat(visitor, now=clock.now()), cast.worker, clock.now())
    assert client.get(f"/contacts/{taken.pk}/to-callback/").status_code == 302
    client.post(f"/contacts/{taken.pk}/to-callback/", {"number": TYPED})
    assert not Contact.objects.filter(follows=taken).exists()
    for who in (at_home(), at_home(make_visitor(clock.now())), at_desk(cast.worker)):
        assert who.get(at).status_code == who.post(at, {"number": TYPED}).status_code == 404


def test_the_page_changes_the_number_and_cancels(cast: Cast, visitor: Visitor, callback: Contact) -> None:
    client, at = at_home(visitor), f"/contacts/{callback.pk}/"
    wrong = client.post(at + "number/", {"number": "12"})
    assert (wrong.status_code, wrong.context["number"]) == (422, "12")
    assert client.post(at + "number/", {"number": "+46701740699"}).status_code == 302
    assert "699" in client.get(at).content.decode()
    client.post(at + "leave/")
    page = client.get(at).content.decode()
    assert "Peruit soittopyynnön" in page and "699" not in page
    assert client.post(at + "number/", {"number": TYPED}).status_code == 302
    assert CallbackRequest.objects.get().number_sealed == ""


def test_the_family_exports_its_own_number(cast: Cast, visitor: Visitor, callback: Contact) -> None:
    data = export_own_data(key=visitor.key, now=clock.now())
    assert data["contacts"][0]["callback"]["number"] == NUMBER
    answer = at_home(visitor).get("/me/data/")
    assert answer.status_code == 200 and NUMBER in answer.content.decode()


# -- the desk's pages -----------------------------------------------------------------------------


def test_the_desk_shows_the_number_by_an_act_and_closes_by_the_sheet(cast: Cast, callback: Contact) -> None:
    client, at = at_desk(cast.worker), f"/desk/contacts/{callback.pk}/"
    assert NUMBER[3:] not in client.get("/desk/?list=callbacks").content.decode()
    client.post(at + "take/")
    assert NUMBER not in client.get(at).content.decode()
    shown = client.post(at + "number/")
    assert f"tel:{NUMBER}" in shown.content.decode() and shown.headers["Cache-Control"] == "no-store"
    assert NUMBER not in client.get(at).content.decode(), "in that answer alone"
    assert client.post(at + "attempt/", {"outcome": "busy"}).status_code == 422
    reached = client.post(at + "attempt/", {"outcome": "reached", "nonce": str(uuid.uuid4())})
    assert reached.status_code == 200 and reached.context["sheet_open"]
    done = client.post(at + "close/", {"topic": cast.topic.slug, "outcome": "resolved", "next_step": ""})
    assert done.status_code == 302 and Contact.objects.get().outcome == "resolved"
    assert AuditEvent.objects.filter(code="guidance.callback.number_shown").count() == 1


def test_no_answer_goes_back_to_the_list_and_a_colleague_is_told(cast: Cast, callback: Contact) -> None:
    client, at = at_desk(cast.worker), f"/desk/contacts/{callback.pk}/"
    client.post(at + "take/")
    late = at_desk(cast.colleague).post(at + "attempt/", {"outcome": "no_answer", "nonce": str(uuid.uuid4())})
    assert late.status_code == 409 and late.context["notice"]
    for act in ("number/", "attempt/"):
        assert at_desk(cast.outsider).post(at + act, {"outcome": "reached"}).status_code == 404
        assert at_home().post(at + act).status_code == 302, "to sign in"
    missed = client.post(at + "attempt/", {"outcome": "no_answer", "nonce": str(uuid.uuid4())})
    assert missed.headers["Location"] == "/desk/?list=callbacks"
    row = client.get("/desk/?list=callbacks").context["lists"]["callbacks"][0]
    assert (row.pk, row.state) == (callback.pk, "waiting")


def test_a_new_seal_key_covers_the_numbers(cast: Cast, callback: Contact, settings: Any) -> None:
    old = CallbackRequest.objects.get().number_sealed
    settings.IDENTITY_SEAL_KEYS = ["n" * 43, *settings.IDENTITY_SEAL_KEYS]
    call_command("rotate_identity_keys", verbosity=0)
    settings.IDENTITY_SEAL_KEYS = settings.IDENTITY_SEAL_KEYS[:1]
    new = CallbackRequest.objects.get().number_sealed
    assert new != old and unseal(new) == NUMBER
    assert AuditEvent.objects.filter(object_type="callback", data={"numbers": 1}).count() == 1
    assert persons_behind().seals == 0
