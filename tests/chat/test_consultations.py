"""Consultations at the desk and through the API: pages that work as plain forms, and families' keys that open none."""

import uuid
from typing import Any

import pytest
from django.test import Client

from audit.models import AuditEvent
from core import clock
from guidance.models import ConsultationMember, Contact, Message
from guidance.services import link_consultation, open_room
from tests.cast import Cast, Visitor, answer, bind, consult, make_person, make_visitor, open_chat, take
from tests.clients import at_desk, at_home, post

pytestmark = pytest.mark.django_db
SECRET = "Kolmevuotias valvoo ja vanhemmat ovat öistä eri mieltä."


@pytest.fixture
def family(cast: Cast) -> Visitor:
    return make_visitor(clock.now())


def test_a_professional_asks_an_answer_comes_and_it_ends_with_plain_forms(cast: Cast) -> None:
    asker, worker = at_desk(cast.professional), at_desk(cast.worker)
    assert "Konsultaatiot" in asker.get("/desk/").content.decode()
    assert "Juha Kettunen" in asker.get("/desk/consultations/new/").content.decode()
    form = {"asked": f"unit:{cast.unit.pk}", "title": "Uni", "body": SECRET, "nonce": str(uuid.uuid4())}
    opened = asker.post("/desk/consultations/new/", form)
    assert asker.post("/desk/consultations/new/", form).headers["Location"] == opened.headers["Location"]
    page = opened.headers["Location"]
    assert SECRET in asker.get(page).content.decode()
    assert "sinulta kysytään" in worker.get("/desk/?list=consultations").content.decode()
    assert "Vastaa kysymykseen" in worker.get(page).content.decode()
    assert worker.post(f"{page}take/").status_code == 302
    assert worker.post(f"{page}send/", {"body": "Aloittaisin uniohjauksella."}).status_code == 302
    assert "Aloittaisin" in asker.get(page).content.decode()
    assert worker.post(f"{page}invite/", {"worker": cast.outsider.pk}).status_code == 302
    assert SECRET in at_desk(cast.outsider).get(page).content.decode()
    assert at_desk(cast.outsider).post(f"{page}leave/").status_code == 302
    assert at_desk(cast.outsider).get(page).status_code == 404
    assert worker.post(f"{page}close/", {"outcome": "resolved"}).status_code == 422
    assert worker.post(f"{page}close/", {"outcome": "resolved", "topic": cast.topic.slug}).status_code == 302
    assert Contact.objects.get().state == "closed"
    assert "Päättynyttä ei avata uudelleen" in asker.get(page).content.decode()


def test_a_text_that_tells_whose_it_is_is_asked_about_once_and_then_goes(cast: Cast, family: Visitor) -> None:
    now = clock.now()
    chat = bind(
        take(open_chat(family, now=now), cast.worker, now), family, cast.worker, make_person("Aino Kuusela"), now=now
    )
    worker, form = at_desk(cast.worker), {"asked": f"worker:{cast.colleague.pk}", "about": str(chat.pk)}
    told = form | {"body": "Kuuselat, puh. 040 123 4567", "nonce": str(uuid.uuid4())}
    asked = worker.post("/desk/consultations/new/", told)
    assert (asked.status_code, asked.context["telltales"]) == (200, ["name", "telephone"])
    assert not Contact.objects.filter(channel="consultation").exists()
    assert worker.post("/desk/consultations/new/", told | {"sure": "yes"}).status_code == 302
    assert worker.post("/desk/consultations/new/", form | {"body": "Miten neuvoisit?"}).status_code == 302
    assert worker.post("/desk/consultations/new/", form | {"body": "  "}).status_code == 422
    assert at_desk(cast.outsider).get(f"/desk/consultations/new/?about={chat.pk}").status_code == 404


def test_beside_the_familys_thread_colleagues_see_that_it_is_and_who_and_no_word_of_it(
    cast: Cast, family: Visitor
) -> None:
    now = clock.now()
    chat = take(open_chat(family, now=now), cast.worker, now)
    contact = consult(cast.worker, user=cast.professional, about=chat, body=SECRET, now=now)
    own, other = (
        at_desk(user).get(f"/desk/contacts/{chat.pk}/").content.decode() for user in (cast.worker, cast.colleague)
    )
    assert f"/desk/consultations/{contact.pk}/" in own and SECRET not in own
    assert f"/desk/consultations/{contact.pk}/" not in other and "Mukana Maija Lehtonen" in other
    line = at_desk(cast.worker).get(f"/desk/contacts/{chat.pk}/?line=colleague")
    assert "Kysyn tästä kollegalta" in line.context["body"]
    assert not Message.objects.filter(contact=chat, kind="worker").exists()  # nothing goes by itself


def test_it_is_linked_by_reference_by_somebody_with_the_right_and_by_nobody_else(cast: Cast, family: Visitor) -> None:
    now = clock.now()
    chat = open_chat(family, now=now)
    contact = answer(consult(cast.professional, unit=cast.unit, now=now), cast.worker, now)
    page = f"/desk/consultations/{contact.pk}/"
    assert at_desk(cast.professional).post(f"{page}link/", {"reference": chat.reference}).status_code == 404
    assert at_desk(cast.colleague).post(f"{page}link/", {"reference": chat.reference}).status_code == 404
    assert at_desk(cast.worker).post(f"{page}link/", {"reference": "00000000"}).status_code == 422
    assert at_desk(cast.worker).post(f"{page}link/", {"reference": chat.reference}).status_code == 302
    contact.consultation.refresh_from_db()
    assert contact.consultation.relationship == chat.relationship
    assert "liitti tämän asiakkuuteen" in at_desk(cast.professional).get(page).content.decode()
    assert at_desk(cast.worker).post(f"{page}unlink/").status_code == 302


def test_the_second_to_answer_is_told_who_was_first(cast: Cast) -> None:
    contact = answer(consult(cast.professional, unit=cast.unit, now=clock.now()), cast.worker, clock.now())
    late = at_desk(cast.colleague).post(f"/desk/consultations/{contact.pk}/take/")
    assert (late.status_code, "Maija ehti ottaa" in late.content.decode()) == (409, True)


def test_a_hand_over_room_of_the_day(cast: Cast) -> None:
    worker = at_desk(cast.worker)
    room = worker.post("/desk/rooms/", {"unit": cast.unit.pk}).headers["Location"]
    assert worker.post("/desk/rooms/", {"unit": cast.unit.pk}).headers["Location"] == room
    assert worker.post(f"{room}send/", {"body": "Viite 1a2b3c4d odottaa soittoa."}).status_code == 302
    assert "1a2b3c4d" in at_desk(cast.supervisor).get(room).content.decode()
    for user in (cast.outsider, cast.professional, cast.catalogue_admin):
        assert at_desk(user).get(room).status_code == 404
    assert worker.post(f"{room}leave/").status_code == 404
    elsewhere = worker.post("/desk/rooms/", {"unit": cast.other_unit.pk})
    assert elsewhere.headers["Location"] == "/desk/" and Contact.objects.count() == 1


# -- the API ---------------------------------------------------------------------------------------------------


def api(client: Client, path: str, data: dict[str, Any] | None = None) -> Any:
    return post(client, f"/api/v1/{path}", data)


def test_the_api_asks_answers_invites_and_counts_the_list(cast: Cast, family: Visitor) -> None:
    chat = open_chat(family, now=clock.now())
    worker, colleague = at_desk(cast.worker), at_desk(cast.colleague)
    nonce = str(uuid.uuid4())
    opened = api(worker, f"contacts/{chat.pk}/consult/", {"title": "Uni", "body": SECRET, "nonce": nonce})
    again = api(worker, f"contacts/{chat.pk}/consult/", {"title": "Uni", "body": SECRET, "nonce": nonce})
    shown = opened.json()
    assert (opened.status_code, again.status_code, again.json()["id"]) == (201, 200, shown["id"])
    assert shown["consultation"] == {
        "kind": "consultation", "title": "Uni", "to": {"kind": "unit", "name": "Asiakasohjaus"},
        "about": chat.reference, "linked": False,
        "members": [{"name": "Maija Lehtonen", "role": "perheohjaaja"}],
    }  # fmt: skip
    lists = colleague.get("/api/v1/desk/").json()
    assert (lists["counts"]["consultations"], lists["consultations"][0]["title"]) == (1, "Uni")
    assert colleague.get(f"/api/v1/contacts/{shown['id']}/messages/").status_code == 200
    assert api(colleague, f"contacts/{shown['id']}/take/").json()["state"] == "open"
    assert api(at_desk(cast.professional), f"contacts/{shown['id']}/take/").json()["code"] == "taken"
    assert api(colleague, f"contacts/{shown['id']}/messages/", {"nonce": nonce, "body": "x"}).status_code == 200
    said = api(colleague, f"contacts/{shown['id']}/messages/", {"nonce": str(uuid.uuid4()), "body": "Uniohjaus."})
    assert said.status_code == 201
    assert api(colleague, f"consultations/{shown['id']}/invite/", {"worker": str(cast.outsider.pk)}).status_code == 200
    assert api(worker, f"consultations/{shown['id']}/leave/").status_code == 200
    assert worker.get(f"/api/v1/contacts/{shown['id']}/").status_code == 404
    assert ConsultationMember.objects.filter(left_at=None).count() == 2


def test_the_api_takes_gives_back_and_closes_as_any_contact(cast: Cast) -> None:
    contact = consult(cast.worker, profession=cast.professional.profession, body=SECRET, now=clock.now())
    asker, professional, colleague = (
        at_desk(cast.worker),
        at_desk(cast.professional),
        at_desk(cast.colleague),
    )
    sheet = {"outcome": "resolved", "topic": cast.topic.slug, "next_step": ""}
    assert api(colleague, f"contacts/{contact.pk}/take/").status_code == 404
    taken = api(professional, f"contacts/{contact.pk}/take/").json()
    assert (taken["state"], taken["worker"]["name"]) == ("open", cast.professional.first_name)
    assert taken["consultation"]["members"][-1]["name"].startswith(cast.professional.first_name)
    assert api(asker, f"contacts/{contact.pk}/release/").json()["code"] == "not_yours"
    assert api(professional, f"contacts/{contact.pk}/release/").json()["state"] == "waiting"
    assert api(professional, f"contacts/{contact.pk}/close/", sheet).status_code == 404
    assert api(professional, f"contacts/{contact.pk}/take/").json()["state"] == "open"
    assert api(colleague, f"contacts/{contact.pk}/close/", sheet).status_code == 404
    assert api(asker, f"contacts/{contact.pk}/close/", sheet).json()["state"] == "closed"
    acts = ("guidance.contact.taken", "guidance.consultation.left", "guidance.contact.closed")
    kept = AuditEvent.objects.filter(object_id=str(contact.pk), code__in=acts).order_by("pk")
    assert list(kept.values_list("code", flat=True)) == [acts[0], acts[1], acts[0], acts[2]]


@pytest.mark.parametrize("whom", ["worker", "unit", "profession", "none", "two"])
def test_the_api_asks_one_of_the_three(cast: Cast, whom: str) -> None:
    asked = {
        "worker": {"worker": "ohjaaja3@demo.test"},
        "unit": {"unit": "pohjoinen"},
        "profession": {"profession": "laakari"},
        "none": {},
        "two": {"unit": "pohjoinen", "worker": "ohjaaja3@demo.test"},
    }[whom]
    answered = api(at_desk(cast.professional), "consultations/", {**asked, "body": SECRET})
    assert answered.status_code == (400 if whom in ("none", "two") else 201), answered.content
    if answered.status_code == 201:
        assert answered.json()["consultation"]["to"]["kind"] == whom


def test_no_familys_key_opens_one_by_any_address(cast: Cast, family: Visitor) -> None:
    now = clock.now()
    chat = take(open_chat(family, now=now), cast.worker, now)
    contact = consult(cast.worker, unit=cast.unit, about=chat, body=SECRET, now=now)
    link_consultation(contact_id=contact.pk, user=cast.worker, to=chat, now=now)
    room = open_room(unit=cast.unit, user=cast.worker, now=now)
    client = at_home(family)
    assert client.get(f"/api/v1/contacts/{chat.pk}/").status_code == 200  # its own it opens
    assert "consultation" not in client.get(f"/api/v1/contacts/{chat.pk}/").json()
    for pk in (contact.pk, room.pk):
        for path in ("", "messages/"):
            assert client.get(f"/api/v1/contacts/{pk}/{path}").status_code == 404
        assert api(client, f"contacts/{pk}/messages/", {"nonce": str(uuid.uuid4()), "body": "Hei"}).status_code == 404
        for act in ("take", "release", "close"):
            assert api(client, f"contacts/{pk}/{act}/").status_code in (401, 404)
        assert client.get(f"/contacts/{pk}/").status_code == 404
