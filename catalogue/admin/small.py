"""Life situations, topics and the numbers for an emergency."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from catalogue.admin.kept import KeptAdmin
from catalogue.admin.reference_data import in_three
from catalogue.models import EmergencyContact, LifeSituation, Topic


@admin.register(LifeSituation)
class LifeSituationAdmin(KeptAdmin):
    list_display = ("name_fi", "name_sv", "name_en", "order")
    fieldsets = (
        (None, {"fields": [("slug", "icon", "order")]}),
        in_three(_("Tekstit"), "name", "intro"),
    )


@admin.register(Topic)
class TopicAdmin(KeptAdmin):
    list_display = ("name_fi", "name_sv", "name_en", "situation", "order")
    list_select_related = ("situation",)
    fieldsets = (
        (None, {"fields": [("slug", "order", "situation")]}),
        in_three(_("Tekstit"), "name"),
    )


@admin.register(EmergencyContact)
class EmergencyContactAdmin(KeptAdmin):
    list_display = ("name_fi", "phone_fi", "url", "checked_on", "order")
    fieldsets = (
        (None, {"fields": [("url", "order", "checked_on")]}),
        in_three(_("Tekstit"), "name", "phone", "note"),
    )
