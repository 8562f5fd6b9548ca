from segments.services.assessing import answer_as_family, answer_demand, start_assessment, withdraw_assessment
from segments.services.deciding import decide_segment
from segments.services.publishing import publish_instrument

__all__ = [
    "answer_as_family",
    "answer_demand",
    "decide_segment",
    "publish_instrument",
    "start_assessment",
    "withdraw_assessment",
]
