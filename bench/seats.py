"""Conversations to talk in: families with their cookies and a signed-in worker who has taken every one of them.

Made by the platform's own services, in the order that life makes them.
"""

import uuid
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import transaction

from accounts.models import User
from core import clock
from guidance.models import Contact
from guidance.services import open_contact, take_contact
from perhekeskus.demo.cast import ensure_cast

Seat = dict[str, str]


def make_conversations(count: int) -> list[tuple[Seat, Seat]]:
    """`count` open chats as (family's seat, worker's seat)."""
    ensure_cast()
    worker = User.objects.get(email="ohjaaja1@demo.test")
    cookie = f"{settings.SESSION_COOKIE_NAME}={_signed_in(worker)}"
    conversations = []
    with transaction.atomic():
        for _number in range(count):
            now = clock.now()
            opened = open_contact(
                visitor_key=None,
                channel=Contact.Channel.CHAT,
                nonce=uuid.uuid4(),
                body="Hei, onko siellä ketään?",
                language="fi",
                now=now,
            )
            take_contact(contact_id=opened.contact.pk, worker=worker, now=now)
            contact = str(opened.contact.pk)
            family = {"contact": contact, "cookie": f"{settings.VISITOR_COOKIE_NAME}={opened.secret}"}
            conversations.append((family, {"contact": contact, "cookie": cookie}))
    return conversations


def _signed_in(user: User) -> str:
    """A session as signing in leaves it."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    key = session.session_key
    assert key is not None
    return key
