"""Who may what at the desk."""

from enum import StrEnum

from django.http import HttpRequest

from accounts.selectors import roles_of
from core.permissions import Reach, Rule, declare
from guidance.permissions import asks_and_answers, is_supervisor


class Action(StrEnum):
    USE_DESK = "chat.use_desk"
    SET_PRESENCE = "chat.set_presence"
    READ_ALARMS = "chat.read_alarms"
    SEE_ALARM = "chat.see_alarm"


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
    Rule(Action.READ_ALARMS, ("supervisor",), "alarms of the units that one supervises", is_supervisor),
    Rule(Action.SEE_ALARM, ("supervisor",), "alarms of the units that one supervises", is_supervisor, (Reach.UNIT,)),
)
