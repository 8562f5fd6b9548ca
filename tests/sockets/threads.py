"""A thread as the database has it and as a socket has heard it."""

from guidance.models import Contact
from guidance.selectors import messages_after
from tests.live_server import Thread


def stored(contact: Contact) -> list[tuple[int, str, str]]:
    return [(message.seq, str(message.nonce), message.body) for message in messages_after(contact)]


def ready(thread: Thread) -> Thread:
    """Welcomed and live: what was said before has come."""
    welcome = thread.wait_for("welcome")
    while not thread.messages() or thread.messages()[-1][0] < welcome["seq"]:
        thread.wait_for("message")
    return thread
