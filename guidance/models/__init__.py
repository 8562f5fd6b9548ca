"""The core: one relationship, its contacts, their messages."""

from guidance.models.accessibility import AccessibilityFeedback
from guidance.models.break_glass import BreakGlass
from guidance.models.callback import CallbackAttempt, CallbackRequest
from guidance.models.consultation import Consultation, ConsultationMember, Draft
from guidance.models.contact import Contact, Feedback, Note
from guidance.models.correction import CorrectionRequest
from guidance.models.erasure import Erasure
from guidance.models.hours import HoursException, ServiceWindow
from guidance.models.identification import Binding, IdentificationRequest, ThreadShare
from guidance.models.looks import LookReview, OlderLogRequest
from guidance.models.message import Message
from guidance.models.promise import CustomerPromise
from guidance.models.ready_text import Etiquette, ReadyText
from guidance.models.relationship import Child, ClientRelationship, MaturityJudgement
from guidance.models.responsible import ResponsibleWorker, Substitute
from guidance.models.routing import DangerWord, RoutingRule
from guidance.models.signpost import Signpost

__all__ = [
    "AccessibilityFeedback",
    "Binding",
    "BreakGlass",
    "CallbackAttempt",
    "CallbackRequest",
    "Child",
    "ClientRelationship",
    "Consultation",
    "ConsultationMember",
    "Contact",
    "CorrectionRequest",
    "CustomerPromise",
    "DangerWord",
    "Draft",
    "Erasure",
    "Etiquette",
    "Feedback",
    "HoursException",
    "IdentificationRequest",
    "LookReview",
    "MaturityJudgement",
    "Message",
    "Note",
    "OlderLogRequest",
    "ReadyText",
    "ResponsibleWorker",
    "RoutingRule",
    "ServiceWindow",
    "Signpost",
    "Substitute",
    "ThreadShare",
]
