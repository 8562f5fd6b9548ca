"""An identified person on a real socket: using it keeps the identification alive, leaving it alone ends it."""

import datetime as dt
import time

import pytest

from accounts.models import VisitorKey
from core import clock
from guidance.models import Contact
from guidance.services import bind_contact
from tests.cast import Cast, ask, identification_of, make_visitor, open_chat, second_device, take
from tests.live_server import Person, WebProcess, visitor_at

pytestmark = pytest.mark.django_db(transaction=True)
SHORT = dt.timedelta(seconds=2.5)


@pytest.fixture
def elsewhere(server: WebProcess, cast: Cast) -> tuple[Person, Contact, VisitorKey]:
    """A conversation bound on one device, and the same person on a device that opened another one."""
    now = clock.now()
    visitor = make_visitor(now)
    contact = take(open_chat(visitor, now=now), cast.worker, now)
    ask(contact, cast.worker, now=now)
    person = identification_of(contact, now=now).person
    bind_contact(identification=identification_of(contact, person, now=now), visitor_key=visitor.key, now=now)
    other = make_visitor(now)
    VisitorKey.objects.filter(pk=other.key.pk).update(person=person, person_until=now + SHORT)
    return visitor_at(server, other), contact, other.key


def test_writing_keeps_it_alive(elsewhere: tuple[Person, Contact, VisitorKey]) -> None:
    person, contact, key = elsewhere
    with person.thread(contact) as thread:
        thread.wait_for("welcome")
        thread.answer_to(thread.say("Vielä täällä"))
        time.sleep(SHORT.total_seconds() + 0.5)
        thread.answer_to(thread.say("Ja yhä"))
    key.refresh_from_db()
    assert key.person_until is not None and key.person_until > clock.now() + dt.timedelta(minutes=59)


def test_leaving_it_alone_ends_it(elsewhere: tuple[Person, Contact, VisitorKey]) -> None:
    person, contact, key = elsewhere
    with person.thread(contact) as thread:
        thread.wait_for("welcome")
        assert thread.close_code() == 4410
    key.refresh_from_db()
    assert key.person_until is not None and key.person_until < clock.now()


def test_a_binding_closes_the_other_device_within_a_second(server: WebProcess, cast: Cast) -> None:
    now = clock.now()
    visitor = make_visitor(now)
    contact = take(open_chat(visitor, now=now), cast.worker, now)
    second = visitor_at(server, second_device(visitor, now))
    first = visitor_at(server, visitor)
    with first.thread(contact) as mine, second.thread(contact) as other:
        mine.wait_for("welcome"), other.wait_for("welcome")
        ask(contact, cast.worker, now=now)
        assert other.wait_for("state")["identification"]["state"] == "asked", "it heard until now"
        bind_contact(identification=identification_of(contact, now=now), visitor_key=visitor.key, now=now)
        began = time.monotonic()
        assert other.close_code(2) == 4410
        assert time.monotonic() - began < 1.0
        mine.wait_for("state", identified=True)
        mine.answer_to(mine.say("Minä jatkan"))
