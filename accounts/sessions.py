"""When a staff session ends, whatever ended it, its sockets are told."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from core.realtime import recheck_rights


def session_ended(sender: type[Session], instance: Session, **kwargs: Any) -> None:
    """Receiver of Django's post_delete on sessions: sign-out, expiry, or an administrator's removal."""
    user_id = instance.get_decoded().get(SESSION_KEY)
    if user_id is not None:
        recheck_rights(user=int(user_id))
