"""The language of an answer over HTTP: the API has no language in its addresses."""

from typing import Any

from django.utils import translation
from rest_framework.request import Request
from rest_framework.views import APIView

from core.translations import LANGUAGES


def asked_language(request: Request) -> str:
    """`?lang=`, else the first of Accept-Language that we speak, else Finnish."""
    asked = request.query_params.get("lang", "")[:2]
    if asked in LANGUAGES:
        return asked
    for part in request.headers.get("Accept-Language", "").split(","):
        code = part.split(";")[0].strip()[:2].lower()
        if code in LANGUAGES:
            return code
    return "fi"


class LocalizedAPIView(APIView):
    """Speaks the asked language, in its refusals too."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        translation.activate(asked_language(request))
        super().initial(request, *args, **kwargs)
