"""The worker decides the segment: the instrument has only proposed it."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.codes import AuditCode
from core.opening_hours import local_date
from core.text import BodyRefused
from segments.duties import latest_review
from segments.errors import AnswersAwaited, ReviewTooLate, SegmentUnknown
from segments.models import Assessment, Segment
from segments.services.locking import clean_words, locked_assessment, recorded, require_open, worker_on


def decide_segment(
    *,
    assessment_id: uuid.UUID,
    worker: User,
    segment: str,
    reason: str,
    next_review_on: dt.date | None = None,
    now: dt.datetime,
) -> Assessment:
    """Decide the relationship's segment, as proposed or otherwise; always with a reason, which the family reads.

    Both answers are needed, but for universal services, which are everybody's. The next review is on the last day that
    the segment allows, or on `next_review_on`, which may be sooner; where no review is needed, any day to come will do.
    Raises AssessmentUnknown, AssessmentEnded, SegmentUnknown, AnswersAwaited, ReviewTooLate, BodyRefused.
    """
    reason = clean_words(reason)
    if not reason:
        raise BodyRefused("invalid", _("Kirjoita perustelu."))
    if segment not in Segment.values:
        raise SegmentUnknown
    with transaction.atomic():
        assessment = locked_assessment(assessment_id)
        actor = worker_on(assessment, worker, now)
        require_open(assessment)
        if not assessment.proposed and segment != Segment.UNIVERSAL:
            raise AnswersAwaited
        assessment.next_review_on = _review(segment, next_review_on, local_date(now))
        assessment.state, assessment.decided = Assessment.State.DECIDED, segment
        assessment.decision_reason = reason
        assessment.decided_by, assessment.decided_at = worker, now
        assessment.save()
        recorded(AuditCode.SEGMENT_DECIDED, assessment, actor, now, segment=segment, proposed=assessment.proposed)
    return assessment


def _review(segment: str, wanted: dt.date | None, today: dt.date) -> dt.date | None:
    latest = latest_review(segment, today)
    if wanted is None:
        return latest
    if wanted <= today or (latest is not None and wanted > latest):
        raise ReviewTooLate
    return wanted
