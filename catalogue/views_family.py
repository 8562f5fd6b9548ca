"""What a family can find: a search, a life situation, one service."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from catalogue.selectors import (
    search_services,
    service_by_slug,
    services_for_situation,
    services_near,
    situation_by_slug,
    situations,
)
from core.permissions import public
from core.translations import active_language

QUERY_SHOWN = 200


@public
@require_GET
def services(request: HttpRequest) -> HttpResponse:
    query = " ".join(request.GET.get("q", "").replace("\0", "").split())[:QUERY_SHOWN]
    found = search_services(query, active_language())
    return render(request, "family/services.html", {"query": query, "services": found, "situations": situations()})


@public
@require_GET
def situation(request: HttpRequest, slug: str) -> HttpResponse:
    found = situation_by_slug(slug)
    context = {"situation": found, "services": services_for_situation(found)}
    return render(request, "family/situation.html", context)


@public
@require_GET
def service(request: HttpRequest, slug: str) -> HttpResponse:
    found = service_by_slug(slug)
    context = {"service": found, "situation": found.situations.first(), "near": services_near(found)}
    return render(request, "family/service.html", context)
