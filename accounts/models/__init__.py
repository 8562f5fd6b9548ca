"""Who there is: staff and their units, anonymous visitors, identified persons."""

from accounts.models.persons import Identification, Person
from accounts.models.staff import Language, Membership, StaffSession, Unit, User, UserManager
from accounts.models.visitors import Visitor, VisitorKey

__all__ = [
    "Identification",
    "Language",
    "Membership",
    "Person",
    "StaffSession",
    "Unit",
    "User",
    "UserManager",
    "Visitor",
    "VisitorKey",
]
