"""An identified person's device whose right ends: its open socket closes within a second, and hears nothing more."""

import time
import uuid
from collections.abc import Callable

import pytest
from websockets.exceptions import ConnectionClosed

from accounts.models import VisitorKey
from accounts.persons import remember_person
from core import clock
from guidance.models import Contact
from guidance.services import undo_binding
from tests.cast import Cast, bind, make_cast, make_person, make_visitor, open_chat, say, staff_author, take
from tests.cast import sign_in as session_of
from tests.live_server import Person, WebProcess, visitor_at

Ending = Callable[[Cast, Person, VisitorKey, Contact], None]


def signed_out(cast: Cast, device: Person, key: VisitorKey, contact: Contact) -> None:
    assert device.post("/me/sign-out/", form={"csrfmiddlewaretoken": device.cookies["csrftoken"]}).status == 302


def undone(cast: Cast, device: Person, key: VisitorKey, contact: Contact) -> None:
    undo_binding(contact_id=contact.pk, worker=cast.worker, reason="Väärä henkilö.", now=clock.now())


def another_person_on_the_device(cast: Cast, device: Person, key: VisitorKey, contact: Contact) -> None:
    remember_person(key=key, person=make_person("Toka Huoltaja"), now=clock.now())


def forgotten(cast: Cast, device: Person, key: VisitorKey, contact: Contact) -> None:
    own = str(open_chat_of(key).pk)
    form = {"csrfmiddlewaretoken": device.cookies["csrftoken"]}
    assert device.post(f"/contacts/{own}/forget/", form=form).status == 302


def open_chat_of(key: VisitorKey) -> Contact:
    return Contact.objects.get(visitor_id=key.visitor_id)


@pytest.mark.parametrize("ending", [signed_out, undone, another_person_on_the_device, forgotten])
def test_the_socket_closes_within_a_second(server: WebProcess, ending: Ending) -> None:
    cast, now = make_cast(), clock.now()
    opener, other = make_visitor(now), make_visitor(now)
    contact = take(open_chat(opener, now=now), cast.worker, now)
    open_chat(other, now=now, channel="message")
    person = bind(contact, opener, cast.worker, now=now).relationship.person
    assert person is not None
    key, other.secret = remember_person(key=other.key, person=person, now=now)
    device = visitor_at(server, other)
    author = staff_author(cast.worker, session_of(cast.worker, now))
    with device.thread(contact) as thread:
        thread.wait_for("welcome")
        thread.answer_to(thread.say("Kuulen vielä"))
        began = time.monotonic()
        ending(cast, device, key, contact)
        assert thread.close_code() == 4410
        assert time.monotonic() - began < 1.0
        phrase = f"Salaisuus {uuid.uuid4()}"
        assert say(contact, author, phrase, at=clock.now()).message is not None
        with pytest.raises(ConnectionClosed):
            thread.next(0.3)
        assert phrase not in str(thread.frames)
    assert device.thread(contact).close_code() in (4401, 4404), "nor does it come in again"
