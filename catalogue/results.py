"""A page of results for what a reader asks."""

import datetime as dt
from dataclasses import dataclass

from catalogue.asked import Asked
from catalogue.facts import facts_of
from catalogue.models import Service
from catalogue.search import service_ids
from core.translations import active_language

PAGE_SIZE = 20


@dataclass(frozen=True)
class Found:
    services: list[Service]
    total: int


def find(asked: Asked, now: dt.datetime) -> Found:
    services = Service.objects.published().select_related("provider")
    if asked.municipality is not None:
        services = services.in_municipality(asked.municipality)
    if asked.situation is not None:
        services = services.for_situation(asked.situation)
    if asked.age is not None:
        services = services.exclude(age_from__gt=asked.age).exclude(age_to__lt=asked.age)
    if asked.language:
        services = services.filter(languages__contains=[asked.language])
    if asked.free:
        services = services.filter(price_kind=Service.PriceKind.FREE)
    found = list(services)
    if asked.query:
        by_id = {service.pk: service for service in found}
        found = [by_id[pk] for pk in service_ids(asked.query, active_language()) if pk in by_id]
    if asked.open_now:
        found = [facts.service for facts in facts_of(found, now) if facts.is_open]
    last = max(1, -(-len(found) // PAGE_SIZE))
    start = (min(asked.page, last) - 1) * PAGE_SIZE
    return Found(found[start : start + PAGE_SIZE], len(found))
