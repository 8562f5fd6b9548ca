"""GET /api/v1/services/ and one service: public, paged, honest about languages, and silent of what is workers' own."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalogue.models import LifeSituation, Service, ServiceLocation
from catalogue.search.index import index_services
from tests.catalogue.making import OFFICE, add_channel, make_area, make_service

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/services/"
TIP = "Soita ennen puoltapäivää"


@pytest.fixture(autouse=True)
def some(db: None) -> None:
    town = make_area("990", "Tuuliranta", make_area("98", "Tuulirannan hyvinvointialue"))
    made = make_service("Neuvola", areas=(town,), tip_fi=TIP, name_sv="Rådgivning", summary_fi="Vauvat.", age_to=6)
    add_channel(made, hours=OFFICE)
    place = make_service("Uni").locations.create(slug="talo", name_fi="Talo", municipality=town)
    assert ServiceLocation.objects.filter(location=place).exists()
    make_service("Neuvola luonnos", status=Service.Status.DRAFT)
    make_service("Neuvola poistettu", status=Service.Status.WITHDRAWN)
    index_services(list(Service.objects.values_list("pk", flat=True)))


def ask(address: str = ADDRESS, expected: int = 200, **query: Any) -> dict[str, Any]:
    answer = Client().get(address, query)
    assert answer.status_code == expected, answer.content
    assert TIP not in answer.content.decode() and "luonnos" not in answer.content.decode()
    return answer.json()


def test_the_search_tells_why_and_what_it_took_a_word_for() -> None:
    found = ask(q="nevola")
    assert (found["count"], found["page"], found["pages"]) == (1, 1, 1)
    assert found["corrected"] == {"nevola": "neuvola"}
    [line] = found["results"]
    assert line["id"] == "neuvola" and line["name"] == {"text": "Neuvola", "language": "fi"}
    assert line["why"] == [{"word": "nevola", "met": "neuvola", "place": "name"}]
    assert line["areas"] == [{"kind": "municipality", "code": "990", "name": "Tuuliranta"}]


def test_limits_and_pages() -> None:
    assert [line["id"] for line in ask()["results"]] == ["neuvola", "uni"]
    assert [line["id"] for line in ask(age=7)["results"]] == ["uni"]
    assert ask(municipality="990")["count"] == 2
    assert ask(page=7)["page"] == 1
    LifeSituation.objects.create(slug="vauva", icon="baby", name_fi="V", name_sv="B", name_en="B")
    assert ask(situation="vauva")["count"] == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [("municipality", "xyz"), ("municipality", "001"), ("age", "-1"), ("language", "suomi"), ("situation", "ei-ole"),
     ("open_now", "joo"), ("free", "2"), ("page", "0"), ("page", "x")],
)  # fmt: skip
def test_a_limit_without_sense_is_refused_by_its_name(name: str, value: str) -> None:
    problem = ask(expected=400, **{name: value})
    assert (problem["code"], problem["field"]) == ("invalid", name)


def test_one_service_in_another_language() -> None:
    told = ask(f"{ADDRESS}neuvola/", lang="sv")
    assert told["name"] == {"text": "Rådgivning", "language": "sv"}
    assert told["summary"] == {"text": "Vauvat.", "language": "fi"} and told["description"] is None
    assert told["missing"] == {"sv": ["summary"], "en": ["name", "summary"]}
    [channel] = told["channels"]
    assert channel["hours"]["weekly"][0] == {"weekday": 1, "opens": "08:00", "closes": "16:00"}
    [place] = ask(f"{ADDRESS}uni/")["locations"]
    assert place["municipality"]["code"] == "990" and place["hours"] is None


@pytest.mark.parametrize("slug", ["neuvola-luonnos", "neuvola-poistettu", "ei-ole"])
def test_what_is_not_for_everybody_is_not_there(slug: str) -> None:
    assert ask(f"{ADDRESS}{slug}/", expected=404)["code"] == "not_found"


def test_a_page_of_many_asks_no_more_than_a_page_of_one() -> None:
    town = Service.objects.get(slug="neuvola").areas.get()
    for number in range(3):
        index_services([make_service(f"Verkkokurssi {number}", areas=(town,)).pk])
    with CaptureQueriesContext(connection) as one:
        assert ask(q="painonhallinta neuvola")["count"] == 1
    with CaptureQueriesContext(connection) as many:
        assert ask(q="painonhallinta verkkokurssi")["count"] == 3
    assert len(many) == len(one)
