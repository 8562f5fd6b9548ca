"""A family asks for a correction on its own page and reads the answer there; a supervisor of its unit answers, once."""

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from accounts.models import User
from audit.models import AuditEvent
from guidance.models import ClientRelationship, Contact, CorrectionRequest
from guidance.services.corrections import (
    CorrectionAnswered,
    NothingToCorrect,
    answer_correction,
    ask_correction,
    withdraw_correction,
)
from tests.cast import NOW, Cast, Visitor, ask, make_person, sign_in, take
from tests.stand_in import browser_of, identify

pytestmark = pytest.mark.usefixtures("stand_in")
WRONG = "Lapsen nimi on Aino, ei Anni."


@pytest.fixture(autouse=True)
def _noon() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def browser(cast: Cast, chat: Contact, visitor: Visitor) -> Client:
    eka = browser_of(visitor.secret)
    identify(eka, "eka", ask(take(chat, cast.worker), cast.worker).pk)
    return eka


def desk_of(user: User) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = sign_in(user, NOW)
    return client


def codes() -> list[str]:
    rows = AuditEvent.objects.filter(code__startswith="guidance.correction.").order_by("pk")
    return [f"{row.code.rpartition('.')[2]} by {row.actor_kind}" for row in rows]


def test_asked_answered_and_read(browser: Client, cast: Cast) -> None:
    assert "/me/corrections/" in browser.get("/me/").content.decode()
    answer = browser.post("/me/corrections/", {"body": "x" * 2_001})
    assert answer.status_code == 422 and "x" * 2_001 in answer.content.decode(), "nothing typed is lost"
    for _twice in range(2):
        assert browser.post("/me/corrections/", {"body": WRONG}).headers["Location"] == "/me/corrections/"
    wish = CorrectionRequest.objects.get()
    assert (wish.body, wish.due_on.isoformat()) == (WRONG, "2026-12-21")
    assert "Vastaamme tällä sivulla viimeistään 21.12.2026." in browser.get("/me/corrections/").content.decode()
    desk, path = desk_of(cast.supervisor), f"/desk/corrections/{wish.pk}/"
    assert WRONG in desk.get("/desk/corrections/").content.decode()
    for form in ({"body": "Korjattu"}, {"decision": "correct", "body": " "}):
        refused = desk.post(path, form)
        assert refused.status_code == 422 and form["body"] in refused.content.decode()
    desk.post(path, {"decision": "correct", "body": "Nimi on nyt Aino."})
    assert desk.post(path, {"decision": "refuse", "body": "Uudelleen"}).status_code == 409
    page = browser.get("/me/corrections/").content.decode()
    assert "Tiedot on korjattu." in page and "Nimi on nyt Aino." in page and "Peru pyyntö" not in page
    assert codes() == ["asked by person", "answered by staff"]
    looked = AuditEvent.objects.filter(code="guidance.relationship.viewed", actor_id=cast.supervisor.pk)
    assert looked.exists(), "reading a family's wish is a look"


def test_taken_back(browser: Client, cast: Cast) -> None:
    browser.post("/me/corrections/", {"body": WRONG})
    wish = CorrectionRequest.objects.get()
    browser.post(f"/me/corrections/{wish.pk}/withdraw/")
    assert "Peruit pyynnön." in browser.get("/me/corrections/").content.decode()
    assert browser.post(f"/me/corrections/{wish.pk}/withdraw/").status_code == 409
    with pytest.raises(CorrectionAnswered):
        answer_correction(correction=wish, by=cast.supervisor, is_corrected=True, answer="Korjattu", now=NOW)
    assert codes() == ["asked by person", "withdrawn by person"]


def test_foreign_ones_do_not_exist(browser: Client, cast: Cast) -> None:
    browser.post("/me/corrections/", {"body": WRONG})
    wish, toka = CorrectionRequest.objects.get(), browser_of()
    identify(toka, "toka")
    assert toka.post(f"/me/corrections/{wish.pk}/withdraw/").status_code == 404
    assert WRONG not in toka.get("/me/corrections/").content.decode()
    assert browser_of().get("/me/corrections/").headers["Location"] == "/me/"
    for who in (cast.worker, cast.outsider, cast.professional):
        assert desk_of(who).get("/desk/corrections/").status_code == 404
        answer = {"decision": "correct", "body": "Korjattu"}
        assert desk_of(who).post(f"/desk/corrections/{wish.pk}/", answer).status_code == 404
    wish.refresh_from_db()
    assert wish.state == "asked"


def test_who_has_no_record_has_nothing_to_correct(db: None) -> None:
    person = make_person()
    with pytest.raises(NothingToCorrect):
        ask_correction(person=person, body=WRONG, now=NOW)
    empty = ClientRelationship.objects.create(person=person, created_at=NOW)
    with pytest.raises(NothingToCorrect):
        ask_correction(person=person, body=WRONG, now=NOW)
    old = CorrectionRequest.objects.create(relationship=empty, body=WRONG, asked_at=NOW, due_on=NOW.date())
    assert withdraw_correction(correction=old, person=person, now=NOW).state == "withdrawn"
