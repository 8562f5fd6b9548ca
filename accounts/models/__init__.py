"""Who there is: staff and their units, anonymous visitors, identified persons."""

from accounts.models.notices import NoticeAddress
from accounts.models.persons import Identification, Person
from accounts.models.staff import Language, Membership, NoticeKind, Profession, StaffSession, Unit, User, UserManager
from accounts.models.visitors import Visitor, VisitorKey

__all__ = [
    "Identification",
    "Language",
    "Membership",
    "NoticeAddress",
    "NoticeKind",
    "Person",
    "Profession",
    "StaffSession",
    "Unit",
    "User",
    "UserManager",
    "Visitor",
    "VisitorKey",
]
