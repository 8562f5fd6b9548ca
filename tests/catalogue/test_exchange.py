"""Services out to a file and in again: what is unchanged writes nothing, what is wrong is told by row and column."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from audit.codes import AuditCode
from audit.models import AuditEvent
from catalogue import history
from catalogue.exchange import as_csv, as_json, plan, read
from catalogue.models import CatalogueFile, Change, LocalEdit, Service
from core import clock
from tests.catalogue.editing import load_demo, signed_in, the_admin

pytestmark = pytest.mark.django_db
LOAD = "/admin/catalogue/service/load/"


@pytest.fixture
def admin(db: None) -> Client:
    load_demo()
    return signed_in()


def sent(admin: Client, name: str, text: str | bytes) -> Any:
    content = text.encode() if isinstance(text, str) else text
    return admin.post(LOAD, {"file": SimpleUploadedFile(name, content)})


def loaded(admin: Client, page: Any) -> Any:
    return admin.post(LOAD, {"digest": page.context["plan"].digest})


def exported(admin: Client, ending: str) -> str:
    chosen = {"action": f"export_{ending}", "_selected_action": list(Service.objects.values_list("pk", flat=True))}
    answer = admin.post("/admin/catalogue/service/", chosen)
    assert answer["Content-Disposition"].endswith(f'.{ending}"')
    return answer.content.decode()


def test_what_goes_out_comes_in_unchanged(admin: Client) -> None:
    Service.objects.filter(slug="perheohjaus").update(price_fi="=2+3", summary_fi='Lainaus "näin"; ja, pilkku')
    for ending in ("csv", "json"):
        text = exported(admin, ending)
        counts = plan(read(f"palvelut.{ending}", text.removeprefix("\ufeff"))).counts
        assert counts == {"added": 0, "changed": 0, "same": Service.objects.count(), "refused": 0}
    assert exported(admin, "csv").startswith("\ufeffslug;") and "'=2+3" in exported(admin, "csv")


def test_a_file_is_looked_at_loaded_and_taken_back(admin: Client) -> None:
    service = Service.objects.get(slug="perheohjaus")
    Service.objects.filter(pk=service.pk).update(ptv_id="0a0a0a0a-0000-4000-8000-000000000001")
    before, count = service.price_sv, Service.objects.count()
    rows = [
        {"slug": "perheohjaus", "price": {"sv": "Ny text"}, "situations": ["ero-ja-riidat"]},
        {"slug": "uusi-palvelu", "provider": service.provider.slug, "name": {"fi": "Uusi"}, "areas": ["county"]},
        {"slug": "huono", "provider": "ei-ole", "name": {"fi": "Huono"}, "ages": {"from": "vanha"}},
    ]
    page = sent(admin, "p.json", json.dumps(rows))
    assert page.context["plan"].counts == {"added": 1, "changed": 1, "same": 0, "refused": 1}
    html = page.content.decode()
    assert "Ny text" in html and "ei löydy: ei-ole" in html and "pitää olla kokonaisluku" in html
    assert Service.objects.count() == count, "a preview writes nothing"
    assert loaded(admin, page).status_code == 302
    service.refresh_from_db()
    assert (service.price_sv, [one.slug for one in service.situations.all()]) == ("Ny text", ["ero-ja-riidat"])
    assert Service.objects.get(slug="uusi-palvelu").status == "draft"
    assert LocalEdit.objects.get(service=service).field == "price_sv", "an imported one is now told otherwise here"
    assert AuditEvent.objects.get(code=AuditCode.CATALOGUE_LOADED).data["counts"]["added"] == 1
    assert not CatalogueFile.objects.exists()
    history.undo(revision=Change.objects.all()[0], by=the_admin(), now=clock.now())
    service.refresh_from_db()
    assert service.price_sv == before and not Service.objects.filter(slug="uusi-palvelu").exists()
    assert not LocalEdit.objects.exists()


def test_what_has_changed_meanwhile_is_looked_at_again(admin: Client) -> None:
    page = sent(admin, "p.csv", "slug;price_fi\nperheohjaus;7 euroa\n")
    Service.objects.filter(slug="perheohjaus").update(price_fi="6 euroa")
    again = loaded(admin, page)
    assert again.status_code == 200 and "6 euroa" in again.content.decode()
    assert Service.objects.get(slug="perheohjaus").price_fi == "6 euroa"
    assert loaded(admin, again).status_code == 302
    assert Service.objects.get(slug="perheohjaus").price_fi == "7 euroa"
    assert "uudelleen" in loaded(admin, again).content.decode()


UNREADABLE = [
    ("p.json", b"[{", "JSON"),
    ("p.json", b'{"a": 1}', "luettelo"),
    ("p.json", b"[]", "yht"),
    ("p.csv", "slug;nimi\nä;ö\n".encode("cp1252"), "UTF-8"),
    ("p.csv", b"nimi;hinta\na;b\n", "slug"),
    ("p.csv", b"slug;outo\na;b\n", "outo"),
    ("p.csv", b"slug;slug\na;b\n", "kahdesti"),
    ("p.csv", b"slug;price_fi\na;b;c;d\n", "soluja"),
    ("p.csv", b"slug\n\x00\n", "tekstiä"),
    ("p.csv", b"slug\n", "yht"),
    ("p.csv", b"", "tyhj"),
]


def test_a_file_that_cannot_be_read_is_told_why(admin: Client) -> None:
    for name, content, says in UNREADABLE:
        page = sent(admin, name, content)
        assert page.status_code == 200 and says in page.content.decode(), content
        assert page.context["plan"] is None and not CatalogueFile.objects.exists()


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"outo": "x"}, "outo"),
    ({"slug": ""}, "slug"),
    ({"slug": "uusi", "provider": "x"}, "provider"),
    ({"slug": "uusi", "name": {"fi": "Uusi"}}, "provider"),
    ({"status": "lost"}, "status"),
    ({"reviewed_on": "2026-02-30"}, "reviewed_on"),
    ({"languages": "fi"}, "languages"),
    ({"areas": ["999"]}, "areas"),
    ({"ages": {"from": 9, "to": 3}}, ""),
    ({"safety": "joo"}, "safety"),
    ({"summary": {"fi": "x" * 301}}, "summary_fi"),
    ({"name": {"fi": None}}, "name_fi"),
    ({"order": None}, "order"),
    ({"service_classes": ["Q9"]}, "service_classes"),
]


def test_a_row_is_refused_by_its_column(admin: Client) -> None:
    for row, column in REFUSED:
        [planned] = plan(read("p.json", json.dumps([{"slug": "perheohjaus", **row}]))).rows
        assert planned.act == "refused" and column in [name for name, _why in planned.problems], row
    twice = plan(read("p.csv", "slug,order\nperheohjaus,1\nperheohjaus,2\n")).rows
    assert [row.act for row in twice] == ["changed", "refused"]


def test_both_formats_tell_the_same(admin: Client) -> None:
    services = Service.objects.order_by("pk")[:3]
    table, told = as_csv(services), as_json(services)
    assert [row["slug"] for row in read("a.csv", table.removeprefix("\ufeff"))] == [
        row["slug"] for row in read("a.json", told)
    ]
