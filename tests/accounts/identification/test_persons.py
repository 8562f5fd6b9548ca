"""Which device speaks for whom, how long, and what ends it; and attempts that nobody came back from."""

import datetime as dt
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from accounts import visitors
from accounts.identification import registry
from accounts.identification.browser import browser_secret_of, return_address, set_browser_secret
from accounts.identification.interface import Failure, Level, satisfies
from accounts.identification.words import failure_words
from accounts.models import Identification, Person, VisitorKey
from accounts.persons import expire_identifications, forget_person, person_of, remember_person
from accounts.tasks import expire_identifications as expire_task
from audit.models import AuditEvent
from core import realtime
from core.realtime import Event
from tests.accounts.identification.conftest import Scene
from tests.cast import NOW, Visitor

pytestmark = pytest.mark.django_db
HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)


@pytest.fixture
def known(db: None) -> Person:
    return Person.objects.create(subject_hash="a" * 64, given_names="Eka", family_name="Huoltaja", created_at=NOW)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    heard: list[Event] = []
    monkeypatch.setattr(realtime, "publish", heard.extend)
    return heard


def test_a_device_speaks_for_a_person_for_an_hour(visitor: Visitor, known: Person) -> None:
    key, _secret = remember_person(key=visitor.key, person=known, now=NOW)
    key = VisitorKey.objects.get(pk=key.pk)
    assert person_of(key, NOW) == known
    assert person_of(key, NOW + HOUR - MINUTE) == known
    assert person_of(key, NOW + HOUR) is None
    assert person_of(None, NOW) is None


def test_who_knew_the_devices_secret_before_gets_no_further_with_it(visitor: Visitor, known: Person) -> None:
    assert visitors.find_key(visitor.secret) == visitor.key
    key, secret = remember_person(key=visitor.key, person=known, now=NOW)
    assert visitors.find_key(visitor.secret) is None
    assert visitors.find_key(secret) == key == visitor.key, "the same device, under a new secret"


def test_a_device_that_nobody_knew_becomes_one(known: Person) -> None:
    key, secret = remember_person(key=None, person=known, now=NOW)
    assert visitors.find_key(secret) == key
    assert person_of(visitors.find_key(secret), NOW) == known


def test_the_next_person_on_a_device_takes_the_place_of_the_first(
    visitor: Visitor, known: Person, told: list[Event], django_capture_on_commit_callbacks: Any
) -> None:
    other = Person.objects.create(subject_hash="b" * 64, given_names="Toka", family_name="Huoltaja", created_at=NOW)
    remember_person(key=visitor.key, person=known, now=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        key, _secret = remember_person(key=visitor.key, person=other, now=NOW)
    assert person_of(VisitorKey.objects.get(pk=key.pk), NOW) == other
    assert [(event.kind, event.key) for event in told] == [("access", visitor.key.pk)], "open sockets ask again"


def test_signing_out_is_at_once_audited_and_told(
    visitor: Visitor, known: Person, told: list[Event], django_capture_on_commit_callbacks: Any
) -> None:
    key, secret = remember_person(key=visitor.key, person=known, now=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        forget_person(key=key, now=NOW + MINUTE)
    assert person_of(key, NOW + MINUTE) is None
    left = visitors.find_key(secret)
    assert left is not None, "the anonymous visitor stays"
    assert person_of(left, NOW + MINUTE) is None
    event = AuditEvent.objects.get()
    assert (event.code, event.actor_kind, event.actor_id) == ("accounts.person.signed_out", "person", known.pk)
    assert [(event.kind, event.key) for event in told] == [("access", visitor.key.pk)]
    forget_person(key=key, now=NOW + MINUTE)
    assert AuditEvent.objects.count() == 1, "once"


# -- sliding ----------------------------------------------------------------------------------------


def ask(
    secret: str, at: dt.datetime, monkeypatch: pytest.MonkeyPatch, method: str = "GET", **headers: str
) -> VisitorKey:
    monkeypatch.setattr(visitors.clock, "now", lambda: at)
    request = RequestFactory().generic(method, "/", headers=headers)
    request.COOKIES["perhekeskus_visitor"] = secret
    key = visitors.visitor_key_of(request)
    assert key is not None
    return VisitorKey.objects.get(pk=key.pk)


def test_using_the_site_goes_on_with_the_identification(
    visitor: Visitor, known: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    _key, secret = remember_person(key=visitor.key, person=known, now=NOW)
    at = NOW
    for _ in range(4):
        at += 50 * MINUTE
        assert ask(secret, at, monkeypatch).person_until == at + HOUR
    assert ask(secret, at + 20 * MINUTE, monkeypatch, "POST").person_until == at + 80 * MINUTE


def test_within_a_minute_nothing_is_written(visitor: Visitor, known: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    _key, secret = remember_person(key=visitor.key, person=known, now=NOW)
    assert ask(secret, NOW + dt.timedelta(seconds=59), monkeypatch).person_until == NOW + HOUR


def test_a_page_that_asks_by_itself_is_not_somebody(
    visitor: Visitor, known: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    _key, secret = remember_person(key=visitor.key, person=known, now=NOW)
    asked = ask(secret, NOW + 50 * MINUTE, monkeypatch, **{"Sec-Fetch-Mode": "cors"})
    assert asked.person_until == NOW + HOUR


def test_what_has_ended_does_not_go_on(visitor: Visitor, known: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    key, secret = remember_person(key=visitor.key, person=known, now=NOW)
    assert ask(secret, NOW + HOUR, monkeypatch).person_until == NOW + HOUR
    stale = VisitorKey.objects.get(pk=key.pk)
    forget_person(key=key, now=NOW)
    visitors.keep_identified(key=stale, now=NOW + 30 * MINUTE)
    assert VisitorKey.objects.get(pk=key.pk).person is None, "a request that began before the sign-out"


# -- attempts that take too long --------------------------------------------------------------------


def test_after_twenty_minutes_all_is_well(scene: Scene) -> None:
    started = scene.start()
    scene.now = NOW + 20 * MINUTE
    assert scene.complete(scene.provider.come_back(started.address), started.browser_secret).state == "done"


def test_after_an_hour_an_attempt_has_expired(scene: Scene) -> None:
    started = scene.start()
    scene.now = NOW + HOUR + MINUTE
    ended = scene.complete(scene.provider.come_back(started.address), started.browser_secret)
    assert (ended.state, ended.person) == ("expired", None)
    assert "/token" not in scene.provider.asked
    assert not Person.objects.exists()


def test_attempts_that_nobody_came_back_from_are_closed(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    old = scene.start().identification
    fresh = scene.start(now=NOW + 30 * MINUTE).identification
    done = scene.walk()
    assert expire_identifications(now=NOW + HOUR + MINUTE) == 1
    states = dict(Identification.objects.values_list("pk", "state"))
    assert (states[old.pk], states[fresh.pk], states[done.pk]) == ("expired", "started", "done")
    monkeypatch.setattr("core.clock.now", lambda: NOW + 2 * HOUR)
    expire_task()
    assert not Identification.objects.exclude(code_verifier="").exists()


# -- small parts ------------------------------------------------------------------------------------


def test_levels() -> None:
    for high in (Level.HIGH, Level.EIDAS_HIGH):
        assert satisfies(high, Level.SUBSTANTIAL)
        assert satisfies(high, Level.HIGH)
    for substantial in (Level.SUBSTANTIAL, Level.EIDAS_SUBSTANTIAL):
        assert satisfies(substantial, Level.SUBSTANTIAL)
        assert not satisfies(substantial, Level.HIGH)
    for nothing in (None, "", "loa2", 2, ["http://ftn.ficora.fi/2017/loa3"], b"http://ftn.ficora.fi/2017/loa3"):
        assert not satisfies(nothing, Level.SUBSTANTIAL)
    assert not satisfies(Level.HIGH, "a level that nobody knows")


def test_there_are_plain_words_for_every_failure() -> None:
    for failure in Failure:
        words = str(failure_words(failure.value))
        assert words.endswith(".")
        assert failure.value not in words
    assert failure_words("unheard of") == failure_words(Failure.SIGNATURE)


def test_the_browsers_secret_travels_in_a_cookie_for_us_alone(settings: Any) -> None:
    settings.HTTPS = True
    response = HttpResponse()
    set_browser_secret(response, "s" * 43)
    cookie = response.cookies[settings.IDENTIFICATION_COOKIE_NAME]
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"], cookie["path"]) == (True, True, "Lax", "/")
    request = HttpRequest()
    assert browser_secret_of(request) == ""
    request.COOKIES[settings.IDENTIFICATION_COOKIE_NAME] = cookie.value
    assert browser_secret_of(request) == "s" * 43
    request.COOKIES[settings.IDENTIFICATION_COOKIE_NAME] = "s" * 101
    assert browser_secret_of(request) == ""


def test_the_return_address_is_the_agreed_one_or_the_demos_own(rf: RequestFactory, settings: Any) -> None:
    assert return_address(rf.get("/anything/")) == "http://testserver/identify/return/"
    settings.IDENTIFICATION_RETURN_ADDRESS = "https://perhekeskus.example.fi/identify/return/"
    assert return_address(rf.get("/anything/")) == "https://perhekeskus.example.fi/identify/return/"


def test_a_site_without_a_provider_offers_nothing(settings: Any) -> None:
    assert registry.is_available(), "the tests have one"
    settings.IDENTIFICATION_BACKENDS = {}
    assert not registry.is_available()
    with pytest.raises(registry.NoSuchBackend):
        registry.default_backend()
    with pytest.raises(registry.NoSuchBackend):
        registry.backend_named("ftn")


def test_a_back_end_is_made_from_the_settings_once() -> None:
    name = registry.default_backend()
    assert registry.backend_named(name) is registry.backend_named(name)
    assert registry.backend_named(name).name == name
