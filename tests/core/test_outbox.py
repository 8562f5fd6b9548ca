"""Effects are decided in a transaction, sent once, and can be taken back until then."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core import outbox
from core.models import OutboxEntry
from core.outbox import MAX_ATTEMPTS
from tests.cast import NOW

pytestmark = pytest.mark.django_db
MAIL = {"subject": "Sinulle on viesti", "body": "Kirjaudu sisään.", "to": "x@demo.test"}


def enqueue(key: str = "a", due_at: dt.datetime = NOW) -> None:
    outbox.enqueue(key=key, kind=OutboxEntry.Kind.EMAIL, payload=MAIL, due_at=due_at, now=NOW)


def test_what_is_due_is_sent_once(mailoutbox: list[Any]) -> None:
    enqueue()
    enqueue("later", NOW + dt.timedelta(minutes=1))
    assert outbox.send_due(now=NOW) == 1
    assert outbox.send_due(now=NOW) == 0
    assert [mail.subject for mail in mailoutbox] == ["Sinulle on viesti"]
    assert outbox.send_due(now=NOW + dt.timedelta(minutes=1)) == 1


def test_the_same_key_is_one_effect(mailoutbox: list[Any]) -> None:
    enqueue()
    enqueue()
    assert outbox.send_due(now=NOW) == 1
    enqueue()
    assert outbox.send_due(now=NOW) == 0, "even after it was sent"
    assert len(mailoutbox) == 1


def test_it_can_be_cancelled_until_it_is_sent(mailoutbox: list[Any]) -> None:
    enqueue()
    assert outbox.cancel(key="a", now=NOW)
    assert not outbox.cancel(key="a", now=NOW)
    assert outbox.send_due(now=NOW) == 0
    enqueue("b")
    outbox.send_due(now=NOW)
    assert not outbox.cancel(key="b", now=NOW)
    assert len(mailoutbox) == 1


def test_no_act_no_effect() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        enqueue()
        raise RuntimeError
    assert not OutboxEntry.objects.exists()


def test_a_mail_server_that_is_away_is_asked_again_later_and_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: Any) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(outbox, "send_mail", away)
    enqueue()
    assert outbox.send_due(now=NOW) == 0
    entry = OutboxEntry.objects.get()
    assert (entry.attempts, entry.due_at) == (1, NOW + dt.timedelta(minutes=2))
    for _n in range(20):
        outbox.send_due(now=NOW + dt.timedelta(days=30))
        OutboxEntry.objects.update(due_at=NOW)
    assert OutboxEntry.objects.get().attempts == MAX_ATTEMPTS


def test_sent_and_cancelled_at_once_cannot_be_stored() -> None:
    enqueue()
    with pytest.raises(IntegrityError, match="outbox_sent_or_cancelled"), transaction.atomic():
        OutboxEntry.objects.update(sent_at=NOW, cancelled_at=NOW)
