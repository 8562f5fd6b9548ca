"""Two guardians of one child: nothing passes between them unshared, and what is shared is read only."""

import re
import uuid

import pytest
import time_machine
from django.test import Client

from audit.models import AuditEvent
from guidance.models import Contact, ThreadShare
from guidance.services import add_note, name_child
from tests.cast import NOW, Cast, Visitor, ask, make_visitor, open_chat, take
from tests.stand_in import browser_of, identify

pytestmark = pytest.mark.usefixtures("stand_in")


@pytest.fixture(autouse=True)
def _noon() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def guardian(cast: Cast, who: str, body: str) -> tuple[Client, Contact]:
    """A guardian who wrote, was asked and identified; the contact is about their child."""
    visitor: Visitor = make_visitor()
    contact = take(open_chat(visitor, body=body), cast.worker)
    browser = browser_of(visitor.secret)
    ask(contact, cast.worker)
    identify(browser, who, contact.pk)
    name_child(contact_id=contact.pk, worker=cast.worker, name="Aino Huoltaja", birth_date=NOW.date(), now=NOW)
    return browser, contact


def code_in(answer: object) -> str:
    spans = re.findall(r"<span>(\d{4})</span>", answer.content.decode())  # type: ignore[attr-defined]
    assert len(spans) == 4
    return "".join(spans)


def test_what_one_guardian_writes_the_other_sees_only_when_it_is_shared(cast: Cast) -> None:
    eka, ekas = guardian(cast, "eka", "EKAN SALAISUUS")
    toka, tokas = guardian(cast, "toka", "TOKAN SALAISUUS")
    add_note(contact=ekas, worker=cast.worker, body="MERKINTÄ", now=NOW)
    assert "EKAN SALAISUUS" in eka.get(f"/contacts/{ekas.pk}/").content.decode(), "the owner reads it"

    def everything(browser: Client) -> str:
        pages = ["/me/", "/me/data/", f"/contacts/{tokas.pk}/"]
        return "".join(browser.get(page).content.decode() for page in pages)

    for secret in ("EKAN SALAISUUS", "Eka", str(ekas.pk)):
        assert secret not in everything(toka)
    assert toka.get(f"/contacts/{ekas.pk}/").status_code == 404
    assert toka.get(f"/api/v1/contacts/{ekas.pk}/messages/").status_code == 404
    assert toka.get(f"/me/contacts/{ekas.pk}/share/").status_code == 404
    assert toka.post(f"/me/contacts/{ekas.pk}/share/").status_code == 404

    code = code_in(eka.post(f"/me/contacts/{ekas.pk}/share/"))
    answer = toka.post("/me/shares/redeem/", {"code": code})
    share = ThreadShare.objects.get()
    assert answer.headers["Location"] == f"/me/shared/{share.pk}/"
    shared = toka.get(f"/me/shared/{share.pk}/").content.decode()
    assert (
        "EKAN SALAISUUS" in shared
        and "MERKINTÄ" not in shared
        and "<form" not in shared.split("<main")[1].split("</main")[0]
    )
    assert AuditEvent.objects.filter(code="guidance.thread.read_as_shared").count() == 1
    assert toka.get(f"/contacts/{ekas.pk}/").status_code == 404, "only its shared page"
    send = {"nonce": str(uuid.uuid4()), "body": "Minäkin"}
    assert toka.post(f"/api/v1/contacts/{ekas.pk}/messages/", send).status_code == 404
    assert "TOKAN SALAISUUS" not in eka.get("/me/").content.decode()
    assert "Näkyy henkilölle Toka Huoltaja." in eka.get("/me/").content.decode()

    eka.post(f"/me/shares/{share.pk}/revoke/")
    assert toka.get(f"/me/shared/{share.pk}/").status_code == 404
    assert "jakanut sinulle" not in toka.get("/me/").content.decode()


def test_a_wrong_code_stays_in_its_field_and_guessing_ends(cast: Cast, settings: object) -> None:
    browser = browser_of()
    identify(browser, "eka")
    answer = browser.post("/me/shares/redeem/", {"code": "1111 2222 3333 4444"})
    assert answer.status_code == 422
    assert "Koodi ei käy" in answer.content.decode() and "1111 2222 3333 4444" in answer.content.decode()
    statuses = [browser.post("/me/shares/redeem/", {"code": "1"}).status_code for _try in range(10)]
    assert statuses[-1] == 429 and statuses[0] == 422


def test_who_has_not_identified_shares_and_reads_nothing(cast: Cast, chat: Contact, visitor: Visitor) -> None:
    eka, ekas = guardian(cast, "eka", "EKAN SALAISUUS")
    code = code_in(eka.post(f"/me/contacts/{ekas.pk}/share/"))
    nameless = browser_of(visitor.secret)
    assert nameless.get(f"/me/contacts/{chat.pk}/share/").status_code == 404
    assert nameless.post("/me/shares/redeem/", {"code": code}).headers["Location"] == "/me/"
    share = ThreadShare.objects.get()
    assert share.used_at is None
    assert nameless.get(f"/me/shared/{share.pk}/").status_code == 404
    assert nameless.post(f"/me/shares/{share.pk}/revoke/").status_code == 404
    assert browser_of().get(f"/me/shared/{share.pk}/").status_code == 404


def test_a_guardian_with_turvakielto_is_warned_before_sharing(cast: Cast) -> None:
    browser, contact = guardian(cast, "suojattu", "Asun nyt muualla.")
    assert "Sinulla on turvakielto" in browser.get(f"/me/contacts/{contact.pk}/share/").content.decode()


def test_the_desk_names_the_child_and_asks_for_a_judgement(cast: Cast) -> None:
    _browser, contact = guardian(cast, "eka", "Hei")
    desk = Client()
    desk.force_login(cast.worker)
    address = f"/desk/contacts/{contact.pk}/"
    assert "Aino Huoltaja" in desk.get(address).content.decode()
    older = {"name": "Ville", "birth_date": "2012-01-31"}
    answer = desk.post(f"{address}child/", older)
    assert answer.status_code == 422
    assert "Arvioi ensin" in answer.content.decode() and 'value="Ville"' in answer.content.decode()
    assert desk.post(f"{address}child/", {"name": "Ville", "birth_date": "2012-13-41"}).status_code == 422
    judged = older | {"may_act": "yes", "reason": "Ville pyysi."}
    assert desk.post(f"{address}child/", judged).status_code == 302
    shown = desk.get(address).content.decode()
    assert "Ville" in shown and "Arvioitu: huoltaja voi asioida." in shown
    for who in ("outsider", "supervisor", "professional"):
        other = Client()
        other.force_login(getattr(cast, who))
        assert other.post(f"{address}child/", judged).status_code == 404


def test_the_identity_code_needs_a_reason_and_a_fresh_sign_in(cast: Cast) -> None:
    _browser, contact = guardian(cast, "eka", "Hei")
    desk = Client()
    desk.force_login(cast.worker)
    address = f"/desk/contacts/{contact.pk}/identity-code/"
    answer = desk.post(address, {"reason": "referral"})
    assert answer.status_code == 302 and "reauthenticate" in answer.headers["Location"]
    assert not AuditEvent.objects.filter(code="accounts.identity_code.shown").exists()
    who_first = Client().post(address, {"reason": "referral"})
    assert who_first.status_code == 302 and "/accounts/login/" in who_first.headers["Location"]
    for who in ("outsider", "supervisor", "professional"):
        other = Client()
        other.force_login(getattr(cast, who))
        assert other.post(address, {"reason": "referral"}).status_code == 404
