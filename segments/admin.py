"""Services that are suggested to families of a segment, in Django's admin. Nothing of a family is here."""

from django.contrib import admin

from catalogue.admin import ReferenceDataAdmin
from segments.models import SegmentSuggestion


@admin.register(SegmentSuggestion)
class SegmentSuggestionAdmin(ReferenceDataAdmin):
    list_display = ("segment", "service", "order")
    list_display_links = ("service",)
    list_filter = ("segment",)
    list_select_related = ("service",)
    autocomplete_fields = ("service",)
    fieldsets = ((None, {"fields": [("segment", "service", "order")], "classes": ["in-three"]}),)
