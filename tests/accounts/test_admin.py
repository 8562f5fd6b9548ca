"""Accounts, units and roles in Django's admin: confirmed, on record, in force at once; and nobody raises themselves."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as configured
from django.contrib import admin as django_admin
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import Membership, StaffSession, Unit, User
from audit.models import AuditEvent
from core import clock
from perhekeskus.demo.cast import PASSWORD
from tests.cast import Cast, sign_in
from tests.second_step import give_second_step

pytestmark = pytest.mark.django_db
NEW = "kolme pientä porsasta 9"


def browser(user: User, *, fresh: bool = True) -> Client:
    client = Client()
    client.cookies[configured.SESSION_COOKIE_NAME] = sign_in(user, clock.now(), fresh=fresh)
    return client


@pytest.fixture
def boss(cast: Cast) -> User:
    """A superuser, as `createsuperuser` makes one: no role anywhere."""
    return User.objects.create_superuser("hallinta@demo.test", PASSWORD, first_name="Hilla", last_name="Hallinta")


@pytest.fixture
def admin(boss: User) -> Client:
    return browser(boss)


@pytest.fixture
def clerk(cast: Cast) -> Client:
    """One who may keep accounts and roles, and is no superuser."""
    user = User.objects.create_user(
        "henkilosto@demo.test", PASSWORD, first_name="Heli", last_name="Hirvi", is_staff=True
    )
    names = ("view_user", "change_user", "add_user", "view_membership", "add_membership", "change_membership")
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    return browser(user)


def address(user: User) -> str:
    return f"/admin/accounts/user/{user.pk}/change/"


def form_of(client: Client, page: str) -> dict[str, Any]:
    """Every field of the page's form as a browser would send it back."""
    context = client.get(page).context
    fields: dict[str, Any] = {}
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for bound in form:
            value = bound.value()
            if value is None or value is False or bound.field.disabled:
                continue
            fields[bound.html_name] = "on" if value is True else value
    return fields


def codes(user: User) -> list[tuple[str, dict[str, Any]]]:
    kept = AuditEvent.objects.filter(object_type="user", object_id=str(user.pk)).order_by("id")
    return [(event.code, event.data) for event in kept]


@pytest.mark.parametrize("page", ["", "add/", "{user}/change/", "{user}/password/"])
def test_pages_open_under_the_strict_policy(admin: Client, cast: Cast, page: str) -> None:
    html = admin.get(f"/admin/accounts/user/{page.format(user=cast.worker.pk)}")
    assert html.status_code == 200
    text = html.content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", text)
    assert not re.search(r"<style|\sstyle=|\son\w+=\"", text)


def test_a_role_begins(admin: Client, boss: User, cast: Cast) -> None:
    worker = browser(cast.professional)
    assert "Täällä kysyt kollegoilta" in worker.get("/desk/").content.decode()
    form = form_of(admin, address(cast.professional))
    form |= {"memberships-TOTAL_FORMS": 2, "memberships-1-unit": cast.unit.pk, "memberships-1-role": "worker"}
    form["memberships-1-user"] = cast.professional.pk
    assert admin.post(address(cast.professional), form).status_code == 302
    assert "Täällä kysyt kollegoilta" not in worker.get("/desk/").content.decode(), "at once"
    event = AuditEvent.objects.get(code="accounts.membership.changed")
    assert (event.actor_id, event.object_id, event.unit_id) == (boss.pk, str(cast.professional.pk), cast.unit.pk)
    assert event.data == {"role": "worker", "ended": False}


def test_a_role_ends_and_stays_as_history(admin: Client, cast: Cast) -> None:
    worker = browser(cast.worker)
    assert worker.get("/desk/").status_code == 200
    form = form_of(admin, address(cast.worker)) | {"memberships-0-ends": "on"}
    assert admin.post(address(cast.worker), form).status_code == 302
    assert worker.get("/desk/").status_code == 404
    assert Membership.objects.get(user=cast.worker).ended_at is not None
    assert ("accounts.membership.changed", {"role": "worker", "ended": True}) in codes(cast.worker)
    assert "Asiakasohjaus: ohjaaja (" in admin.get(address(cast.worker)).content.decode()


def test_a_role_never_turns_into_another(admin: Client, cast: Cast) -> None:
    form = form_of(admin, address(cast.worker))
    form |= {"memberships-0-role": "supervisor", "memberships-0-unit": cast.other_unit.pk}
    admin.post(address(cast.worker), form)
    held = Membership.objects.get(user=cast.worker)
    assert (held.role, held.unit_id, held.ended_at) == ("worker", cast.unit.pk, None)
    assert not AuditEvent.objects.filter(code="accounts.membership.changed").exists()


def test_languages_of_service(admin: Client, cast: Cast) -> None:
    assert (cast.worker.languages, cast.colleague.languages) == (["fi"], ["fi", "sv"])
    form = form_of(admin, address(cast.worker)) | {"languages": ["fi", "en"]}
    assert admin.post(address(cast.worker), form).status_code == 302
    assert User.objects.get(pk=cast.worker.pk).languages == ["fi", "en"]
    assert ("accounts.user.changed", {"is_active": True, "fields": ["languages"]}) in codes(cast.worker)
    refused = admin.post(address(cast.worker), form | {"languages": []})
    assert refused.status_code == 200 and User.objects.get(pk=cast.worker.pk).languages == ["fi", "en"]


def test_a_closed_account_is_out_at_once(admin: Client, cast: Cast) -> None:
    worker = browser(cast.worker)
    form = form_of(admin, address(cast.worker))
    form.pop("is_active")
    assert admin.post(address(cast.worker), form).status_code == 302
    assert worker.get("/api/v1/desk/").status_code == 401
    assert not StaffSession.objects.filter(user=cast.worker).exists()


def test_a_password_set_for_another_ends_their_sign_ins(admin: Client, cast: Cast) -> None:
    worker = browser(cast.worker)
    form = {"password1": NEW, "password2": NEW, "usable_password": "true"}
    assert admin.post(f"/admin/accounts/user/{cast.worker.pk}/password/", form).status_code == 302
    assert worker.get("/api/v1/desk/").status_code == 401
    assert User.objects.get(pk=cast.worker.pk).check_password(NEW)
    assert [code for code, _data in codes(cast.worker)] == [
        "accounts.staff.password_changed", "accounts.staff.sessions_ended",
    ]  # fmt: skip


@pytest.mark.parametrize("action", ["reset_second_steps", "end_all_sessions"])
def test_a_lost_phone_and_a_lost_computer(admin: Client, cast: Cast, action: str) -> None:
    for user in (cast.worker, cast.colleague):
        give_second_step(user)
    worker, colleague = browser(cast.worker), browser(cast.colleague)
    chosen = {"action": action, "_selected_action": [cast.worker.pk]}
    answer = admin.post("/admin/accounts/user/", chosen, follow=True)
    assert f"Tehty: {cast.worker.full_name}." in answer.content.decode()
    assert worker.get("/api/v1/desk/").status_code == 401
    assert colleague.get("/api/v1/desk/").status_code == 200
    assert Authenticator.objects.filter(user=cast.worker).exists() is (action == "end_all_sessions")
    assert Authenticator.objects.filter(user=cast.colleague).count() == 2


@pytest.mark.parametrize("page", ["add/", "{user}/change/", "{user}/password/"])
def test_changing_accounts_is_confirmed(boss: User, cast: Cast, page: str) -> None:
    client = browser(boss, fresh=False)
    asked = f"/admin/accounts/user/{page.format(user=cast.worker.pk)}"
    assert client.get("/admin/accounts/user/").status_code == 200
    for answer in (client.get(asked), client.post(asked, {})):
        assert answer.headers["Location"] == f"/accounts/reauthenticate/?next={asked}"
    chosen = {"action": "end_all_sessions", "_selected_action": [cast.worker.pk]}
    assert client.post("/admin/accounts/user/", chosen).headers["Location"].startswith("/accounts/reauthenticate/")


def test_a_clerk_cannot_become_a_superuser(clerk: Client, boss: User, cast: Cast) -> None:
    for user in (User.objects.get(email="henkilosto@demo.test"), cast.worker):
        form = form_of(clerk, address(user))
        everything = Permission.objects.values_list("pk", flat=True)
        answer = clerk.post(address(user), form | {"is_superuser": "on", "user_permissions": list(everything)})
        assert answer.status_code == 302, "the rest of the form is theirs to send"
        user.refresh_from_db()
        assert not user.is_superuser and user.user_permissions.count() in (0, 6)
    assert clerk.get(address(boss)).status_code == 200
    assert "password1" not in clerk.get(address(boss)).content.decode()
    form = {"password1": NEW, "password2": NEW, "usable_password": "true"}
    assert clerk.post(f"/admin/accounts/user/{boss.pk}/password/", form).status_code == 403
    assert clerk.post(address(boss), {"email": "x@demo.test"}).status_code == 403
    clerk.post("/admin/accounts/user/", {"action": "end_all_sessions", "_selected_action": [boss.pk]})
    boss.refresh_from_db()
    assert boss.check_password(PASSWORD)


def test_nobody_closes_their_own_account(admin: Client, boss: User) -> None:
    form = form_of(admin, address(boss))
    form.pop("is_active", None)
    assert admin.post(address(boss), form).status_code == 302
    boss.refresh_from_db()
    assert boss.is_active


def test_a_new_account(admin: Client) -> None:
    form = {"email": "uusi@demo.test", "first_name": "Uuno", "last_name": "Uusi", "password1": NEW, "password2": NEW,
            "usable_password": "true", "memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}  # fmt: skip
    assert admin.post("/admin/accounts/user/add/", form).status_code == 302
    made = User.objects.get(email="uusi@demo.test")
    assert made.check_password(NEW) and made.languages == ["fi"] and not made.is_staff
    assert [code for code, _data in codes(made)] == ["accounts.user.changed"]


def test_units_are_kept_and_never_removed(admin: Client, cast: Cast) -> None:
    page = f"/admin/accounts/unit/{cast.other_unit.pk}/change/"
    form = {"slug": cast.other_unit.slug, "name_fi": "Pohjoinen", "name_sv": "Norra", "name_en": "Northern"}
    assert admin.post(page, form).status_code == 302
    assert Unit.objects.get(pk=cast.other_unit.pk).name_fi == "Pohjoinen"
    event = AuditEvent.objects.get(object_type="accounts.unit")
    assert event.data == {"act": "changed", "fields": ["name_en", "name_fi", "name_sv"]}
    assert admin.post(f"/admin/accounts/unit/{cast.other_unit.pk}/delete/", {"post": "yes"}).status_code == 403


def test_the_pages_of_allauth_that_record_nothing_are_closed(admin: Client) -> None:
    names = {model.__name__ for model in django_admin.site._registry}
    assert not names & {"EmailAddress", "EmailConfirmation", "Authenticator", "StaffSession"}
    for page in ("/admin/mfa/authenticator/", "/admin/account/emailaddress/"):
        assert admin.get(page).status_code == 404


def test_the_admins_own_password_page_is_ours(admin: Client) -> None:
    assert "sign-card" in admin.get("/admin/password_change/").content.decode()
    assert admin.post("/admin/logout/").status_code == 302
    assert admin.get("/admin/").status_code == 302
    assert AuditEvent.objects.filter(code="accounts.staff.signed_out").exists()


@pytest.mark.parametrize("who", ["worker", "professional", "supervisor", "catalogue_admin"])
def test_roles_are_closed_to_those_who_hold_them(cast: Cast, who: str) -> None:
    client = browser(getattr(cast, who))
    for page in ("/admin/accounts/user/", address(cast.worker), "/admin/accounts/unit/"):
        assert client.get(page).status_code in (302, 403)
    assert client.post(address(cast.worker), {"email": "x@demo.test"}).status_code in (302, 403)
    assert User.objects.filter(email=cast.worker.email).exists()


def test_an_administrator_without_a_role_lands_in_the_admin(boss: User) -> None:
    answer = Client().post("/accounts/login/", {"login": boss.email, "password": PASSWORD})
    assert answer.headers["Location"] == "/admin/"
