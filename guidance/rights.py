"""Who may read or write a thread, as SQL conditions: the one place, used by the writer and by every reader.

A client may by a living device key: of the visitor whose relationship the contact hangs on, or of the identified
person whose it is, while the identification lasts; the device that opened a contact keeps it after it was bound to the
person who identified there. A worker may by a living session and a worker's or supervisor's role in the contact's
unit, or for a while by breaking the glass, to read; writing also needs the conversation to be theirs, which the
writer checks. Conditions name columns or parameters; `None` in them is false, never true.

A consultation hangs on no relationship, so that no client's right reaches it, and the unit's right does not open it
either: that takes a seat in it. A unit's hand-over room (a consultation that nobody asked) is its staff's.

guidance/selectors.py has the same rules for lists (`contacts_of_key`, `open_to_staff`), and a test holds them
together.
"""

# Not an EXISTS: the planner may answer that by reading the whole table once, which a cached plan would go on doing.
# `visitor` and `person` are the relationship's, `opened_by` is the contact's visitor.
CLIENT_MAY = """coalesce((
    SELECT k.forgotten_at IS NULL AND CASE WHEN {person} IS NULL THEN k.visitor_id = {visitor}
        ELSE k.person_id = {person} AND (k.person_until > {at} OR k.visitor_id = {opened_by}) END
    FROM accounts_visitorkey k WHERE k.id = {key}), false)"""

WORKER_MAY = """(EXISTS (
    SELECT 1 FROM accounts_membership w JOIN accounts_user a ON a.id = w.user_id
    WHERE w.user_id = {staff} AND w.unit_id = {unit} AND w.ended_at IS NULL AND w.role IN ('worker', 'supervisor')
      AND a.is_active)
  AND EXISTS (SELECT 1 FROM django_session s WHERE s.session_key = {session} AND s.expire_date > {at}))"""

# A consultation: its members, until they leave. Whoever it asks may read it while it waits, to see whether they can
# answer.
CONSULTANT_MAY = """(EXISTS (
    SELECT 1 FROM guidance_consultationmember m JOIN accounts_user a ON a.id = m.user_id
    WHERE m.consultation_id = {contact} AND m.user_id = {staff} AND m.left_at IS NULL AND a.is_active)
  AND EXISTS (SELECT 1 FROM django_session s WHERE s.session_key = {session} AND s.expire_date > {at}))"""

ASKED_MAY = """(EXISTS (
    SELECT 1 FROM guidance_consultation q JOIN accounts_user a ON a.id = {staff} AND a.is_active
    WHERE q.contact_id = {contact} AND CASE
        WHEN q.to_user_id IS NOT NULL THEN q.to_user_id = a.id
        WHEN q.to_profession_id IS NOT NULL THEN q.to_profession_id = a.profession_id
            AND EXISTS (SELECT 1 FROM accounts_membership w WHERE w.user_id = a.id AND w.ended_at IS NULL
                AND w.role IN ('worker', 'professional'))
        ELSE EXISTS (SELECT 1 FROM accounts_membership w WHERE w.user_id = a.id AND w.unit_id = {unit}
            AND w.ended_at IS NULL AND w.role IN ('worker', 'professional')) END)
  AND EXISTS (SELECT 1 FROM django_session s WHERE s.session_key = {session} AND s.expire_date > {at}))"""

GLASS_BROKEN = """(EXISTS (
    SELECT 1 FROM guidance_breakglass g JOIN accounts_user a ON a.id = g.user_id
    WHERE g.user_id = {staff} AND g.contact_id = {contact} AND g.until > {at} AND a.is_active)
  AND EXISTS (SELECT 1 FROM accounts_membership w WHERE w.user_id = {staff} AND w.ended_at IS NULL
      AND w.role IN ('worker', 'supervisor'))
  AND EXISTS (SELECT 1 FROM django_session s WHERE s.session_key = {session} AND s.expire_date > {at}))"""

_CLIENT = CLIENT_MAY.format(
    key="%(key)s::bigint", visitor="r.visitor_id", person="r.person_id", opened_by="c.visitor_id", at="%(at)s"
)
_STAFF = {"staff": "%(staff)s::bigint", "session": "%(session)s::text", "at": "%(at)s"}

# The reader's question for one contact: true when this key or this worker may read it now.
MAY_READ = f"""
SELECT CASE WHEN %(key)s::bigint IS NOT NULL THEN {_CLIENT} AND c.left_at IS NULL
    WHEN c.channel = 'consultation' AND c.asked_by_id IS NOT NULL
        THEN {CONSULTANT_MAY.format(contact="c.id", **_STAFF)}
            OR c.state = 'waiting' AND {ASKED_MAY.format(contact="c.id", unit="c.unit_id", **_STAFF)}
    ELSE {WORKER_MAY.format(unit="c.unit_id", **_STAFF)} OR {GLASS_BROKEN.format(contact="c.id", **_STAFF)}
    END
FROM guidance_contact c LEFT JOIN guidance_clientrelationship r ON r.id = c.relationship_id
WHERE c.id = %(contact)s::uuid
"""
