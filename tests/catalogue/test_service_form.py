"""The page of a service: what is missing, what visitors will see, and that somebody has looked it over."""

import datetime as dt

import pytest
from django.test import Client

from audit.codes import AuditCode
from audit.models import AuditEvent
from catalogue.missing import lacks, missing_in_words
from catalogue.models import Change, MissedSearch, Service, Synonym
from core import clock
from core.opening_hours import local_date
from tests.catalogue.editing import a_service, load_demo, page_of, sent_back, signed_in, the_admin

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(db: None) -> Client:
    load_demo()
    return signed_in()


def test_the_preview_shows_what_would_be_and_saves_nothing(admin: Client) -> None:
    service = a_service()
    Service.objects.filter(pk=service.pk).update(status="draft")
    form = {**sent_back(admin, page_of(service)), "summary_sv": "Så här blir det.", "summary_fi": "Näin siitä tulee."}
    changes = Change.objects.count()
    for language, summary in (("fi", "Näin siitä tulee."), ("sv", "Så här blir det.")):
        page = admin.post(f"{page_of(service, 'preview')}?lang={language}", form)
        html = page.content.decode()
        assert page.status_code == 200 and summary in html and f'<html lang="{language}"' in html
        assert "no-store" in page["Cache-Control"] and page["X-Robots-Tag"] == "noindex"
    refused = admin.post(f"{page_of(service, 'preview')}?lang=fi", {**form, "provider": ""})
    assert refused.status_code == 200 and "errornote" in refused.content.decode()
    before, service = service, Service.objects.get(pk=service.pk)
    assert (service.summary_sv, service.status) == (before.summary_sv, "draft")
    assert Change.objects.count() == changes
    assert not AuditEvent.objects.filter(code=AuditCode.REFERENCE_DATA_CHANGED).exists()
    assert "tallennettiin" not in admin.get("/admin/catalogue/service/").content.decode().lower()
    assert admin.get(page_of(service, "preview")).status_code == 405


def test_a_new_service_is_previewed_too(admin: Client) -> None:
    form = {**sent_back(admin, "/admin/catalogue/service/add/"), "name_fi": "Uusi kerho", "slug": "uusi-kerho",
            "provider": str(a_service().provider_id), "summary_fi": "Kerho kaikille."}  # fmt: skip
    page = admin.post("/admin/catalogue/service/preview/?lang=fi", form)
    assert "Kerho kaikille." in page.content.decode()
    assert not Service.objects.filter(slug="uusi-kerho").exists()


def test_what_is_missing_is_told_and_found(admin: Client) -> None:
    service = a_service()
    Service.objects.exclude(pk=service.pk).delete()
    Service.objects.update(summary_sv="", price_sv="", description_fi="Kuvaus.", description_sv="Text.", price_fi="0 e")
    service.refresh_from_db()
    assert "ruotsiksi puuttuu: yhdellä lauseella, hinta" in missing_in_words(service)
    assert "Ruotsiksi puuttuu: yhdellä lauseella, hinta" in admin.get(page_of(service)).content.decode()
    assert list(Service.objects.filter(lacks("sv"))) == [service]
    Service.objects.update(summary_sv="Kort.", price_sv="0 e", waiting_sv="x", waiting_fi="x", not_for_whom_fi="")
    assert not Service.objects.filter(lacks("sv")).exists()


def test_reviewing_is_recorded_and_empties_the_list(admin: Client) -> None:
    today = local_date(clock.now())
    first, second, third = Service.objects.published().order_by("pk")[:3]
    Service.objects.update(reviewed_on=today)
    Service.objects.filter(pk__in=[first.pk, second.pk]).update(reviewed_on=today - dt.timedelta(days=184))
    Service.objects.filter(pk=third.pk).update(reviewed_on=None)
    due = admin.get("/admin/catalogue/service/?review=due").context["cl"].queryset
    assert set(due) == {first, second, third}
    answer = admin.post(page_of(first), {**sent_back(admin, page_of(first)), "_reviewed": "1", "price_fi": "9 euroa"})
    assert answer.status_code == 302
    chosen = {"action": "mark_reviewed", "_selected_action": [second.pk, third.pk]}
    assert admin.post("/admin/catalogue/service/", chosen).status_code == 302
    for service in (first, second, third):
        service.refresh_from_db()
        assert (service.reviewed_on, service.reviewed_by) == (today, the_admin())
    assert first.price_fi == "9 euroa"
    assert not admin.get("/admin/catalogue/service/?review=due").context["cl"].queryset.exists()
    told = AuditEvent.objects.filter(code=AuditCode.SERVICE_REVIEWED).values_list("object_id", flat=True)
    assert sorted(map(int, told)) == sorted([first.pk, second.pk, third.pk])


def test_a_missed_search_becomes_synonyms(admin: Client) -> None:
    missed = MissedSearch.objects.create(words="lapsi raivoaa", language="fi", on=dt.date(2026, 11, 20), count=3)
    link = "/admin/catalogue/synonym/add/?language=fi&amp;words=lapsi+raivoaa"
    assert link in admin.get("/admin/catalogue/missedsearch/").content.decode()
    form = sent_back(admin, link.replace("&amp;", "&"))
    assert (form["language"], form["words"]) == (["fi"], ["lapsi raivoaa"])
    form["services"] = [str(a_service().pk)]
    assert admin.post("/admin/catalogue/synonym/add/", form).status_code == 302
    assert list(Synonym.objects.get(words=["lapsi raivoaa"]).services.all()) == [a_service()]
    chosen = {"action": "mark_handled", "_selected_action": [missed.pk]}
    assert admin.post("/admin/catalogue/missedsearch/", chosen).status_code == 302
    missed.refresh_from_db()
    assert missed.handled
    assert admin.post("/admin/catalogue/missedsearch/add/", {}).status_code == 403
