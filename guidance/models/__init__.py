"""The core: one relationship, its contacts, their messages."""

from guidance.models.break_glass import BreakGlass
from guidance.models.contact import Contact, Feedback, Note
from guidance.models.hours import HoursException, ServiceWindow
from guidance.models.identification import Binding, IdentificationRequest, ThreadShare
from guidance.models.message import Message
from guidance.models.ready_text import ReadyText
from guidance.models.relationship import Child, ClientRelationship, MaturityJudgement

__all__ = [
    "Binding",
    "BreakGlass",
    "Child",
    "ClientRelationship",
    "Contact",
    "Feedback",
    "HoursException",
    "IdentificationRequest",
    "MaturityJudgement",
    "Message",
    "Note",
    "ReadyText",
    "ServiceWindow",
    "ThreadShare",
]
