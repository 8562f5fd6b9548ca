"""What staff write into a thread by a form: the same for a family's contact and for a consultation."""

import math
import uuid

from django.utils.translation import gettext as _

from accounts.models import User
from core import clock
from core.text import BodyRefused, clean_body
from core.throttling import messages_per_contact, messages_per_writer
from guidance import services
from guidance.events import announce_messages
from guidance.message_log import Author, Entry, Outcome
from guidance.models import Contact


class Unsent(Exception):
    """Nothing was written: what to say about the text, which stays in its field."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.words = words


def send_as_staff(
    *, contact: Contact, user: User, session_key: str | None, nonce: uuid.UUID, body: str, service: str = ""
) -> None:
    """Write and tell; with a `service` (its slug) that one is handed over in the same message, and the text may be
    empty. Raises Unsent for the text or its haste, ContactRefused when it cannot be written here."""
    wait = max(messages_per_writer.wait_for(f"staff:{user.pk}:None"), messages_per_contact.wait_for(str(contact.pk)))
    if wait:
        words = _("Viestejä tuli hyvin nopeasti. Odota %(n)s sekuntia ja lähetä uudelleen.")
        raise Unsent(429, words % {"n": math.floor(wait) + 1})
    now = clock.now()
    try:
        if service:
            written = services.hand_over_service(
                contact=contact, worker=user, session_key=session_key, slug=service, nonce=nonce, words=body, now=now
            )
        else:
            author = Author("worker", staff_id=user.pk, session_key=session_key)
            written = services.write_by_hand(Entry(contact.pk, nonce, clean_body(body), author, now))
    except BodyRefused as refusal:
        raise Unsent(422, refusal.detail) from None
    except services.ServiceUnknown as refusal:
        raise Unsent(refusal.http_status, refusal.detail) from None
    if written.message is None or written.unit_id is None:
        raise services.ContactClosed if written.outcome is Outcome.CLOSED else services.NotYours
    if written.outcome is Outcome.WRITTEN:
        announce_messages([written.message], written.unit_id)
