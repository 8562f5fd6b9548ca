"""The walk through identification as pages and forms: there, back, and to the same place; and who gets nowhere."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from accounts.models import Identification, VisitorKey
from accounts.visitors import find_key
from audit.models import AuditEvent
from guidance.models import Binding, Contact
from guidance.services import undo_binding
from tests.cast import NOW, Cast, Visitor, ask, open_chat, second_device, take
from tests.stand_in import browser_of, come_back, identify, leave

pytestmark = pytest.mark.usefixtures("stand_in")


@pytest.fixture(autouse=True)
def _noon() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def talk(cast: Cast, chat: Contact) -> Contact:
    return take(chat, cast.worker)


@pytest.fixture
def family(visitor: Visitor) -> Client:
    return browser_of(visitor.secret)


def page(contact: Contact) -> str:
    return f"/contacts/{contact.pk}/"


def bound_to(contact: Contact) -> str | None:
    person = Contact.objects.get(pk=contact.pk).relationship.person
    return person.full_name if person else None


# -- in a conversation ------------------------------------------------------------------------------


def test_the_card_stands_in_the_thread_only_while_it_is_asked(cast: Cast, talk: Contact, family: Client) -> None:
    assert b'id="identify"' not in family.get(page(talk)).content
    ask(talk, cast.worker, reason="Varaan <ajan>.")
    shown = family.get(page(talk)).content.decode()
    assert 'id="identify"' in shown and "Varaan &lt;ajan&gt;." in shown
    answer = family.post(f"{page(talk)}decline/")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{page(talk)}#write")
    assert b'id="identify"' not in family.get(page(talk)).content


@pytest.mark.parametrize(("prefix", "words"), [("", "Olet tunnistautunut"), ("/sv", "Du har identifierat dig")])
def test_there_and_back_to_the_same_place_in_the_same_language(
    cast: Cast, talk: Contact, visitor: Visitor, family: Client, prefix: str, words: str
) -> None:
    ask(talk, cast.worker)
    answer = identify(family, "eka", talk.pk, prefix=prefix)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{prefix}{page(talk)}#write")
    assert bound_to(talk) == "Eka Maria Huoltaja"
    assert words in family.get(answer.headers["Location"]).content.decode()
    secret = family.cookies[settings.VISITOR_COOKIE_NAME].value
    key = find_key(secret)
    assert key is not None and secret != visitor.secret and key.pk == visitor.key.pk
    assert find_key(visitor.secret) is None, "who knew the old secret gets no further with it"
    attempt = Identification.objects.get()
    assert (attempt.language, attempt.contact_id, attempt.purpose) == (prefix[1:] or "fi", talk.pk, "contact")


def test_the_secret_of_the_attempt_is_kept_from_scripts_and_short(cast: Cast, talk: Contact, family: Client) -> None:
    ask(talk, cast.worker)
    leave(family, talk.pk)
    cookie = family.cookies[settings.IDENTIFICATION_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 3600)


def test_turning_back_and_failing_lose_nothing_and_the_card_stays(cast: Cast, talk: Contact, family: Client) -> None:
    ask(talk, cast.worker)
    for how, words in (
        ({"cancel": "1"}, "Keskeytit tunnistautumisen"),
        ({"fault": "low_level"}, "riittävän vahvasti"),
        ({"fault": "unreachable"}, "ei juuri nyt vastaa"),
    ):
        answer = come_back(family, leave(family, talk.pk), **how)
        assert answer.headers["Location"] == f"{page(talk)}#write"
        shown = family.get(page(talk)).content.decode()
        assert words in shown and 'id="identify"' in shown
    assert identify(family, "eka", talk.pk).status_code == 302
    assert bound_to(talk) == "Eka Maria Huoltaja", "after three attempts that came to nothing"


def test_coming_back_after_twenty_minutes_works_and_after_an_hour_says_so(
    cast: Cast, talk: Contact, family: Client
) -> None:
    ask(talk, cast.worker)
    state = leave(family, talk.pk)
    with time_machine.travel(NOW + dt.timedelta(minutes=61), tick=False):
        assert come_back(family, state, who="eka").headers["Location"] == f"{page(talk)}#write"
        assert "ehti kulua yli tunti" in family.get(page(talk)).content.decode()
        assert bound_to(talk) is None
    state = leave(family, talk.pk)
    with time_machine.travel(NOW + dt.timedelta(minutes=20), tick=False):
        come_back(family, state, who="eka")
    assert bound_to(talk) == "Eka Maria Huoltaja"


def test_pressing_back_asks_nothing_again(cast: Cast, talk: Contact, family: Client) -> None:
    ask(talk, cast.worker)
    state = leave(family, talk.pk)
    come_back(family, state, who="eka")
    events = AuditEvent.objects.count()
    answer = come_back(family, state, who="toka")
    assert answer.headers["Location"] == f"{page(talk)}#write"
    assert bound_to(talk) == "Eka Maria Huoltaja" and AuditEvent.objects.count() == events


def test_an_answer_for_another_browser_changes_nothing(
    cast: Cast, talk: Contact, family: Client, stranger: Visitor
) -> None:
    ask(talk, cast.worker)
    state = leave(family, talk.pk)
    other = browser_of(stranger.secret)
    assert come_back(other, state, who="toka").headers["Location"] == "/me/"
    assert "ei ole enää kesken tässä selaimessa" in other.get("/me/").content.decode()
    assert bound_to(talk) is None and not VisitorKey.objects.filter(person__isnull=False).exists()
    assert come_back(family, "made-up", who="eka").headers["Location"] == "/me/"


def test_what_was_declined_meanwhile_is_not_bound(cast: Cast, talk: Contact, family: Client) -> None:
    ask(talk, cast.worker)
    state = leave(family, talk.pk)
    family.post(f"{page(talk)}decline/")
    answer = come_back(family, state, who="eka")
    assert answer.headers["Location"] == f"{page(talk)}#write"
    assert bound_to(talk) is None
    assert not VisitorKey.objects.filter(person__isnull=False).exists(), "nor does the device speak for anybody"
    assert "Tunnistautumista ei enää pyydetä" in family.get(page(talk)).content.decode()


def test_nobody_leaves_from_a_conversation_that_is_not_theirs(
    cast: Cast, talk: Contact, stranger: Visitor, visitor: Visitor, family: Client
) -> None:
    ask(talk, cast.worker)
    other = browser_of(stranger.secret)
    for named in (str(talk.pk), str(uuid.uuid4()), "nonsense"):
        assert other.post("/identify/start/", {"contact": named}).status_code == 404
        assert browser_of().post("/identify/start/", {"contact": named}).status_code == 404
    quiet = open_chat(visitor)
    assert family.post("/identify/start/", {"contact": str(quiet.pk)}).headers["Location"] == f"{page(quiet)}#write"
    assert not Identification.objects.exists()


def test_without_a_provider_it_says_so(settings: object, cast: Cast, talk: Contact, family: Client) -> None:
    ask(talk, cast.worker)
    settings.IDENTIFICATION_BACKENDS = {}  # type: ignore[attr-defined]
    assert family.post("/identify/start/", {"contact": str(talk.pk)}).headers["Location"] == f"{page(talk)}#write"
    assert "ei ole juuri nyt mahdollista" in family.get(page(talk)).content.decode()


# -- a second device --------------------------------------------------------------------------------


def test_a_second_device_is_asked_to_identify_and_then_is_there(
    cast: Cast, talk: Contact, visitor: Visitor, family: Client
) -> None:
    second = browser_of(second_device(visitor).secret)
    assert "Vauva ei nuku" in second.get(page(talk)).content.decode()
    ask(talk, cast.worker)
    identify(family, "eka", talk.pk)
    shown = second.get(page(talk))
    assert shown.status_code == 200
    assert "Tunnistaudu jatkaaksesi" in shown.content.decode()
    for secret in ("Vauva ei nuku", "Eka", "Huoltaja", "Maija"):
        assert secret not in shown.content.decode()
    kept = second.post(f"{page(talk)}send/", {"body": "Ehdinkö vielä?", "nonce": str(uuid.uuid4())})
    assert kept.status_code == 409 and "Ehdinkö vielä?" in kept.content.decode()
    assert second.post(f"{page(talk)}leave/").status_code == 404
    assert second.get(f"/api/v1/contacts/{talk.pk}/").status_code == 404

    answer = identify(second, "eka", talk.pk)
    assert answer.headers["Location"] == f"{page(talk)}#write"
    assert "Vauva ei nuku" in second.get(page(talk)).content.decode()
    assert Binding.objects.count() == 1


def test_another_person_on_the_second_device_sees_only_their_own(
    cast: Cast, talk: Contact, visitor: Visitor, family: Client
) -> None:
    """Two guardians used one return code; one of them has identified since."""
    ask(talk, cast.worker)
    identify(family, "eka", talk.pk)
    second = browser_of(second_device(visitor).secret)
    answer = identify(second, "toka", talk.pk)
    assert answer.headers["Location"] == "/me/"
    shown = second.get("/me/").content.decode()
    assert "Hei, Toka" in shown and "ei ole sinun tiedoissasi" in shown
    for secret in ("Eka", str(talk.pk), "Vauva"):
        assert secret not in shown
    assert "Tunnistaudu jatkaaksesi" in second.get(page(talk)).content.decode()
    assert bound_to(talk) == "Eka Maria Huoltaja"


def test_a_strangers_device_never_learns_that_there_is_a_conversation(
    cast: Cast, talk: Contact, family: Client, stranger: Visitor
) -> None:
    ask(talk, cast.worker)
    identify(family, "eka", talk.pk)
    other = browser_of(stranger.secret)
    assert other.get(page(talk)).status_code == 404
    identify(other, "toka")
    assert other.get(page(talk)).status_code == 404


# -- the own page -----------------------------------------------------------------------------------


def test_the_own_page_first_says_why_and_then_shows_everything(cast: Cast, talk: Contact, family: Client) -> None:
    welcome = browser_of().get("/me/").content.decode()
    assert "Tunnistaudu" in welcome and "Minulla on paluukoodi" in welcome
    ask(talk, cast.worker)
    identify(family, "eka", talk.pk)
    elsewhere = browser_of()
    assert identify(elsewhere, "eka").headers["Location"] == "/me/"
    shown = elsewhere.get("/me/").content.decode()
    assert "Hei, Eka" in shown and page(talk) in shown and "siirtyi omiin tietoihisi" in shown
    assert "Vauva ei nuku" in elsewhere.get(page(talk)).content.decode()


def test_nameless_conversations_stand_apart_and_are_not_the_persons(
    cast: Cast, visitor: Visitor, chat: Contact, family: Client
) -> None:
    identify(family, "eka")
    shown = family.get("/me/").content.decode()
    assert "Näitä ei ole yhdistetty sinuun" in shown and page(chat) in shown
    assert bound_to(chat) is None
    elsewhere = browser_of()
    identify(elsewhere, "eka")
    assert page(chat) not in elsewhere.get("/me/").content.decode()
    assert elsewhere.get(page(chat)).status_code == 404


def test_an_identified_person_opens_under_their_own_name(cast: Cast) -> None:
    browser = browser_of()
    identify(browser, "eka")
    assert "Kirjoitat omalla nimelläsi" in browser.get("/message/").content.decode()
    answer = browser.post("/message/", {"body": "Hei", "nonce": str(uuid.uuid4()), "channel": "message"})
    contact = Contact.objects.get()
    assert answer.headers["Location"] == page(contact)
    assert bound_to(contact) == "Eka Maria Huoltaja" and contact.visitor is None
    assert AuditEvent.objects.get(code="guidance.contact.opened").actor_kind == "person"


def test_the_session_ends_an_hour_after_the_last_use_and_says_so(cast: Cast, talk: Contact) -> None:
    browser = browser_of()
    identify(browser, "eka")
    browser.post("/message/", {"body": "Hei", "nonce": str(uuid.uuid4()), "channel": "message"})
    contact = Contact.objects.exclude(pk=talk.pk).get()
    for minutes in (50, 100):
        with time_machine.travel(NOW + dt.timedelta(minutes=minutes), tick=False):
            assert "Hei, Eka" in browser.get("/me/").content.decode(), minutes
    with time_machine.travel(NOW + dt.timedelta(minutes=161), tick=False):
        shown = browser.get("/me/").content.decode()
        assert "Istuntosi päättyi" in shown and "Eka" not in shown
        gate = browser.get(page(contact)).content.decode()
        assert "Istuntosi päättyi" in gate and "Hei" not in gate.split("<main")[1].split("</main")[0]


def test_signing_out_leaves_nothing_on_the_device(cast: Cast, talk: Contact, family: Client) -> None:
    ask(talk, cast.worker)
    identify(family, "eka", talk.pk)
    assert family.post("/me/sign-out/").headers["Location"] == "/me/"
    shown = family.get("/me/").content.decode()
    assert "Olet kirjautunut ulos" in shown and "Eka" not in shown and page(talk) not in shown
    assert "Tunnistaudu jatkaaksesi" in family.get(page(talk)).content.decode()
    assert AuditEvent.objects.filter(code="accounts.person.signed_out").count() == 1
    family.post("/me/sign-out/")
    assert AuditEvent.objects.filter(code="accounts.person.signed_out").count() == 1


def test_after_the_undo_the_person_sees_that_it_went(cast: Cast, talk: Contact, family: Client) -> None:
    ask(talk, cast.worker)
    identify(family, "eka", talk.pk)
    undo_binding(contact_id=talk.pk, worker=cast.worker, reason="Puolison tunnukset.", now=NOW)
    elsewhere = browser_of()
    identify(elsewhere, "eka")
    shown = elsewhere.get("/me/").content.decode()
    assert "irrotti keskustelun" in shown and page(talk) not in shown and "Puolison" not in shown
    assert elsewhere.get(page(talk)).status_code == 404


# -- the desk ---------------------------------------------------------------------------------------


def test_the_desk_sees_who_it_is_and_by_what_proof(cast: Cast, talk: Contact, family: Client) -> None:
    desk = Client()
    desk.force_login(cast.worker)
    address = f"/desk/contacts/{talk.pk}/"
    assert "Pyydä tunnistautumista" in desk.get(address).content.decode()
    desk.post(f"{address}ask/", {"reason": "", "ready": "Varaan ajan."})
    shown = desk.get(address).content.decode()
    assert "Tunnistautumista pyydetty" in shown and "Peru pyyntö" in shown
    identify(family, "suojattu", talk.pk)
    shown = desk.get(address).content.decode()
    assert "Suojattu Henkilö" in shown and "35 v" in shown and "korotettu taso" in shown
    assert shown.count("Turvakielto") >= 3, "in the row, the head and beside the name"
    desk.post(f"{address}undo/", {"reason": "Väärät tunnukset"})
    shown = desk.get(address).content.decode()
    assert "Suojattu" not in shown and "Keskustelu on irrotettu" in shown


def test_what_the_desk_refuses_it_says_in_place(cast: Cast, talk: Contact) -> None:
    desk = Client()
    desk.force_login(cast.worker)
    address = f"/desk/contacts/{talk.pk}/"
    answer = desk.post(f"{address}ask/", {"reason": "x" * 501})
    assert answer.status_code == 422 and "x" * 501 in answer.content.decode()
    assert desk.post(f"{address}withdraw/").status_code == 409
    assert desk.post(f"{address}undo/", {"reason": "Syy"}).status_code == 409


@pytest.mark.parametrize("act", ["ask", "withdraw", "undo"])
@pytest.mark.parametrize("who", ["outsider", "professional", "catalogue_admin", "supervisor"])
def test_who_works_elsewhere_finds_nothing(cast: Cast, talk: Contact, family: Client, who: str, act: str) -> None:
    ask(talk, cast.worker)
    if act == "undo":
        identify(family, "eka", talk.pk)
    desk = Client()
    desk.force_login(getattr(cast, who))
    before = (Contact.objects.values().get(pk=talk.pk), AuditEvent.objects.count())
    assert desk.post(f"/desk/contacts/{talk.pk}/{act}/", {"reason": "Syy"}).status_code == 404
    assert (Contact.objects.values().get(pk=talk.pk), AuditEvent.objects.count()) == before
