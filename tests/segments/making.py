"""Assessments and what belongs to them, made in one line."""

import copy
import datetime as dt
import json
from typing import Any

from accounts.models import Person, User
from audit.models import AuditEvent
from audit.services import SYSTEM
from guidance.models import ClientRelationship, ResponsibleWorker
from segments.instruments import PACKS, Axis, read_pack
from segments.models import Assessment, InstrumentVersion
from segments.services import (
    answer_as_family,
    answer_demand,
    decide_segment,
    publish_instrument,
)
from tests.cast import NOW, Cast

PACK = json.loads((PACKS / "arjen-tuki-1.json").read_text(encoding="utf-8"))
DAY = dt.timedelta(days=1)
TODAY = dt.date(2026, 11, 23)


def answers_of(axis: Axis, *, high: bool, content: dict[str, Any] = PACK) -> dict[str, str]:
    """All with the most points, or all with the fewest."""
    choose = max if high else min
    return {q.key: choose(q.answers, key=lambda a: a.points).key for q in read_pack(content).axes[axis].questions}


def publish(number: int = 1, **axes: dict[str, Any]) -> InstrumentVersion:
    content = copy.deepcopy(PACK) | {"number": number}
    for axis, change in axes.items():
        content["axes"][axis] |= change
    return publish_instrument(pack=read_pack(content), actor=SYSTEM, now=NOW)


def by_family(assessment: Assessment, by: Person | User, *, high: bool = True, **given: Any) -> Assessment:
    asked = {"answered": "alone", "answers": answers_of(Axis.COPING, high=high), "now": NOW} | given
    return answer_as_family(assessment_id=assessment.pk, by=by, **asked)


def by_professional(assessment: Assessment, worker: User, *, high: bool = True) -> Assessment:
    answers = answers_of(Axis.DEMAND, high=high)
    return answer_demand(assessment_id=assessment.pk, worker=worker, answers=answers, now=NOW)


def decide(assessment: Assessment, worker: User, segment: str = "yhteistyo", **given: Any) -> Assessment:
    asked = {"reason": "Sovimme näin yhdessä", "now": NOW} | given
    return decide_segment(assessment_id=assessment.pk, worker=worker, segment=segment, **asked)


def accepted(cast: Cast, family: ClientRelationship, worker: User, role: str = "responsible") -> ResponsibleWorker:
    unit = cast.other_unit if worker == cast.outsider else cast.unit
    return ResponsibleWorker.objects.create(
        relationship=family, worker=worker, unit=unit, role=role, state="accepted", proposed_by=cast.worker,
        proposed_at=NOW, answered_at=NOW,
    )  # fmt: skip


def codes(family: ClientRelationship) -> list[str]:
    rows = AuditEvent.objects.filter(relationship_id=family.pk, code__startswith="segments.").order_by("pk")
    return [row.code.partition(".")[2] for row in rows]
