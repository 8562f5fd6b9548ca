"""Who offers services, where, and through which channels."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from catalogue.admin.hours import HolidayAdmin
from catalogue.admin.kept import KeptAdmin
from catalogue.admin.reference_data import in_three
from catalogue.models import Channel, Location, Provider


@admin.register(Provider)
class ProviderAdmin(KeptAdmin):
    list_display = ("name_fi", "kind", "municipality")
    list_filter = ("kind",)
    list_select_related = ("municipality",)
    search_fields = ("name_fi", "name_sv", "name_en")
    autocomplete_fields = ("municipality",)
    fieldsets = (
        (None, {"fields": [("slug", "kind", "municipality"), "url"]}),
        in_three(_("Tekstit"), "name", "description"),
    )


@admin.register(Location)
class LocationAdmin(HolidayAdmin):
    list_display = ("name_fi", "street_fi", "municipality", "phone")
    list_filter = ("municipality",)
    list_select_related = ("municipality",)
    search_fields = ("name_fi", "name_sv", "street_fi")
    autocomplete_fields = ("provider", "municipality")
    fieldsets = (
        (None, {"fields": [("slug", "provider"), ("postal_code", "municipality"), ("lat", "lon"), ("phone", "email")]}),
        in_three(_("Tekstit"), "name", "street", "arrival", "accessibility"),
        (_("Aukiolo"), {"fields": [("open_on_holidays", "by_appointment")]}),
    )


@admin.register(Channel)
class ChannelAdmin(HolidayAdmin):
    list_display = ("kind", "value", "name_fi")
    list_display_links = ("kind", "value")
    list_filter = ("kind",)
    search_fields = ("value", "name_fi")
    fieldsets = (
        (None, {"fields": [("kind", "value", "charge")]}),
        in_three(_("Tekstit"), "name", "note"),
        (_("Aukiolo"), {"fields": [("open_on_holidays", "by_appointment")]}),
    )
