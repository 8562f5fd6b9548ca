"""What a thread's socket asks PostgreSQL after it has been opened: few statements, no ORM."""

import datetime as dt
import uuid

from accounts.visitors import IDENTIFIED_SESSION
from chat.participants import Participant
from core import clock
from core.database import async_pool
from guidance.message_log import AUTHOR_COLUMNS, StoredMessage
from guidance.rights import MAY_READ
from guidance.services.seen import MARK_SEEN

PAGE = 500

MESSAGES_AFTER = f"""
SELECT m.contact_id, m.seq, m.nonce, m.kind, m.staff_id, {AUTHOR_COLUMNS.format(language="c.language")},
    m.code, m.body, m.at
FROM guidance_message m
JOIN guidance_contact c ON c.id = m.contact_id
LEFT JOIN accounts_user u ON u.id = m.staff_id
WHERE m.contact_id = %(contact)s::uuid AND m.seq > %(after)s
ORDER BY m.seq LIMIT {PAGE}
"""
SESSION_LASTS = """
SELECT extract(epoch FROM least(s.expire_date, (
    SELECT max(g.until) FROM guidance_breakglass g
    WHERE g.user_id = %(staff)s AND g.contact_id = %(contact)s::uuid AND g.until > %(at)s)) - %(at)s)
FROM django_session s WHERE s.session_key = %(session)s
"""
IDENTIFICATION_LASTS = """
SELECT extract(epoch FROM k.person_until - %(at)s) FROM accounts_visitorkey k
WHERE k.id = %(key)s AND k.person_until > %(at)s
"""
KEEP_IDENTIFIED = "UPDATE accounts_visitorkey SET person_until = %(until)s WHERE id = %(key)s AND person_until > %(at)s"
SIGN_OF_LIFE = "UPDATE chat_presence SET last_seen_at = %(at)s WHERE user_id = ANY(%(users)s) AND last_seen_at < %(at)s"
NEWEST_SEQS = "SELECT id::text, last_seq FROM guidance_contact WHERE id = ANY(%(contacts)s::uuid[])"

NAMES_BESIDE_WORKER = """
SELECT concat(u.first_name, ' ', u.last_name) FROM accounts_user u
WHERE u.id = ANY(%(users)s) AND u.id IS DISTINCT FROM (
    SELECT worker_id FROM guidance_contact WHERE id = %(contact)s::uuid)
"""


async def may_read(contact: str, who: Participant, now: dt.datetime) -> bool:
    """Whether the participant may read the thread at this moment."""
    pool = await async_pool()
    asked = {"contact": contact, "key": who.key_id, "staff": who.staff_id, "session": who.session_key, "at": now}
    async with pool.connection() as connection:
        row = await (await connection.execute(MAY_READ, asked)).fetchone()
    return bool(row and row[0])


async def session_lives(who: Participant, now: dt.datetime) -> bool:
    """Whether the worker is still signed in, or the family's device not forgotten."""
    pool = await async_pool()
    if who.kind == "client":
        question = "SELECT 1 FROM accounts_visitorkey WHERE id = %s AND forgotten_at IS NULL"
        values: tuple[object, ...] = (who.key_id,)
    else:
        question = "SELECT 1 FROM django_session WHERE session_key = %s AND expire_date > %s"
        values = (who.session_key, now)
    async with pool.connection() as connection:
        return await (await connection.execute(question, values)).fetchone() is not None


async def right_lasts(contact: str, who: Participant, now: dt.datetime) -> float | None:
    """Seconds until the right to read runs out by itself: the worker's session or broken glass, the identification on
    the family's device. None when nothing runs out."""
    pool = await async_pool()
    asked = {"contact": contact, "key": who.key_id, "staff": who.staff_id, "session": who.session_key, "at": now}
    question = IDENTIFICATION_LASTS if who.kind == "client" else SESSION_LASTS
    async with pool.connection() as connection:
        row = await (await connection.execute(question, asked)).fetchone()
    return float(row[0]) if row else None


async def keep_identified(key_id: int, now: dt.datetime) -> None:
    """The identification on this device was used: one that has not run out goes on from here."""
    pool = await async_pool()
    async with pool.connection() as connection:
        await connection.execute(KEEP_IDENTIFIED, {"key": key_id, "at": now, "until": now + IDENTIFIED_SESSION})


async def messages_after(contact: str, after: int) -> list[StoredMessage]:
    """At most 500 messages after `after`, in order; ask again from the last one for more."""
    pool = await async_pool()
    async with pool.connection() as connection:
        rows = await (await connection.execute(MESSAGES_AFTER, {"contact": contact, "after": after})).fetchall()
    return [StoredMessage(*row) for row in rows]


async def mark_seen(contact: str, who: Participant, seq: int) -> tuple[int, int] | None:
    """How far this side has read now, and the contact's unit; None when this reader's reading does not count."""
    pool = await async_pool()
    asked = {"contact": uuid.UUID(contact), "kind": who.kind, "staff": who.staff_id, "seq": seq}
    async with pool.connection() as connection:
        row = await (await connection.execute(MARK_SEEN, asked)).fetchone()
    return (row[0], row[1]) if row else None


async def names_beside_worker(contact: str, user_ids: list[int]) -> list[str]:
    """The names of these members of staff, but for the one who has the contact."""
    pool = await async_pool()
    async with pool.connection() as connection:
        asked = {"contact": contact, "users": user_ids}
        rows = await (await connection.execute(NAMES_BESIDE_WORKER, asked)).fetchall()
    return sorted(row[0] for row in rows)


async def still_here(user_ids: list[int]) -> None:
    """These workers have a thread open: a sign of life, whether or not a desk is open beside it."""
    pool = await async_pool()
    async with pool.connection() as connection:
        await connection.execute(SIGN_OF_LIFE, {"users": user_ids, "at": clock.now()})


async def newest_seqs(contacts: list[str]) -> dict[str, int]:
    """The newest number of each of these threads."""
    pool = await async_pool()
    async with pool.connection() as connection:
        rows = await (await connection.execute(NEWEST_SEQS, {"contacts": contacts})).fetchall()
    return {row[0]: row[1] for row in rows}
