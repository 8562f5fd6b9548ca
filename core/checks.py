"""System checks: what belongs to the demo never starts in production."""

import os
from typing import Any

from django.conf import settings
from django.core import checks

from core.clock import demo_moment

DEMO_VARIABLES = ("DEMO_DOORS", "DEMO_NOW", "DEMO_PROVIDER_URL", "DEMO_PROVIDER_PORT", "DEMO_PROVIDER_CONTROL")


@checks.register(checks.Tags.security)
def production_has_nothing_of_the_demo(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    if settings.DEMO_MODE:
        return _demo_values()
    found: list[checks.CheckMessage] = [
        checks.Error(f"{name} is set, but this is not demo mode (DEMO_MODE=1).", id="perhekeskus.E001")
        for name in DEMO_VARIABLES
        if os.environ.get(name)
    ]
    if not settings.RATE_LIMITS:
        found.append(checks.Error("RATE_LIMITS=off is for load tests in demo mode only.", id="perhekeskus.E002"))
    if not settings.STAFF_MFA_REQUIRED:
        found.append(checks.Error("STAFF_MFA_REQUIRED may be off in demo mode only.", id="perhekeskus.E020"))
    keys = (settings.SECRET_KEY, settings.VISITOR_HASH_KEY, *settings.AUDIT_SEAL_KEYS, *settings.STAFF_MFA_KEYS)
    if settings.DEMO_SECRET in keys:
        found.append(checks.Error("A secret key of the demo is in use in production.", id="perhekeskus.E003"))
    if not all(settings.AUDIT_SEAL_KEYS):
        found.append(checks.Error("AUDIT_SEAL_KEY is empty: the audit record cannot be sealed.", id="perhekeskus.E006"))
    return found


def _demo_values() -> list[checks.CheckMessage]:
    found: list[checks.CheckMessage] = []
    if settings.DEMO_DOORS not in ("open", "hours"):
        found.append(checks.Error("DEMO_DOORS is 'open' or 'hours'.", id="perhekeskus.E004"))
    if settings.DEMO_NOW:
        try:
            demo_moment(settings.DEMO_NOW)
        except ValueError as error:
            found.append(checks.Error(str(error), id="perhekeskus.E005"))
    return found


@checks.register(checks.Tags.security)
def letters_have_a_way_out(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    if settings.DEMO_MODE:
        return []
    found: list[checks.CheckMessage] = []
    if settings.EMAIL_BACKEND.endswith("console.EmailBackend"):
        hint = "Set EMAIL_URL: without it notices and password links go to the log."
        found.append(checks.Warning("No mail server is set.", hint=hint, id="perhekeskus.W030"))
    if not settings.PUBLIC_ADDRESS.startswith("https://"):
        hint = "Set PUBLIC_ADDRESS to the address that families know, with https."
        found.append(checks.Warning("Letters cannot say where the site is.", hint=hint, id="perhekeskus.W031"))
    return found
