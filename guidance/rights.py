"""Who may read or write a thread, as SQL conditions: the one place, used by the writer and by every reader.

A client may by a living device key of the contact's own visitor. A worker may by a living session and a
worker's or supervisor's role in the contact's unit; writing also needs the conversation to be theirs, which the
writer checks. Conditions name columns or parameters; `None` in them is false, never true.
"""

# Not an EXISTS: the planner may answer that by reading the whole table once, which a cached plan would go on doing.
CLIENT_MAY = """coalesce((
    SELECT k.visitor_id = {visitor} AND k.forgotten_at IS NULL FROM accounts_visitorkey k WHERE k.id = {key}), false)"""

WORKER_MAY_READ = """(EXISTS (
    SELECT 1 FROM accounts_membership w JOIN accounts_user a ON a.id = w.user_id
    WHERE w.user_id = {staff} AND w.unit_id = {unit} AND w.ended_at IS NULL AND w.role IN ('worker', 'supervisor')
      AND a.is_active)
  AND EXISTS (SELECT 1 FROM django_session s WHERE s.session_key = {session} AND s.expire_date > {at}))"""

# The reader's question for one contact: true when this key or this worker may read it now.
MAY_READ = f"""
SELECT CASE WHEN %(key)s::bigint IS NOT NULL
    THEN {CLIENT_MAY.format(key="%(key)s::bigint", visitor="r.visitor_id")} AND c.left_at IS NULL
    ELSE {WORKER_MAY_READ.format(staff="%(staff)s::bigint", unit="c.unit_id", session="%(session)s::text", at="%(at)s")}
    END
FROM guidance_contact c JOIN guidance_clientrelationship r ON r.id = c.relationship_id
WHERE c.id = %(contact)s::uuid
"""
