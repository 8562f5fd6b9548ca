"""Reads of assessments and segments. Who may read is the caller's to ask (guidance/acting.py, guidance's rights)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import User
from catalogue.models import Service
from core.opening_hours import local_date
from guidance.models import ResponsibleWorker, Substitute
from segments.duties import MANDATORY, Breach, breaches, duties_of
from segments.models import Assessment, InstrumentVersion, SegmentSuggestion

State = Assessment.State


@dataclass(frozen=True)
class OpenBreach:
    """A family that is not given what its segment owes it. `owner` is who answers for the family now; None when nobody
    does, and it is the supervisors' of the unit."""

    assessment: Assessment
    breach: Breach
    since: dt.date
    owner: User | None


def instrument_in_use(slug: str) -> InstrumentVersion | None:
    """The version that new assessments are made by."""
    return InstrumentVersion.objects.filter(slug=slug, retired_at__isnull=True).order_by("-number").first()


def history(relationship_id: int) -> QuerySet[Assessment]:
    """The decided assessments, newest first."""
    decided = Assessment.objects.filter(relationship=relationship_id, state=State.DECIDED)
    return decided.select_related("instrument", "decided_by", "unit").order_by("-decided_at", "-started_at")


def current_segment(relationship_id: int) -> Assessment | None:
    """The assessment that decides the relationship's segment now; None before the first one."""
    return history(relationship_id).first()


def open_assessment(relationship_id: int) -> Assessment | None:
    return (
        Assessment.objects.filter(relationship=relationship_id, state=State.OPEN).select_related("instrument").first()
    )


def suggestions(segment: str) -> list[Service]:
    """The services that are suggested in a segment, in the admins' order, without those that are not published."""
    published = Service.objects.published().select_related("provider")
    services = published.in_bulk(SegmentSuggestion.objects.filter(segment=segment).values_list("service_id", flat=True))
    ordered = SegmentSuggestion.objects.filter(segment=segment).values_list("service_id", flat=True)
    return [services[pk] for pk in ordered if pk in services]


def open_breaches(unit_ids: Collection[int], *, today: dt.date) -> list[OpenBreach]:
    """Breaches of the families whose newest segment one of the units has decided, the longest standing first."""
    theirs = Assessment.objects.filter(state=State.DECIDED, unit__in=unit_ids).values("relationship")
    newest = Assessment.objects.filter(state=State.DECIDED, relationship__in=theirs)
    newest = newest.order_by("relationship", "-decided_at", "-started_at").distinct("relationship")
    watched = Assessment.objects.filter(pk__in=newest.values("pk"), decided__in=MANDATORY, unit__in=unit_ids)
    assessments = list(watched.select_related("unit"))
    terms = _terms_by_relationship([row.relationship_id for row in assessments])
    accepted = {pk: rows[-1] for pk, rows in terms.items() if rows[-1].state == ResponsibleWorker.State.ACCEPTED}
    substitutes = _substitutes_of(list(accepted.values()), today)
    found = []
    for assessment in assessments:
        term = accepted.get(assessment.relationship_id)
        owner = substitutes.get(term.pk, term.worker) if term else None
        for breach in breaches(
            assessment.decided,
            accepted_roles=[term.role] if term else [],
            next_review_on=assessment.next_review_on,
            today=today,
        ):
            since = _since(breach, assessment, terms[assessment.relationship_id])
            found.append(OpenBreach(assessment, breach, since, owner))
    return sorted(found, key=lambda row: (row.since, row.breach, row.assessment.pk))


def _since(breach: Breach, assessment: Assessment, terms: list[ResponsibleWorker]) -> dt.date:
    """The first day of the breach: after the review's day, or when the last one who would have done has ended."""
    assert assessment.decided_at is not None
    if breach == Breach.REVIEW_OVERDUE:
        assert assessment.next_review_on is not None
        return assessment.next_review_on + dt.timedelta(days=1)
    serving = duties_of(assessment.decided).serving
    ends = [term.ended_at for term in terms if term.ended_at is not None and term.role in serving]
    return local_date(max([assessment.decided_at, *ends]))


def _terms_by_relationship(relationship_ids: list[int]) -> dict[int, list[ResponsibleWorker]]:
    """Terms that have been accepted, those that ended first and the standing one last."""
    terms: dict[int, list[ResponsibleWorker]] = defaultdict(list)
    states = (ResponsibleWorker.State.ACCEPTED, ResponsibleWorker.State.ENDED)
    rows = ResponsibleWorker.objects.filter(relationship__in=relationship_ids, state__in=states)
    for term in rows.select_related("worker"):
        terms[term.relationship_id].append(term)
    for rows_of_one in terms.values():
        rows_of_one.sort(key=lambda term: (term.ended_at is None, term.ended_at))
    return terms


def _substitutes_of(terms: list[ResponsibleWorker], today: dt.date) -> dict[object, User]:
    rows = Substitute.objects.filter(
        term__in=terms, from_on__lte=today, until_on__gt=today, cancelled_at__isnull=True
    ).select_related("worker")
    return {row.term_id: row.worker for row in rows}
