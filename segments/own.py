"""A family's own assessments, as its own page tells of them."""

import uuid

from django.db.models import QuerySet
from django.http import Http404

from accounts.models import Person
from segments.models import Assessment

State = Assessment.State


def own_assessments(person: Person) -> list[Assessment]:
    """The one that is open, if there is one, and those that have been decided, newest first."""
    return list(_rows(person).exclude(state=State.WITHDRAWN).order_by("-started_at"))


def own_assessment(person: Person, assessment_id: uuid.UUID) -> Assessment:
    """Raises Http404 for any other."""
    found = _rows(person).filter(pk=assessment_id).first()
    if found is None:
        raise Http404
    return found


def _rows(person: Person) -> QuerySet[Assessment]:
    theirs = Assessment.objects.filter(relationship__person=person)
    return theirs.select_related("instrument", "started_by", "decided_by", "unit")
