"""What an attempt leaves in the browser: a secret of its own, so that only that browser can finish it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

LONGEST_SECRET = 100
RETURN_PATH = "/identify/return/"


def browser_secret_of(request: HttpRequest) -> str:
    """The secret of this browser's attempts; "" when it has none."""
    secret = request.COOKIES.get(settings.IDENTIFICATION_COOKIE_NAME, "")
    return secret if len(secret) <= LONGEST_SECRET else ""


def set_browser_secret(response: HttpResponse, secret: str) -> None:
    # Lax: the browser comes back by an ordinary link from the provider, and must bring it then.
    response.set_cookie(
        settings.IDENTIFICATION_COOKIE_NAME,
        secret,
        max_age=settings.IDENTIFICATION_ATTEMPT_AGE,
        httponly=True,
        samesite="Lax",
        secure=settings.HTTPS,
    )


def return_address(request: HttpRequest) -> str:
    """Where the provider sends the browser back to: in production the one that was agreed with it, to the letter."""
    return settings.IDENTIFICATION_RETURN_ADDRESS or request.build_absolute_uri(RETURN_PATH)
