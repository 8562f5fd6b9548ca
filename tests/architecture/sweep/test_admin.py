"""Django's admin is for reference data: nothing of a family stands in it, not even for a superuser."""

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse

from tests.architecture.sweep.answers import text_of, told
from tests.architecture.sweep.planted import SECRETS
from tests.architecture.sweep.world import ASKERS, Asker, World

pytestmark = pytest.mark.django_db


def admin_addresses() -> list[str]:
    """The index, and every list, form for a new row, and page and history of each first row."""
    own = ("index", "autocomplete", "jsi18n", "catalogue_service_load", "catalogue_location_holiday",
           "catalogue_channel_holiday", "catalogue_service_preview_new")  # fmt: skip
    found = [reverse(f"admin:{name}") for name in own]
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        found += [reverse("admin:app_list", args=[model._meta.app_label]), reverse(f"{name}_changelist")]
        found += [reverse(f"{name}_add")]
        row = model._default_manager.first()
        if row is not None:
            found += [reverse(f"{name}_{page}", args=[row.pk]) for page in ("change", "delete", "history")]
    return found


def searches() -> list[str]:
    """Every list searched for each of the secrets: what is echoed in the search field does not count as a hit."""
    return [
        f"{reverse(f'admin:{model._meta.app_label}_{model._meta.model_name}_changelist')}?q={word}"
        for model, page in admin.site._registry.items()
        if page.search_fields
        for word in SECRETS.values()
    ]


def in_admin(asker: Asker, path: str) -> tuple[int, set[str], str]:
    answer = asker.client().get(path)
    return answer.status_code, told(text_of(answer)), answer.content.decode()


def test_a_superuser_finds_no_family_in_the_admin(world: World) -> None:
    superuser = world.askers["superuser"]
    opened = 0
    for path in admin_addresses():
        status, secrets, _body = in_admin(superuser, path)
        assert (status < 500, secrets) == (True, set()), path
        opened += status == 200
    assert opened > len(admin.site._registry), "control: the superuser comes in"
    for path in searches():
        _status, _secrets, body = in_admin(superuser, path)
        assert 'class="row' not in body and "0 " in body, path


def test_no_model_about_a_family_is_registered() -> None:
    registered = {model._meta.label for model in admin.site._registry}
    about_families = {
        "accounts.Person", "accounts.Visitor", "accounts.VisitorKey", "accounts.Identification", "audit.AuditEvent",
        "guidance.Contact", "guidance.Message", "guidance.Note", "guidance.ClientRelationship", "guidance.Feedback",
    }  # fmt: skip
    assert registered & about_families == set()


@pytest.mark.parametrize("name", [name for name in ASKERS if name not in ("superuser", "catalogue_admin")])
def test_whoever_does_not_administer_stays_outside(world: World, name: str) -> None:
    for path in admin_addresses():
        status, secrets, _body = in_admin(world.askers[name], path)
        assert (status in (302, 403, 404), secrets) == (True, set()), path


def test_a_catalogue_admin_sees_reference_data_only(world: World) -> None:
    opened = set()
    for path in admin_addresses():
        status, secrets, _body = in_admin(world.askers["catalogue_admin"], path)
        assert (status < 500, secrets) == (True, set()), path
        if status == 200:
            app, _slash, model = path.removeprefix("/admin/").partition("/")
            opened.add(f"{app}/{model.partition('/')[0]}" if app == "accounts" else app)
    assert opened <= {
        "",
        "catalogue",
        "guidance",
        "referrals",
        "segments",
        "jsi18n",
        "accounts/",
        "accounts/profession",
    }
    client: Client = world.askers["catalogue_admin"].client()
    for model in (world.cast.worker, world.contacts["open"]):
        kind = ContentType.objects.get_for_model(model)
        assert client.get(f"/admin/r/{kind.pk}/{model.pk}/").status_code in (302, 404)
