"""Referrals on a family's path: sent, waiting for an answer and for the service, and the service itself."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Min, Q
from django.utils.translation import gettext as _

from core.translations import localized
from guidance.models import ClientRelationship
from guidance.path import Kind, Stretch, Touch
from referrals.models import Referral
from referrals.transitions import Act


def touches(relationship: ClientRelationship) -> Iterable[Touch]:
    """Those that have been sent: a draft has touched nobody. The wait begins with the first sending."""
    rows = Referral.objects.filter(relationship=relationship, sent_at__isnull=False)
    first = Min("steps__at", filter=Q(steps__transition=Act.SEND))
    for row in rows.annotate(first_sent_at=first).select_related("receiver", "service", "feeling"):
        feeling = getattr(row, "feeling", None)
        sent_at = row.first_sent_at or row.sent_at
        assert sent_at is not None
        yield Touch(
            Kind.REFERRAL,
            str(row.pk),
            sent_at,
            _("Ohjaus palveluun"),
            row.receiver.name,
            localized(row.service, "name") if row.service else row.service_name,
            tuple(_stretches(row, sent_at)),
            feeling.feeling if feeling else None,
            row.unit_id,
        )


def _stretches(row: Referral, sent_at: dt.datetime) -> Iterable[Stretch]:
    """The family waits for the answer and then for the service to begin; the service itself is help."""
    taken = row.answered_at if row.answered_at != row.ended_at else None
    yield Stretch(sent_at, taken or row.ended_at, is_wait=True)
    if taken is None:
        return
    yield Stretch(taken, row.started_at or row.ended_at, is_wait=True)
    if row.started_at is not None:
        yield Stretch(row.started_at, row.ended_at, is_wait=False)
