"""A family's own referrals: what it is told, what it allows and takes back, and that nobody else meets any of it."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import Person, Unit
from audit.models import AuditEvent
from core.opening_hours import local_date
from guidance.models import ClientRelationship, Contact
from referrals import services
from referrals.models import Consent, Receiver, Referral, ReferralFeeling
from tests.cast import NOW, Cast, Visitor, ask, take
from tests.stand_in import browser_of, identify

pytestmark = pytest.mark.usefixtures("stand_in")
SUMMARY = "Vauva nukkuu huonosti ja vanhemmat ovat uupuneita."


@pytest.fixture(autouse=True)
def _noon() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def browser(cast: Cast, chat: Contact, visitor: Visitor) -> Client:
    """Eka's, identified in the chat."""
    eka = browser_of(visitor.secret)
    identify(eka, "eka", ask(take(chat, cast.worker), cast.worker).pk)
    return eka


@pytest.fixture
def family(browser: Client, chat: Contact) -> ClientRelationship:
    return ClientRelationship.objects.get(contacts=chat.pk)


@pytest.fixture
def receiver(cast: Cast) -> Receiver:
    return Receiver.objects.create(name_fi="Pohjoisen perhetyö", unit=cast.other_unit)


def drafted(cast: Cast, family: ClientRelationship, receiver: Receiver, **given: Any) -> Referral:
    draft = {"worker": cast.worker, "unit": cast.unit, "summary": SUMMARY, "wish": "Kotikäynti", "now": NOW} | given
    return services.make_draft(relationship_id=family.pk, receiver=receiver, **draft)


def asked(cast: Cast, referral: Referral) -> Consent:
    until = local_date(NOW) + dt.timedelta(days=30)
    given = {"items": ["summary", "name"], "until_on": until, "worker": cast.worker, "now": NOW}
    return services.ask_consent(referral_id=referral.pk, **given)


def read(browser: Client, path: str = "/me/") -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def codes() -> list[str]:
    rows = AuditEvent.objects.filter(code__startswith="referrals.", actor_kind="person").order_by("pk")
    return [row.code.removeprefix("referrals.") for row in rows]


def test_the_question_comes_first_and_yes_lets_it_go(
    browser: Client, cast: Cast, family: ClientRelationship, receiver: Receiver
) -> None:
    referral = drafted(cast, family, receiver)
    path = f"/me/referrals/{referral.pk}/"
    assert "Pohjoisen perhetyö" not in read(browser), "a draft is the worker's own"
    assert browser.get(path).status_code == 404
    consent = asked(cast, referral)
    front = read(browser)
    assert f"{cast.worker.first_name} ehdottaa sinulle palvelua ja kysyy lupaasi: Pohjoisen perhetyö." in front
    assert front.index("ehdottaa sinulle palvelua") < front.index("Yhteydenottosi"), "the next step comes first"
    assert "Vuorossa: sinä" in front
    page = read(browser, path)
    for words in (SUMMARY, "Kotikäynti", "Annatko luvan?", "yhteenveto, jonka olet nähnyt", "23.12.2026"):
        assert words in page
    assert browser.post(f"/me/consents/{consent.pk}/", {"decision": "give"}).headers["Location"] == path
    consent.refresh_from_db()
    assert (consent.given_at, consent.given_how) == (NOW, "own_page")
    assert "Annoit luvan." in read(browser, path)
    services.send(referral_id=referral.pk, worker=cast.worker, now=NOW)
    assert "Vuorossa: Pohjoisen perhetyö" in read(browser, path)
    assert codes() == ["consent.given"]


def test_no_is_an_answer(browser: Client, cast: Cast, family: ClientRelationship, receiver: Receiver) -> None:
    referral = drafted(cast, family, receiver)
    consent = asked(cast, referral)
    browser.post(f"/me/consents/{consent.pk}/", {"decision": "refuse"})
    page = read(browser, f"/me/referrals/{referral.pk}/")
    assert "Et antanut lupaa. Mitään ei ole lähetetty." in page and "Annan luvan" not in page
    answer = browser.post(f"/me/consents/{consent.pk}/", {"decision": "give"})
    assert answer.status_code == 409 and "on jo vastattu" in answer.content.decode()
    assert browser.post(f"/me/consents/{consent.pk}/", {"decision": "kyllä"}).status_code == 422
    consent.refresh_from_db()
    assert consent.given_at is None and codes() == ["consent.refused"]


def test_a_question_asked_anew_is_not_answered_by_the_old_page(
    browser: Client, cast: Cast, family: ClientRelationship, receiver: Receiver
) -> None:
    referral = drafted(cast, family, receiver)
    old = asked(cast, referral)
    services.change_draft(
        referral_id=referral.pk, worker=cast.worker, receiver=receiver, urgency=referral.urgency,
        summary="Aivan muuta", wish="", is_warm=False, now=NOW,
    )  # fmt: skip
    assert "Aivan muuta" not in read(browser) and browser.get(f"/me/referrals/{referral.pk}/").status_code == 404
    fresh = asked(cast, referral)
    answer = browser.post(f"/me/consents/{old.pk}/", {"decision": "give"})
    assert answer.status_code == 409 and "Aivan muuta" in answer.content.decode()
    fresh.refresh_from_db()
    assert fresh.given_at is None


def sent(browser: Client, cast: Cast, family: ClientRelationship, receiver: Receiver) -> tuple[Referral, Consent]:
    referral = drafted(cast, family, receiver)
    consent = asked(cast, referral)
    browser.post(f"/me/consents/{consent.pk}/", {"decision": "give"})
    return services.send(referral_id=referral.pk, worker=cast.worker, now=NOW), consent


def test_taking_the_word_back_ends_it_at_once(
    browser: Client, cast: Cast, family: ClientRelationship, receiver: Receiver
) -> None:
    referral, consent = sent(browser, cast, family, receiver)
    path = f"/me/consents/{consent.pk}/"
    answer = browser.post(path, {"decision": "revoke", "words": "x" * 4_001})
    assert answer.status_code == 422 and "x" * 4_001 in answer.content.decode(), "nothing typed is lost"
    browser.post(path, {"decision": "revoke", "words": "Emme halua."})
    referral.refresh_from_db()
    page = read(browser, f"/me/referrals/{referral.pk}/")
    assert referral.state == "withdrawn" and "Peruit ohjauksen." in page and "Emme halua." in page
    assert "Peru lupa" not in page and "En halua tätä palvelua" not in page
    assert codes() == ["consent.given", "consent.revoked", "referral.withdrawn"]


def test_the_family_ends_it_without_a_reason(
    browser: Client, cast: Cast, family: ClientRelationship, receiver: Receiver
) -> None:
    referral, _consent = sent(browser, cast, family, receiver)
    path = f"/me/referrals/{referral.pk}/"
    assert browser.post(f"{path}end/").headers["Location"] == path
    referral.refresh_from_db()
    assert referral.state == "withdrawn"
    answer = browser.post(f"{path}end/", {"words": "Vielä kerran"})
    assert answer.status_code == 409 and "Ohjauksen tila on muuttunut" in answer.content.decode()


def test_how_it_felt_is_told_and_told_anew(
    browser: Client, cast: Cast, family: ClientRelationship, receiver: Receiver
) -> None:
    draft = drafted(cast, family, receiver)
    asked(cast, draft)
    early = browser.post(f"/me/referrals/{draft.pk}/feeling/", {"feeling": "3"})
    assert early.status_code == 409 and not ReferralFeeling.objects.exists(), "there is nothing to feel yet"
    referral, _consent = sent(browser, cast, family, receiver)
    path = f"/me/referrals/{referral.pk}/feeling/"
    answer = browser.post(path, {"feeling": "6", "word": "Jonotin kauan"})
    assert answer.status_code == 422 and "Jonotin kauan" in answer.content.decode()
    for feeling in ("2", "4"):
        browser.post(path, {"feeling": feeling, "word": "Jonotin kauan"})
    told = ReferralFeeling.objects.get()
    assert (told.feeling, told.word) == (4, "Jonotin kauan")
    assert codes().count("referral.felt") == 2


ENDS = [
    (["receive"], "on saanut ohjauksen ja vastaa viimeistään"),
    (["accept"], "ottaa sinut vastaan ja on sinuun yhteydessä."),
    (["accept", "start"], "Palvelu on alkanut: Pohjoisen perhetyö."),
    (["accept", "start", "complete"], "Päättynyt: sait apua."),
    (["decline"], "ei voinut ottaa ohjausta vastaan."),
    (["return_for_more"], "pyysi lisätietoja."),
]
WORDS = {
    "complete": {"outcome": "helped"},
    "decline": {"reason": "Jono on täynnä."},
    "return_for_more": {"words": "Milloin?"},
}


@pytest.mark.parametrize(("acts", "told"), ENDS, ids=lambda part: part[-1] if isinstance(part, list) else "")
def test_every_state_in_plain_words(
    browser: Client, cast: Cast, family: ClientRelationship, receiver: Receiver, acts: list[str], told: str
) -> None:
    referral, _consent = sent(browser, cast, family, receiver)
    for act in acts:
        getattr(services, act)(referral_id=referral.pk, worker=cast.outsider, now=NOW, **WORDS.get(act, {}))
    for page in ("/me/", f"/me/referrals/{referral.pk}/"):
        assert told in read(browser, page)


def test_the_other_guardian_meets_nothing_of_it(
    browser: Client, cast: Cast, family: ClientRelationship, receiver: Receiver
) -> None:
    referral = drafted(cast, family, receiver)
    consent = asked(cast, referral)
    toka = browser_of()
    identify(toka, "toka")
    assert "Pohjoisen perhetyö" in read(browser) and "Pohjoisen perhetyö" not in read(toka)
    for path in (f"/me/referrals/{referral.pk}/", f"/me/consents/{consent.pk}/"):
        assert toka.get(path).status_code in (404, 405)
        assert toka.post(path, {"decision": "give"}).status_code in (404, 405)
    for act in ("end", "feeling"):
        assert toka.post(f"/me/referrals/{referral.pk}/{act}/", {"feeling": "1"}).status_code == 404
    consent.refresh_from_db()
    assert consent.given_at is None
    assert Person.objects.count() == 2 and Unit.objects.count() == 2
