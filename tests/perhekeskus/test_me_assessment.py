"""A family answers its questions alone: nothing is lost, the answers may be changed until the decision, and the
decision stands beside its own view."""

import pytest
import time_machine
from django.test import Client

from guidance.models import ClientRelationship, Contact
from segments.instruments import Axis
from segments.models import Assessment
from segments.services import start_assessment, withdraw_assessment
from tests.cast import NOW, Cast, Visitor, ask, take
from tests.segments.making import answers_of, by_professional, decide, publish
from tests.stand_in import browser_of, identify

pytestmark = pytest.mark.usefixtures("stand_in")
ASKS = "Maija pyytää sinua vastaamaan muutamaan kysymykseen arjestanne."


@pytest.fixture(autouse=True)
def _noon() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def browser(cast: Cast, chat: Contact, visitor: Visitor) -> Client:
    eka = browser_of(visitor.secret)
    identify(eka, "eka", ask(take(chat, cast.worker), cast.worker).pk)
    return eka


@pytest.fixture
def begun(browser: Client, cast: Cast, chat: Contact) -> Assessment:
    publish()
    family = ClientRelationship.objects.get(contacts=chat.pk)
    return start_assessment(relationship_id=family.pk, worker=cast.worker, unit=cast.unit, now=NOW)


def form(high: bool = True, **more: str) -> dict[str, str]:
    return {f"q-{key}": answer for key, answer in answers_of(Axis.COPING, high=high).items()} | more


def test_asked_first_answered_alone_and_changed(browser: Client, begun: Assessment) -> None:
    path = f"/me/assessments/{begun.pk}/"
    front = browser.get("/me/").content.decode()
    assert ASKS in front and front.index(ASKS) < front.index("Yhteydenottosi")
    page = browser.get(path).content.decode()
    assert page.count("<fieldset") == len(form()) + 1 and page.count(" checked") == 1, "only: cannot say"
    sent = form(view="Isovanhemmat ovat kaukana.", own_choice="yhteiso")
    assert browser.post(path, sent).headers["Location"] == path
    begun.refresh_from_db()
    assert (begun.client_answered, begun.client_view, begun.client_segment, begun.coping) == (
        "alone", "Isovanhemmat ovat kaukana.", "yhteiso", "good",
    )  # fmt: skip
    page = browser.get(path).content.decode()
    assert page.count(" checked") == len(form()) + 1 and "Isovanhemmat ovat kaukana." in page
    assert ASKS not in browser.get("/me/").content.decode()
    browser.post(path, form(high=False))
    begun.refresh_from_db()
    assert (begun.coping, begun.client_view, begun.client_segment) == ("weak", "", "")


def test_what_is_refused_comes_back_with_every_answer(browser: Client, begun: Assessment) -> None:
    path = f"/me/assessments/{begun.pk}/"
    missing, *rest = form()
    partial = {key: value for key, value in form(view="Kirjoitin paljon").items() if key != missing}
    answer = browser.post(path, partial)
    page = answer.content.decode()
    assert answer.status_code == 422 and "Vastaa vielä jokaiseen kysymykseen." in page
    assert page.count("Valitse yksi vastaus.") == 1 and f'id="missing-{missing.removeprefix("q-")}"' in page
    assert page.count(" checked") == len(rest) + 1 and "Kirjoitin paljon" in page
    for wrong in ({rest[0]: "keksitty"}, {"own_choice": "keksitty"}, {"view": "x" * 2_001}):
        assert browser.post(path, form() | wrong).status_code == 422
    begun.refresh_from_db()
    assert begun.client_answers is None


def test_the_decision_stands_beside_the_own_view(browser: Client, cast: Cast, begun: Assessment) -> None:
    path = f"/me/assessments/{begun.pk}/"
    browser.post(path, form(view="Selviämme kyllä.", own_choice="omatoimi"))
    by_professional(begun, cast.worker)
    decide(begun, cast.worker, "yhteistyo", reason="Lapsi tarvitsee hoitoa pian.")
    page = browser.get(path).content.decode()
    for words in ("Ammattilaisen apua", "Lapsi tarvitsee hoitoa pian.", "Selviämme kyllä.", "Pärjäämme itse"):
        assert words in page
    assert "Ammattilaisen apua" in browser.get("/me/").content.decode() and "<fieldset" not in page
    answer = browser.post(path, form(view="Myöhässä"))
    assert answer.status_code == 409 and "Arvio on jo päättynyt" not in Assessment.objects.get().client_view
    assert Assessment.objects.get().client_view == "Selviämme kyllä."


def test_a_withdrawn_one_asks_nothing(browser: Client, cast: Cast, begun: Assessment) -> None:
    withdraw_assessment(assessment_id=begun.pk, worker=cast.worker, now=NOW)
    assert "Kysymyksiä arjestanne" not in browser.get("/me/").content.decode()
    page = browser.get(f"/me/assessments/{begun.pk}/").content.decode()
    assert "Arvio peruttiin. Sinun ei tarvitse vastata." in page and "<fieldset" not in page


def test_the_other_guardian_neither_reads_nor_answers(browser: Client, begun: Assessment) -> None:
    toka, path = browser_of(), f"/me/assessments/{begun.pk}/"
    identify(toka, "toka")
    assert browser.get(path).status_code == 200
    assert toka.get(path).status_code == 404 and toka.post(path, form()).status_code == 404
    assert browser_of().get(path).status_code == 404 and ASKS not in toka.get("/me/").content.decode()
    begun.refresh_from_db()
    assert begun.client_answers is None
