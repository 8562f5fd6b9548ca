"""The pages of a receiver outside, and the desk's page of its link, over HTTP: what each shows and what not."""

import datetime as dt
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from accounts.models import Person
from guidance.models import Child, ClientRelationship, Contact
from referrals import links
from referrals import services as acts
from referrals.models import Consent, Receiver, ReceiverLink, Referral
from tests.cast import NOW, Cast, Visitor, bind, make_person, take

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
Item = Consent.Item
SUMMARY = "Uni on vaikeaa"


@pytest.fixture(autouse=True)
def _at() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def eka() -> Person:
    return make_person("Eka Huoltaja")


@pytest.fixture
def family(cast: Cast, chat: Contact, visitor: Visitor, eka: Person) -> ClientRelationship:
    bound = bind(take(chat, cast.worker), visitor, cast.worker, eka)
    found = ClientRelationship.objects.get(pk=bound.relationship_id)
    born = dt.date(2019, 5, 4)
    Child.objects.create(
        relationship=found, name="Taimi Testilapsi", birth_date=born, named_by=cast.worker, named_at=NOW
    )
    return found


def sent(cast: Cast, family: ClientRelationship, eka: Person, *items: str) -> Referral:
    receiver = Receiver.objects.create(name_fi="Järjestö", email="apua@example.test")
    referral = acts.make_draft(
        relationship_id=family.pk, worker=cast.worker, unit=cast.unit, receiver=receiver, summary=SUMMARY,
        wish="Soittakaa iltapäivällä", contact_id=Contact.objects.get(relationship=family).pk, now=NOW,
    )  # fmt: skip
    consent = acts.ask_consent(
        referral_id=referral.pk, worker=cast.worker, items=items, until_on=(NOW + 9 * DAY).date(), now=NOW
    )
    acts.give_consent(consent_id=consent.pk, person=eka, now=NOW)
    return acts.send(referral_id=referral.pk, worker=cast.worker, now=NOW)


def address(referral: Referral, prefix: str = "") -> str:
    link = ReceiverLink.objects.get(referral=referral, ended_at__isnull=True)
    return f"{prefix}/received/?t={links.token_of(link)}"


def enter(client: Client, cast: Cast, referral: Referral) -> Any:
    code = acts.make_code(referral_id=referral.pk, worker=cast.worker, now=NOW)
    return client.post(address(referral), {"code": code, "name": "Aino Auttaja"})


def text(answer: Any) -> str:
    return str(answer.content.decode())


SHOWN = {
    Item.SUMMARY: SUMMARY,
    Item.NAME: "Eka Huoltaja",
    Item.CHILDREN: "Taimi Testilapsi",
    Item.CONVERSATION: "Keskustelu, josta ohjaus lähti",
}


@pytest.mark.parametrize("items", [(Item.SUMMARY,), (Item.NAME, Item.CHILDREN), tuple(SHOWN)])
def test_the_page_shows_what_the_consent_names_and_the_way_to_it_nothing(
    items: tuple[str, ...], cast: Cast, family: ClientRelationship, eka: Person, client: Client
) -> None:
    referral = sent(cast, family, eka, *items)
    closed = client.get(address(referral))
    assert closed.status_code == 200 and closed.headers["Cache-Control"] == "no-store"
    for secret in (*SHOWN.values(), "Huoltaja", "Järjestö", str(referral.pk)):
        assert secret not in text(closed)
    entered = enter(client, cast, referral)
    cookie = next(iter(entered.cookies.values()))
    assert entered.status_code == 302 and cookie["httponly"] and cookie["samesite"] == "Lax"
    page = text(client.get(address(referral)))
    for item, words in SHOWN.items():
        assert (words in page) == (item in items), item
    for prefix in ("/sv", "/en"):
        assert client.get(address(referral, prefix)).status_code == 200
    assert SUMMARY not in text(Client().get(address(referral))), "another browser has to give a code"


def test_acts_by_the_page_and_the_end_of_it(
    cast: Cast, family: ClientRelationship, eka: Person, client: Client
) -> None:
    referral = sent(cast, family, eka, Item.SUMMARY)
    where = address(referral)
    enter(client, cast, referral)
    refused = client.post(where, {"act": "decline", "words": " "})
    assert refused.status_code == 422 and "Kirjoita perustelu." in text(refused)
    assert client.post(where, {"act": "reroute"}).status_code == 422
    for act in ("receive", "accept", "start"):
        assert client.post(where, {"act": act, "words": "Soitamme huomenna"}).status_code == 302
    no_outcome = client.post(where, {"act": "complete", "words": "Kaikki on nyt hyvin"})
    assert no_outcome.status_code == 422 and "Kaikki on nyt hyvin" in text(no_outcome), "nothing typed is lost"
    done = client.post(where, {"act": "complete", "outcome": "helped", "words": "Kiitos"})
    assert done.status_code == 200 and SUMMARY not in text(done)
    referral.refresh_from_db()
    assert (referral.state, referral.outcome, referral.taker_name) == ("completed", "helped", "Aino Auttaja")
    assert client.get(where).status_code == 410


def test_every_link_that_works_no_more_is_answered_alike(
    cast: Cast, family: ClientRelationship, eka: Person, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    referral = sent(cast, family, eka, Item.SUMMARY)
    where = address(referral)
    enter(client, cast, referral)
    assert SUMMARY in text(client.get(where)), "there is something to lose"
    with caplog.at_level(logging.DEBUG):
        forged = client.get("/received/?t=forged")
        with time_machine.travel(NOW + 20 * DAY, tick=False):
            past = client.get(where)
        consent = Consent.objects.get(referral=referral)
        acts.revoke_consent(consent_id=consent.pk, person=eka, now=NOW)
        ended = [client.get(where), client.post(where, {"act": "accept"}), client.get("/received/")]
    answers = [forged, past, *ended]
    assert {answer.status_code for answer in answers} == {410}
    # The links to the other languages repeat what was asked, and nothing else differs.
    assert len({re.sub(r"\?t=[^\"]*", "", text(answer)) for answer in answers}) == 1
    assert where.partition("=")[2] not in caplog.text, "no log has the link"


def test_wrong_codes_and_leaving(cast: Cast, family: ClientRelationship, eka: Person, client: Client) -> None:
    referral = sent(cast, family, eka, Item.SUMMARY)
    where = address(referral)
    nameless = client.post(where, {"code": "1", "name": ""})
    wrong = client.post(where, {"code": "1", "name": "Aino Auttaja"})
    assert (nameless.status_code, wrong.status_code) == (422, 422)
    assert "Aino Auttaja" in text(wrong) and not wrong.cookies.get(settings.RECEIVER_COOKIE_PREFIX)
    enter(client, cast, referral)
    assert client.post(where, {"act": "leave"}).status_code == 302
    assert SUMMARY not in text(client.get(where))


def test_the_desks_page_of_the_link(cast: Cast, family: ClientRelationship, eka: Person, client: Client) -> None:
    referral = sent(cast, family, eka, Item.SUMMARY)
    where, link = f"/desk/referrals/{referral.pk}/link/", address(referral)
    client.force_login(cast.outsider)
    assert client.get(where).status_code == 404
    client.force_login(cast.supervisor)
    assert client.get(where).status_code == 200
    page = client.post(where, {"act": "code"})
    code = page.context["code"]
    assert len(code) == links.CODE_DIGITS and code[:4] in text(page)
    assert page.context["link"].code_hash not in text(page) and code[:4] + " " not in text(client.get(where))
    receiver = Client()
    assert receiver.post(link, {"code": code, "name": "Aino"}).status_code == 302
    assert "Aino" in text(client.get(where))
    assert client.post(where, {"act": "end"}).status_code == 302
    assert receiver.get(link).status_code == 410
    assert client.post(where, {"act": "end"}).status_code == 410
    assert client.post(where, {"act": "renew"}).status_code == 302
    assert receiver.get(address(referral)).status_code == 200
    assert client.post(where, {"act": "?"}).status_code == 422
