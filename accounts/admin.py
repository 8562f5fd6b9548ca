"""Staff accounts, units and roles: kept by administrators, every change audited."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.forms import BaseModelForm, BaseModelFormSet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Unit, User
from accounts.services import save_membership, save_user
from core import clock


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0
    can_delete = False


@admin.register(User)
class StaffUserAdmin(UserAdmin):
    ordering = ("last_name", "first_name")
    list_display = ("email", "first_name", "last_name", "is_active", "is_staff")
    list_filter = ("is_active", "memberships__unit", "memberships__role")
    search_fields = ("email", "first_name", "last_name")
    filter_horizontal = ("groups", "user_permissions")
    inlines = (MembershipInline,)
    fieldsets = (
        (None, {"fields": ("email", "password", "first_name", "last_name", "language")}),
        (_("Nimike"), {"fields": ("title_fi", "title_sv", "title_en")}),
        (_("Oikeudet"), {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "first_name", "last_name", "password1", "password2")}),)

    def save_model(self, request: HttpRequest, obj: User, form: BaseModelForm, change: bool) -> None:
        assert isinstance(request.user, User)
        save_user(user=obj, by=request.user, now=clock.now())

    def save_formset(self, request: HttpRequest, form: Any, formset: BaseModelFormSet, change: bool) -> None:
        assert isinstance(request.user, User)
        for membership in formset.save(commit=False):
            save_membership(membership=membership, by=request.user, now=clock.now())
        formset.save_m2m()

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False  # an account is switched off, never removed: what it did stays signed


@admin.register(Unit)
class UnitAdmin(admin.ModelAdmin):
    list_display = ("name_fi", "slug", "is_front_door")
