"""Words of the relationship's page on the desk."""

from django import template
from django.utils.translation import gettext as _

from guidance.models import ClientRelationship
from guidance.relationship_page import Family

register = template.Library()


@register.filter
def family_name(relationship: Family | ClientRelationship) -> str:
    """The identified client's name; for everybody else what an anonymous family is called."""
    return relationship.person.full_name if relationship.person else _("Nimetön")


def _full_name(row: Family, who: str) -> str:
    return f"{getattr(row, f'{who}_first_name')} {getattr(row, f'{who}_last_name')}".strip()


@register.filter
def standing_name(row: Family) -> str:
    return _full_name(row, "standing")


@register.filter
def asked_name(row: Family) -> str:
    return _full_name(row, "asked")


@register.filter
def turn_name(row: Family) -> str:
    return _full_name(row, "turn")
