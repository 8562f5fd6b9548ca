"""Services, who offers them, where and how one reaches them."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from catalogue.admin.reference_data import ReferenceDataAdmin, in_three
from catalogue.models import Channel, ExceptionalDay, Location, Provider, Service, WeeklyHours


class WeeklyHoursInline(admin.TabularInline):
    model = WeeklyHours
    extra = 0
    fields = ("weekday", "opens_minute", "closes_minute", "valid_from", "valid_to")


class ExceptionalDayInline(admin.TabularInline):
    model = ExceptionalDay
    extra = 0
    fields = ("date", "opens_minute", "closes_minute", "reason_fi", "reason_sv", "reason_en")


@admin.register(Provider)
class ProviderAdmin(ReferenceDataAdmin):
    list_display = ("name_fi", "kind", "municipality")
    list_select_related = ("municipality",)
    search_fields = ("name_fi", "name_sv", "name_en")
    fieldsets = (
        (None, {"fields": [("slug", "kind", "municipality"), "url"]}),
        in_three(_("Tekstit"), "name", "description"),
    )


@admin.register(Location)
class LocationAdmin(ReferenceDataAdmin):
    list_display = ("name_fi", "street_fi", "municipality", "phone")
    list_select_related = ("municipality",)
    search_fields = ("name_fi", "name_sv", "street_fi")
    autocomplete_fields = ("provider",)
    inlines = (WeeklyHoursInline, ExceptionalDayInline)
    fieldsets = (
        (None, {"fields": [("slug", "provider"), ("postal_code", "municipality"), ("lat", "lon"), ("phone", "email")]}),
        in_three(_("Tekstit"), "name", "street", "arrival", "accessibility"),
        (_("Aukiolo"), {"fields": [("open_on_holidays", "by_appointment")]}),
    )


@admin.register(Channel)
class ChannelAdmin(ReferenceDataAdmin):
    list_display = ("kind", "value", "name_fi")
    list_filter = ("kind",)
    search_fields = ("value", "name_fi")
    inlines = (WeeklyHoursInline, ExceptionalDayInline)
    fieldsets = (
        (None, {"fields": [("kind", "value", "charge")]}),
        in_three(_("Tekstit"), "name", "note"),
        (_("Aukiolo"), {"fields": [("open_on_holidays", "by_appointment")]}),
    )


class ServiceLocationInline(admin.TabularInline):
    model = Service.locations.through
    extra = 0
    autocomplete_fields = ("location",)


class ServiceChannelInline(admin.TabularInline):
    model = Service.channels.through
    extra = 0
    autocomplete_fields = ("channel",)


@admin.register(Service)
class ServiceAdmin(ReferenceDataAdmin):
    list_display = ("name_fi", "provider", "status", "reviewed_on")
    list_select_related = ("provider",)
    list_filter = ("status", "situations")
    search_fields = ("name_fi", "name_sv", "name_en", "keywords_fi")
    autocomplete_fields = ("provider",)
    filter_horizontal = ("situations",)
    inlines = (ServiceLocationInline, ServiceChannelInline)
    fieldsets = (
        (None, {"fields": [("slug", "status", "order"), ("provider", "reviewed_on"), "situations"]}),
        in_three(
            _("Mistä on kyse"), "name", "alternative_names", "summary", "description", "for_whom", "not_for_whom",
            "how_to", "keywords",
        ),
        in_three(_("Hinta ja jonotus"), "price", "waiting"),
        (None, {"fields": [("price_kind", "waiting_weeks", "full"), ("age_from", "age_to", "languages"), "safety"]}),
        in_three(_("Ohjaajille"), "tip"),
    )  # fmt: skip
