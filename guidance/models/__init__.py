"""The core: one relationship, its contacts, their messages."""

from guidance.models.accessibility import AccessibilityFeedback
from guidance.models.break_glass import BreakGlass
from guidance.models.contact import Contact, Feedback, Note
from guidance.models.erasure import Erasure
from guidance.models.hours import HoursException, ServiceWindow
from guidance.models.identification import Binding, IdentificationRequest, ThreadShare
from guidance.models.looks import LookReview, OlderLogRequest
from guidance.models.message import Message
from guidance.models.ready_text import ReadyText
from guidance.models.relationship import Child, ClientRelationship, MaturityJudgement

__all__ = [
    "AccessibilityFeedback",
    "Binding",
    "BreakGlass",
    "Child",
    "ClientRelationship",
    "Contact",
    "Erasure",
    "Feedback",
    "HoursException",
    "IdentificationRequest",
    "LookReview",
    "MaturityJudgement",
    "Message",
    "Note",
    "OlderLogRequest",
    "ReadyText",
    "ServiceWindow",
    "ThreadShare",
]
