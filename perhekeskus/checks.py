"""A server process asks the system checks itself: it may be started without manage.py."""

from django.core import checks
from django.core.exceptions import ImproperlyConfigured


def refuse_unsafe_start() -> None:
    """Raises ImproperlyConfigured when something of the demo would run in production."""
    errors = [found for found in checks.run_checks(tags=[checks.Tags.security]) if found.level >= checks.ERROR]
    if errors:
        raise ImproperlyConfigured("; ".join(error.msg for error in errors))
