"""Services for tests, made with what the database asks for."""

from typing import Any

from catalogue.models import Provider, Service


def make_provider(slug: str = "hyvinvointialue", **fields: Any) -> Provider:
    """The provider with this slug, made once."""
    return Provider.objects.get_or_create(slug=slug, defaults={"name_fi": "Hyvinvointialue", **fields})[0]


def make_service(slug: str, **fields: Any) -> Service:
    """A published service of the county, unless the fields say otherwise."""
    told = {"status": Service.Status.PUBLISHED, "name_fi": slug.replace("-", " ").capitalize(), **fields}
    told.setdefault("provider", make_provider())
    return Service.objects.create(slug=slug, **told)
