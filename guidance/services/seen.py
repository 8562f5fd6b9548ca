"""How far each side has read. A worker's reading counts for the one who has the contact, not for a colleague."""

import uuid

from django.db import connection, transaction

from core import realtime
from guidance.events import announce_desks, seen_event

# `kind` is the reader's side. One row with the number reached, or none when this reader's reading does not count.
MARK_SEEN = """
UPDATE guidance_contact SET
    client_seen_seq = CASE WHEN %(kind)s = 'client' THEN greatest(client_seen_seq, least(%(seq)s, last_seq))
        ELSE client_seen_seq END,
    worker_seen_seq = CASE WHEN %(kind)s = 'worker' THEN greatest(worker_seen_seq, least(%(seq)s, last_seq))
        ELSE worker_seen_seq END
WHERE id = %(contact)s AND (%(kind)s = 'client' OR worker_id = %(staff)s)
RETURNING CASE WHEN %(kind)s = 'client' THEN client_seen_seq ELSE worker_seen_seq END, unit_id
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
