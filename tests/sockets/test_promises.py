"""The six promises of docs on the live thread, each by its own test over real sockets; and who did not hear."""

import time
import uuid

import pytest
from websockets.exceptions import ConnectionClosed

from accounts.models import Membership
from accounts.services import end_membership, save_user
from core import clock
from guidance.models import Contact, Message
from guidance.services import add_note, transfer_contact
from tests.cast import Cast, make_cast, take
from tests.live_server import Person, Thread, WebProcess, family_at, staff_at
from tests.sockets.threads import ready, stored

# -- 1 --------------------------------------------------------------------------------------------


def test_promise_1_an_acknowledged_message_is_in_the_database(family: tuple[Person, Contact]) -> None:
    person, contact = family
    with person.thread(contact) as thread:
        for number in range(5):
            nonce = thread.say(f"Viesti {number}")
            frame = thread.answer_to(nonce)
            assert frame["type"] == "message"
            row = Message.objects.get(contact=contact, nonce=nonce)  # committed before its author heard of it
            assert (row.seq, row.body) == (frame["seq"], f"Viesti {number}")
            assert frame["author"] == {"kind": "client", "name": None, "role": None, "me": True}
            assert frame["v"] == 1 and frame["contact"] == str(contact.pk) and frame["at"].endswith("Z")


# -- 2 --------------------------------------------------------------------------------------------


def test_promise_2_numbers_without_gaps_and_one_order_for_all(
    two_servers: list[WebProcess],
) -> None:
    cast = make_cast()
    person, contact = family_at(two_servers[0])
    take(contact, cast.worker, clock.now())
    with person.thread(contact) as mine, staff_at(two_servers[1], cast.worker).thread(contact) as theirs:
        ready(mine), ready(theirs)
        for number in range(20):
            (mine if number % 3 else theirs).say(f"{number}")
        for thread in (mine, theirs):
            while len(thread.messages()) < 22:
                thread.wait_for("message")
        assert mine.messages() == theirs.messages() == stored(contact)
        assert [seq for seq, _nonce, _body in mine.messages()] == list(range(1, 23))
        assert all(frame["author"]["name"] == "Maija" for frame in mine.frames
                   if frame["type"] == "message" and frame["author"]["kind"] == "worker")  # fmt: skip


# -- 3 --------------------------------------------------------------------------------------------


def test_promise_3_the_same_nonce_is_one_message_over_either_transport(
    server: WebProcess, family: tuple[Person, Contact]
) -> None:
    person, contact = family
    nonce = str(uuid.uuid4())
    address = f"/api/v1/contacts/{contact.pk}/messages/"
    with person.thread(contact) as thread:
        thread.say("Kerran", nonce)
        first = thread.answer_to(nonce)
        thread.say("Kerran", nonce)
        assert thread.answer_to(nonce) == first
        over_http = person.post(address, {"nonce": nonce, "body": "Kerran"})
        assert over_http.status == 200
        assert over_http.json["seq"] == first["seq"]
        other = str(uuid.uuid4())
        assert person.post(address, {"nonce": other, "body": "Toinen"}).status == 201
        assert person.post(address, {"nonce": other, "body": "Toinen"}).status == 200
        thread.say("Toinen", other)
        assert thread.answer_to(other)["body"] == "Toinen"
    assert Message.objects.filter(contact=contact).count() == 3


def test_promise_3_a_burst_of_the_same_nonce_is_one_message(
    two_servers: list[WebProcess],
) -> None:
    make_cast()
    person, contact = family_at(two_servers[0])
    nonce = str(uuid.uuid4())
    threads = [person.at(two_servers[n % 2]).thread(contact) for n in range(6)]
    for thread in threads:
        ready(thread)
    for thread in threads:
        thread.say("Sama", nonce)
    answers = [thread.answer_to(nonce) for thread in threads]
    assert {answer["seq"] for answer in answers} == {2}
    assert Message.objects.filter(contact=contact).count() == 2
    for thread in threads:
        thread.close()


# -- 4 --------------------------------------------------------------------------------------------


def test_promise_4_after_gives_exactly_what_was_missed(family: tuple[Person, Contact]) -> None:
    person, contact = family
    with person.thread(contact) as thread:
        for number in range(9):
            thread.answer_to(thread.say(f"{number}"))
    everything = stored(contact)
    for after in (0, 1, 4, 9, 10):
        with person.thread(contact, after=after) as again:
            assert again.wait_for("welcome")["seq"] == 10
            again.hear_out()
            assert again.messages() == everything[after:]
        over_http = person.get(f"/api/v1/contacts/{contact.pk}/messages/?after={after}").json
        assert [(row["seq"], row["nonce"], row["body"]) for row in over_http] == everything[after:]


def test_promise_4_what_the_push_layer_lost_is_read_from_the_database(family: tuple[Person, Contact]) -> None:
    person, contact = family
    with person.thread(contact) as thread:
        ready(thread)
        row = {"contact": contact, "kind": "client", "at": clock.now()}
        Message.objects.bulk_create([Message(**row, seq=2, nonce=uuid.uuid4(), body="Tästä ei kerrottu")])
        Contact.objects.filter(pk=contact.pk).update(last_seq=2)
        assert thread.hear_out() == [], "nobody has told of it"
        thread.say("Tästä kerrottiin")
        thread.wait_for("message", seq=3)
        assert thread.messages() == stored(contact)


def test_promise_4_a_cursor_from_the_future_gets_what_comes(family: tuple[Person, Contact]) -> None:
    person, contact = family
    with person.thread(contact, after=999) as thread:
        assert thread.wait_for("welcome")["seq"] == 1
        thread.say("Hei")
        assert thread.wait_for("message")["seq"] == 2


# -- 5 --------------------------------------------------------------------------------------------


def hears_nothing_more(thread: Thread, contact: Contact, code: int) -> None:
    """Closed with this code within a second, so that nothing said from then on arrives."""
    began = time.monotonic()
    assert thread.close_code(2.0) == code
    assert time.monotonic() - began < 1.0
    with pytest.raises(ConnectionClosed):
        thread.say("Vielä minä")
        thread.next(1.0)
    assert "Vielä minä" not in [body for _seq, _nonce, body in stored(contact)]


@pytest.mark.parametrize("ending", ["logged out", "membership ended", "account closed", "transferred away"])
def test_promise_5_a_worker_who_lost_the_right_hears_nothing_more(
    server: WebProcess, cast: Cast, family: tuple[Person, Contact], ending: str
) -> None:
    person, contact = family
    take(contact, cast.worker, clock.now())
    worker = staff_at(server, cast.worker)
    colleague = staff_at(server, cast.colleague).thread(contact)
    thread = worker.thread(contact)
    ready(thread), ready(colleague)
    thread.answer_to(thread.say("Minulla on oikeus"))
    now = clock.now()
    if ending == "logged out":
        assert worker.post("/accounts/logout/", form={"csrfmiddlewaretoken": worker.cookies["csrftoken"]}).status == 302
        code = 4401
    elif ending == "membership ended":
        membership = Membership.objects.get(user=cast.worker)
        end_membership(membership=membership, by=cast.supervisor, now=now)
        code = 4404
    elif ending == "account closed":
        cast.worker.is_active = False
        save_user(user=cast.worker, by=cast.supervisor, now=now)
        code = 4401
    else:
        transfer_contact(contact_id=contact.pk, worker=cast.worker, to_unit=cast.other_unit, now=now)
        code = 4404
    hears_nothing_more(thread, contact, code)
    if ending == "transferred away":
        assert colleague.close_code() == 4404, "the whole former unit hears no more"
    else:
        colleague.tell(type="ping")
        assert colleague.wait_for("pong"), "a colleague's right is another"
    with person.thread(contact) as family_thread:
        family_thread.wait_for("welcome")
    colleague.close()


@pytest.mark.parametrize("ending", ["left", "device forgotten"])
def test_promise_5_a_family_that_left_hears_nothing_more(
    server: WebProcess, cast: Cast, family: tuple[Person, Contact], ending: str
) -> None:
    person, contact = family
    take(contact, cast.worker, clock.now())
    phone, tablet = person.thread(contact), person.thread(contact)
    ready(phone), ready(tablet)
    if ending == "left":
        assert person.post(f"/api/v1/contacts/{contact.pk}/leave/").status == 200
    else:
        answer = person.post(
            f"/contacts/{contact.pk}/forget/", form={"csrfmiddlewaretoken": person.cookies["csrftoken"]}
        )
        assert answer.status == 302
        assert "perhekeskus_visitor" not in person.cookies
    for thread in (phone, tablet):
        hears_nothing_more(thread, contact, 4410)


def test_promise_5_a_right_that_ended_is_asked_at_the_write_too(
    server: WebProcess, cast: Cast, family: tuple[Person, Contact]
) -> None:
    """Even when nobody told the socket: the writing statement asks."""
    _person, contact = family
    take(contact, cast.worker, clock.now())
    thread = ready(staff_at(server, cast.worker).thread(contact))
    Membership.objects.filter(user=cast.worker).update(ended_at=clock.now())
    before = stored(contact)
    nonce = thread.say("En saisi enää")
    assert thread.answer_to(nonce)["type"] == "error"
    assert thread.close_code() == 4404
    assert stored(contact) == before


# -- 6 --------------------------------------------------------------------------------------------


def test_promise_6_a_note_reaches_no_thread(server: WebProcess, cast: Cast, family: tuple[Person, Contact]) -> None:
    person, contact = family
    take(contact, cast.worker, clock.now())
    with person.thread(contact) as family_thread, staff_at(server, cast.worker).thread(contact) as worker_thread:
        ready(family_thread), ready(worker_thread)
        add_note(contact=contact, worker=cast.worker, body="Huoli lapsesta", now=clock.now())
        assert family_thread.hear_out(0.7) == []
        assert all("Huoli" not in str(frame) for frame in worker_thread.hear_out(0.2))
    for path in (
        f"/api/v1/contacts/{contact.pk}/",
        f"/api/v1/contacts/{contact.pk}/messages/",
        f"/contacts/{contact.pk}/",
    ):
        answer = person.get(path)
        assert answer.status == 200
        assert "Huoli lapsesta" not in answer.text
