"""Every periodic task, in one table."""

from celery.schedules import crontab

HEARTBEAT = "core.tasks.give_heartbeat"

SCHEDULE = {
    # `expires`: a task that waited longer than its period is not run twice in a row.
    "keep chats": {"task": "chat.tasks.keep_chats", "schedule": 10.0, "options": {"expires": 10}},
    "raise alarms": {"task": "chat.tasks.raise_alarms", "schedule": 30.0, "options": {"expires": 30}},
    "mend states": {"task": "chat.tasks.mend_states", "schedule": 300.0, "options": {"expires": 300}},
    "send the outbox": {"task": "core.tasks.send_outbox", "schedule": 10.0, "options": {"expires": 10}},
    "gather notices": {"task": "perhekeskus.tasks.gather_notices", "schedule": 30.0, "options": {"expires": 30}},
    "seal the audit": {"task": "audit.tasks.seal_audit", "schedule": 60.0, "options": {"expires": 60}},
    "heartbeat": {"task": HEARTBEAT, "schedule": 10.0, "options": {"expires": 10}},
    "expire identifications": {
        "task": "accounts.tasks.expire_identifications",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "clear expired sessions": {
        "task": "core.tasks.clear_expired_sessions",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    # At night in Helsinki: the national catalogue, where its address is set.
    "import the national catalogue": {"task": "catalogue.tasks.import_ptv", "schedule": crontab(hour=1, minute=20)},
    # In the morning, when the letter can be acted upon.
    "remind of reviews": {"task": "perhekeskus.tasks.gather_review_notices", "schedule": crontab(hour=8, minute=15)},
    # At night in Helsinki, when few talk and after the night's backup.
    "purge": {"task": "perhekeskus.tasks.purge", "schedule": crontab(hour=3, minute=40)},
}
