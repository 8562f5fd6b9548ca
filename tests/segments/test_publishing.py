"""Versions of an instrument: published once, and what was assessed by one of them never moves."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from accounts.models import Person
from audit.models import AuditEvent
from guidance.models import ClientRelationship
from segments import errors, selectors
from segments.models import Assessment, InstrumentVersion
from segments.services import (
    start_assessment,
)
from tests.cast import NOW, Cast
from tests.segments.making import PACK, TODAY, by_family, by_professional, decide, publish

pytestmark = pytest.mark.django_db


def test_publishing_again_changes_nothing_and_a_number_is_one_content() -> None:
    version = publish()
    assert publish().pk == version.pk
    assert AuditEvent.objects.filter(code="segments.instrument.published").count() == 1
    with pytest.raises(errors.VersionTaken):
        publish(coping={"cut": "14"})
    second = publish(2, coping={"cut": "14"})
    version.refresh_from_db()
    assert version.retired_at == NOW and selectors.instrument_in_use("arjen-tuki") == second
    assert publish().pk == version.pk  # still there, still retired
    assert selectors.instrument_in_use("arjen-tuki") == second
    publish(4)
    with pytest.raises(errors.VersionTaken):
        publish(3)


def test_the_release_brings_its_packs_once() -> None:
    out = StringIO()
    call_command("publish_instruments", stdout=out)
    call_command("publish_instruments", stdout=out)
    assert out.getvalue() == "Published arjen-tuki 1\n"
    InstrumentVersion.objects.all().delete()
    publish(coping={"cut": "14"})
    with pytest.raises(CommandError, match="next number"):
        call_command("publish_instruments", stdout=out)


def test_a_changed_instrument_never_changes_an_old_assessment(
    cast: Cast, eka: Person, begun: Assessment, family: ClientRelationship
) -> None:
    ones = {q["key"]: q["answers"][1]["key"] for q in PACK["axes"]["coping"]["questions"]}  # 18 points of 27
    publish(2, coping={"cut": "18.01"})
    assert by_family(begun, eka, answers=ones).coping == "good"  # by the version that it was begun with
    by_professional(begun, cast.worker)
    decide(begun, cast.worker)
    before = Assessment.objects.filter(pk=begun.pk).values().get()
    publish(3, coping={"cut": "27"}, demand={"cut": "27"})
    assert Assessment.objects.filter(pk=begun.pk).values().get() == before
    newer = start_assessment(relationship_id=family.pk, worker=cast.worker, unit=cast.unit, now=NOW)
    assert newer.instrument.number == 3
    assert by_family(newer, eka, answers=ones).coping == "weak"


def test_the_database_refuses_to_change_what_was(cast: Cast, begun: Assessment) -> None:
    version = InstrumentVersion.objects.filter(pk=begun.instrument_id)
    assessment = Assessment.objects.filter(pk=begun.pk)
    decide(begun, cast.worker, "universal")
    changes: tuple[tuple[Any, dict[str, Any]], ...] = (
        (version, {"content": {}}),
        (version, {"digest": "0" * 64}),
        (version, {"number": 9}),
        (assessment, {"decided": "verkosto"}),
        (assessment, {"decision_reason": "Muu"}),
        (assessment, {"state": "open", "decided": "", "decided_at": None}),
        (assessment, {"next_review_on": TODAY}),
    )
    for rows, change in changes:
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            rows.update(**change)
    assert version.update(retired_at=NOW) == 1
