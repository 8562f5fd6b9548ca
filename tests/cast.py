"""The people of the tests by name: worker, colleague, outsider (another unit), supervisor, professional, visitor and
stranger; and how they open, take and write. The staff are the demo's own cast."""

import datetime as dt
import secrets
import time
import uuid
from dataclasses import dataclass

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from accounts import visitors
from accounts.identification.interface import Level
from accounts.models import Identification, Person, Profession, Unit, User, VisitorKey
from accounts.sessions import note_seen
from catalogue.models import Topic
from core import clock
from guidance.message_log import Author, Entry, Written, write
from guidance.models import Contact
from guidance.services import (
    Asked,
    ask_identification,
    bind_contact,
    close_contact,
    open_consultation,
    open_contact,
    take_consultation,
    take_contact,
)
from tests.kept import kept_cast

# A Monday in service hours: 23 November 2026, noon in Helsinki.
NOW = dt.datetime(2026, 11, 23, 10, 0, tzinfo=dt.UTC)
TEXT = "Vauva ei nuku, ja minä en jaksa enää."


@dataclass(frozen=True)
class Cast:
    """The staff and their two units; the first unit is the front door."""

    unit: Unit
    other_unit: Unit
    worker: User
    colleague: User
    outsider: User
    professional: User
    supervisor: User
    catalogue_admin: User
    topic: Topic


def make_cast() -> Cast:
    kept_cast()
    topic, _ = Topic.objects.get_or_create(
        slug="vauvan-uni", defaults={"name_fi": "Vauvan uni", "name_sv": "Babyns sömn", "name_en": "Baby's sleep"}
    )
    return cast_there(topic)


def cast_there(topic: Topic) -> Cast:
    staff = {user.email.partition("@")[0]: user for user in User.objects.all()}
    return Cast(
        unit=Unit.objects.get(slug="asiakasohjaus"),
        other_unit=Unit.objects.get(slug="pohjoinen"),
        worker=staff["ohjaaja1"],
        colleague=staff["ohjaaja2"],
        outsider=staff["ohjaaja3"],
        professional=staff["ammattilainen1"],
        supervisor=staff["esihenkilo1"],
        catalogue_admin=staff["paakayttaja1"],
        topic=topic,
    )


@dataclass
class Visitor:
    """An anonymous person with one device: its key, the secret of its cookie, the return code."""

    key: VisitorKey
    secret: str
    code: str

    @property
    def author(self) -> Author:
        return Author("client", key_id=self.key.pk)


def make_visitor(now: dt.datetime = NOW) -> Visitor:
    return Visitor(*visitors.create_visitor(now=now, secret=visitors.new_secret()))


def make_person(name: str = "Eka Huoltaja", now: dt.datetime = NOW) -> Person:
    """An identified person as the database keeps one, without a provider."""
    given, _space, family = name.rpartition(" ")
    return Person.objects.create(
        subject_hash=secrets.token_hex(32), given_names=given, family_name=family, created_at=now
    )


def second_device(visitor: Visitor, now: dt.datetime = NOW) -> Visitor:
    """The same visitor on another device, come back with the return code."""
    _visitor, secret = visitors.redeem_return_code(code=visitor.code, now=now)
    key = visitors.find_key(secret)
    assert key is not None
    return Visitor(key, secret, visitor.code)


def identification_of(
    contact: Contact | None = None,
    person: Person | None = None,
    *,
    state: Identification.State = Identification.State.DONE,
    now: dt.datetime = NOW,
) -> Identification:
    """An attempt for this contact (or for the own page) as the provider's answer left it, without a provider."""
    done = state == Identification.State.DONE
    ended = {"ended_at": now, "person": person or make_person(), "acr": Level.SUBSTANTIAL, "auth_time": now}
    return Identification.objects.create(
        purpose="contact" if contact else "own_page",
        contact_id=contact.pk if contact else None,
        language="fi",
        provider="test",
        level_asked=Level.SUBSTANTIAL,
        state_hash=secrets.token_hex(32),
        nonce_hash=secrets.token_hex(32),
        browser_hash=secrets.token_hex(32),
        state=state,
        started_at=now,
        **(ended if done else {}),
    )


def ask(contact: Contact, worker: User, *, reason: str = "Varaan sinulle ajan.", now: dt.datetime = NOW) -> Contact:
    return ask_identification(contact_id=contact.pk, worker=worker, reason=reason, now=now)


def bind(
    contact: Contact, visitor: Visitor, worker: User, person: Person | None = None, *, now: dt.datetime = NOW
) -> Contact:
    """The worker asks, and the family identifies itself on this device."""
    ask(contact, worker, now=now)
    identification = identification_of(contact, person, now=now)
    bound, visitor.secret = bind_contact(identification=identification, visitor_key=visitor.key, now=now)
    return bound


def open_chat(
    visitor: Visitor,
    *,
    now: dt.datetime = NOW,
    channel: str = "chat",
    body: str = TEXT,
    nonce: uuid.UUID | None = None,
    language: str = "fi",
    unit: Unit | None = None,
) -> Contact:
    """A contact with its first message; `unit` moves it behind another unit's door."""
    opened = open_contact(
        visitor_key=visitor.key,
        channel=channel,
        nonce=nonce or uuid.uuid4(),
        body=body,
        language=language,
        now=now,
    ).contact
    if unit is not None:
        Contact.objects.filter(pk=opened.pk).update(unit=unit)
        opened.refresh_from_db()
    return opened


def take(contact: Contact, worker: User, now: dt.datetime = NOW) -> Contact:
    return take_contact(contact_id=contact.pk, worker=worker, now=now)


def close(
    contact: Contact, worker: User, topic: Topic, now: dt.datetime = NOW, outcome: str = "resolved", step: str = ""
) -> Contact:
    return close_contact(
        contact_id=contact.pk, worker=worker, outcome=outcome, topic=topic, next_step=step, next_step_owner="", now=now
    )


def consult(
    asker: User,
    *,
    unit: Unit | None = None,
    user: User | None = None,
    profession: Profession | None = None,
    about: Contact | None = None,
    body: str = "Miten te neuvotte, kun kolmevuotias valvoo?",
    now: dt.datetime = NOW,
) -> Contact:
    """A consultation that the asker opens."""
    asked = Asked(user=user, profession=profession, unit=unit)
    return open_consultation(
        asker=asker, asked=asked, title="Uni", body=body, about=about, nonce=uuid.uuid4(), now=now
    ).contact


def answer(consultation: Contact, user: User, now: dt.datetime = NOW) -> Contact:
    return take_consultation(contact_id=consultation.pk, user=user, now=now)


def sign_in(user: User, now: dt.datetime = NOW, *, fresh: bool = False) -> str:
    """A staff session as a real sign-in leaves it, twelve hours from `now`. One of NOW lives in the clock's own hours
    as well, as requests do; one from before is over. Returns its key. A `fresh` one needs no confirmation before a
    sensitive act."""
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    if fresh:
        store[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time()}]
        store["account_authentication_methods_user"] = str(user.pk)
    store.create()
    assert store.session_key is not None
    since = max(now, clock.now()) if now >= NOW else now
    Session.objects.filter(pk=store.session_key).update(expire_date=since + dt.timedelta(hours=12))
    note_seen(user=user, session_key=store.session_key, user_agent="", now=now)
    return store.session_key


def staff_author(user: User, session_key: str) -> Author:
    return Author("worker", staff_id=user.pk, session_key=session_key)


def say(
    contact: Contact, author: Author, body: str = "Hei", *, nonce: uuid.UUID | None = None, at: dt.datetime = NOW
) -> Written:
    return write(Entry(contact.pk, nonce or uuid.uuid4(), body, author, at))


def csrf_token() -> str:
    """A secret that is right in the cookie and in the header alike."""
    return secrets.token_hex(16)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def visitor(db: None) -> Visitor:
    """The one whose conversation it is."""
    return make_visitor()


@pytest.fixture
def stranger(db: None) -> Visitor:
    """Another anonymous visitor, with a good key of their own."""
    return make_visitor()


@pytest.fixture
def chat(cast: Cast, visitor: Visitor) -> Contact:
    """The visitor's waiting chat at the front door."""
    return open_chat(visitor)
