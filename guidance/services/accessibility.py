"""Feedback on accessibility: given by anybody, answered by staff in 14 days (306/2019, section 8)."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from audit.codes import AuditCode
from audit.services import SYSTEM, record, staff_member
from core import outbox
from core.letters import Letter
from core.opening_hours import local_date
from core.text import BodyRefused, clean_body
from guidance.models import AccessibilityFeedback
from guidance.models.accessibility import FEEDBACK_LIMIT
from guidance.services.errors import ContactRefused

DAYS_TO_ANSWER = 14


class FeedbackAnswered(ContactRefused):
    code = "answered"

    def __init__(self) -> None:
        super().__init__(_("Palautteeseen on jo vastattu."))


def give_accessibility_feedback(
    *, text: str, page: str, reply_to: str, language: str, nonce: uuid.UUID, now: dt.datetime
) -> AccessibilityFeedback:
    """Keep the feedback and the day by which it must be answered. The same nonce again is the same feedback.

    `reply_to` is empty or a checked address. Raises BodyRefused.
    """
    text = _fitting(text)
    with transaction.atomic():
        feedback, created = AccessibilityFeedback.objects.get_or_create(
            nonce=nonce,
            defaults={
                "text": text,
                "page": page,
                "reply_to": reply_to,
                "language": language,
                "made_at": now,
                "due_on": local_date(now) + dt.timedelta(days=DAYS_TO_ANSWER),
            },
        )
        if created:
            record(
                code=AuditCode.ACCESSIBILITY_FEEDBACK_GIVEN,
                actor=SYSTEM,  # given by nobody: it is tied to no visitor
                object_type="accessibility_feedback",
                object_id=feedback.pk,
                now=now,
            )
    return feedback


def answer_accessibility_feedback(*, feedback: AccessibilityFeedback, by: User, answer: str, now: dt.datetime) -> None:
    """Answer, by e-mail when an address was given; the address is not kept after that. Raises FeedbackAnswered,
    BodyRefused."""
    answer = _fitting(answer)
    with transaction.atomic():
        feedback = AccessibilityFeedback.objects.select_for_update().get(pk=feedback.pk)
        if feedback.answered_at is not None:
            raise FeedbackAnswered
        if feedback.reply_to:
            _mail(feedback, answer, now)
        feedback.answered_at, feedback.answered_by, feedback.answer, feedback.reply_to = now, by, answer, ""
        feedback.save(update_fields=["answered_at", "answered_by", "answer", "reply_to"])
        record(
            code=AuditCode.ACCESSIBILITY_FEEDBACK_ANSWERED,
            actor=staff_member(by.pk),
            object_type="accessibility_feedback",
            object_id=feedback.pk,
            now=now,
        )


def _fitting(text: str) -> str:
    text = clean_body(text).strip()
    if len(text) > FEEDBACK_LIMIT:
        raise BodyRefused("too_long", _("Teksti on liian pitkä. Enintään 4 000 merkkiä mahtuu."))
    return text


def _mail(feedback: AccessibilityFeedback, answer: str, now: dt.datetime) -> None:
    with translation.override(feedback.language):
        subject = _("Vastaus saavutettavuuspalautteeseesi")
        opening = _("Kiitos, että kerroit, mikä sivuillamme oli vaikeaa. Tässä on vastauksemme:")
    letter = Letter(to=feedback.reply_to, subject=subject, body=f"{opening}\n\n{answer}\n")
    outbox.enqueue_letter(key=f"accessibility-feedback-{feedback.pk}", letter=letter, now=now)
