"""Two workers at the outbox, and a letter that is taken back while it is being claimed."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, connections

from core import outbox
from core.letters import Letter
from core.models import OutboxEntry
from core.outbox import Maker, State
from tests.cast import NOW
from tests.races.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)
MAIL = Letter(to="x@demo.test", subject="s", body="b")


class TakenBackMeanwhile:
    """A maker that, in the middle of the claim, has somebody else cancel the letter."""

    def __init__(self) -> None:
        self.cancelled: list[bool] = []

    def letter(self, payload: dict[str, Any], now: Any) -> Letter:
        self.other = threading.Thread(target=self._cancel)
        self.other.start()
        self.other.join(0.4)  # as long as the lock holds it, it does not end
        return MAIL

    def _cancel(self) -> None:
        self.cancelled.append(outbox.cancel(key="a", now=NOW))
        connections.close_all()


@pytest.fixture
def meanwhile() -> Iterator[TakenBackMeanwhile]:
    found = TakenBackMeanwhile()
    outbox.register("test", Maker(found.letter))
    yield found
    del outbox._MAKERS["test"]


def test_two_workers_send_one_letter_once(mailoutbox: list[Any]) -> None:
    for number in range(6):
        outbox.enqueue_letter(key=f"{number}", letter=MAIL, now=NOW)
    sent = at_once(lambda: outbox.send_due(now=NOW), lambda: outbox.send_due(now=NOW))
    assert sum(sent) == len(mailoutbox) == 6


def test_what_is_claimed_cannot_be_taken_back(meanwhile: TakenBackMeanwhile, mailoutbox: list[Any]) -> None:
    outbox.enqueue(key="a", kind="test", payload={}, due_at=NOW, now=NOW)
    assert outbox.send_due(now=NOW) == 1
    meanwhile.other.join(10)
    assert meanwhile.cancelled == [False] and len(mailoutbox) == 1
    assert OutboxEntry.objects.get().state == State.SENT


def test_without_the_lock_it_is_sent_after_it_was_taken_back(
    meanwhile: TakenBackMeanwhile, mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control."""
    monkeypatch.setattr(outbox, "_due", lambda now: OutboxEntry.objects.filter(state=State.WAITING))
    monkeypatch.setattr(OutboxEntry, "save", lambda entry, **fields: None)
    outbox.enqueue(key="a", kind="test", payload={}, due_at=NOW, now=NOW)
    with pytest.raises(IntegrityError, match="outbox_state_agrees"):  # too late: the letter has gone
        outbox.send_due(now=NOW)
    meanwhile.other.join(10)
    assert meanwhile.cancelled == [True] and len(mailoutbox) == 1


def test_what_is_taken_back_first_is_not_sent(mailoutbox: list[Any]) -> None:
    for number in range(10):
        outbox.enqueue_letter(key=f"{number}", letter=MAIL, now=NOW)
        sent, cancelled = at_once(
            lambda: outbox.send_due(now=NOW), lambda key=f"{number}": outbox.cancel(key=key, now=NOW)
        )
        assert sent + cancelled == 1
    assert len(mailoutbox) == OutboxEntry.objects.filter(state=State.SENT).count()
