"""The part of an address that a record is given when it comes, and keeps for good."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.text import slugify

LIMIT = 120
_OWN = 8  # digits of the record's id that tell two of the same name apart


def free_slugs(model: Any, names: Mapping[UUID, str]) -> dict[UUID, str]:
    """A slug for each, free in the table and among themselves."""
    wished = {one: slugify(name)[: LIMIT - _OWN - 1].strip("-") for one, name in names.items()}
    taken = set(model.objects.filter(slug__in=set(wished.values())).values_list("slug", flat=True))
    given = {}
    for one, slug in wished.items():
        if not slug or slug in taken:
            slug = f"{slug}-{one.hex[:_OWN]}".strip("-")
            # Eight digits alike and the same name: then the whole id.
            if slug in taken or model.objects.filter(slug=slug).exists():
                slug = one.hex
        taken.add(slug)
        given[one] = slug
    return given
