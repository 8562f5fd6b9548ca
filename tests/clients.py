"""Browsers of the test cast, without a server: a family's with its device, a member of staff's who has signed in."""

from typing import Any

from django.conf import settings
from django.test import Client

from accounts.models import User
from core import clock
from tests.cast import Visitor, sign_in


def at_home(visitor: Visitor | None = None, language: str = "fi") -> Client:
    """None: somebody who has never been here."""
    client = Client(headers={"accept-language": language})
    if visitor is not None:
        client.cookies[settings.VISITOR_COOKIE_NAME] = visitor.secret
    return client


def at_desk(user: User, language: str = "fi", *, fresh: bool = False) -> Client:
    """`fresh`: who has confirmed just now who they are."""
    client = Client(headers={"accept-language": language})
    client.cookies[settings.SESSION_COOKIE_NAME] = sign_in(user, clock.now(), fresh=fresh)
    return client


def post(client: Client, path: str, data: Any = None) -> Any:
    return client.post(path, data if data is not None else {}, content_type="application/json")
