"""The catalogue in Django's admin: the three languages side by side, every change in the audit record."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db import models, transaction
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.selectors import signed_in
from audit.codes import AuditCode
from audit.services import record, staff_member
from catalogue.models import EmergencyContact, LifeSituation, Service, Topic
from catalogue.permissions import may_edit_reference_data
from core import clock


def in_three(title: Any, *names: str) -> Any:
    """A fieldset of an admin form: each text in Finnish, Swedish and English beside each other."""
    return (title, {"fields": [(f"{name}_fi", f"{name}_sv", f"{name}_en") for name in names], "classes": ["in-three"]})


class ReferenceDataAdmin(admin.ModelAdmin):
    """Pages for data that is nobody's own: open to catalogue admins only; each change leaves an audit event."""

    formfield_overrides: ClassVar[dict[type[models.Field], dict[str, Any]]] = {
        models.URLField: {"assume_scheme": "https"}
    }

    class Media:
        css: ClassVar[dict[str, list[str]]] = {"all": ["catalogue/admin.css"]}

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_edit_reference_data(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_edit_reference_data(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_edit_reference_data(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_edit_reference_data(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_edit_reference_data(request.user)

    def save_model(self, request: HttpRequest, obj: models.Model, form: ModelForm, change: bool) -> None:
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            self._record(request, obj, "changed" if change else "added", sorted(form.changed_data))

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        with transaction.atomic():
            self._record(request, obj, "removed")
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        with transaction.atomic():
            for obj in queryset:
                self._record(request, obj, "removed")
            super().delete_queryset(request, queryset)

    @staticmethod
    def _record(request: HttpRequest, obj: models.Model, act: str, fields: list[str] | None = None) -> None:
        record(
            code=AuditCode.REFERENCE_DATA_CHANGED,
            actor=staff_member(signed_in(request).pk),
            object_type=obj._meta.label_lower,
            object_id=obj.pk,
            now=clock.now(),
            data={"act": act, **({"fields": fields} if fields else {})},
        )


@admin.register(LifeSituation)
class LifeSituationAdmin(ReferenceDataAdmin):
    list_display = ("name_fi", "name_sv", "name_en", "order")
    fieldsets = (
        (None, {"fields": [("slug", "icon", "order")]}),
        in_three(_("Tekstit"), "name", "intro"),
    )


@admin.register(Topic)
class TopicAdmin(ReferenceDataAdmin):
    list_display = ("name_fi", "name_sv", "name_en", "situation", "order")
    list_select_related = ("situation",)
    fieldsets = (
        (None, {"fields": [("slug", "order", "situation")]}),
        in_three(_("Tekstit"), "name"),
    )


@admin.register(Service)
class ServiceAdmin(ReferenceDataAdmin):
    list_display = ("name_fi", "provider_fi", "published", "checked_on", "order")
    list_filter = ("published", "situations")
    search_fields = ("name_fi", "name_sv", "name_en", "keywords_fi")
    filter_horizontal = ("situations",)
    fieldsets = (
        (None, {"fields": [("slug", "order"), ("published", "checked_on"), "situations"]}),
        in_three(_("Mistä on kyse"), "name", "summary", "text", "audience", "keywords"),
        in_three(_("Järjestäminen"), "provider", "price", "hours", "area"),
        (_("Yhteystiedot"), {"fields": [("phone", "email", "url")]}),
    )


@admin.register(EmergencyContact)
class EmergencyContactAdmin(ReferenceDataAdmin):
    list_display = ("name_fi", "phone_fi", "url", "checked_on", "order")
    fieldsets = (
        (None, {"fields": [("url", "order", "checked_on")]}),
        in_three(_("Tekstit"), "name", "phone", "note"),
    )
