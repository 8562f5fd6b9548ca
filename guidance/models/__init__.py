"""The core: one relationship, its contacts, their messages."""

from guidance.models.contact import ClientRelationship, Contact, Feedback, Note
from guidance.models.hours import HoursException, ServiceWindow
from guidance.models.message import Message
from guidance.models.ready_text import ReadyText

__all__ = [
    "ClientRelationship",
    "Contact",
    "Feedback",
    "HoursException",
    "Message",
    "Note",
    "ReadyText",
    "ServiceWindow",
]
