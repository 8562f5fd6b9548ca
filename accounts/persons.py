"""Strong identification from our side: attempts and their evidence, persons, and which device speaks for whom.

An attempt goes `start_identification` → the provider → `complete_identification`. Between the two nothing but keyed
hashes of its secrets is kept, and the browser holds the rest. What an identification means for a conversation is
decided in the rooms above. Cancelling and failing are ordinary ends, with a row and an audit event each.
"""

import datetime as dt
import hmac
import logging
import secrets
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings
from django.db import connection, transaction

from accounts.identification import registry, vault
from accounts.identification.interface import (
    BeginRequest,
    CallbackRequest,
    Cancelled,
    Evidence,
    Failure,
    IdentificationFailed,
)
from accounts.models import Identification, Person, VisitorKey
from accounts.visitors import (
    IDENTIFIED_SESSION,
    create_visitor,
    derived_secret,
    find_key,
    keyed_hash,
    new_secret,
    person_actor,
)
from audit.codes import AuditCode, AuditGround
from audit.services import SYSTEM, AuditActor, record
from core import clock, sealing
from core.realtime import recheck_rights

log = logging.getLogger("perhekeskus.identification")
State = Identification.State
_ENDINGS = {State.CANCELLED: AuditCode.IDENTIFICATION_CANCELLED, State.FAILED: AuditCode.IDENTIFICATION_FAILED}
# As long as we wait for the provider ourselves, at most.
AWAIT_STEP_S, AWAIT_STEPS, JUST_DONE_STEPS = 0.25, 40, 4


class UnknownAttempt(Exception):
    """No attempt of this browser waits for this answer. `finished` is the attempt if it was this browser's own and
    has had its answer already: somebody pressed "back"."""

    def __init__(self, finished: Identification | None = None) -> None:
        super().__init__()
        self.finished = finished


class Started(NamedTuple):
    identification: Identification
    address: str  # where to send the browser
    browser_secret: str  # for its cookie: accounts/identification/browser.py


@dataclass(frozen=True)
class _Claimed:
    """An attempt that this answer has taken; its verifier is nowhere else any more."""

    attempt: Identification
    code_verifier: str


def start_identification(
    *,
    purpose: Identification.Purpose,
    language: str,
    level: str,
    return_address: str,
    now: dt.datetime,
    contact_id: uuid.UUID | None = None,
    browser_secret: str = "",
    backend: str = "",
) -> Started:
    """Begin an attempt at `level` (of interface.Level). `browser_secret` is the one that the browser has already, if
    any, so that two tabs do not disturb each other. Raises IdentificationFailed when the provider is away; the attempt
    has failed then."""
    name = backend or registry.default_backend()
    browser_secret = browser_secret or new_secret()
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    attempt = Identification.objects.create(
        purpose=purpose,
        contact_id=contact_id,
        language=language,
        provider=name,
        level_asked=level,
        state_hash=_hash("state", state),
        nonce_hash=_hash("nonce", nonce),
        browser_hash=_hash("browser", browser_secret),
        code_verifier=verifier,
        started_at=now,
    )
    request = BeginRequest(state, nonce, verifier, level, language, return_address, now)
    try:
        redirect = registry.backend_named(name).begin(request)
    except IdentificationFailed as refusal:
        _end(attempt, State.FAILED, now, refusal)
        raise
    return Started(attempt, redirect.address, browser_secret)


def complete_identification(
    *, params: Mapping[str, str], browser_secret: str, return_address: str, now: dt.datetime
) -> Identification:
    """What the provider's answer made of the attempt: done (with its person), cancelled, failed (`failure` says why,
    accounts/identification/words.py says it to people) or expired. Each attempt takes one answer.

    Raises UnknownAttempt for an answer that no attempt of this browser waits for; nothing has changed then.
    """
    claimed = _claim(params.get("state", ""), browser_secret, now)
    attempt = claimed.attempt
    if attempt.state != State.STARTED:
        return attempt
    request = CallbackRequest(
        params=params,
        is_nonce=lambda nonce: hmac.compare_digest(_hash("nonce", nonce), attempt.nonce_hash),
        code_verifier=claimed.code_verifier,
        level=attempt.level_asked,
        return_address=return_address,
        started_at=attempt.started_at,
        now=now,
    )
    try:
        # Outside any transaction: the provider may take seconds.
        evidence = registry.backend_named(attempt.provider).complete(request)
        return _accept(attempt, evidence, now)
    except Cancelled:
        return _end(attempt, State.CANCELLED, now)
    except IdentificationFailed as refusal:
        return _end(attempt, State.FAILED, now, refusal)


def device_secret(*, params: Mapping[str, str], browser_secret: str) -> str:
    """What the device that brings this answer gets for its cookie when somebody is identified by it: the same however
    often it comes, since the page that brings it may be lost on the way."""
    return derived_secret(params.get("state", ""), browser_secret)


def await_end(*, attempt: Identification, secret: str) -> Identification:
    """The attempt whose answer has come before, once that has been dealt with: somebody has reloaded the page while
    the provider was being asked. `secret` is its device's new one."""
    for step in range(AWAIT_STEPS):
        is_new = attempt.ended_at is not None and clock.now() - attempt.ended_at < dt.timedelta(seconds=1)
        just_done = attempt.state == State.DONE and is_new and step < JUST_DONE_STEPS and find_key(secret) is None
        if attempt.state != State.STARTED and not just_done:
            break
        time.sleep(AWAIT_STEP_S)
        attempt.refresh_from_db()
    return attempt


def _claim(state: str, browser_secret: str, now: dt.datetime) -> _Claimed:
    """Take the attempt that this answer is for, once: whoever empties the verifier has it."""
    with transaction.atomic():
        attempt = Identification.objects.select_for_update().filter(state_hash=_hash("state", state)).first()
        browser_hash = _hash("browser", browser_secret)
        if attempt is None or not hmac.compare_digest(browser_hash, attempt.browser_hash):
            log.warning("identification: an answer that no attempt of this browser waits for")
            raise UnknownAttempt
        if not attempt.code_verifier:
            raise UnknownAttempt(attempt)
        verifier, attempt.code_verifier = attempt.code_verifier, ""
        if now - attempt.started_at > dt.timedelta(seconds=settings.IDENTIFICATION_ATTEMPT_AGE):
            attempt.state, attempt.ended_at = State.EXPIRED, now
        attempt.save(update_fields=["code_verifier", "state", "ended_at"])
    return _Claimed(attempt, verifier)


def _accept(attempt: Identification, evidence: Evidence, now: dt.datetime) -> Identification:
    with transaction.atomic():
        # Two answers with one token must not both find that nobody has used it.
        _lock(evidence.token_id)
        if Identification.objects.filter(token_hash=evidence.token_id).exists():
            raise IdentificationFailed(Failure.REPLAYED, "this token has been used")
        person = person_behind(evidence, now)
        attempt.state, attempt.ended_at, attempt.person = State.DONE, now, person
        attempt.acr, attempt.auth_time, attempt.token_hash = evidence.acr, evidence.auth_time, evidence.token_id
        attempt.save(update_fields=["state", "ended_at", "person", "acr", "auth_time", "token_hash"])
        record(
            code=AuditCode.PERSON_IDENTIFIED,
            actor=person_actor(person.pk),
            object_type="person",
            object_id=person.pk,
            now=now,
            ground=AuditGround.OWN,
            data={
                "identification": str(attempt.pk),
                "provider": evidence.provider,
                "acr": evidence.acr,
                "purpose": attempt.purpose,
            },
        )
    return attempt


def _end(
    attempt: Identification, state: Identification.State, now: dt.datetime, refusal: IdentificationFailed | None = None
) -> Identification:
    """Cancelled or failed. The log gets the reason, which never holds what a token says."""
    if refusal is not None:
        log.warning("identification %s refused: %s", attempt.pk, refusal)
    failure = "" if refusal is None else refusal.failure.value
    with transaction.atomic():
        attempt.state, attempt.failure, attempt.ended_at, attempt.code_verifier = state, failure, now, ""
        attempt.save(update_fields=["state", "failure", "ended_at", "code_verifier"])
        record(
            code=_ENDINGS[state],
            actor=SYSTEM,
            object_type="identification",
            object_id=attempt.pk,
            now=now,
            data={"provider": attempt.provider, "failure": failure},
        )
    return attempt


def person_behind(evidence: Evidence, now: dt.datetime) -> Person:
    """The person behind the evidence, found by the keyed hash and by nothing else; made when there is none."""
    hashes = vault.subject_hashes(evidence.subject)
    _lock(hashes[0])
    person = Person.objects.filter(subject_hash__in=hashes).first()
    is_new = person is None
    if person is None:
        person = Person(subject_hash=hashes[-1], hash_generation=len(hashes), created_at=now)
        person.code_sealed = sealing.seal(evidence.identity_code) if evidence.identity_code else ""
    # Names and turvakielto change; the newest evidence is the true one.
    person.given_names, person.family_name = evidence.given_names, evidence.family_name
    person.birth_date, person.non_disclosure = evidence.birth_date, evidence.non_disclosure
    # Never the hash and the seal of somebody known: rotate_identity_keys may be renewing them right now.
    person.save(update_fields=None if is_new else ["given_names", "family_name", "birth_date", "non_disclosure"])
    return person


def _lock(hexadecimal: str) -> None:
    """One transaction at a time for this hash, for a row that may not be there yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(hexadecimal[:15], 16)])


def _hash(what: str, value: str) -> str:
    return keyed_hash(f"identification:{what}:{value}")


def expire_identifications(*, now: dt.datetime) -> int:
    """Close the attempts that nobody came back from. Returns how many."""
    limit = now - dt.timedelta(seconds=settings.IDENTIFICATION_ATTEMPT_AGE)
    left = Identification.objects.filter(state=State.STARTED, started_at__lt=limit)
    return left.update(state=State.EXPIRED, ended_at=now, code_verifier="")


# -- which device speaks for whom ---------------------------------------------------------------


def person_of(key: VisitorKey | None, now: dt.datetime) -> Person | None:
    """The identified person that this device speaks for now."""
    if key is None or key.person_until is None or key.person_until <= now:
        return None
    return key.person


def remember_person(
    *, key: VisitorKey | None, person: Person, now: dt.datetime, secret: str = ""
) -> tuple[VisitorKey, str]:
    """From now on this device speaks for the person. Returns (its key, the new secret for its cookie; `secret`, if one
    is given): who knew the old secret does not get further with it. A device that nobody knew yet becomes one (key
    None)."""
    secret = secret or new_secret()
    with transaction.atomic():
        if key is None:
            key = create_visitor(now=now, secret=secret)[0]
        key.secret_hash = keyed_hash(secret)
        key.person, key.person_until = person, now + IDENTIFIED_SESSION
        key.save(update_fields=["secret_hash", "person", "person_until"])
        recheck_rights(key=key.pk)
    return key, secret


def forget_person(*, key: VisitorKey, now: dt.datetime) -> None:
    """The device speaks only for its anonymous visitor again; its open sockets are asked anew at once."""
    with transaction.atomic():
        locked = VisitorKey.objects.select_for_update(of=("self",)).get(pk=key.pk)
        key.person = key.person_until = None
        if locked.person_id is None:
            return
        VisitorKey.objects.filter(pk=key.pk).update(person=None, person_until=None)
        record(
            code=AuditCode.PERSON_SIGNED_OUT,
            actor=person_actor(locked.person_id),
            object_type="person",
            object_id=locked.person_id,
            now=now,
            ground=AuditGround.OWN,
        )
        recheck_rights(key=key.pk)


def show_identity_code(
    *,
    person: Person,
    actor: AuditActor,
    ground: AuditGround,
    now: dt.datetime,
    relationship_id: int | None = None,
    reason: str = "",
) -> str:
    """The clear identity code, for a task that cannot do without; "" for a person who has none. Every look is audited,
    with the code of its reason. Raises core.sealing.SealBroken."""
    with transaction.atomic():
        record(
            code=AuditCode.IDENTITY_CODE_SHOWN,
            actor=actor,
            object_type="person",
            object_id=person.pk,
            now=now,
            ground=ground,
            relationship_id=relationship_id,
            data={"reason": reason} if reason else {},
        )
        return sealing.unseal(person.code_sealed) if person.code_sealed else ""
