"""What every admin page of reference data shares: who may, languages side by side, each change in the audit record."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db import models, transaction
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from accounts.selectors import signed_in
from audit.codes import AuditCode
from audit.services import record, staff_member
from catalogue.permissions import may_edit_reference_data
from core import clock


def in_three(title: Any, *names: str) -> Any:
    """A fieldset of an admin form: each text in Finnish, Swedish and English beside each other."""
    return (title, {"fields": [(f"{name}_fi", f"{name}_sv", f"{name}_en") for name in names], "classes": ["in-three"]})


class Part(admin.StackedInline):
    """Rows that belong to a page of reference data, open to whoever may edit the page."""

    extra = 0
    classes = ("part",)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_edit_reference_data(request.user)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_edit_reference_data(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_edit_reference_data(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_edit_reference_data(request.user)


class ReferenceDataAdmin(admin.ModelAdmin):
    """Pages for data that is nobody's own: open to catalogue admins only; each change leaves an audit event."""

    formfield_overrides: ClassVar[dict[type[models.Field], dict[str, Any]]] = {
        models.URLField: {"assume_scheme": "https"}
    }

    class Media:
        css: ClassVar[dict[str, list[str]]] = {"all": ["catalogue/admin.css"]}
        js: ClassVar[list[str]] = ["catalogue/admin-labels.js"]

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
