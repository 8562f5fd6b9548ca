"""What hangs on the family beside its contacts: its wishes, an assessment, referrals with its consents."""

import datetime as dt
import uuid

from accounts.models import Person, Unit
from audit.services import SYSTEM
from core.opening_hours import local_date
from guidance.models import AccessibilityFeedback, ClientRelationship, Erasure, OlderLogRequest
from referrals.models import Consent, Receiver
from referrals.services import ask_consent, give_consent, make_draft, send
from segments.instruments import Axis, read_packs
from segments.models import Assessment
from segments.services import answer_as_family, publish_instrument, start_assessment
from tests.architecture.sweep.planted import SECRETS
from tests.cast import Cast

# The unit that the family's open referral was sent to.
RECEIVING = "perhetyo"


def consents(cast: Cast, person: Person, now: dt.datetime) -> dict[str, Consent]:
    """One referral has been sent and lives by the family's consent; another waits for it."""
    theirs = ClientRelationship.objects.get(person=person)
    receiver = Receiver.objects.create(name_fi="Perhetyö", unit=Unit.objects.get(slug=RECEIVING))
    summary = {"receiver": receiver, "summary": f"Perhe kaipaa apua: {SECRETS['referral']}"}
    found = {}
    for matter in ("open", "waiting"):
        referral = make_draft(relationship_id=theirs.pk, worker=cast.worker, unit=cast.unit, **summary, now=now)
        asked = {"items": ["summary"], "until_on": local_date(now), "worker": cast.worker, "now": now}
        found[matter] = ask_consent(referral_id=referral.pk, **asked)
    give_consent(consent_id=found["open"].pk, person=person, now=now)
    send(referral_id=found["open"].referral_id, worker=cast.worker, now=now)
    return found


def assessment(cast: Cast, person: Person, now: dt.datetime) -> Assessment:
    """Open, and answered by the family."""
    theirs = ClientRelationship.objects.get(person=person)
    [pack] = read_packs()
    publish_instrument(pack=pack, actor=SYSTEM, now=now)
    begun = start_assessment(relationship_id=theirs.pk, worker=cast.worker, unit=cast.unit, now=now)
    answers = {question.key: question.answers[0].key for question in pack.axes[Axis.COPING].questions}
    own = {"answered": "alone", "answers": answers, "view": SECRETS["view"]}
    return answer_as_family(assessment_id=begun.pk, by=person, **own, now=now)


def older_log(cast: Cast, person: Person, now: dt.datetime) -> OlderLogRequest:
    theirs = ClientRelationship.objects.get(person=person)
    return OlderLogRequest.objects.create(
        relationship=theirs, unit=cast.unit, reason=SECRETS["older_log"], asked_at=now
    )


def wish(person: Person, now: dt.datetime) -> Erasure:
    theirs = ClientRelationship.objects.get(person=person)
    return Erasure.objects.create(
        asker="person", relationship=theirs, relationship_number=theirs.pk, reason=SECRETS["erasure"], asked_at=now,
        due_on=now.date(),
    )  # fmt: skip


def accessibility(now: dt.datetime) -> AccessibilityFeedback:
    return AccessibilityFeedback.objects.create(
        text=SECRETS["accessibility"], reply_to=f"{SECRETS['reply_to']}@example.test", nonce=uuid.uuid4(), made_at=now,
        due_on=now.date(),
    )  # fmt: skip
