"""What a search asks of the database, each in one statement written out: building them anew from models took longer
than the database needed to answer."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection

from catalogue.models import Provider, Service


def _rows(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


# -- the words of the index --------------------------------------------------------------------------------------------


def counted(terms: Iterable[tuple[str, str]]) -> list[tuple[str, str, int]]:
    """Of these (language, word) those that the index has, with how many entries have each."""
    told = sorted(set(terms))
    return _rows(
        "SELECT language, word, entries FROM unnest(%(languages)s::text[], %(words)s::text[]) AS term(language, word)"
        " JOIN catalogue_searchword USING (language, word)",
        {"languages": [language for language, _word in told], "words": [word for _language, word in told]},
    )


def words_holding(term: str, language: str, *, at_the_end: bool) -> list[str]:
    """At most four words that begin with a term, or end with it, the commonest first."""
    plain = term.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    # Not LIKE ANY, which the index of likeness does not serve.
    ends = "OR word LIKE %(ends)s" if at_the_end else ""
    rows = _rows(
        f"SELECT word FROM catalogue_searchword WHERE (word LIKE %(begins)s {ends}) AND language = %(language)s"
        " ORDER BY entries DESC, word LIMIT 4",
        {"language": language, "begins": f"{plain}%", "ends": f"%{plain}"},
    )
    return [word for (word,) in rows]


def likest_word(written: str, language: str, *, least: float) -> str:
    rows = _rows(
        "SELECT word FROM catalogue_searchword WHERE language = %(language)s AND word %% %(written)s"
        " AND similarity(word, %(written)s) >= %(least)s"
        " ORDER BY similarity(word, %(written)s) DESC, entries DESC, word LIMIT 1",
        {"language": language, "written": written, "least": least},
    )
    return rows[0][0] if rows else ""


# -- synonyms ----------------------------------------------------------------------------------------------------------

Led = tuple[tuple[str, ...], tuple[int, ...], tuple[int, ...]]


def phrases(language: str, terms: Iterable[str]) -> list[tuple[int, str]]:
    """The phrases of synonyms that have any of the terms: (synonym, phrase)."""
    return _rows(
        "SELECT synonym_id, written FROM catalogue_synonymphrase"
        " WHERE language = %(language)s AND terms && %(terms)s::varchar[] ORDER BY synonym_id, id",
        {"language": language, "terms": sorted(terms)},
    )


def where_synonyms_lead(synonyms: Sequence[int]) -> dict[int, Led]:
    """For each: words that it means, services that it names, and services of the situations that it names."""
    if not synonyms:
        return {}
    rows = _rows(
        "SELECT id, means, ARRAY(SELECT service_id FROM catalogue_synonym_services WHERE synonym_id = synonym.id),"
        " ARRAY(SELECT of.service_id FROM catalogue_synonym_situations AS led"
        " JOIN catalogue_service_situations AS of USING (lifesituation_id) WHERE led.synonym_id = synonym.id)"
        " FROM catalogue_synonym AS synonym WHERE id = ANY(%(synonyms)s)",
        {"synonyms": list(synonyms)},
    )
    return {key: (tuple(means), tuple(services), tuple(of_situations)) for key, means, services, of_situations in rows}


# -- the services found ------------------------------------------------------------------------------------------------


def services_with_providers(keys: Sequence[int]) -> dict[int, Service]:
    columns, statement = _services_statement()
    found, providers = {}, {}
    for row in _rows(statement, {"keys": list(keys)}):
        service = Service.from_db(connection.alias, columns[Service], row[: len(columns[Service])])
        if service.provider_id not in providers:
            told = row[len(columns[Service]) :]
            providers[service.provider_id] = Provider.from_db(connection.alias, columns[Provider], told)
        service.provider = providers[service.provider_id]
        found[service.pk] = service
    return found


@lru_cache(maxsize=1)
def _services_statement() -> tuple[dict[Any, list[str]], str]:
    columns = {model: [field.attname for field in model._meta.concrete_fields] for model in (Service, Provider)}
    shown = ", ".join(
        f'{model._meta.model_name}."{field.column}"' for model in columns for field in model._meta.concrete_fields
    )
    return columns, (
        f"SELECT {shown} FROM catalogue_service AS service JOIN catalogue_provider AS provider"
        " ON provider.id = service.provider_id WHERE service.id = ANY(%(keys)s)"
    )
