"""Who may what at the desk."""

from enum import StrEnum

from django.http import HttpRequest

from accounts.selectors import roles_of
from core.permissions import Rule, declare
from guidance.permissions import asks_and_answers


class Action(StrEnum):
    USE_DESK = "chat.use_desk"
    SET_PRESENCE = "chat.set_presence"


def has_any_role(request: HttpRequest) -> bool:
    return bool(roles_of(request.user))


declare(
    Rule(
        Action.USE_DESK,
        ("worker", "professional", "supervisor", "catalogue_admin"),
        "lists of the own units only",
        has_any_role,
    ),
    Rule(Action.SET_PRESENCE, ("worker", "professional"), "the own presence", asks_and_answers),
)
