"""Lists of breaches with their owners, and suggested services."""

import datetime as dt

import pytest

from accounts.models import Person, User
from catalogue.models import Provider, Service
from guidance.models import ClientRelationship, ResponsibleWorker, Substitute
from segments import selectors
from segments.models import Assessment, SegmentSuggestion
from segments.services import (
    start_assessment,
)
from tests.cast import NOW, Cast
from tests.segments.making import DAY, TODAY, accepted, by_family, by_professional, decide

pytestmark = pytest.mark.django_db


def test_breaches_have_a_day_and_an_owner(
    cast: Cast, eka: Person, begun: Assessment, family: ClientRelationship
) -> None:
    by_family(begun, eka)
    by_professional(begun, cast.worker)
    decide(begun, cast.worker)
    review = TODAY + 90 * DAY

    def found(day: dt.date, *units: int) -> list[tuple[str, dt.date, User | None]]:
        rows = selectors.open_breaches(units or [cast.unit.pk], today=day)
        assert {row.assessment.pk for row in rows} <= {begun.pk}
        return [(row.breach, row.since, row.owner) for row in rows]

    assert found(TODAY) == [("no_responsible", TODAY, None)]
    assert found(TODAY, cast.other_unit.pk) == []
    term = accepted(cast, family, cast.colleague)
    assert found(review) == []
    assert found(review + DAY) == [("review_overdue", review + DAY, cast.colleague)]
    Substitute.objects.create(
        term=term, worker=cast.worker, from_on=review, until_on=review + 2 * DAY, named_by=cast.colleague, named_at=NOW
    )
    assert found(review + DAY) == [("review_overdue", review + DAY, cast.worker)]
    assert found(review + 2 * DAY) == [("review_overdue", review + DAY, cast.colleague)]
    ResponsibleWorker.objects.filter(pk=term.pk).update(state="ended", ended_at=NOW + 30 * DAY)
    assert found(TODAY + 31 * DAY) == [("no_responsible", TODAY + 30 * DAY, None)]
    lighter = start_assessment(relationship_id=family.pk, worker=cast.worker, unit=cast.unit, now=NOW + 31 * DAY)
    decide(lighter, cast.worker, "universal", now=NOW + 31 * DAY)
    assert found(review + 2 * DAY) == []


def test_suggested_services_in_their_order_and_only_published(cast: Cast) -> None:
    provider = Provider.objects.create(name_fi="Perhekeskus")
    services = [
        Service.objects.create(slug=slug, name_fi=slug, provider=provider, status=status)
        for slug, status in (("kahvila", "published"), ("unineuvola", "published"), ("vanha", "draft"))
    ]
    for order, service in zip((2, 1, 0), services, strict=True):
        SegmentSuggestion.objects.create(segment="yhteiso", service=service, order=order)
    assert [service.slug for service in selectors.suggestions("yhteiso")] == ["unineuvola", "kahvila"]
    assert selectors.suggestions("verkosto") == []
