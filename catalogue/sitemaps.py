"""What search engines may list: the start, life situations, help maps and services, in the languages they have."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from catalogue.models import LifeSituation, Service
from core.translations import LANGUAGES


class _InEveryLanguage(Sitemap):
    i18n = True
    alternates = True
    x_default = True


class Pages(_InEveryLanguage):
    names = ("start", "services", "help_map", "anonymity", "safety", "promise", "accessibility", "privacy")

    def items(self) -> Sequence[str]:
        return self.names

    def location(self, item: str) -> str:
        return reverse(item)


class Situations(_InEveryLanguage):
    def items(self) -> Sequence[tuple[str, str]]:
        slugs = LifeSituation.objects.values_list("slug", flat=True)
        return [(name, slug) for slug in slugs for name in ("situation", "situation_map")]

    def location(self, item: tuple[str, str]) -> str:
        return reverse(item[0], args=[item[1]])


class Services(_InEveryLanguage):
    """Told of in the languages that the service has a name in: no page is offered that would borrow all its text."""

    limit = 10_000

    def items(self) -> Any:
        columns = ("slug", "changed_at", *(f"name_{code}" for code in LANGUAGES))
        return Service.objects.published().order_by("id").only(*columns)

    def get_languages_for_item(self, item: Service) -> list[str]:
        return [code for code in LANGUAGES if getattr(item, f"name_{code}")]

    def location(self, item: Service) -> str:
        return reverse("service", args=[item.slug])

    def lastmod(self, item: Service) -> dt.datetime:
        return item.changed_at


SITEMAPS: dict[str, type[Sitemap] | Sitemap] = {"pages": Pages, "situations": Situations, "services": Services}
