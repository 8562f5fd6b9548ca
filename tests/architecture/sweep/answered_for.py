"""What the family has beside its contacts: who answers for it, its segment, its plan."""

import datetime as dt

from accounts.models import Person
from guidance.models import ClientRelationship, ResponsibleWorker
from segments.models import Assessment, Goal, InstrumentVersion, Plan
from tests.architecture.sweep.planted import SECRETS
from tests.cast import Cast


def answered_for(cast: Cast, person: Person, now: dt.datetime) -> dict[str, object]:
    """The ids for addresses of the family's relationship."""
    theirs = ClientRelationship.objects.get(person=person)
    term = ResponsibleWorker.objects.create(
        relationship=theirs, worker=cast.colleague, unit=cast.unit, role="responsible", proposed_by=cast.worker,
        proposed_at=now, proposal=SECRETS["proposal"], state="accepted", answered_at=now,
    )  # fmt: skip
    instrument = InstrumentVersion.objects.create(
        slug="sweep", number=1, content={}, digest="0" * 64, licence="EUPL-1.2", source="Perhekeskus", published_at=now
    )
    Assessment.objects.create(
        relationship=theirs, instrument=instrument, unit=cast.unit, state="decided", started_by=cast.worker,
        started_at=now, decided="yhteistyo", decision_reason=SECRETS["segment"], decided_by=cast.worker,
        decided_at=now, client_view=SECRETS["client_view"],
    )  # fmt: skip
    plan = Plan.objects.create(
        relationship=theirs, unit=cast.unit, kind="written", made_by=cast.worker, made_at=now, changed_at=now
    )
    Goal.objects.create(plan=plan, order=1, words=SECRETS["goal"])
    return {"relationship_id": theirs.pk, "term_id": term.pk}
