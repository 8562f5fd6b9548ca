"""Who comes next: the common queue, taking the next, and an estimate by language."""

import datetime as dt
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client

from accounts.models import Membership, Unit
from audit.models import AuditEvent
from chat.presence import set_presence
from chat.queue import queue_place
from chat.take_next import FullHands, NobodyWaits, take_next
from guidance.models import Contact
from guidance.services import decide_priority, pool_those_who_wait_long, release_contact
from tests.cast import NOW, TEXT, Cast, Visitor, make_visitor, open_chat, sign_in, take

pytestmark = pytest.mark.django_db


def minutes(n: float) -> dt.timedelta:
    return dt.timedelta(minutes=n)


@pytest.fixture(autouse=True)
def _now(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def pool(cast: Cast) -> None:
    Unit.objects.update(pool_after_minutes=10)


@pytest.fixture
def pooled(pool: None, cast: Cast, visitor: Visitor) -> Contact:
    contact = open_chat(visitor, now=NOW - minutes(11))
    assert pool_those_who_wait_long(now=NOW) == 1
    return fresh(contact)


def fresh(contact: Contact) -> Contact:
    return Contact.objects.get(pk=contact.pk)


def at(client: Client, contact: Contact, act: str = "take/") -> Any:
    return client.post(f"/api/v1/contacts/{contact.pk}/{act}")


def desk(user: Any) -> Client:
    client = Client(headers={"accept-language": "fi"})
    client.cookies[django_settings.SESSION_COOKIE_NAME] = sign_in(user)
    return client


# -- the common queue -----------------------------------------------------------------------------


def test_only_those_who_have_waited_come_into_the_common_queue_and_once(pool: None, cast: Cast) -> None:
    long, short = (open_chat(make_visitor(), now=NOW - minutes(n)) for n in (10, 9))
    message = open_chat(make_visitor(), now=NOW - minutes(30), channel="message")
    taken = take(open_chat(make_visitor(), now=NOW - minutes(30)), cast.worker)
    assert [pool_those_who_wait_long(now=NOW) for _ in range(2)] == [1, 0]
    assert [fresh(contact).pooled_at for contact in (long, short, message, taken)] == [NOW, None, None, None]
    events = AuditEvent.objects.filter(code="guidance.contact.pooled")
    assert [(event.actor_kind, event.object_id) for event in events] == [("system", str(long.pk))]


def test_a_unit_alone_or_outside_has_no_common_queue(cast: Cast) -> None:
    Unit.objects.filter(pk=cast.unit.pk).update(pool_after_minutes=1)
    open_chat(make_visitor(), now=NOW - minutes(30))
    assert pool_those_who_wait_long(now=NOW) == 0


def test_another_unit_sees_that_somebody_waits_and_nothing_of_them(pooled: Contact, cast: Cast) -> None:
    client = desk(cast.outsider)
    (row,) = client.get("/api/v1/desk/").json()["waiting"]
    assert (row["id"], row["pool"]) == (str(pooled.pk), "Asiakasohjaus")
    assert (row["name"], row["identified"], row["last_words"]) == (None, False, None)
    page = client.get("/desk/").content.decode()
    assert "Yhteinen jono: Asiakasohjaus" in page and TEXT not in page
    assert client.get(f"/desk/contacts/{pooled.pk}/").status_code == 404
    assert client.get(f"/api/v1/contacts/{pooled.pk}/").status_code == 404
    assert desk(cast.worker).get("/api/v1/desk/").json()["waiting"][0]["last_words"] == TEXT
    assert desk(cast.supervisor).get("/api/v1/desk/").json()["waiting"][0]["pool"] is None


def test_taking_moves_it_to_the_takers_unit_and_back_to_its_head(pooled: Contact, cast: Cast) -> None:
    assert desk(cast.outsider).post(f"/desk/contacts/{pooled.pk}/take/").status_code == 302
    taken = fresh(pooled)
    assert (taken.state, taken.worker, taken.unit, taken.pooled_at) == ("open", cast.outsider, cast.other_unit, None)
    moved = AuditEvent.objects.get(code="guidance.contact.transferred")
    assert (moved.actor_id, moved.unit_id, moved.data) == (
        cast.outsider.pk,
        cast.other_unit.pk,
        {"from_unit": cast.unit.pk},
    )
    assert desk(cast.worker).get(f"/desk/contacts/{pooled.pk}/").status_code == 404, "rights have followed"
    release_contact(contact_id=pooled.pk, worker=cast.outsider, now=NOW)
    back = fresh(pooled)
    assert (back.state, back.unit, back.returned_at) == ("waiting", cast.other_unit, NOW)


def test_what_does_not_wait_in_common_is_foreign(pool: None, cast: Cast) -> None:
    short = open_chat(make_visitor(), now=NOW - minutes(5))
    client = desk(cast.outsider)
    assert at(client, short).status_code == 404
    assert client.post(f"/desk/contacts/{short.pk}/take/").status_code == 404
    assert fresh(short).state == "waiting"


def test_a_professional_or_a_unit_outside_takes_nothing_from_it(pooled: Contact, cast: Cast) -> None:
    assert at(desk(cast.professional), pooled).status_code == 404
    Unit.objects.filter(pk=cast.other_unit.pk).update(pool_after_minutes=None)
    assert at(desk(cast.outsider), pooled).status_code == 404


# -- the next -------------------------------------------------------------------------------------


def test_the_order_of_turns(pool: None, cast: Cast) -> None:
    def waits(n: float, **fields: Any) -> Contact:
        return open_chat(make_visitor(), now=NOW - minutes(n), **fields)

    elsewhere = waits(30, unit=cast.other_unit)
    swedish_long = waits(9, language="sv")
    first, second = waits(4), waits(3)
    swedish = waits(4.5, language="sv")
    back = take(waits(2), cast.colleague)
    release_contact(contact_id=back.pk, worker=cast.colleague, now=NOW)
    urgent = waits(1)
    decide_priority(contact_id=urgent.pk, worker=cast.colleague, decision="confirmed", now=NOW)
    pool_those_who_wait_long(now=NOW)
    set_presence(user=cast.worker, state="available", capacity=8, now=NOW)
    order = [take_next(worker=cast.worker, now=NOW).pk for _ in range(7)]
    expected = [urgent, back, swedish_long, first, second, elsewhere, swedish]
    assert order == [contact.pk for contact in expected]
    with pytest.raises(NobodyWaits):
        take_next(worker=cast.worker, now=NOW)


def test_full_hands_take_no_next_and_may_still_choose(cast: Cast) -> None:
    set_presence(user=cast.worker, state="available", capacity=1, now=NOW)
    take(open_chat(make_visitor()), cast.worker)
    waiting = open_chat(make_visitor())
    with pytest.raises(FullHands):
        take_next(worker=cast.worker, now=NOW)
    client = desk(cast.worker)
    answer = client.post("/api/v1/desk/take-next/")
    assert (answer.status_code, answer.json()["code"]) == (409, "full_hands")
    page = client.post("/desk/take-next/")
    assert page.status_code == 409 and "enempää et ole luvannut" in page.content.decode()
    assert at(client, waiting).status_code == 200


def test_the_next_by_form_and_by_api(cast: Cast) -> None:
    first, second = (open_chat(make_visitor(), now=NOW - minutes(n)) for n in (2, 1))
    client = desk(cast.worker)
    assert client.post("/desk/take-next/").headers["Location"] == f"/desk/contacts/{first.pk}/"
    taken = client.post("/api/v1/desk/take-next/")
    assert (taken.status_code, taken.json()["id"]) == (200, str(second.pk))
    assert client.post("/api/v1/desk/take-next/").json()["code"] == "nobody_waits"


# -- the estimate ---------------------------------------------------------------------------------


def test_only_those_who_serve_in_the_language_count_for_the_estimate(cast: Cast) -> None:
    swedish = open_chat(make_visitor(), language="sv", now=NOW - dt.timedelta(minutes=1))
    finnish = open_chat(make_visitor())
    set_presence(user=cast.worker, state="available", capacity=3, now=NOW)

    def estimates() -> list[int | None]:
        places = [queue_place(contact, NOW) for contact in (swedish, finnish)]
        return [place.estimated_wait_s for place in places if place]

    assert estimates() == [None, 60]
    set_presence(user=cast.colleague, state="available", capacity=1, now=NOW)
    assert estimates() == [60, 60]
    Membership.objects.filter(user=cast.colleague).update(ended_at=NOW)
    assert estimates() == [None, 60]
