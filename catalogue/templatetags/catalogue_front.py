"""What the admin's front page tells whoever keeps the catalogue."""

from typing import Any

from django import template

from catalogue.permissions import may_edit_reference_data
from catalogue.todo import Waiting, last_import, waiting_for_admins
from core import clock

register = template.Library()


@register.simple_tag
def catalogue_waiting(user: Any) -> list[Waiting]:
    return waiting_for_admins(clock.now()) if may_edit_reference_data(user) else []


@register.simple_tag
def catalogue_last_import(user: Any) -> tuple[str, str] | None:
    return last_import() if may_edit_reference_data(user) else None
