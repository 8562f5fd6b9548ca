"""Who there is: staff and their units, anonymous visitors, identified persons."""

from accounts.models.persons import Identification, Person
from accounts.models.staff import Language, Membership, Profession, StaffSession, Unit, User, UserManager
from accounts.models.visitors import Visitor, VisitorKey

__all__ = [
    "Identification",
    "Language",
    "Membership",
    "Person",
    "Profession",
    "StaffSession",
    "Unit",
    "User",
    "UserManager",
    "Visitor",
    "VisitorKey",
]
