"""The contact's row as the lock of everything that changes it."""

import datetime as dt
import uuid

from guidance import events
from guidance.message_log import StoredMessage, system_entry, write
from guidance.models import Contact


def locked(contact_id: uuid.UUID) -> Contact:
    """The contact, its row locked until the transaction ends.

    The lock first, the row after it: a contact that was bound to a person while this waited for the lock has another
    relationship by then, and a join made before the wait would find none.
    """
    Contact.objects.select_for_update(no_key=True).only("pk").get(pk=contact_id)
    return Contact.objects.with_row_details().get(pk=contact_id)


def say(contact: Contact, code: str, body: str, now: dt.datetime) -> StoredMessage:
    """Write a system message into a locked contact's thread and tell of it after the commit."""
    result = write(system_entry(contact.pk, code, body, now))
    assert result.message is not None and result.unit_id is not None
    contact.last_seq = result.message.seq
    events.announce_messages([result.message], result.unit_id)
    return result.message
