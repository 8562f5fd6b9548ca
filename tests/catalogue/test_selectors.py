import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import translation

from catalogue import selectors
from catalogue.models import EmergencyContact, LifeSituation, Service
from core.translations import localized
from tests.kept import kept_catalogue

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue(db: None) -> None:
    kept_catalogue(dt.date(2026, 11, 23))


def test_situations_in_their_order(catalogue: None) -> None:
    assert [row.icon for row in selectors.situations()] == LifeSituation.Icon.values


def test_services_of_a_situation_are_the_published_ones(catalogue: None) -> None:
    situation = selectors.situation_by_slug("pelko-ja-turvattomuus")
    assert "turvakoti" in [row.slug for row in selectors.services_for_situation(situation)]
    Service.objects.filter(slug="turvakoti").update(status=Service.Status.DRAFT)
    assert "turvakoti" not in [row.slug for row in selectors.services_for_situation(situation)]


def test_what_does_not_exist_is_404(catalogue: None) -> None:
    Service.objects.filter(slug="turvakoti").update(status=Service.Status.DRAFT)
    for read, slug in (
        (selectors.situation_by_slug, "ei-ole"),
        (selectors.service_by_slug, "ei-ole"),
        (selectors.service_by_slug, "turvakoti"),
    ):
        with pytest.raises(Http404):
            read(slug)


def test_services_near_share_situations(catalogue: None) -> None:
    service = selectors.service_by_slug("perheen-uniohjaus")
    near = selectors.services_near(service)
    assert len(near) == 3
    assert service not in near
    wanted = set(service.situations.all())
    shared = [len(wanted & set(row.situations.all())) for row in near]
    assert shared == sorted(shared, reverse=True)
    assert shared[0] == 2


def test_topics_come_with_their_situation_in_one_query(catalogue: None, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        names = [(row.slug, row.situation and row.situation.slug) for row in selectors.topics()]
    assert names[0] == ("uni", "vauva-ja-odotus")
    assert names[-1] == ("muu", None)


def test_a_name_in_the_readers_language(catalogue: None) -> None:
    topic = selectors.topics().get(slug="koulu")
    assert [localized(topic, "name", language) for language in ("fi", "sv", "en")] == [
        "Koulunkäynti", "Skolgång", "School",
    ]  # fmt: skip


def test_emergency_numbers_begin_with_112(catalogue: None) -> None:
    first, *rest = selectors.emergency_contacts()
    assert first.phone == "112"
    assert all(row.phone or row.url for row in rest)
    assert next(row for row in rest if row.phone == "080 005 005").phone_link == "080005005"


def test_a_number_that_answers_in_the_readers_language(catalogue: None) -> None:
    helpline = EmergencyContact.objects.get(phone_fi="09 2525 0111")
    numbers = {}
    for language in ("fi", "sv", "en"):
        with translation.override(language):
            numbers[language] = (helpline.phone, helpline.phone_link)
    assert numbers == {
        "fi": ("09 2525 0111", "0925250111"),
        "sv": ("09 2525 0112", "0925250112"),
        "en": ("09 2525 0111", "0925250111"),
    }


def test_an_emergency_contact_that_nobody_can_reach_is_not_stored() -> None:
    names = {"name_fi": "Linja", "name_sv": "Linjen", "name_en": "Line"}
    with pytest.raises(IntegrityError), transaction.atomic():
        EmergencyContact.objects.create(**names, checked_on=dt.date(2026, 11, 23))
    EmergencyContact.objects.create(**names, checked_on=dt.date(2026, 11, 23), phone_fi="112")
