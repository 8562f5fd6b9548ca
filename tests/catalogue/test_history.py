"""Who changed what, how it was, and the way back: through the admin's own forms, and by the services."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from audit.codes import AuditCode
from audit.models import AuditEvent
from catalogue import history
from catalogue.history import Act, CannotUndo
from catalogue.models import Change, ExceptionalDay, Location, Synonym, WeeklyHours
from catalogue.services import set_holiday
from tests.catalogue.editing import a_service, load_demo, page_of, sent_back, signed_in, the_admin

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 25, 10, tzinfo=dt.UTC)


@pytest.fixture
def admin(db: None) -> Client:
    load_demo()
    return signed_in()


def changed(admin: Client, row: Any, **columns: Any) -> Change:
    answer = admin.post(page_of(row), {**sent_back(admin, page_of(row)), **columns})
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    row.refresh_from_db()
    return Change.objects.exclude(comment=Act.FOUND)[0]


def told(change: Change) -> list[tuple[str, str, str]]:
    lines = [line for root in history.changes_of(change) for line in history.lines_of(root)]
    return [(line.what, line.before, line.after) for line in lines]


def test_a_change_tells_who_when_and_what_and_goes_back(admin: Client) -> None:
    service = a_service()
    situations, before = list(service.situations.all()), service.summary_sv
    change = changed(admin, service, summary_sv="Nytt.", situations=[], keywords_fi="apua, tukea")
    assert change.user == the_admin()
    assert timezone.now() - change.date_created < dt.timedelta(minutes=1)
    assert ("Yhdellä lauseella ruotsiksi", before, "Nytt.") in told(change)
    assert service.keywords_fi == ["apua", "tukea"] and not service.situations.exists()
    page = admin.get(page_of(service, "history")).content.decode()
    assert "Nytt." in page and the_admin().full_name in page

    answer = admin.post(page_of(change), {})
    assert answer.status_code == 302
    service.refresh_from_db()
    assert (service.summary_sv, list(service.situations.all())) == (before, situations)
    assert AuditEvent.objects.get(code=AuditCode.CATALOGUE_UNDONE).object_id == str(change.pk)
    assert Change.objects.all()[0].comment == f"undone {change.pk}"


def test_an_undoing_is_undone(admin: Client) -> None:
    location = Location.objects.order_by("pk")[0]
    location.exceptions.all().delete()
    by = the_admin()
    revision = set_holiday(places=[location], days=[NOW.date()], columns={"reason_fi": "Juhla"}, by=by, now=NOW)
    assert revision is not None
    for there in (False, True):
        history.undo(revision=revision, by=by, now=NOW + dt.timedelta(minutes=1))
        assert location.exceptions.filter(reason_fi="Juhla").exists() is there
        revision = Change.objects.all()[0]


def test_hours_of_many_places_are_one_act(admin: Client) -> None:
    places = list(Location.objects.order_by("pk")[:3])
    ids = ",".join(str(place.pk) for place in places)
    before = list(ExceptionalDay.objects.order_by("pk").values())
    page = f"/admin/catalogue/location/holiday/?ids={ids}"
    form = {"first": "2026-12-23", "last": "2026-12-24", "reason_fi": "Joulu", "reason_sv": "Jul"}
    assert admin.post(page, {**form, "opens_minute": "10:00"}).status_code == 200
    assert admin.post(page, {**form, "opens_minute": "10:00", "closes_minute": "9:00"}).status_code == 200
    assert admin.post(page, {**form, "last": "2026-12-01"}).status_code == 200
    assert list(ExceptionalDay.objects.order_by("pk").values()) == before, "nothing was written by a refused form"
    for closes in ("14:00", "13:00"):  # the second takes the place of the first
        answer = admin.post(page, {**form, "opens_minute": "10:00", "closes_minute": closes})
        assert answer.status_code == 302
    rows = ExceptionalDay.objects.filter(reason_fi="Joulu", local=True)
    assert sorted(rows.values_list("location", "date", "opens_minute", "closes_minute")) == sorted(
        (place.pk, dt.date(2026, 12, day), 600, 780) for place in places for day in (23, 24)
    )
    codes = AuditEvent.objects.filter(code=AuditCode.REFERENCE_DATA_CHANGED, object_type="catalogue.location")
    assert codes.count() == 6
    history.undo(revision=Change.objects.all()[0], by=the_admin(), now=NOW)
    assert set(rows.values_list("closes_minute", flat=True)) == {840}


def test_hours_of_a_place_are_changed_on_its_page(admin: Client) -> None:
    location = Location.objects.filter(weekly__isnull=False)[0]
    first = location.weekly.all()[0]
    count = location.weekly.count()
    form = {"weekly-0-opens_minute": "09.15", "weekly-1-DELETE": "on", "weekly-2-closes_minute": "24:00"}
    change = changed(admin, location, **form)
    first.refresh_from_db()
    assert (first.opens_minute, location.weekly.count()) == (555, count - 1)
    told_of = AuditEvent.objects.filter(object_type="catalogue.weeklyhours").order_by("pk")
    assert [row.data["act"] for row in told_of] == ["removed", "changed", "changed"]
    assert len(told(change)) == 3 and any("09:15" in after for _what, _before, after in told(change))
    history.undo(revision=change, by=the_admin(), now=NOW)
    assert location.weekly.count() == count


def test_a_removed_place_comes_back_with_its_hours(admin: Client) -> None:
    location = Location.objects.filter(weekly__isnull=False, for_services__isnull=True).first()
    location = location or Location.objects.filter(weekly__isnull=False)[0]
    location.for_services.all().delete()
    before, hours = history.state_now(location), WeeklyHours.objects.filter(location=location).count()
    assert hours
    assert admin.post(page_of(location, "delete"), {"post": "yes"}).status_code == 302
    assert not Location.objects.filter(pk=location.pk).exists()
    history.undo(revision=Change.objects.all()[0], by=the_admin(), now=NOW)
    assert history.state_now(location) == before
    history.undo(revision=Change.objects.all()[0], by=the_admin(), now=NOW)
    assert not Location.objects.filter(pk=location.pk).exists()


def test_what_was_added_goes_and_comes(admin: Client) -> None:
    form = {"language": "fi", "words": "kiukku, raivo", "means": "tunteet"}
    assert admin.post("/admin/catalogue/synonym/add/", form).status_code == 302
    added = Synonym.objects.get(words=["kiukku", "raivo"])
    for there in (False, True):
        history.undo(revision=Change.objects.all()[0], by=the_admin(), now=NOW)
        assert Synonym.objects.filter(pk=added.pk).exists() is there


def test_what_has_been_changed_since_is_not_undone(admin: Client) -> None:
    service = a_service()
    first = changed(admin, service, summary_fi="Ensin.", price_sv="Gratis")
    changed(admin, service, summary_fi="Sitten.")
    with pytest.raises(CannotUndo):
        history.undo(revision=first, by=the_admin(), now=NOW)
    page = admin.post(page_of(first), {}).content.decode()
    assert "muutettu tämän jälkeen" in page
    service.refresh_from_db()
    assert (service.summary_fi, service.price_sv) == ("Sitten.", "Gratis")


def test_another_field_changed_since_stays(admin: Client) -> None:
    service = a_service()
    before = service.summary_fi
    first = changed(admin, service, summary_fi="Ensin.")
    changed(admin, service, price_fi="5 euroa")
    history.undo(revision=first, by=the_admin(), now=NOW)
    service.refresh_from_db()
    assert (service.summary_fi, service.price_fi) == (before, "5 euroa")


def test_a_refused_form_keeps_what_was_typed_and_changes_nothing(admin: Client) -> None:
    service = a_service()
    form = {
        **sent_back(admin, page_of(service)),
        "name_fi": "",
        "name_sv": "",
        "name_en": "",
        "description_fi": "Tallessa",
    }
    before = Change.objects.filter(user__isnull=False).count()
    answer = admin.post(page_of(service), form)
    assert answer.status_code == 200 and "Tallessa" in answer.content.decode()
    assert Change.objects.filter(user__isnull=False).count() == before


def test_only_catalogue_admins_see_and_undo(admin: Client) -> None:
    service = a_service()
    change = changed(admin, service, summary_fi="Uusi.")
    pages = (page_of(change), "/admin/catalogue/location/holiday/?ids=1", page_of(service, "preview"))
    for name in ("ohjaaja1", "esihenkilo1", "ammattilainen1"):
        other = signed_in(name)
        for page in (*pages, "/admin/catalogue/service/load/"):
            assert other.post(page, {}).status_code in (302, 403, 404)
    service.refresh_from_db()
    assert service.summary_fi == "Uusi."
