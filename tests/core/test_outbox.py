"""Effects are decided in a transaction, sent at most once, and can be taken back until somebody sends them."""

import datetime as dt
import smtplib
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from core import outbox
from core.letters import Letter
from core.models import OutboxEntry
from core.outbox import MAX_ATTEMPTS, Maker, State
from tests.cast import NOW
from tests.smtp_sink import Sink

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)
MAIL = Letter(to="x@demo.test", subject="Sinulle on viesti", body="Kirjaudu sisään.")
refused: list[int] = []


def letter(payload: dict[str, Any], now: dt.datetime) -> Any:
    """What the tests' own kind makes of its payload: a letter, a later moment, nothing, trouble."""
    if payload.get("trouble"):
        raise KeyError
    if payload.get("not_before"):
        later = dt.datetime.fromisoformat(payload["not_before"])
        return later if now < later else MAIL
    return None if payload.get("read") else MAIL


@pytest.fixture(autouse=True)
def _own_kind() -> Iterator[None]:
    outbox.register("test", Maker(letter, refused=lambda payload, now: refused.append(payload["n"])))
    yield
    del outbox._MAKERS["test"]
    refused.clear()


def enqueue(key: str = "a", due_at: dt.datetime = NOW, recipient: str = "", **payload: Any) -> None:
    outbox.enqueue(key=key, kind="test", payload={"n": 1, **payload}, due_at=due_at, recipient=recipient, now=NOW)


def states() -> dict[str, tuple[str, str]]:
    return {entry.key: (entry.state, entry.reason) for entry in OutboxEntry.objects.all()}


def test_what_is_due_is_sent_once(mailoutbox: list[Any]) -> None:
    enqueue()
    enqueue("later", NOW + MINUTE)
    assert outbox.send_due(now=NOW) == 1
    assert outbox.send_due(now=NOW) == 0
    assert [mail.subject for mail in mailoutbox] == ["Sinulle on viesti"]
    assert outbox.send_due(now=NOW + MINUTE) == 1
    assert [entry.payload for entry in OutboxEntry.objects.all()] == [{}, {}], "nothing stays of what was sent"


def test_the_same_key_is_one_effect(mailoutbox: list[Any]) -> None:
    enqueue()
    enqueue()
    assert outbox.send_due(now=NOW) == 1
    enqueue()
    assert outbox.send_due(now=NOW) == 0, "even after it was sent"
    assert len(mailoutbox) == 1


def test_it_can_be_cancelled_until_it_is_claimed(mailoutbox: list[Any]) -> None:
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


def test_the_maker_decides_at_the_moment_of_sending(mailoutbox: list[Any]) -> None:
    enqueue("read", read=True)
    enqueue("later", not_before=(NOW + MINUTE).isoformat())
    enqueue("trouble", trouble=True)
    assert outbox.send_due(now=NOW) == 0 and mailoutbox == []
    assert states() == {
        "read": ("cancelled", "not_needed"), "later": ("waiting", ""), "trouble": ("waiting", "not_made"),
    }  # fmt: skip
    assert outbox.send_due(now=NOW + MINUTE) == 1, "trouble of one holds up no other"


def test_one_recipient_gets_one_letter_for_all_that_is_due(mailoutbox: list[Any]) -> None:
    for key, recipient in (("a", "x"), ("b", "x"), ("c", "y"), ("d", "x")):
        enqueue(key, recipient=recipient, read=key == "d")
    enqueue("e", NOW + MINUTE, recipient="x")
    assert outbox.send_due(now=NOW) == len(mailoutbox) == 2
    assert [states()[key][0] for key in "abcde"] == ["sent", "sent", "sent", "cancelled", "waiting"]


def test_a_claim_whose_sender_vanished_is_uncertain_and_settled_by_hand(mailoutbox: list[Any]) -> None:
    for key in ("went", "did not"):
        enqueue(key)
        claimed = outbox._claim(NOW)
        assert claimed is not None and claimed[1] == MAIL, "and here the process dies"
    assert not outbox.cancel(key="went", now=NOW), "too late to take back"
    assert outbox.send_due(now=NOW + outbox.LOST_AFTER) == 0
    assert states()["went"][0] == "claimed", "it may be at it still"
    later = NOW + outbox.LOST_AFTER + MINUTE
    assert outbox.send_due(now=later) == 0
    assert set(states().values()) == {("uncertain", "sender_vanished")} and mailoutbox == []
    said = StringIO()
    call_command("outbox", "--sent", "went", stdout=said)
    assert "uncertain        1" in said.getvalue() and "did not" in said.getvalue()
    call_command("outbox", "--again", "did not", stdout=said)
    OutboxEntry.objects.filter(key="did not").update(due_at=later)
    assert outbox.send_due(now=later) == 1
    assert {state for state, _reason in states().values()} == {"sent"}
    with pytest.raises(CommandError):
        call_command("outbox", "--again", "went", stdout=said)


def test_a_letter_that_cannot_be_made_again_is_sealed_until_it_is_sent(mailoutbox: list[Any], settings: Any) -> None:
    old = settings.SECRET_KEY
    outbox.enqueue_letter(key="a", letter=MAIL, now=NOW)
    outbox.enqueue_letter(key="b", letter=MAIL, now=NOW)
    kept = str(OutboxEntry.objects.values_list("payload"))
    assert "x@demo.test" not in kept and "Kirjaudu" not in kept
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [old]
    assert outbox.send_due(now=NOW, limit=1) == 1 and mailoutbox[0].to == ["x@demo.test"]
    assert mailoutbox[0].extra_headers["Auto-Submitted"] == "auto-generated"
    settings.SECRET_KEY_FALLBACKS = []
    assert outbox.send_due(now=NOW) == 0
    assert states()["b"] == ("cancelled", "not_needed")


@pytest.mark.parametrize("state", [{"state": "sent"}, {"state": "cancelled"}, {"claimed_at": NOW}])
def test_states_that_contradict_their_times_cannot_be_stored(state: dict[str, Any]) -> None:
    enqueue()
    with pytest.raises(IntegrityError, match="outbox_state_agrees"), transaction.atomic():
        OutboxEntry.objects.update(**state)


# -- what the mail server says, over a real conversation ---------------------------------------------------


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    with Sink() as running:
        settings.EMAIL_BACKEND = "core.letters.SmtpBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        yield running


@pytest.mark.parametrize(
    ("at", "answer", "state", "reason", "address_refused"),
    [
        ("DATA", "250 ok", "sent", "", False),
        ("MAIL", "451 later", "waiting", "smtp_451", False),
        ("RCPT", "450 later", "waiting", "smtp_450", False),
        ("RCPT", "550 nobody", "given_up", "smtp_550", True),
        ("MAIL", "553 not you", "given_up", "smtp_553", False),
        ("DATA", "452 full", "waiting", "smtp_452", False),
        (".", "451 later", "waiting", "smtp_451", False),
        (".", "554 no", "given_up", "smtp_554", False),
        ("RCPT", "hang up", "waiting", "connection_lost", False),
        (".", "hang up", "uncertain", "connection_lost", False),
    ],
)
def test_what_the_server_says_decides(
    sink: Sink, at: str, answer: str, state: str, reason: str, address_refused: bool
) -> None:
    sink.answers[at] = answer
    enqueue()
    assert outbox.send_due(now=NOW) == (state == "sent")
    assert states() == {"a": (state, reason)}
    assert refused == ([1] if address_refused else [])
    sink.answers.clear()
    again = outbox.send_due(now=NOW + dt.timedelta(days=1))
    assert again == (state == "waiting"), "only what was certainly not taken goes again by itself"


def test_a_mail_server_that_is_away_is_asked_again_later_and_not_for_ever(sink: Sink) -> None:
    sink.close()
    enqueue()
    assert outbox.send_due(now=NOW) == 0
    entry = OutboxEntry.objects.get()
    assert (entry.state, entry.attempts, entry.due_at) == (State.WAITING, 1, NOW + dt.timedelta(minutes=2))
    for _n in range(20):
        outbox.send_due(now=NOW + dt.timedelta(days=30))
        OutboxEntry.objects.filter(state=State.WAITING).update(due_at=NOW)
    entry.refresh_from_db()
    assert (entry.state, entry.attempts, entry.reason) == (State.GIVEN_UP, MAX_ATTEMPTS, "no_connection")


def test_the_sink_of_the_tests_is_a_mail_server(sink: Sink) -> None:
    """The control: the standard library's client is served."""
    with smtplib.SMTP("127.0.0.1", sink.port) as client:
        client.sendmail("a@demo.test", ["b@demo.test"], "Subject: Hei\r\n\r\nTeksti\r\n.piste")
    assert [(mail.to, mail.text.splitlines()[-1]) for mail in sink.mails] == [("b@demo.test", ".piste")]
