"""Reference data in Django's admin: who may, what is recorded, and that no page breaks the content policy."""

import datetime as dt
import re

import pytest
from django.test import Client

from accounts.models import User
from audit.codes import AuditCode
from audit.models import AuditEvent
from catalogue.models import EmergencyContact, Service
from guidance.models import CustomerPromise, Etiquette, HoursException, ReadyText, ServiceWindow
from referrals.models import Receiver
from tests.kept import kept_house

pytestmark = pytest.mark.django_db
MODELS = (
    "catalogue/lifesituation", "catalogue/topic", "catalogue/service", "catalogue/emergencycontact",
    "catalogue/provider", "catalogue/location", "catalogue/channel", "catalogue/generaldescription",
    "catalogue/synonym", "catalogue/area", "catalogue/code",
    "guidance/servicewindow", "guidance/hoursexception", "guidance/readytext", "guidance/customerpromise",
    "guidance/etiquette", "referrals/receiver",
)  # fmt: skip


@pytest.fixture
def demo(db: None) -> None:
    kept_house(dt.date(2026, 11, 25))


def signed_in(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(email=f"{name}@demo.test"))
    return client


@pytest.fixture
def admin(demo: None) -> Client:
    return signed_in("paakayttaja1")


def changes() -> list[tuple[str, str, dict[str, object]]]:
    rows = AuditEvent.objects.filter(code=AuditCode.REFERENCE_DATA_CHANGED).order_by("id")
    return [(row.object_type, row.data["act"], row.data) for row in rows]


@pytest.mark.parametrize("model", MODELS)
def test_pages_open_under_the_strict_policy(admin: Client, model: str) -> None:
    for page in (f"/admin/{model}/", f"/admin/{model}/add/", f"/admin/{model}/{_first(model)}/change/"):
        response = admin.get(page)
        assert response.status_code == 200, page
        html = response.content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", html), page
        assert not re.search(r"<style|\sstyle=|\son\w+=\"", html), page


def _first(model: str) -> int:
    from django.apps import apps

    row = apps.get_model(*model.split("/")).objects.first()
    assert row is not None
    return int(row.pk)


@pytest.mark.parametrize("name", ["ohjaaja1", "ohjaaja3", "ammattilainen1", "esihenkilo1"])
def test_others_do_not_get_in(demo: None, name: str) -> None:
    for client in (Client(), signed_in(name)):
        response = client.get("/admin/catalogue/service/")
        assert response.status_code in (302, 403, 404)


def test_admin_rights_without_the_role_open_nothing(demo: None) -> None:
    User.objects.filter(email="ohjaaja1@demo.test").update(is_staff=True)
    client = signed_in("ohjaaja1")
    assert client.get("/admin/").status_code == 200
    for model in MODELS:
        assert client.get(f"/admin/{model}/").status_code == 403
        assert client.post(f"/admin/{model}/add/", {}).status_code == 403


def test_a_change_is_recorded_with_who_and_what(admin: Client) -> None:
    number = EmergencyContact.objects.get(phone_fi="116 117")
    fields = {
        f"{name}_{code}": getattr(number, f"{name}_{code}") for name in ("name", "note") for code in ("fi", "sv", "en")
    }
    form = {
        **fields,
        "phone_fi": "116117",
        "phone_sv": "",
        "phone_en": "",
        "url": number.url,
        "order": number.order,
        "checked_on": "2026-11-25",
    }
    response = admin.post(f"/admin/catalogue/emergencycontact/{number.pk}/change/", form)
    assert response.status_code == 302
    number.refresh_from_db()
    assert number.phone_fi == "116117"
    assert changes() == [
        ("catalogue.emergencycontact", "changed", {"act": "changed", "fields": ["checked_on", "phone_fi"]})
    ]
    event = AuditEvent.objects.get(code=AuditCode.REFERENCE_DATA_CHANGED)
    assert event.actor_id == User.objects.get(email="paakayttaja1@demo.test").pk


def test_a_removal_is_recorded_one_by_one_and_together(admin: Client) -> None:
    one, two, three = list(Service.objects.all()[:3])
    assert admin.post(f"/admin/catalogue/service/{one.pk}/delete/", {"post": "yes"}).status_code == 302
    chosen = {"action": "delete_selected", "_selected_action": [two.pk, three.pk], "post": "yes"}
    assert admin.post("/admin/catalogue/service/", chosen).status_code == 302
    assert not Service.objects.filter(pk__in=[one.pk, two.pk, three.pk]).exists()
    assert [act for _type, act, _data in changes()] == ["removed"] * 3


@pytest.mark.parametrize(
    ("opens", "closes", "stored"),
    [
        ("08:00", "16:00", (480, 960)),
        ("8", "9.30", (480, 570)),
        ("22:00", "24:00", (1320, 1440)),
        ("0:00", "24:00", (0, 1440)),
    ],
)
def test_hours_are_written_as_clock_times(admin: Client, opens: str, closes: str, stored: tuple[int, int]) -> None:
    unit = ServiceWindow.objects.all()[0].unit_id
    form = {"unit": unit, "channel": "chat", "weekday": 6, "opens_minute": opens, "closes_minute": closes}
    assert admin.post("/admin/guidance/servicewindow/add/", form).status_code == 302
    row = ServiceWindow.objects.get(weekday=6)
    assert (row.opens_minute, row.closes_minute) == stored
    page = admin.get(f"/admin/guidance/servicewindow/{row.pk}/change/").content.decode()
    assert f'value="{stored[0] // 60:02d}:{stored[0] % 60:02d}"' in page


@pytest.mark.parametrize(
    ("opens", "closes"), [("25:00", "26:00"), ("8:60", "9:00"), ("kahdeksan", "9"), ("16:00", "8:00"), ("", "")]
)
def test_impossible_hours_are_told_in_the_form(admin: Client, opens: str, closes: str) -> None:
    before = ServiceWindow.objects.count()
    unit = ServiceWindow.objects.all()[0].unit_id
    form = {"unit": unit, "channel": "chat", "weekday": 6, "opens_minute": opens, "closes_minute": closes}
    response = admin.post("/admin/guidance/servicewindow/add/", form)
    assert response.status_code == 200
    assert "errorlist" in response.content.decode()
    assert ServiceWindow.objects.count() == before


def test_an_exception_is_closed_all_day_when_its_times_are_empty(admin: Client) -> None:
    form = {
        "date": "2026-12-31",
        "channel": "",
        "unit": "",
        "opens_minute": "",
        "closes_minute": "",
        "reason_fi": "Inventaario",
    }
    assert admin.post("/admin/guidance/hoursexception/add/", form).status_code == 302
    row = HoursException.objects.get(reason_fi="Inventaario")
    assert (row.opens_minute, row.closes_minute, row.unit) == (None, None, None)
    assert admin.post("/admin/guidance/hoursexception/add/", {**form, "opens_minute": "8:00"}).status_code == 200


def test_a_saved_form_without_changes_names_no_times(admin: Client) -> None:
    row = ServiceWindow.objects.all()[0]
    form = {
        "unit": row.unit_id, "channel": row.channel, "weekday": row.weekday,
        "opens_minute": "08:00", "closes_minute": "16:00",
    }  # fmt: skip
    assert admin.post(f"/admin/guidance/servicewindow/{row.pk}/change/", form).status_code == 302
    assert changes() == [("guidance.servicewindow", "changed", {"act": "changed"})]


@pytest.mark.parametrize(
    ("within", "measure", "wrong"),
    [("0", "minutes", "within"), ("601", "minutes", "within"), ("15", "minutes", ""), ("2", "service_days", "measure")],
)
def test_a_promise_is_changed_or_told_what_is_wrong(admin: Client, within: str, measure: str, wrong: str) -> None:
    chat = CustomerPromise.objects.get(channel="chat")
    texts = {"text_fi": "Vastaamme pian.", "text_sv": "", "text_en": ""}
    form = {"channel": "chat", "within": within, "measure": measure, **texts}
    response = admin.post(f"/admin/guidance/customerpromise/{chat.pk}/change/", form)
    if wrong:
        assert response.status_code == 200 and wrong in response.context["adminform"].form.errors
        assert changes() == [] and CustomerPromise.objects.get(channel="chat").within == chat.within
    else:
        assert response.status_code == 302 and CustomerPromise.objects.get(channel="chat").within == 15
        assert [(kind, act) for kind, act, _data in changes()] == [("guidance.customerpromise", "changed")]


def test_a_ready_text_is_added(admin: Client) -> None:
    form = {"topic": "", "order": 99, "title_fi": "Uusi", "body_fi": "Hei.", **dict.fromkeys(
        ("title_sv", "title_en", "body_sv", "body_en"), "")}  # fmt: skip
    assert admin.post("/admin/guidance/readytext/add/", form).status_code == 302
    assert ReadyText.objects.filter(title_fi="Uusi").exists()
    assert [(kind, act) for kind, act, _data in changes()] == [("guidance.readytext", "added")]


def test_advice_on_writing_is_changed(admin: Client) -> None:
    advice = Etiquette.objects.earliest("order")
    form = {name: getattr(advice, name) for name in ("order", "title_fi", "title_sv", "title_en", "body_sv", "body_en")}
    answer = admin.post(f"/admin/guidance/etiquette/{advice.pk}/change/", {**form, "body_fi": "Tervehdi ensin."})
    assert answer.status_code == 302
    assert Etiquette.objects.get(pk=advice.pk).body_fi == "Tervehdi ensin."
    assert [(kind, act) for kind, act, _data in changes()] == [("guidance.etiquette", "changed")]


def test_a_receiver_is_inside_or_outside(admin: Client) -> None:
    form = {"name_fi": "Perhetyö", "name_sv": "", "name_en": "", "provider": "", "unit": "", "email": "",
            "answer_days": "5", "is_active": "on", "order": "9"}  # fmt: skip
    unit = str(Receiver.objects.filter(unit__isnull=False).values_list("unit", flat=True)[0])
    for wrong in (
        {},
        {"unit": unit, "email": "a@b.example"},
        {"email": "ei osoite"},
        {"unit": unit, "answer_days": "0"},
    ):
        answer = admin.post("/admin/referrals/receiver/add/", form | wrong)
        assert answer.status_code == 200 and "errorlist" in answer.content.decode(), wrong
    assert admin.post("/admin/referrals/receiver/add/", form | {"unit": unit}).status_code == 302
    assert [(kind, act) for kind, act, _data in changes()] == [("referrals.receiver", "added")]
