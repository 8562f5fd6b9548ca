"""Identification attacked by hand and by bad luck: pages lost on the way, forged and swapped values, shared devices."""

import uuid
from urllib.parse import urlsplit

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from accounts import persons
from accounts.models import Identification, VisitorKey
from accounts.visitors import find_key
from guidance.models import Binding, Contact
from tests.cast import NOW, Cast, Visitor, ask, open_chat, sign_in, take
from tests.stand_in import browser_of, come_back, identify, leave

pytestmark = pytest.mark.usefixtures("stand_in")
VISITOR, BROWSER = settings.VISITOR_COOKIE_NAME, settings.IDENTIFICATION_COOKIE_NAME
TEXT = "Vauva ei nuku"


@pytest.fixture(autouse=True)
def _noon() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def talk(cast: Cast, chat: Contact) -> Contact:
    return ask(take(chat, cast.worker), cast.worker)


@pytest.fixture
def family(visitor: Visitor) -> Client:
    return browser_of(visitor.secret)


def page(contact: Contact) -> str:
    return f"/contacts/{contact.pk}/"


def shown(browser: Client, address: str) -> str:
    return browser.get(address).content.decode()


def bound_to(contact: Contact) -> str | None:
    person = Contact.objects.get(pk=contact.pk).relationship.person
    return person.given_names if person else None


# -- a page that never arrived ------------------------------------------------------------------------


def test_a_page_lost_on_the_way_loses_nobody(talk: Contact, visitor: Visitor, family: Client) -> None:
    """The answer was dealt with, but the train was in a tunnel: the browser has its old cookie, and reloads."""
    nameless = open_chat(visitor, channel="message", body="Toinen asia")
    state = leave(family, talk.pk)
    come_back(family, state, who="eka")
    family.cookies[VISITOR] = visitor.secret
    assert family.get(page(talk)).status_code == 404, "the old secret opens nothing"
    answer = come_back(family, state, who="eka")
    assert answer.headers["Location"] == f"{page(talk)}#write"
    assert TEXT in shown(family, page(talk)) and "Toinen asia" in shown(family, page(nameless))
    assert Binding.objects.count() == 1 and VisitorKey.objects.count() == 1


def test_a_page_lost_on_the_way_to_the_own_page(cast: Cast) -> None:
    """Even a browser that nobody knew before."""
    browser = browser_of()
    state = leave(browser)
    come_back(browser, state, who="eka")
    del browser.cookies[VISITOR]
    come_back(browser, state, who="eka")
    assert "Hei, Eka" in shown(browser, "/me/")
    assert VisitorKey.objects.count() == 1


def test_reloading_while_the_provider_is_asked_waits_for_the_answer(
    talk: Contact, visitor: Visitor, family: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = leave(family, talk.pk)
    impatient = browser_of(visitor.secret)
    impatient.cookies[BROWSER] = family.cookies[BROWSER].value
    claimed = persons._claim(state, family.cookies[BROWSER].value, NOW)  # the first request has it, and asks
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 2:
            monkeypatch.setattr(persons, "_claim", lambda *given: claimed)
            come_back(family, state, who="eka")

    monkeypatch.setattr(persons.time, "sleep", wait)
    answer = come_back(impatient, state, who="eka")
    assert waits == [persons.AWAIT_STEP_S] * 2, "until the first answer was there, and no longer"
    assert answer.headers["Location"] == f"{page(talk)}#write"
    assert TEXT in shown(impatient, page(talk)) and bound_to(talk) == "Eka Maria"


def test_it_waits_for_so_long_and_no_longer(talk: Contact, family: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    state = leave(family, talk.pk)
    persons._claim(state, family.cookies[BROWSER].value, NOW)  # and its process is gone
    waits: list[float] = []
    monkeypatch.setattr(persons.time, "sleep", waits.append)
    assert come_back(family, state, who="eka").headers["Location"] == f"{page(talk)}#write"
    assert sum(waits) == 10.0
    assert TEXT in shown(family, page(talk)) and bound_to(talk) is None


# -- the same link once more is no way in ---------------------------------------------------------------


@pytest.fixture
def known(talk: Contact, family: Client) -> str:
    """The family has identified itself. The state that stands in its browser's history."""
    state = leave(family, talk.pk)
    come_back(family, state, who="eka")
    return state


def test_for_another_browser_it_opens_nothing(talk: Contact, known: str, visitor: Visitor) -> None:
    for other in (browser_of(), browser_of(visitor.secret)):
        other.cookies[BROWSER] = "x" * 43
        assert come_back(other, known, who="eka").headers["Location"] == "/me/"
        assert "Hei, Eka" not in shown(other, "/me/") and other.get(page(talk)).status_code == 404
        assert VISITOR not in other.cookies or other.cookies[VISITOR].value == visitor.secret


def test_after_signing_out_it_signs_nobody_in(talk: Contact, known: str, family: Client) -> None:
    family.post("/me/sign-out/")
    come_back(family, known, who="eka")
    assert "Hei, Eka" not in shown(family, "/me/") and TEXT not in shown(family, page(talk))


def test_after_forgetting_the_device_it_brings_nothing_back(talk: Contact, known: str, family: Client) -> None:
    family.post(f"{page(talk)}forget/")
    assert family.cookies[VISITOR].value == ""
    come_back(family, known, who="eka")
    assert family.cookies[VISITOR].value == ""
    assert "Hei, Eka" not in shown(family, "/me/") and family.get(page(talk)).status_code == 404


def test_after_the_next_person_on_the_device_it_is_nobodys(talk: Contact, known: str, family: Client) -> None:
    identify(family, "toka")
    assert "Hei, Toka" in shown(family, "/me/") and TEXT not in shown(family, page(talk))
    toka = family.cookies[VISITOR].value
    come_back(family, known, who="eka")
    assert family.cookies[VISITOR].value == toka and "Hei, Toka" in shown(family, "/me/")
    del family.cookies[VISITOR]
    come_back(family, known, who="eka")
    assert VISITOR not in family.cookies and "Hei" not in shown(family, "/me/")


def test_a_browser_that_has_become_anothers_stays_so(
    talk: Contact, known: str, family: Client, stranger: Visitor
) -> None:
    """Somebody has come back with their own return code since: the link in the history takes nothing from them."""
    family.cookies[VISITOR] = stranger.secret
    come_back(family, known, who="eka")
    assert family.cookies[VISITOR].value == stranger.secret
    assert "Hei, Eka" not in shown(family, "/me/") and family.get(page(talk)).status_code == 404


# -- forged and swapped ---------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["", "x", "x" * 5000, "a\x00b", "' OR 1=1 --", "ÄÄÄ"])
def test_a_forged_state_is_nobodys(talk: Contact, family: Client, state: str) -> None:
    leave(family, talk.pk)
    assert come_back(family, state, who="eka").headers["Location"] == "/me/"
    assert Identification.objects.get().state == "started" and bound_to(talk) is None


def test_what_comes_back_names_no_conversation_and_no_address(
    cast: Cast, talk: Contact, stranger: Visitor, family: Client
) -> None:
    theirs = ask(take(open_chat(stranger), cast.worker), cast.worker)
    state = leave(family, talk.pk)
    swapped = {"contact": str(theirs.pk), "contact_id": str(theirs.pk), "purpose": "own_page"}
    away = {
        "next": "https://evil.example/",
        "redirect_uri": "https://evil.example/",
        "return_address": "//evil.example",
    }
    answer = come_back(family, state, who="eka", **swapped, **away)
    assert answer.headers["Location"] == f"{page(talk)}#write"
    assert (bound_to(talk), bound_to(theirs)) == ("Eka Maria", None)


def test_leaving_goes_to_the_provider_and_nowhere_else(cast: Cast, talk: Contact, family: Client) -> None:
    form = {"contact": str(talk.pk), "next": "https://evil.example/", "redirect_uri": "https://evil.example/"}
    address = family.post("/identify/start/", form, headers={"X-Forwarded-Host": "evil.example"}).headers["Location"]
    assert urlsplit(address).netloc == "tunnistus.example" and "evil" not in address
    assert family.post("/identify/start/", form, headers={"Host": "evil.example"}).status_code == 400
    assert Identification.objects.count() == 1


def test_another_device_in_the_same_browser_binds_nothing(talk: Contact, stranger: Visitor, family: Client) -> None:
    """The browser has become somebody else's meanwhile, by a return code say."""
    state = leave(family, talk.pk)
    family.cookies[VISITOR] = stranger.secret
    assert come_back(family, state, who="eka").headers["Location"] == "/me/"
    assert bound_to(talk) is None and not Binding.objects.exists()


def test_the_way_back_is_asked_for_by_get_alone(talk: Contact, family: Client) -> None:
    state = leave(family, talk.pk)
    for method in ("head", "post", "put", "delete"):
        assert getattr(family, method)(f"/identify/return/?state={state}&who=eka").status_code == 405
    assert family.get("/identify/start/").status_code == 405
    assert Identification.objects.get().state == "started"


# -- two tabs, two roles, one device --------------------------------------------------------------------


def test_two_tabs_leave_and_both_come_back(talk: Contact, family: Client) -> None:
    first, second = leave(family, talk.pk), leave(family, talk.pk)
    for state in (second, first):
        assert come_back(family, state, who="eka").headers["Location"] == f"{page(talk)}#write"
        assert TEXT in shown(family, page(talk))
    assert Binding.objects.count() == 1


def test_what_is_written_in_the_other_tab_after_signing_out_is_kept(talk: Contact, known: str, family: Client) -> None:
    family.post("/me/sign-out/")
    kept = family.post(f"{page(talk)}send/", {"body": "Ehdinkö vielä?", "nonce": str(uuid.uuid4())})
    assert kept.status_code == 409 and "Ehdinkö vielä?" in kept.content.decode() and TEXT not in kept.content.decode()


def test_a_worker_who_is_a_client_in_the_same_browser_is_two_people(cast: Cast, talk: Contact, family: Client) -> None:
    """Neither opens a door for the other, and each ends for itself."""
    family.cookies[settings.SESSION_COOKIE_NAME] = sign_in(cast.outsider)
    assert family.get(f"/desk{page(talk)}").status_code == 404
    identify(family, "eka", talk.pk)
    assert family.get(f"/desk{page(talk)}").status_code == 404, "a client's right is no worker's"
    assert TEXT in shown(family, page(talk))
    as_client = family.get(f"/api/v1/contacts/{talk.pk}/", {"as": "client"})
    assert as_client.status_code == 200 and as_client.json()["id"] == str(talk.pk)
    family.post("/me/sign-out/")
    assert family.get("/desk/").status_code == 200, "the session of the worker goes on"
    identify(family, "eka")
    family.post("/accounts/logout/")
    assert family.get("/desk/").status_code == 302
    assert "Hei, Eka" in shown(family, "/me/"), "and so does the person's"


def test_a_workers_own_session_says_nothing_of_the_person(cast: Cast, talk: Contact, known: str) -> None:
    """The worker who has the contact reads it at the desk, and has no part in the family's pages."""
    desk = browser_of()
    desk.cookies[settings.SESSION_COOKIE_NAME] = sign_in(cast.worker)
    assert TEXT in shown(desk, f"/desk{page(talk)}")
    for address in (page(talk), f"/me{page(talk)}share/"):
        assert desk.get(address).status_code == 404
    assert "Eka" not in shown(desk, "/me/") + shown(desk, "/me/data/") + shown(desk, "/me/erase/")


def test_a_device_that_is_forgotten_speaks_for_nobody(talk: Contact, known: str, family: Client) -> None:
    elsewhere = browser_of()
    identify(elsewhere, "eka")
    secret = family.cookies[VISITOR].value
    family.post(f"{page(talk)}forget/")
    told = shown(family, "/")
    assert "tunnistautumalla" in told and "vain paluukoodilla" not in told, "a return code does not open it any more"
    taken_along = browser_of(secret)
    assert taken_along.get(page(talk)).status_code == 404 and "Hei, Eka" not in shown(taken_along, "/me/")
    assert find_key(secret) is None
    assert TEXT in shown(elsewhere, page(talk)), "the person's other device is another"


def test_forgetting_here_leaves_a_chat_on_another_device_alone(
    cast: Cast, talk: Contact, known: str, family: Client
) -> None:
    elsewhere = browser_of()
    identify(elsewhere, "eka")
    elsewhere.post("/chat/", {"body": "Toinen keskustelu", "nonce": str(uuid.uuid4()), "channel": "chat"})
    other = Contact.objects.exclude(pk=talk.pk).get()
    assert other.relationship.person is not None and other.state == "waiting"
    family.post(f"{page(talk)}forget/")
    other.refresh_from_db()
    assert other.state == "waiting", "that one goes on"
    talk.refresh_from_db()
    assert talk.left_at is not None


# -- what others have ------------------------------------------------------------------------------------


def test_nobody_exports_or_erases_another_person(talk: Contact, known: str, cast: Cast, stranger: Visitor) -> None:
    other = browser_of(stranger.secret)
    identify(other, "toka")
    exported = other.get("/me/data/?format=json").content.decode()
    for secret in ("Eka", TEXT, str(talk.pk)):
        assert secret not in exported
    other.post("/me/erase/", {"sure": "yes"})
    other.post("/me/erase/", {"what": "record", "body": ""})
    assert bound_to(talk) == "Eka Maria"


def test_no_answer_carries_a_secret_in_its_address(talk: Contact, family: Client) -> None:
    state = leave(family, talk.pk)
    answer = come_back(family, state, who="eka", code="koodi")
    secrets = {state, "koodi", family.cookies[VISITOR].value, family.cookies[BROWSER].value}
    assert not any(secret in answer.headers["Location"] for secret in secrets)
    shared = family.post(f"/me{page(talk)}share/")
    assert shared.status_code == 200 and shared.headers["Cache-Control"] == "no-store", "the code is in no address"
