"""Feedback on accessibility: due in 14 days, answered once, and the address is not kept."""

import datetime as dt
import uuid
from typing import Any

import pytest

from audit.codes import AuditCode
from audit.models import AuditEvent
from core import outbox
from core.models import OutboxEntry
from core.text import BodyRefused
from guidance.models import AccessibilityFeedback
from guidance.selectors import accessibility_feedback
from guidance.services import FeedbackAnswered, answer_accessibility_feedback, give_accessibility_feedback
from tests.cast import NOW, Cast

pytestmark = pytest.mark.django_db


def give(
    text: str = "Lomake ei lue itseään.", reply_to: str = "", nonce: uuid.UUID | None = None
) -> AccessibilityFeedback:
    return give_accessibility_feedback(
        text=text, page="/chat/", reply_to=reply_to, language="sv", nonce=nonce or uuid.uuid4(), now=NOW
    )


def test_it_is_due_in_fourteen_days_and_audited_without_a_name() -> None:
    feedback = give()
    assert feedback.due_on == dt.date(2026, 12, 7)
    event = AuditEvent.objects.get(code=AuditCode.ACCESSIBILITY_FEEDBACK_GIVEN)
    assert (event.actor_kind, event.data) == ("system", {})


def test_sent_twice_it_is_one() -> None:
    nonce = uuid.uuid4()
    assert give(nonce=nonce) == give(nonce=nonce)
    assert AccessibilityFeedback.objects.count() == 1


@pytest.mark.parametrize("text", ["", "   ", "x" * 4001, "nolla\x00"])
def test_what_cannot_be_kept_is_refused(text: str) -> None:
    with pytest.raises(BodyRefused):
        give(text)


def test_the_answer_goes_by_mail_in_the_readers_language_and_the_address_is_dropped(
    cast: Cast, mailoutbox: list[Any]
) -> None:
    feedback = give(reply_to="lukija@example.test")
    answer_accessibility_feedback(feedback=feedback, by=cast.supervisor, answer="Korjasimme sen.", now=NOW)
    feedback.refresh_from_db()
    assert (feedback.reply_to, feedback.answer, feedback.answered_by) == ("", "Korjasimme sen.", cast.supervisor)
    assert "lukija" not in str(OutboxEntry.objects.get().payload), "sealed until it is sent"
    assert outbox.send_due(now=NOW) == 1
    (mail,) = mailoutbox
    assert mail.to == ["lukija@example.test"] and "Korjasimme sen." in mail.body and "tillgänglighet" in mail.subject
    with pytest.raises(FeedbackAnswered):
        answer_accessibility_feedback(feedback=feedback, by=cast.supervisor, answer="Taas", now=NOW)
    assert OutboxEntry.objects.count() == 1


def test_without_an_address_no_mail_goes(cast: Cast) -> None:
    answer_accessibility_feedback(feedback=give(), by=cast.catalogue_admin, answer="Korjattu", now=NOW)
    assert not OutboxEntry.objects.exists()


def test_the_unanswered_come_first_by_their_day(cast: Cast) -> None:
    answered, waiting = give("Yksi"), give("Kaksi")
    answer_accessibility_feedback(feedback=answered, by=cast.supervisor, answer="Kyllä", now=NOW)
    assert list(accessibility_feedback()) == [waiting, answered]
