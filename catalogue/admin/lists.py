"""Municipalities and counties, and the terms of national code lists."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from catalogue.admin.reference_data import ReferenceDataAdmin, in_three
from catalogue.models import Area, Code


@admin.register(Area)
class AreaAdmin(ReferenceDataAdmin):
    list_display = ("name_fi", "name_sv", "kind", "code", "county")
    list_filter = ("kind", "county")
    list_select_related = ("county",)
    search_fields = ("name_fi", "name_sv", "code")
    autocomplete_fields = ("county",)
    fieldsets = (
        (None, {"fields": [("kind", "code", "county")]}),
        in_three(_("Nimet"), "name"),
    )


@admin.register(Code)
class CodeAdmin(ReferenceDataAdmin):
    list_display = ("name_fi", "name_sv", "scheme", "notation")
    list_filter = ("scheme",)
    search_fields = ("name_fi", "name_sv", "notation", "uri")
    autocomplete_fields = ("broader",)
    show_full_result_count = False
    fieldsets = (
        (None, {"fields": [("scheme", "notation"), "uri", "broader"]}),
        in_three(_("Nimet"), "name"),
    )
