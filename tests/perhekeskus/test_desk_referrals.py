"""Referrals at the desk, page by page: made, allowed, sent, answered, ended; each side sees its own and no more."""

import uuid
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import Person, Unit
from audit.models import AuditEvent
from guidance.models import ClientRelationship, Contact
from referrals import services
from referrals.models import Consent, Receiver, Referral
from tests.cast import NOW, Cast, Visitor, bind, make_person, take
from tests.clients import at_desk

pytestmark = pytest.mark.django_db
SUMMARY = "Vauva nukkuu huonosti ja vanhemmat ovat uupuneita."
State = Referral.State


@pytest.fixture(autouse=True)
def _noon() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def eka() -> Person:
    return make_person("Eka Huoltaja")


@pytest.fixture
def family(cast: Cast, chat: Contact, visitor: Visitor, eka: Person) -> ClientRelationship:
    bound = bind(take(chat, cast.worker), visitor, cast.worker, eka)
    return ClientRelationship.objects.get(pk=bound.relationship_id)


@pytest.fixture
def north(cast: Cast) -> Receiver:
    return Receiver.objects.create(name_fi="Pohjoisen perhetyö", unit=cast.other_unit)


@pytest.fixture
def third(cast: Cast) -> Receiver:
    unit = Unit.objects.create(slug="kolmas", name_fi="Kolmas", name_sv="Tredje", name_en="Third")
    return Receiver.objects.create(name_fi="Pohjoisen neuvola", unit=unit)


@pytest.fixture
def here(cast: Cast) -> Client:
    return at_desk(cast.worker)


@pytest.fixture
def there(cast: Cast) -> Client:
    return at_desk(cast.outsider)


def sheet(**given: Any) -> dict[str, Any]:
    return {
        "receiver": "pohjoisen perhetyö", "kind": "service", "urgency": "soon", "summary": SUMMARY, "wish": "",
        "asking": "spoken", "items": ["summary"], "until_on": "2026-12-31",
    } | given  # fmt: skip


def made(here: Client, chat: Contact, **given: Any) -> Referral:
    answer = here.post(f"/desk/contacts/{chat.pk}/refer/", sheet(**given))
    assert answer.status_code == 302, answer.content.decode()
    return Referral.objects.get(pk=answer.headers["Location"].split("/")[-2])


def act(client: Client, referral: Referral, name: str, **data: Any) -> int:
    return client.post(f"/desk/referrals/{referral.pk}/{name}/", data).status_code


def page(client: Client, referral: Referral) -> str:
    answer = client.get(f"/desk/referrals/{referral.pk}/")
    return answer.content.decode() if answer.status_code == 200 else ""


def sent(here: Client, chat: Contact, **given: Any) -> Referral:
    referral = made(here, chat, **given)
    assert act(here, referral, "send") == 302
    return referral


def test_from_the_contact_to_its_outcome(
    here: Client, there: Client, chat: Contact, family: ClientRelationship, north: Receiver
) -> None:
    assert "Ohjaa palveluun" in here.get(f"/desk/contacts/{chat.pk}/").content.decode()
    assert "Pohjoisen perhetyö" in here.get(f"/desk/contacts/{chat.pk}/refer/").content.decode()
    referral = made(here, chat)
    assert (referral.receiver, referral.urgency, referral.contact_id) == (north, "soon", chat.pk)
    assert Consent.objects.get().given_how == "spoken"
    assert page(there, referral) == "", "not sent yet"
    assert act(here, referral, "send") == 302
    assert SUMMARY in page(there, referral) and "Eka Huoltaja" not in page(there, referral), "what the consent names"
    assert "Eka Huoltaja" in page(here, referral)
    for name, data, state in (
        ("receive", {}, State.RECEIVED),
        ("answer", {"decision": "accept", "words": "Tervetuloa maanantaina"}, State.ACCEPTED),
        ("start", {}, State.STARTED),
        ("complete", {"outcome": "helped"}, State.COMPLETED),
    ):
        assert act(there, referral, name, **data) == 302
        referral.refresh_from_db()
        assert referral.state == state
    assert page(there, referral) == "", "over: nothing is to be seen there any more"
    assert "Tervetuloa maanantaina" in page(here, referral)
    looks = AuditEvent.objects.filter(code="referrals.referral.viewed", object_id=str(referral.pk))
    assert looks.values_list("actor_id", flat=True).distinct().count() == 2


def test_lists_are_each_sides_own(
    here: Client, there: Client, chat: Contact, family: ClientRelationship, north: Receiver
) -> None:
    referral = sent(here, chat, items=["summary", "name"])
    mine, theirs = (client.get("/desk/referrals/") for client in (here, there))
    assert [one.pk for one in mine.context["sent"]] == [referral.pk] and mine.context["received"] == []
    assert [one.pk for one in theirs.context["received"]] == [referral.pk] and theirs.context["sent"] == []
    assert "Eka Huoltaja" in theirs.content.decode() and "Vuorossa: te" in theirs.content.decode()
    services.revoke_consent(consent_id=Consent.objects.get().pk, person=family.person, now=NOW)
    assert there.get("/desk/referrals/").context["received"] == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"receiver": "ei sellaista"}, "receiver-error"),
        ({"receiver": "pohjoisen"}, "receiver-error"),
        ({"receiver": ""}, "receiver-error"),
        ({"receiver": "pohjoisen perhetyö", "kind": "needs_assessment"}, "receiver-error"),
        ({"summary": ""}, "summary-error"),
        ({"items": []}, "along-error"),
        ({"until_on": "2026-02-30"}, "until-error"),
        ({"until_on": "2030-01-01"}, "until-error"),
        ({"wish": "x\x00"}, "form-error"),
    ],
)
def test_what_is_wrong_is_told_in_its_place_and_nothing_is_lost(
    here: Client, chat: Contact, family: ClientRelationship, north: Receiver, third: Receiver,
    given: dict[str, Any], field: str,
) -> None:  # fmt: skip
    answer = here.post(f"/desk/contacts/{chat.pk}/refer/", sheet(summary=SUMMARY, is_warm="yes") | given)
    text = answer.content.decode()
    assert answer.status_code == 422 and f'id="{field}"' in text
    assert given.get("summary", SUMMARY) in text and 'name="is_warm" value="yes" checked' in text
    assert not Referral.objects.exists() and not Consent.objects.exists(), "all of it, or nothing"


def test_a_nameless_family_is_not_referred(here: Client, cast: Cast, chat: Contact, north: Receiver) -> None:
    take(chat, cast.worker)
    for answer in (
        here.get(f"/desk/contacts/{chat.pk}/refer/"),
        here.post(f"/desk/contacts/{chat.pk}/refer/", sheet()),
    ):
        assert answer.status_code == 302
    assert not Referral.objects.exists()


def test_asked_later_on_the_own_page_changed_and_asked_anew(
    here: Client, chat: Contact, family: ClientRelationship, eka: Person, north: Receiver, third: Receiver
) -> None:
    referral = made(here, chat, asking="later")
    assert not Consent.objects.exists() and act(here, referral, "send") == 409
    assert act(here, referral, "ask", asking="own_page", items=["summary"], until_on="2026-12-01") == 302
    asked = Consent.objects.get()
    services.give_consent(consent_id=asked.pk, person=eka, now=NOW)
    changed = sheet(receiver="Pohjoisen neuvola", summary="Toinen yhteenveto")
    assert here.post(f"/desk/referrals/{referral.pk}/edit/", changed).status_code == 302
    asked.refresh_from_db()
    assert asked.cancelled_at is not None and act(here, referral, "send") == 409, "the family has not seen this"
    assert act(here, referral, "ask", asking="own_page", items=["summary"], until_on="2026-12-01") == 302
    again = Consent.objects.latest("pk")
    assert act(here, referral, "consent", decision="spoken", consent=asked.pk) == 409, "another question"
    assert act(here, referral, "consent", decision="cancel", consent=again.pk) == 302
    assert act(here, referral, "ask", asking="spoken", items=["summary"], until_on="2026-12-01") == 302
    assert act(here, referral, "send") == 302
    referral.refresh_from_db()
    assert (referral.receiver, referral.state) == (third, State.SENT)


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ({"decision": "decline", "words": "Jono on täynnä"}, State.DECLINED),
        ({"decision": "return", "words": "Kertokaa unesta"}, State.RETURNED),
        ({"decision": "reroute", "words": "Sopii paremmin", "receiver": "Pohjoisen neuvola"}, State.RETURNED),
    ],
)
def test_other_answers_need_words_and_end_the_access(
    here: Client, there: Client, chat: Contact, family: ClientRelationship, north: Receiver, third: Receiver,
    answer: dict[str, str], state: str,
) -> None:  # fmt: skip
    referral = sent(here, chat)
    assert act(there, referral, "answer", **answer | {"words": " "}) == 422
    assert act(there, referral, "answer", decision="jotain") == 422
    assert act(there, referral, "answer", **answer) == 302
    referral.refresh_from_db()
    assert referral.state == state and page(there, referral) == ""
    assert answer["words"] in page(here, referral)
    if state == State.DECLINED:
        assert act(here, referral, "seen-to") == 302
        assert here.get("/desk/referrals/").context["sent"] == []


def test_passed_on_at_once_where_the_family_allows_it(
    here: Client, there: Client, chat: Contact, family: ClientRelationship, north: Receiver, third: Receiver
) -> None:
    referral = sent(here, chat, others_too="yes")
    wrong = {"decision": "reroute", "words": "Sopii", "receiver": "Pohjoisen perhetyö"}
    assert act(there, referral, "answer", **wrong) == 422, "it is there already"
    assert act(there, referral, "answer", **wrong | {"receiver": "Pohjoisen neuvola"}) == 302
    referral.refresh_from_db()
    assert (referral.receiver, referral.state) == (third, State.SENT) and page(there, referral) == ""


def test_the_sender_takes_it_back_and_hands_over_warmly(
    here: Client, there: Client, chat: Contact, family: ClientRelationship, north: Receiver
) -> None:
    referral = sent(here, chat, is_warm="yes")
    assert act(here, referral, "handed-over") == 302 and act(here, referral, "handed-over") == 409
    assert act(here, referral, "end", reason="") == 422
    assert act(there, referral, "end", reason="Ei meidän") == 404
    assert act(here, referral, "end", reason="Perhe muutti") == 302
    referral.refresh_from_db()
    assert referral.warm_at == NOW and referral.state == State.WITHDRAWN and page(there, referral) == ""


def test_along_goes_what_the_consent_names_and_nothing_else(
    here: Client, there: Client, cast: Cast, chat: Contact, family: ClientRelationship, north: Receiver
) -> None:
    said = chat.messages.exclude(kind="system").first()
    assert said is not None
    named = {"name": "Eka Huoltaja", "summary": SUMMARY, "conversation": said.body}
    for item, words in named.items():
        referral = sent(here, chat, items=[item])
        text = page(there, referral)
        assert [name for name, told in named.items() if told in text] == [item]
        assert words in text


@pytest.mark.parametrize("who", ["outsider", "professional", "catalogue_admin"])
def test_to_others_there_is_nothing(
    here: Client, cast: Cast, chat: Contact, family: ClientRelationship, third: Receiver, who: str
) -> None:
    referral = sent(here, chat, receiver="Pohjoisen neuvola")
    client = at_desk(getattr(cast, who))
    for path in (
        f"/desk/referrals/{referral.pk}/",
        f"/desk/referrals/{uuid.uuid4()}/",
        f"/desk/contacts/{chat.pk}/refer/",
    ):
        assert client.get(path).status_code == 404
    assert act(client, referral, "send") == act(client, referral, "answer", decision="accept") == 404
