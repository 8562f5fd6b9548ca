"""Who may what with assessments and plans."""

from enum import StrEnum

from core.permissions import Reach, Rule, declare
from guidance.permissions import anybody


class Action(StrEnum):
    ANSWER_ASSESSMENT = "segments.answer_assessment"


declare(
    Rule(
        Action.ANSWER_ASSESSMENT,
        ("client",),
        "the identified person whose assessment it is",
        anybody,
        (Reach.OWN,),
    ),
)
