"""What an admin does on an imported record's page is an overlay: later imports leave it, and a person settles it."""

import datetime as dt

import pytest
from django.test import Client

from audit.codes import AuditCode
from audit.models import AuditEvent
from catalogue import history, overlay
from catalogue.models import Change, ExceptionalDay, LocalEdit, Location, Service
from perhekeskus.demo.cast import ensure_cast
from tests.catalogue.editing import page_of, sent_back, signed_in, the_admin
from tests.catalogue.ptv import source
from tests.catalogue.ptv.conftest import NOW, Import
from tests.catalogue.ptv.source import place, service

pytestmark = pytest.mark.django_db


def said(text: str) -> dict[str, object]:
    return {"serviceDescriptions": source.texts(text, kind="Summary")}


def saved(admin: Client, row: object, **columns: str) -> None:
    answer = admin.post(page_of(row), {**sent_back(admin, page_of(row)), **columns})
    assert answer.status_code == 302, answer.context["adminform"].form.errors


def test_a_page_of_an_imported_service_over_later_imports(import_items: Import) -> None:
    ensure_cast()
    admin = signed_in()
    import_items([place(1), place(2), service(1, places=(1, 2), **said("lähde"))])
    made, gone = Service.objects.get(), Location.objects.order_by("pk")[0]
    link = made.at_locations.get(location=gone)
    index = [row.pk for row in made.at_locations.all()].index(link.pk)
    saved(admin, made, summary_fi="oma", status="paused", **{f"at_locations-{index}-DELETE": "on"})
    assert {edit.field for edit in LocalEdit.objects.all()} == {"summary_fi", "status", "locations"}
    assert "lähde" in admin.get(page_of(made)).content.decode(), "beside the field: what the source says"

    import_items([place(1), place(2), service(1, places=(1, 2), **said("uusi"))])
    made.refresh_from_db()
    assert (made.summary_fi, made.status, list(made.locations.all())) == (
        "oma",
        "paused",
        [*made.locations.exclude(pk=gone.pk)],
    )
    edit = LocalEdit.objects.get(field="summary_fi")
    assert edit.conflict_since is not None
    page = admin.get(page_of(edit)).content.decode()
    assert (
        "oma" in page
        and "uusi" in page
        and edit in admin.get("/admin/catalogue/localedit/?conflict=yes").context["cl"].queryset
    )
    assert admin.post(page_of(edit), {"choice": "ours"}).status_code == 302
    edit.refresh_from_db()
    assert (edit.source_value, edit.newer_value, edit.conflict_since) == ("uusi", None, None)
    assert admin.post(page_of(edit), {"choice": "theirs"}).status_code == 302
    made.refresh_from_db()
    assert made.summary_fi == "uusi" and not LocalEdit.objects.filter(field="summary_fi").exists()
    settled = AuditEvent.objects.filter(code=AuditCode.LOCAL_EDIT_SETTLED).order_by("pk")
    assert [row.data["chosen"] for row in settled] == ["ours", "theirs"]

    history.undo(revision=Change.objects.all()[0], by=the_admin(), now=NOW)
    made.refresh_from_db()
    assert made.summary_fi == "oma" and LocalEdit.objects.get(field="summary_fi").source_value == "uusi"
    overlay.take_theirs(edit=LocalEdit.objects.get(field="locations"), by=the_admin(), now=NOW)
    assert gone in made.locations.all()
    saved(admin, made, summary_fi="uusi", status="published")
    assert not LocalEdit.objects.exists(), "what returns to the source's is no edit"


def test_a_day_of_the_source_that_is_rewritten_is_ours(import_items: Import) -> None:
    ensure_cast()
    import_items([place(1)])
    where = Location.objects.get()
    day = ExceptionalDay.objects.create(location=where, date=dt.date(2026, 12, 24), local=False)
    saved(signed_in(), where, **{"exceptions-0-reason_fi": "Jouluaatto"})
    day.refresh_from_db()
    assert day.local and day.reason_fi == "Jouluaatto"
