"""The catalogue in Django's admin."""

from catalogue.admin import services, small
from catalogue.admin.reference_data import ReferenceDataAdmin, in_three

__all__ = ["ReferenceDataAdmin", "in_three", "services", "small"]
