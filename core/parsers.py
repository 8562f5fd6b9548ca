"""JSON of a bounded size."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.parsers import JSONParser

from core.problems import Problem

LIMIT = 64 * 1024


class BoundedJSONParser(JSONParser):
    """Refuses a body over 64 KiB with 413 before reading the rest, and anything but a JSON object with 400."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        data = stream.read(LIMIT + 1)
        if len(data) > LIMIT:
            raise Problem(413, "too_long", _("Pyyntö on liian suuri. Enintään 64 kilotavua kelpaa."))
        try:
            parsed = super().parse(BytesIO(data), media_type, dict(parser_context or {}))
        except RecursionError:
            raise Problem(400, "invalid", _("Pyynnössä on liikaa sisäkkäisiä tasoja.")) from None
        if not isinstance(parsed, dict):
            raise Problem(400, "invalid", _("Pyynnön pitää olla JSON-olio."))
        return parsed
