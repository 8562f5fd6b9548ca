"""Drafts: their writer's alone, the newest wins, and gone with the sending and with the contact."""

import datetime as dt
import json
import uuid
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client
from django.urls import reverse

from accounts.models import User
from audit.models import AuditEvent
from core import clock
from core.text import BodyRefused
from guidance.models import Contact, Draft
from guidance.services import (
    add_note,
    break_glass,
    drafts_of,
    leave_contact,
    open_room,
    release_contact,
    save_draft,
)
from guidance.services.erasing import take_out_relationship
from guidance.services.errors import ContactClosed
from perhekeskus.retention import purge
from tests.cast import NOW, Cast, Visitor, answer, close, consult, open_chat, say, sign_in, staff_author, take
from tests.privacy.search import in_database

pytestmark = pytest.mark.django_db
SECRET = "Tätä luonnosta en ole vielä lähettänyt"
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def contact(cast: Cast, visitor: Visitor) -> Contact:
    return take(open_chat(visitor, now=clock.now()), cast.worker, clock.now())


def browser_of(user: User) -> Client:
    client = Client()
    client.cookies[configured.SESSION_COOKIE_NAME] = sign_in(user, clock.now(), fresh=True)
    return client


def put(client: Client, contact: Contact, **given: Any) -> Any:
    data = {"room": "thread", "body": SECRET, "version": "", **given}
    return client.put(f"/api/v1/contacts/{contact.pk}/draft/", data, content_type="application/json")


def test_it_comes_back_to_its_writer_in_the_page_and_to_nobody_else(
    cast: Cast, visitor: Visitor, contact: Contact
) -> None:
    mine = browser_of(cast.worker)
    before = AuditEvent.objects.count()
    assert put(mine, contact).json()["other"] is None
    assert put(mine, contact, room="note", body="Merkintä kesken").status_code == 200
    assert AuditEvent.objects.count() == before, "to write for oneself is no look"
    page = browser_of(cast.worker).get(f"/desk/contacts/{contact.pk}/").content.decode()
    assert SECRET in page and "Merkintä kesken" in page
    family = Client()
    family.cookies[configured.VISITOR_COOKIE_NAME] = visitor.secret
    break_glass(user=cast.outsider, reference=str(contact.pk), reason="Hätä, lapsi on vaarassa nyt", now=clock.now())
    for other, name in [
        *((browser_of(user), user.email) for user in (cast.colleague, cast.supervisor, cast.outsider)),
        (family, "family"),
    ]:
        for path in (
            f"/desk/contacts/{contact.pk}/", f"/contacts/{contact.pk}/", "/desk/", "/me/data/", "/me/looks/",
            f"/api/v1/contacts/{contact.pk}/", f"/api/v1/contacts/{contact.pk}/messages/", "/api/v1/desk/",
            "/desk/looks/",
        ):  # fmt: skip
            told = other.get(path, follow=True).content.decode()
            assert SECRET not in told and "Merkintä kesken" not in told, (name, path)
    assert put(browser_of(cast.colleague), contact, body="Kollegan oma").json()["other"] is None, "each their own"
    assert put(browser_of(cast.outsider), contact).status_code == 404, "glass opens for reading alone"
    assert put(browser_of(cast.professional), contact).status_code == 404
    assert put(family, contact).status_code in (401, 403)
    assert in_database(SECRET) == {"guidance_draft"}


def test_the_newest_wins_and_the_other_copy_is_given_back(cast: Cast, contact: Contact) -> None:
    def keep(body: str, version: str, minutes: int) -> tuple[str, str | None]:
        kept, other = save_draft(
            contact=contact, user=cast.worker, room="thread", body=body, version=version, now=NOW + minutes * MINUTE
        )
        return kept.version, other.body if other else None

    first, other = keep("Puhelimella", "", 0)
    assert other is None
    again, other = keep("Puhelimella lisää", first, 1)
    assert other is None
    elsewhere, other = keep("Koneella", "", 2)
    assert other == "Puhelimella lisää" and drafts_of(cast.worker, contact)["thread"].body == "Koneella"
    assert keep("Koneella", again, 3)[1] is None, "the same text is no other"
    assert keep("  \n", again, 4)[1] == "Koneella", "an empty field takes nothing away from another device"
    version = drafts_of(cast.worker, contact)["thread"].version
    assert version != elsewhere
    assert keep("", version, 5) == ("", None) and not Draft.objects.exists()
    exact = " Rivi\n\n\tja 👩‍👩‍👧 näin "
    keep(exact, "", 6)
    assert drafts_of(cast.worker, contact)["thread"].body == exact
    for bad in ("x" * 8_001, "nul \x00"):
        with pytest.raises(BodyRefused):
            keep(bad, "", 7)


@pytest.mark.parametrize("way", ["form", "api", "note", "closing", "leaving", "erasing", "retention"])
def test_it_goes_with_what_ends_it(cast: Cast, visitor: Visitor, contact: Contact, way: str) -> None:
    now, client = clock.now(), browser_of(cast.worker)
    room = "note" if way == "note" else "thread"
    kept = [{"contact": contact, "user": cast.colleague, "room": "note"}]
    if way == "leaving":
        release_contact(contact_id=contact.pk, worker=cast.worker, now=now)
    for one in [{"contact": contact, "user": cast.worker, "room": room}, *kept]:
        save_draft(body=SECRET, version="", now=now, **one)
    if way == "form":
        client.post(f"/desk/contacts/{contact.pk}/send/", {"body": "Lähtee", "nonce": str(uuid.uuid4())})
    elif way == "api":
        sent = {"body": "Lähtee", "nonce": str(uuid.uuid4())}
        answer = client.post(
            f"/api/v1/contacts/{contact.pk}/messages/", json.dumps(sent), content_type="application/json"
        )
        assert answer.status_code == 201
    elif way == "note":
        add_note(contact=contact, worker=cast.worker, body="Tallennettu", now=now)
    elif way == "closing":
        close(contact, cast.worker, cast.topic, now)
        with pytest.raises(ContactClosed):
            save_draft(body=SECRET, version="", now=now, contact=contact, user=cast.worker, room="thread")
    elif way == "leaving":
        leave_contact(contact=contact, visitor_key=visitor.key, now=now)
    elif way == "erasing":
        assert take_out_relationship(contact.family.pk)["draft"] == 2
    else:
        purge(now=now + dt.timedelta(days=31))
    left = {(draft.user_id, draft.room) for draft in Draft.objects.all()}
    assert left == ({(cast.colleague.pk, "note")} if way in ("form", "api", "note") else set())


def test_what_was_sent_over_the_socket_does_not_come_back(cast: Cast, contact: Contact) -> None:
    save_draft(contact=contact, user=cast.worker, room="thread", body="Hei taas", version="", now=NOW)
    assert drafts_of(cast.worker, contact)["thread"].body == "Hei taas", "the control"
    say(contact, staff_author(cast.worker, sign_in(cast.worker, clock.now())), "Hei taas", at=clock.now())
    assert drafts_of(cast.worker, contact)["thread"].body == ""


def test_in_a_consultation_and_a_hand_over_room_too(cast: Cast) -> None:
    now = clock.now()
    asked = answer(consult(cast.professional, unit=cast.unit, now=now), cast.worker, now=now)
    waiting = consult(cast.professional, unit=cast.unit, now=now)
    room = open_room(unit=cast.unit, user=cast.worker, now=now)
    professional, worker = browser_of(cast.professional), browser_of(cast.worker)
    assert put(professional, asked).status_code == put(worker, room, body="Huomiselle").status_code == 200
    assert put(worker, waiting).status_code == put(browser_of(cast.colleague), asked).status_code == 404, "no seat yet"
    assert put(professional, room).status_code == 404
    page = reverse("desk_consultation", args=[asked.pk])
    assert SECRET in professional.get(page).content.decode() and SECRET not in worker.get(page).content.decode()
    assert "Huomiselle" in worker.get(reverse("desk_consultation", args=[room.pk])).content.decode()
    sent = {"body": "Lähtee", "nonce": str(uuid.uuid4())}
    assert professional.post(reverse("desk_consultation_send", args=[asked.pk]), sent).status_code == 302
    assert [draft.body for draft in Draft.objects.all()] == ["Huomiselle"]
