"""How far each side has read. A worker's reading counts for the one who has the contact, not for a colleague; in a
consultation for each who has a seat in it."""

import uuid

from django.db import connection, transaction

from core import realtime
from guidance.events import announce_desks, seen_event

# `kind` is the reader's side. One row with the number reached and the contact's unit, or none when this reader's
# reading does not count. In a consultation everybody has read as far as their own seat says.
MARK_SEEN = """
WITH side AS (
    UPDATE guidance_contact SET
        client_seen_seq = CASE WHEN %(kind)s = 'client' THEN greatest(client_seen_seq, least(%(seq)s, last_seq))
            ELSE client_seen_seq END,
        worker_seen_seq = CASE WHEN %(kind)s = 'worker' THEN greatest(worker_seen_seq, least(%(seq)s, last_seq))
            ELSE worker_seen_seq END
    WHERE id = %(contact)s AND channel <> 'consultation' AND (%(kind)s = 'client' OR worker_id = %(staff)s)
    RETURNING CASE WHEN %(kind)s = 'client' THEN client_seen_seq ELSE worker_seen_seq END AS reached, unit_id
), seat AS (
    UPDATE guidance_consultationmember m SET seen_seq = greatest(m.seen_seq, least(%(seq)s, c.last_seq))
    FROM guidance_contact c
    WHERE c.id = %(contact)s AND m.consultation_id = c.id AND m.user_id = %(staff)s AND m.left_at IS NULL
        AND %(kind)s = 'worker'
    RETURNING m.seen_seq AS reached, c.unit_id
)
SELECT reached, unit_id FROM side UNION ALL SELECT reached, unit_id FROM seat
"""


def mark_seen(*, contact_id: uuid.UUID, kind: str, staff_id: int | None, seq: int) -> int | None:
    """The side has seen everything up to `seq` (at most what is there), and the other side is told. Returns how far it
    has read now."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(MARK_SEEN, {"contact": contact_id, "kind": kind, "staff": staff_id, "seq": seq})
            row = cursor.fetchone()
        if row is None:
            return None
        reached, unit_id = row
        by = kind if staff_id is None else f"staff:{staff_id}"
        transaction.on_commit(lambda: realtime.publish([seen_event(str(contact_id), kind, by, reached)]))
        announce_desks([unit_id])
    return int(reached)
