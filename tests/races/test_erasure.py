"""A family erases its conversation while it is written to: nothing stays, nobody falls, nothing waits for ever."""

import threading
import uuid

import pytest
from django.db import connection

from core import clock
from guidance.message_log import Outcome
from guidance.models import Contact, Message
from guidance.services import NothingToErase, erase_conversations
from tests.cast import make_cast, make_visitor, open_chat, say, sign_in, staff_author, take

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: object) -> list[BaseException]:
    """Run all together; what they raised."""
    start, raised = threading.Barrier(len(acts)), []

    def run(act: object) -> None:
        try:
            start.wait(10)
            act()  # type: ignore[operator]
        except BaseException as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive(), "somebody waits for ever"
    return raised


def test_writing_while_it_is_erased() -> None:
    cast, visitor = make_cast(), make_visitor(clock.now())
    contact = open_chat(visitor, now=clock.now())
    take(contact, cast.worker, clock.now())
    worker = staff_author(cast.worker, sign_in(cast.worker, clock.now()))
    outcomes: set[str] = set()
    erased = threading.Event()

    def write(author: object) -> None:
        for _n in range(200):
            outcomes.add(say(contact, author, nonce=uuid.uuid4(), at=clock.now()).outcome)  # type: ignore[arg-type]
            if erased.is_set() and Outcome.UNKNOWN in outcomes:
                return

    def erase() -> None:
        while Message.objects.filter(contact=contact).count() < 5:
            pass
        erase_conversations(visitor_key=visitor.key, now=clock.now())
        erased.set()

    raised = at_once(lambda: write(visitor.author), lambda: write(worker), erase)
    assert raised == []
    assert outcomes == {Outcome.WRITTEN, Outcome.UNKNOWN}, "the control: some were written before"
    assert not Contact.objects.exists() and not Message.objects.exists()


def test_erased_twice_at_once_it_is_erased_once() -> None:
    make_cast()
    visitor = make_visitor(clock.now())
    open_chat(visitor, now=clock.now())
    done: list[object] = []

    def erase() -> None:
        done.append(erase_conversations(visitor_key=visitor.key, now=clock.now()))

    raised = at_once(erase, erase)
    assert len(done) == 1 and [type(error) for error in raised] == [NothingToErase]
