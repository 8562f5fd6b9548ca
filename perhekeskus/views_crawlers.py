"""What search engines may read, and where the list of it is. Nothing of anybody's own is ever in either."""

from django.contrib.sitemaps import views as sitemaps
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from catalogue.sitemaps import SITEMAPS
from core.permissions import public
from core.translations import LANGUAGES

# Families' own rooms, staff's rooms, and lists that are no pages of their own.
CLOSED_IN_EVERY_LANGUAGE = (
    "me/", "contacts/", "return/", "chat/", "message/", "callback/", "identify/", "notices/", "accessibility/feedback/",
)  # fmt: skip
CLOSED = ("/desk/", "/admin/", "/accounts/", "/api/")
HOUR = 3600


@public
@require_GET
@cache_control(public=True, max_age=HOUR)
def robots(request: HttpRequest) -> HttpResponse:
    prefixes = ("/" if code == "fi" else f"/{code}/" for code in LANGUAGES)
    closed = [*CLOSED, *(prefix + room for prefix in prefixes for room in CLOSED_IN_EVERY_LANGUAGE)]
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in closed),
        "",
        f"Sitemap: {request.build_absolute_uri(reverse('sitemap_index'))}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@public
@require_GET
@cache_control(public=True, max_age=HOUR)
def sitemap_index(request: HttpRequest) -> HttpResponse:
    return sitemaps.index(request, sitemaps=SITEMAPS, sitemap_url_name="sitemap").render()


@public
@require_GET
@cache_control(public=True, max_age=HOUR)
def sitemap(request: HttpRequest, section: str) -> HttpResponse:
    return sitemaps.sitemap(request, sitemaps=SITEMAPS, section=section).render()
