"""The one writer of messages: one SQL statement, whatever the transport.

The statement asks whether each author may write, numbers the messages under the lock of their contact's row,
inserts them, moves the contact's turn and first-response time, and writes the audit rows; all of it or nothing.
A nonce that the thread already has gives back the message that it named.

`write` runs it at once on Django's connection (forms, the API, services). `guidance/message_batches.py` runs the
same statement for many messages of many contacts together (sockets).

In a consultation whoever asked stands where the family stands elsewhere (`side`): the first answer of another is its
first response. In a hand-over room nobody asked, so that nobody responds; and where a worker writes before the family
has (a message thread gone live), the response is the first one after it has.

Whoever has left a consultation while the statement waited for its row has no right to write any more, which the
statement's snapshot does not know: seats are read again under a lock of their own (`seats`).

Two processes may race with the same nonce: the later one's snapshot is older than the earlier one's commit, the
unique constraint or the chain of numbers refuses it, and the second try sees the message that was first.
"""

import datetime as dt
import uuid
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from django.db import IntegrityError, connection, transaction

from core.realtime import to_json
from guidance.rights import CLIENT_MAY, CONSULTANT_MAY, WORKER_MAY

NAMESPACE = uuid.UUID("5f0c4f0e-6f0a-4b0e-9a57-6a3d3d9c2b11")


class Outcome(StrEnum):
    WRITTEN = "written"
    DUPLICATE = "duplicate"
    CLOSED = "closed"
    NOT_YOURS = "not_yours"  # a colleague's conversation: take it first
    UNKNOWN = "unknown"  # no such contact for this author


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes: a client by the key of the device, a worker by user and session, or the platform itself."""

    kind: str
    staff_id: int | None = None
    key_id: int | None = None
    session_key: str | None = None
    trusted: bool = False  # the platform speaks, or carries over what its author was allowed to write


SYSTEM_AUTHOR = Author("system", trusted=True)
CARRIED_AUTHOR = Author("client", trusted=True)


class Entry(NamedTuple):
    """A message to be written; the body has passed `core.text.clean_body`."""

    contact_id: uuid.UUID
    nonce: uuid.UUID
    body: str
    author: Author
    at: dt.datetime
    code: str = ""


class StoredMessage(NamedTuple):
    """A message as every reader gets it. `name` and `role` are the worker's, in the contact's language."""

    contact_id: uuid.UUID
    seq: int
    nonce: uuid.UUID
    kind: str
    staff_id: int | None
    name: str | None
    role: str | None
    code: str
    body: str
    at: dt.datetime


class Written(NamedTuple):
    outcome: Outcome
    message: StoredMessage | None
    unit_id: int | None


AUTHOR_COLUMNS = """
    u.first_name AS name,
    coalesce(nullif(CASE {language} WHEN 'sv' THEN u.title_sv WHEN 'en' THEN u.title_en ELSE u.title_fi END, ''),
             u.title_fi) AS role
"""

_CLIENT_MAY = CLIENT_MAY.format(
    key="i.key_id", visitor="l.visitor_id", person="l.person_id", opened_by="l.opened_by", at="i.at"
)
_WORKER_MAY = WORKER_MAY.format(staff="i.staff_id", unit="l.unit_id", session="i.session_key", at="i.at")
_CONSULTANT_MAY = CONSULTANT_MAY.format(staff="i.staff_id", contact="l.id", session="i.session_key", at="i.at")

WRITE = f"""
WITH input AS MATERIALIZED (
    SELECT * FROM json_to_recordset(%(entries)s::json) AS t(
        ord int, contact_id uuid, nonce uuid, kind text, staff_id bigint, key_id bigint, session_key text,
        trusted boolean, code text, body text, at timestamptz)
), locked AS MATERIALIZED (
    SELECT c.id, c.last_seq, c.state, c.worker_id, c.unit_id, c.language, c.left_at, c.relationship_id,
        c.visitor_id AS opened_by, c.asked_by_id, c.channel = 'consultation' AS among_staff, r.visitor_id, r.person_id
    FROM guidance_contact c LEFT JOIN guidance_clientrelationship r ON r.id = c.relationship_id
    WHERE c.id IN (SELECT contact_id FROM input)
    ORDER BY c.id
    FOR NO KEY UPDATE OF c
), seats AS MATERIALIZED (
    SELECT m.consultation_id, m.user_id
    FROM locked l JOIN guidance_consultationmember m ON m.consultation_id = l.id
    WHERE l.among_staff AND m.left_at IS NULL
    FOR SHARE OF m
), judged AS MATERIALIZED (
    SELECT i.*, l.last_seq, l.unit_id, l.language, l.relationship_id, l.visitor_id, l.person_id, m.seq AS known_seq,
        CASE
            WHEN l.id IS NULL THEN 'unknown'
            WHEN i.kind = 'client' AND NOT i.trusted AND NOT
                {_CLIENT_MAY} THEN 'unknown'
            WHEN i.kind = 'worker' AND NOT i.trusted AND NOT
                CASE WHEN l.among_staff AND l.asked_by_id IS NOT NULL THEN {_CONSULTANT_MAY}
                    AND EXISTS (SELECT 1 FROM seats s WHERE s.consultation_id = l.id AND s.user_id = i.staff_id)
                ELSE {_WORKER_MAY} END THEN 'unknown'
            WHEN m.seq IS NOT NULL THEN 'duplicate'
            WHEN NOT i.trusted AND l.state = 'closed' THEN 'closed'
            WHEN i.kind = 'client' AND l.left_at IS NOT NULL THEN 'closed'
            WHEN i.kind = 'worker' AND NOT i.trusted AND NOT l.among_staff
                AND l.worker_id IS DISTINCT FROM i.staff_id THEN 'not_yours'
            ELSE 'written'
        END AS outcome,
        CASE WHEN l.among_staff AND i.kind = 'worker' AND coalesce(i.staff_id = l.asked_by_id, true)
            THEN 'client' ELSE i.kind END AS side
    FROM input i
    LEFT JOIN locked l ON l.id = i.contact_id
    LEFT JOIN LATERAL (
        SELECT seq FROM guidance_message k WHERE k.contact_id = i.contact_id AND k.nonce = i.nonce LIMIT 1
    ) m ON true
), numbered AS MATERIALIZED (
    SELECT j.*, CASE outcome WHEN 'written'
        THEN last_seq + row_number() OVER (PARTITION BY contact_id, outcome ORDER BY ord) ELSE known_seq END AS seq
    FROM judged j
), fresh AS MATERIALIZED (
    SELECT * FROM numbered WHERE outcome = 'written'
), inserted AS (
    INSERT INTO guidance_message (contact_id, seq, nonce, kind, staff_id, code, body, at)
    SELECT contact_id, seq, nonce, kind, staff_id, code, body, at FROM fresh ORDER BY contact_id, seq
), touched AS (
    UPDATE guidance_contact c SET
        last_seq = f.top,
        last_message_at = greatest(c.last_message_at, f.newest_at),
        turn = coalesce(f.turn, c.turn),
        idle_warned_at = CASE WHEN f.turn IS NULL THEN c.idle_warned_at END,
        client_seen_seq = greatest(c.client_seen_seq, f.client_top),
        worker_seen_seq = greatest(c.worker_seen_seq, f.worker_top),
        first_client_at = coalesce(c.first_client_at, f.first_client_at),
        first_response_at = CASE WHEN f.responder_id IS NULL OR coalesce(c.first_client_at, f.first_client_at) IS NULL
            THEN c.first_response_at ELSE
            coalesce(c.first_response_at, greatest(f.first_worker_at, c.first_client_at, f.first_client_at)) END,
        first_response_by_id = CASE WHEN coalesce(c.first_client_at, f.first_client_at) IS NULL
            THEN c.first_response_by_id ELSE coalesce(c.first_response_by_id, f.responder_id) END,
        first_response_unit_id = CASE WHEN f.responder_id IS NULL OR coalesce(c.first_client_at, f.first_client_at)
            IS NULL THEN c.first_response_unit_id ELSE coalesce(c.first_response_unit_id, c.unit_id) END
    FROM (
        SELECT contact_id, max(seq) AS top, max(at) AS newest_at,
            (array_agg(CASE side WHEN 'client' THEN 'worker' ELSE 'client' END ORDER BY seq DESC)
                FILTER (WHERE side <> 'system'))[1] AS turn,
            coalesce(max(seq) FILTER (WHERE side = 'client'), 0) AS client_top,
            coalesce(max(seq) FILTER (WHERE side = 'worker'), 0) AS worker_top,
            min(at) FILTER (WHERE side = 'client') AS first_client_at,
            min(at) FILTER (WHERE side = 'worker') AS first_worker_at,
            (array_agg(staff_id ORDER BY seq) FILTER (WHERE side = 'worker'))[1] AS responder_id
        FROM fresh GROUP BY contact_id
    ) f
    WHERE c.id = f.contact_id
), logged AS (
    INSERT INTO audit_auditevent
        (at, code, actor_kind, actor_id, unit_id, role, ground, object_type, object_id, relationship_id, data)
    SELECT at, 'guidance.message.written',
        CASE WHEN kind = 'worker' THEN 'staff' WHEN kind = 'client' AND visitor_id IS NULL THEN 'person' ELSE kind END,
        CASE kind WHEN 'worker' THEN staff_id WHEN 'client' THEN coalesce(visitor_id, person_id) END,
        CASE kind WHEN 'worker' THEN unit_id END, CASE kind WHEN 'worker' THEN 'worker' ELSE '' END,
        CASE kind WHEN 'worker' THEN 'task' WHEN 'client' THEN 'own' ELSE 'platform' END,
        'contact', contact_id::text, relationship_id, jsonb_build_object('seq', seq)
    FROM fresh
)
SELECT n.outcome, n.unit_id, n.seq, {AUTHOR_COLUMNS.format(language="n.language")},
    m.kind, m.staff_id, m.code, m.body, m.at
FROM numbered n
LEFT JOIN LATERAL (
    SELECT * FROM guidance_message k
    WHERE n.outcome = 'duplicate' AND k.contact_id = n.contact_id AND k.nonce = n.nonce LIMIT 1
) m ON true
LEFT JOIN accounts_user u ON u.id = CASE n.outcome WHEN 'duplicate' THEN m.staff_id ELSE n.staff_id END
ORDER BY n.ord
"""


def parameters(entries: Sequence[Entry]) -> dict[str, str]:
    """The statement's one parameter: the entries as JSON, in order; ten arrays cost the process three times as much.
    No nonce may stand twice for one contact."""
    rows = [
        {
            "ord": ord,
            "contact_id": entry.contact_id,
            "nonce": entry.nonce,
            "kind": entry.author.kind,
            "staff_id": entry.author.staff_id,
            "key_id": entry.author.key_id,
            "session_key": entry.author.session_key,
            "trusted": entry.author.trusted,
            "code": entry.code,
            "body": entry.body,
            "at": entry.at,
        }
        for ord, entry in enumerate(entries)
    ]
    return {"entries": to_json(rows)}


def written(entry: Entry, row: Sequence[Any]) -> Written:
    """The statement's answer to an entry. What was there before comes back with it; what is new is the entry's own."""
    outcome, unit_id, seq, name, role, *earlier = row
    if outcome == Outcome.WRITTEN:
        kind, staff_id, code, body, at = entry.author.kind, entry.author.staff_id, entry.code, entry.body, entry.at
    elif outcome == Outcome.DUPLICATE:
        kind, staff_id, code, body, at = earlier
    else:
        return Written(Outcome(outcome), None, unit_id)
    message = StoredMessage(entry.contact_id, seq, entry.nonce, kind, staff_id, name, role, code, body, at)
    return Written(Outcome(outcome), message, unit_id)


def write(entry: Entry) -> Written:
    """Write one message now, on Django's connection. In an outer transaction it commits or vanishes with that."""
    try:
        return _write_once(entry)
    except IntegrityError:
        if connection.in_atomic_block:
            raise  # the caller's transaction holds the contact's lock, so this is no race but a fault
        return _write_once(entry)


def _write_once(entry: Entry) -> Written:
    rows: list[Any] | None = None
    judging = judged([entry])
    while True:
        try:
            asked = judging.send(rows)
        except StopIteration as end:
            return end.value[0]
        rows = _asked_once(asked)


def _asked_once(entries: list[Entry]) -> list[Any]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(WRITE, parameters(entries))
        return cursor.fetchall()


def judged(entries: list[Entry]) -> Generator[list[Entry], Any, list[Written]]:
    """What the statement says of the entries, whoever runs it: yields those to run it for, takes its rows.

    What is unknown is asked once more: its contact may have been bound to a person while the statement waited for the
    contact's lock, and a new statement sees where it is now.
    """
    results = [written(entry, row) for entry, row in zip(entries, (yield entries), strict=True)]
    unknown = [place for place, result in enumerate(results) if result.outcome is Outcome.UNKNOWN]
    if unknown:
        rows = yield [entries[place] for place in unknown]
        for place, row in zip(unknown, rows, strict=True):
            results[place] = written(entries[place], row)
    return results


def system_entry(contact_id: uuid.UUID, code: str, body: str, at: dt.datetime) -> Entry:
    return Entry(contact_id, uuid.uuid4(), body, SYSTEM_AUTHOR, at, code)


def carried_nonce(contact_id: uuid.UUID, nonce: uuid.UUID) -> uuid.UUID:
    """The nonce of a message carried over into another contact: the same every time it is carried."""
    return uuid.uuid5(NAMESPACE, f"{contact_id}:{nonce}")
