"""A wish to be called as the API shows it, to its family and to staff alike: never the number itself."""

from typing import Any

from guidance.callbacks import callback_of
from guidance.events import iso
from guidance.models import Contact


def callback_shown(contact: Contact) -> dict[str, Any] | None:
    """None for a contact of another channel."""
    callback = callback_of(contact)
    if callback is None:
        return None
    return {
        "number_end": callback.number_end,
        "wishes": callback.wishes,
        "due_at": iso(contact.due_at),
        "next_try_at": iso(callback.next_try_at),
        "attempts": [{"at": iso(attempt.at), "outcome": attempt.outcome} for attempt in callback.attempts.all()],
    }
