"""The catalogue in Django's admin."""

from catalogue.admin import changes, imports, lists, local_edits, places, searches, services, small
from catalogue.admin.reference_data import ReferenceDataAdmin, in_three

__all__ = [
    "ReferenceDataAdmin",
    "changes",
    "imports",
    "in_three",
    "lists",
    "local_edits",
    "places",
    "searches",
    "services",
    "small",
]
