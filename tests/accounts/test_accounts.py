"""Staff: roles now and ended ones, sign-in and sign-out, and a change of rights that is audited and told at once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import Membership, User
from accounts.selectors import Role, front_door, has_role, roles_of, unit_ids
from accounts.services import end_membership, save_membership, save_user
from accounts.visitors import find_key, keyed_hash
from audit.models import AuditEvent
from core import clock, realtime
from core.realtime import Event
from perhekeskus.demo.cast import PASSWORD
from tests.cast import NOW, Cast, Visitor, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    heard: list[Event] = []
    monkeypatch.setattr(realtime, "publish", heard.extend)
    monkeypatch.setattr(realtime, "_to_groups", lambda groups: None)
    return heard


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_roles_are_the_present_ones(cast: Cast) -> None:
    assert roles_of(cast.worker) == {"worker"}
    assert unit_ids(cast.worker, Role.WORKER) == [cast.unit.pk]
    assert not has_role(cast.worker, Role.SUPERVISOR)
    end_membership(membership=Membership.objects.get(user=cast.worker), by=cast.supervisor, now=NOW)
    assert roles_of(again(cast.worker)) == set()
    assert Membership.objects.filter(user=cast.worker).count() == 1, "the row stays as history"
    assert front_door() == cast.unit


def test_an_account_that_has_ended_has_no_role(cast: Cast) -> None:
    cast.worker.is_active = False
    save_user(user=cast.worker, by=cast.supervisor, now=NOW)
    assert roles_of(again(cast.worker)) == set()


def test_a_role_is_held_once_at_a_time(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="membership_once_at_a_time"), transaction.atomic():
        Membership.objects.create(user=cast.worker, unit=cast.unit, role=Role.WORKER)
    end_membership(membership=Membership.objects.get(user=cast.worker), by=cast.supervisor, now=NOW)
    Membership.objects.create(user=cast.worker, unit=cast.unit, role=Role.WORKER)


def test_every_change_of_rights_is_audited_and_told(
    cast: Cast, told: list[Event], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        end_membership(membership=Membership.objects.get(user=cast.worker), by=cast.supervisor, now=NOW)
        new = Membership(user=cast.professional, unit=cast.other_unit, role=Role.WORKER)
        save_membership(membership=new, by=cast.supervisor, now=NOW)
        save_user(user=cast.colleague, by=cast.supervisor, now=NOW)
    assert [(event.kind, event.user) for event in told] == [
        ("access", cast.worker.pk), ("access", cast.professional.pk), ("access", cast.colleague.pk),
    ]  # fmt: skip
    records = AuditEvent.objects.order_by("id")
    assert [(record.code, record.actor_id) for record in records] == [
        ("accounts.membership.changed", cast.supervisor.pk),
        ("accounts.membership.changed", cast.supervisor.pk),
        ("accounts.user.changed", cast.supervisor.pk),
    ]


def test_the_end_of_a_session_is_told_whoever_ends_it(
    cast: Cast, told: list[Event], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    key = sign_in(cast.worker)
    with django_capture_on_commit_callbacks(execute=True):
        Session.objects.filter(pk=key).delete()
    assert ("access", cast.worker.pk) in [(event.kind, event.user) for event in told]


def test_signing_in_and_out(cast: Cast) -> None:
    cache.clear()
    client = Client()
    page = client.get("/accounts/login/")
    assert page.status_code == 200
    wrong = client.post("/accounts/login/", {"login": cast.worker.email, "password": "wrong"})
    assert wrong.status_code == 200 and settings.SESSION_COOKIE_NAME not in client.cookies
    right = client.post("/accounts/login/", {"login": cast.worker.email.upper(), "password": PASSWORD})
    assert (right.status_code, right.headers["Location"]) == (302, "/desk/")
    assert client.get("/api/v1/desk/").status_code == 200
    assert client.post("/accounts/logout/").status_code == 302
    assert client.get("/api/v1/desk/").status_code == 401
    assert not Session.objects.exists()


def test_nobody_can_sign_up_for_a_staff_account(cast: Cast) -> None:
    before = User.objects.count()
    Client().post("/accounts/signup/", {"email": "x@demo.test", "password1": "perhekeskus-demo-2"})
    assert User.objects.count() == before


@pytest.mark.parametrize("who", ["worker", "colleague", "outsider", "professional", "supervisor"])
def test_the_admin_is_closed_to_those_without_reference_data(cast: Cast, who: str) -> None:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = sign_in(getattr(cast, who), clock.now())
    assert client.get("/admin/").status_code in (302, 403)
    assert client.get("/admin/accounts/user/").status_code in (302, 403)


def test_the_admin_holds_nothing_about_a_family() -> None:
    from django.contrib import admin

    names = {model.__name__ for model in admin.site._registry}
    assert not names & {
        "Contact",
        "Message",
        "Note",
        "Feedback",
        "ClientRelationship",
        "Visitor",
        "VisitorKey",
        "AuditEvent",
        "Session",
    }


def test_a_secret_opens_its_key_and_no_other(visitor: Visitor, stranger: Visitor) -> None:
    assert find_key(visitor.secret) == visitor.key
    for wrong in ("", visitor.secret[:-1], visitor.secret + "x", keyed_hash(visitor.secret), "x" * 1_000, visitor.code):
        assert find_key(wrong) is None
    assert find_key(stranger.secret) == stranger.key


def test_hashes_depend_on_the_key_of_the_platform(settings: Any, visitor: Visitor) -> None:
    settings.VISITOR_HASH_KEY = "another key"
    assert find_key(visitor.secret) is None
