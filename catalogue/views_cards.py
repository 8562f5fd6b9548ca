"""A service's card by itself, for a thread that is open: the same markup as in the page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from catalogue.cards import cards_of
from core import clock
from core.permissions import public


@public
@require_GET
def service_card(request: HttpRequest, slug: str) -> HttpResponse:
    card = cards_of([slug], clock.now()).get(slug)
    if card is None:
        raise Http404
    return render(request, "partials/service_card.html", {"card": card})
