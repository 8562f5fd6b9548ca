"""Every audited act, in the past tense: a closed list."""

from django.db import models


class AuditCode(models.TextChoices):
    CONTACT_OPENED = "guidance.contact.opened"
    CONTACT_TAKEN = "guidance.contact.taken"
    CONTACT_RELEASED = "guidance.contact.released"
    CONTACT_RETURNED = "guidance.contact.returned"  # by the platform: its worker vanished
    CONTACT_TRANSFERRED = "guidance.contact.transferred"
    CONTACT_CLOSED = "guidance.contact.closed"
    CONTACT_LEFT = "guidance.contact.left"
    CONTACT_CARRIED_OVER = "guidance.contact.carried_over"
    CONTACT_VIEWED = "guidance.contact.viewed"
    TOPIC_CHOSEN = "guidance.topic.chosen"
    MESSAGE_WRITTEN = "guidance.message.written"
    NOTE_WRITTEN = "guidance.note.written"
    FEEDBACK_GIVEN = "guidance.feedback.given"
    VISITOR_RETURNED = "accounts.visitor.returned"
    DEVICE_FORGOTTEN = "accounts.device.forgotten"
    RETURN_CODE_RENEWED = "accounts.return_code.renewed"
    ACCOUNT_CHANGED = "accounts.user.changed"
    MEMBERSHIP_CHANGED = "accounts.membership.changed"
    PRESENCE_CHANGED = "chat.presence.changed"
    REFERENCE_DATA_CHANGED = "catalogue.reference_data.changed"
