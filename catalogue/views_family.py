"""What a family can find: a search, a life situation, the help map, one service."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from catalogue.asked import Asked, read_asked
from catalogue.facts import facts_of
from catalogue.help_map import bands
from catalogue.models import Area, LifeSituation
from catalogue.results import PAGE_SIZE, find
from catalogue.search.missed import note_missed
from catalogue.selectors import (
    municipalities,
    service_by_slug,
    service_languages,
    services_near,
    situation_by_slug,
    situations,
)
from core import clock
from core.opening_hours import local_date
from core.permissions import public
from core.translations import active_language

# So many reasons for a hit fit its line.
REASONS = 3


@public
@require_GET
def services(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    asked = read_asked(request.GET)
    found = find(asked, now)
    if asked.query and not asked.limits and not found.total:
        note_missed(asked.query, language=active_language(), on=local_date(now))
    hits = facts_of(found.services, now)
    context = {
        "asked": asked,
        "query": asked.query,
        "found": found,
        "lines": [(facts, hit.why[:REASONS]) for facts, hit in zip(hits, found.hits, strict=True)],
        "pages": _pages(asked, found.total),
        "situations": situations(),
        "municipalities": municipalities(),
        "service_languages": service_languages(),
        "searched": bool(asked.query or asked.limits),
    }
    return render(request, "family/services.html", context)


def _pages(asked: Asked, total: int) -> dict[str, Any]:
    """Where one is among the pages of results; empty addresses where there is nowhere to go."""
    last = max(1, -(-total // PAGE_SIZE))
    page = min(asked.page, last)
    return {
        "page": page,
        "last": last,
        "before": asked.address(page=page - 1 if page > 2 else "") if page > 1 else "",
        "after": asked.address(page=page + 1) if page < last else "",
    }


@public
@require_GET
def situation(request: HttpRequest, slug: str) -> HttpResponse:
    found = situation_by_slug(slug)
    asked = read_asked(request.GET)
    return render(request, "family/situation.html", {"situation": found, **_bands(found, asked.municipality)})


@public
@require_GET
def help_map(request: HttpRequest) -> HttpResponse:
    """The map of no one life situation: what helps at once, and the ways to the maps of each."""
    asked = read_asked(request.GET)
    context = {"situations": situations(), **_bands(None, asked.municipality)}
    return render(request, "family/help_map.html", context)


@public
@require_GET
def situation_map(request: HttpRequest, slug: str) -> HttpResponse:
    found = situation_by_slug(slug)
    asked = read_asked(request.GET)
    return render(request, "family/help_map.html", {"situation": found, **_bands(found, asked.municipality)})


def _bands(of: LifeSituation | None, municipality: Area | None) -> dict[str, Any]:
    """The bands with the facts of their services, read at once for all of them."""
    now = clock.now()
    found = bands(of, municipality)
    facts = iter(facts_of([service for band in found for service in band.services], now))
    rows = [{"name": band.name, "more": band.more, "hits": [next(facts) for _ in band.services]} for band in found]
    return {"bands": rows, "municipality": municipality, "municipalities": municipalities(), "now": now}


@public
@require_GET
def service(request: HttpRequest, slug: str) -> HttpResponse:
    found = service_by_slug(slug)
    [facts] = facts_of([found], clock.now())
    context = {
        "service": found,
        "facts": facts,
        "situation": next(iter(found.situations.all()), None),
        "near": services_near(found),
    }
    return render(request, "family/service.html", context)
