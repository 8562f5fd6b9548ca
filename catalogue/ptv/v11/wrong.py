from catalogue.ptv.reasons import Reason


class NotTaken(Exception):
    """The record as a whole is refused."""

    def __init__(self, reason: Reason, detail: object = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail
