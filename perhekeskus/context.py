"""What every page needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.functional import SimpleLazyObject

from catalogue.selectors import emergency_contacts


def page(request: HttpRequest) -> dict[str, Any]:
    """`languages` are (code, name, this page's address in it); `demo` says what of the demo is in force."""
    path = request.get_full_path()
    return {
        "emergency_contacts": SimpleLazyObject(emergency_contacts),
        "languages": [(code, name, translate_url(path, code)) for code, name in settings.LANGUAGES],
        "quick_exit_url": settings.QUICK_EXIT_URL,
        "demo": {"mode": settings.DEMO_MODE, "doors_open": settings.DEMO_MODE and settings.DEMO_DOORS == "open"},
    }
