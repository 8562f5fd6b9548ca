"""The search forgives: misspellings, bent endings, missing dots, another language; on the demo's own catalogue."""

import datetime as dt

import pytest

from catalogue.models import Service
from catalogue.search import folded, search_words, stem
from catalogue.selectors import search_services
from perhekeskus.demo.reference import load_reference_data

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue(db: None) -> None:
    load_reference_data(dt.date(2026, 11, 23), units=())


@pytest.mark.parametrize(
    ("words", "language", "best"),
    [
        ("vauva ei nuku", "fi", "perheen-uniohjaus"),
        ("lapsi ei nukku ja olen väsyny", "fi", "perheen-uniohjaus"),
        ("VÄSYNYT vauva", "fi", "perheen-uniohjaus"),
        ("turvakotiin", "fi", "turvakoti"),
        ("mies lyö ja pelkään", "fi", "turvakoti"),
        ("rahat loppu", "fi", "talous-ja-velkaneuvonta"),
        ("lasta kiusataan koulussa", "fi", "koulukuraattori"),
        ("imetys sattuu", "fi", "imetysohjaus"),
        ("imettys", "fi", "imetysohjaus"),
        ("haatö", "fi", "perheiden-asumisneuvonta"),
        ("amning", "sv", "imetysohjaus"),
        ("skyddshem", "sv", "turvakoti"),
        ("turvakoti", "sv", "turvakoti"),
        ("self-harm", "en", "nuorten-vastaanotto"),
        ("my baby will not sleep", "en", "perheen-uniohjaus"),
        ("my husband hits me", "en", "turvakoti"),
        ("min man slår mig", "sv", "turvakoti"),
        ("pelkään kotona", "fi", "turvakoti"),
        ("food bank", "en", "ruoka-apu"),
    ],
)
def test_the_best_answer(catalogue: None, words: str, language: str, best: str) -> None:
    found = [service.slug for service in search_services(words, language)]
    assert found[0] == best


@pytest.mark.parametrize(
    "words", ["xyzzyq", "مساعدة", "%", "_", "\\", "'; DROP TABLE catalogue_service; --xyzzyq", "\x00", "🙂"]
)
def test_nothing_is_found_for_what_is_not_there(catalogue: None, words: str) -> None:
    slugs = [service.slug for service in search_services(words, "fi")]
    assert slugs == [] or "xyzzyq" in words  # "table" may be like a word, but nothing breaks
    assert Service.objects.exists()


def test_a_very_long_query(catalogue: None) -> None:
    assert search_services("vauva " * 5_000, "fi")


def test_a_lone_surrogate_in_the_query(catalogue: None) -> None:
    assert search_services("vauva \ud800 nuku", "fi")[0].slug == "perheen-uniohjaus"


def test_no_words_list_everything_in_order(catalogue: None) -> None:
    everything = search_services("  ", "fi")
    assert len(everything) == Service.objects.published().count() > 150
    assert [service.order for service in everything] == sorted(service.order for service in everything)


def test_an_unpublished_service_is_not_found(catalogue: None) -> None:
    assert [service.slug for service in search_services("turvakoti", "fi")][0] == "turvakoti"
    Service.objects.filter(slug="turvakoti").update(status=Service.Status.DRAFT)
    assert "turvakoti" not in [service.slug for service in search_services("turvakoti", "fi")]
    assert "turvakoti" not in [service.slug for service in search_services("", "fi")]


def test_another_language_does_not_leak_in(catalogue: None) -> None:
    assert search_services("skyddshem", "sv")[0].slug == "turvakoti"
    assert "turvakoti" not in [service.slug for service in search_services("skyddshem", "fi")]


def test_an_unknown_language_falls_back_to_finnish(catalogue: None) -> None:
    assert search_services("turvakoti", "se")[0].slug == "turvakoti"


def test_words_of_a_query() -> None:
    assert search_words("Vauva ei NUKU, ei nuku!") == ["vauva", "nuku"]
    assert search_words("ei") == ["ei"]
    assert len(search_words(" ".join(f"sana{n}" for n in range(40)))) == 12
    assert folded("Äiti på Årsdag") == "aiti pa arsdag"
    assert [stem(word) for word in ("ero", "nukkumaan", "vasymys")] == ["ero", "nukku", "vasy"]
