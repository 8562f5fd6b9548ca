"""The search forgives: misspellings, bent endings, words apart, another's word; and it never shows a draft."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.models import Area, LifeSituation, MissedSearch, SearchEntry, SearchWord, Service, Synonym
from catalogue.search.finding import Filters, SearchResult, Why, search
from catalogue.search.finnish import finnish_word
from catalogue.search.index import index_services, index_synonyms
from catalogue.search.missed import kept_words, note_missed
from catalogue.search.slips import slips_of
from catalogue.search.words import is_silent, written_words
from tests.services import make_service

TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def catalogue(db: None) -> None:
    """Some services of a county with one municipality in it, one of another county, and one that is a draft."""
    county = Area.objects.create(kind="county", code="90", name_fi="Rannikko", name_sv="Kusten", name_en="Coast")
    near = Area.objects.create(
        kind="municipality", code="990", county=county, name_fi="Lähi", name_sv="När", name_en="Near"
    )
    far = Area.objects.create(kind="municipality", code="999", name_fi="Etä", name_sv="Fjärran", name_en="Far")
    told = {
        "uniohjaus": {"name_fi": "Perheen uniohjaus", "keywords_fi": ["nukuttaminen", "vauva valvoo"]},
        "neuvola": {"name_fi": "Neuvola", "name_sv": "Rådgivning", "description_fi": "Vauvan ja perheen terveys."},
        "imetys": {"name_fi": "Imetysohjaus", "name_sv": "Amningsrådgivning", "keywords_fi": ["imettää"], "age_to": 1},
        "eroneuvo": {
            "name_fi": "Eroneuvo",
            "keywords_fi": ["avioero"],
            "price_kind": "free",
            "languages": ["fi", "ar"],
        },
        "kaukana": {"name_fi": "Neuvola kaukana"},
        "luonnos": {"name_fi": "Neuvola luonnoksena", "status": Service.Status.DRAFT},
    }
    for slug, fields in told.items():
        make_service(slug, **fields).areas.add(far if slug == "kaukana" else near if slug == "imetys" else county)
    index_services(list(Service.objects.values_list("pk", flat=True)))


def slugs(result: SearchResult) -> list[str]:
    return [service.slug for service in result.services]


@pytest.mark.parametrize(
    ("words", "language", "best"),
    [
        ("vauvan nukuttamiseen", "fi", "uniohjaus"),
        ("NEUVOLAAN", "fi", "neuvola"),
        ("nevola", "fi", "neuvola"),
        ("imetys ohjaus", "fi", "imetys"),
        ("avioeropaperit", "fi", "eroneuvo"),
        ("amningen", "sv", "imetys"),
        ("radgivning", "sv", "neuvola"),
        ("imetys", "sv", "imetys"),
        ("neuvola", "se", "neuvola"),
        ("neuvola \ud800 \x00", "fi", "neuvola"),
    ],
)
def test_the_best_answer(catalogue: None, words: str, language: str, best: str) -> None:
    assert slugs(search(words, language=language))[:1] == [best]


def test_why_it_was_found(catalogue: None) -> None:
    found = search("nevolaan vauvalle", language="fi")
    assert found.corrected == {"nevolaan": "neuvolaan"}
    assert set(found.hits[0].why) == {Why("nevolaan", "neuvola", "name"), Why("vauvalle", "vauva", "text")}
    assert search("nevolaan", language="fi", as_written=True).hits == ()


def test_what_narrows_a_search(catalogue: None) -> None:
    near = Area.objects.select_related("county").get(code="990")
    assert "kaukana" in slugs(search("neuvola", language="fi"))
    assert slugs(search("neuvola", language="fi", filters=Filters(municipality=near))) == ["neuvola"]
    assert set(slugs(search("", language="fi", filters=Filters(municipality=near)))) == {
        "uniohjaus", "neuvola", "imetys", "eroneuvo",
    }  # fmt: skip
    for filters in (Filters(free=True), Filters(language="ar")):
        assert slugs(search("", language="fi", filters=filters)) == ["eroneuvo"]
        assert slugs(search("ero", language="fi", filters=filters)) == ["eroneuvo"]
        assert slugs(search("neuvola", language="fi", filters=filters)) == []
    assert "imetys" not in slugs(search("imetys", language="fi", filters=Filters(age=5)))
    assert (
        slugs(search("imetys", language="fi", filters=Filters(age=1, open_at=dt.datetime(2026, 11, 23, tzinfo=dt.UTC))))
        == []
    )


def test_only_the_published_are_found_even_before_the_index_knows(catalogue: None) -> None:
    assert "luonnos" not in slugs(search("neuvola luonnoksena", language="fi"))
    Service.objects.filter(slug="neuvola").update(status=Service.Status.WITHDRAWN)
    assert "neuvola" not in slugs(search("neuvola", language="fi"))


def test_pages_of_results_are_together_the_whole(catalogue: None) -> None:
    whole = search("neuvola vauva", language="fi")
    pages = [search("neuvola vauva", language="fi", offset=n, limit=1) for n in range(whole.total)]
    assert [slug for page in pages for slug in slugs(page)] == slugs(whole)
    assert {page.total for page in pages} == {len(whole.hits)} == {whole.total}


def test_synonyms_lead_to_services_situations_and_words(catalogue: None) -> None:
    assert not search("rätti poikki", language="fi").hits
    at_night = LifeSituation.objects.create(slug="yo", icon="baby", name_fi="Yö", name_sv="Natt", name_en="Night")
    Service.objects.get(slug="uniohjaus").situations.add(at_night)
    by_service = Synonym.objects.create(language="fi", words=["ihan rätti"])
    by_service.services.add(Service.objects.get(slug="neuvola"))
    by_situation = Synonym.objects.create(language="fi", words=["poikki"])
    by_situation.situations.add(at_night)
    by_word = Synonym.objects.create(language="fi", words=["tissi"], means=["imetys"])
    index_synonyms([by_service.pk, by_situation.pk, by_word.pk])
    found = search("rätti poikki", language="fi")
    assert slugs(found) == ["neuvola", "uniohjaus"]
    assert found.hits[0].why == (Why("rätti", "ihan rätti", "synonym"),)
    assert slugs(search("tissi", language="fi")) == ["imetys"]
    assert not search("rätti", language="fi", with_synonyms=False).hits
    by_service.words = ["muuta"]
    by_service.save()
    index_synonyms([by_service.pk])
    assert not search("rätti", language="fi").hits


def test_an_unchanged_service_is_not_written_again(catalogue: None) -> None:
    keys = list(Service.objects.values_list("pk", flat=True))
    before = (
        list(SearchEntry.objects.values_list("pk", "digest")),
        list(SearchWord.objects.values_list("pk", "entries")),
    )
    with CaptureQueriesContext(
        connection,
    ) as asked:
        index_services(keys)
    assert not [query["sql"] for query in asked if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert before == (
        list(SearchEntry.objects.values_list("pk", "digest")), list(SearchWord.objects.values_list("pk", "entries"))
    )  # fmt: skip


def test_words_are_counted_right_through_changes(catalogue: None) -> None:
    neuvola = Service.objects.get(slug="neuvola")
    neuvola.name_fi, neuvola.keywords_fi = "Lastenneuvola", ["painonvartija"]
    neuvola.save()
    Service.objects.filter(slug="kaukana").update(status=Service.Status.PAUSED)
    index_services(list(Service.objects.values_list("pk", flat=True)))
    told = {(word.language, word.word): word.entries for word in SearchWord.objects.all()}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT language, substr(lexeme, 4), count(*) FROM catalogue_searchentry, unnest(terms) GROUP BY 1, 2"
        )
        counted = {(language, word): count for language, word, count in cursor.fetchall()}
    sizes = {("fi", ""): 4, ("sv", ""): 2}
    assert told == counted | sizes
    assert slugs(search("painonvartijan", language="fi")) == ["neuvola"]
    Service.objects.all().update(status=Service.Status.DRAFT)
    index_services(list(Service.objects.values_list("pk", flat=True)))
    assert not SearchEntry.objects.exists() and not SearchWord.objects.exists()


def test_a_search_asks_a_bounded_number_of_questions(catalogue: None) -> None:
    with CaptureQueriesContext(connection) as asked:
        search("nevola vauvan nukuttamiseen imetyksen kanssa avioeropaperit", language="fi", limit=20)
    assert len(asked) <= 11


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=80), language=st.sampled_from(["fi", "sv", "en"]))
def test_no_text_breaks_it(catalogue: None, text: str, language: str) -> None:
    found = search(text, language=language, limit=5)
    assert len(found.hits) <= found.total
    assert all(service.status == Service.Status.PUBLISHED for service in found.services)


def test_a_very_long_query(catalogue: None) -> None:
    assert slugs(search("vauva " * 5_000, language="fi"))


def test_what_finnish_words_are_made_of() -> None:
    assert finnish_word("kotipalveluhakemus").bases == ("kotipalveluhakemus",)
    assert {"koti", "palvelu", "hakemus", "kotipalvelu"} <= set(finnish_word("kotipalveluhakemus").parts)
    assert "väkivalta" in finnish_word("perheväkivaltaan").parts
    assert "masentaa" in finnish_word("masentunut").parts
    assert finnish_word("matti").may_be_name and not finnish_word("neuvola").may_be_name
    assert not finnish_word("nevola").is_known


def test_words_and_slips() -> None:
    assert written_words("Vauva ei NUKU: adhd:n, can't!") == ["vauva", "ei", "nuku", "adhd:n", "can't"]
    assert is_silent("meidän", "fi") and not is_silent("vauva", "fi")
    assert "neuvola" in slips_of("nevola") and "väsynyt" in slips_of("vasynyt")
    assert slips_of("ei") == []


# -- searches without a hit --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("vauvan painonvartija", "vauvan painonvartija"),
        ("Matti Korhonen nukkuu", "… nukkuu"),
        ("soita 040 1234567 tai matti@posti.example", "soita … tai"),
        ("010203-123A", ""),
        ("Helsinki", ""),
        ("xyzzyq", ""),
    ],
)
def test_what_is_kept_of_a_missed_search(db: None, text: str, kept: str) -> None:
    assert kept_words(text, "fi") == kept


def test_a_missed_search_is_counted_by_the_day(db: None) -> None:
    for text, on in (
        ("hevosterapia", TODAY),
        ("Hevosterapia!", TODAY),
        ("hevosterapia", TODAY + dt.timedelta(1)),
        ("x1", TODAY),
    ):
        note_missed(text, language="fi", on=on)
    assert sorted(MissedSearch.objects.values_list("words", "on", "count")) == [
        ("hevosterapia", TODAY, 2),
        ("hevosterapia", TODAY + dt.timedelta(1), 1),
    ]
