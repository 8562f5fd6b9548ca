"""Staff accounts, units and roles: kept by administrators, every change audited and in force at once.

allauth's own pages about e-mail addresses and second steps stay closed: they change things unrecorded.
"""

from typing import Any, ClassVar

from allauth.account.decorators import reauthentication_required
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.db import transaction
from django.db.models import QuerySet
from django.forms import BaseModelForm, BaseModelFormSet
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from accounts.confirmation import confirmed
from accounts.models import Language, Membership, Unit, User
from accounts.second_step import reset_second_step
from accounts.selectors import ended_memberships, signed_in
from accounts.services import end_membership, record_password_change, save_membership, save_unit, save_user
from accounts.sessions import end_sessions
from core import clock
from core.templatetags.words import short_date

admin.site.unregister([EmailAddress, Authenticator])

# What would let somebody give themselves any right at all.
SUPERUSERS_ONLY = ("is_superuser", "groups", "user_permissions")


class MembershipForm(forms.ModelForm):
    """A role begins or ends; it never turns into another, so that the history stays true."""

    ends = forms.BooleanField(label=_("päättyy nyt"), required=False)

    class Meta:
        model = Membership
        fields = ("unit", "role")
        labels: ClassVar[dict[str, Any]] = {"unit": _("Yksikkö")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = self.instance.pk is not None
        self.fields["unit"].disabled = self.fields["role"].disabled = held
        self.fields["ends"].disabled = not held


class MembershipInline(admin.TabularInline):
    model = Membership
    form = MembershipForm
    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).filter(ended_at__isnull=True)


class StaffUserForm(UserChangeForm):
    languages = forms.MultipleChoiceField(
        label=_("Palvelukielet"), choices=Language.choices, widget=forms.CheckboxSelectMultiple
    )


@admin.register(User)
class StaffUserAdmin(UserAdmin):
    form = StaffUserForm
    ordering = ("last_name", "first_name")
    list_display = ("email", "first_name", "last_name", "is_active", "is_staff")
    list_filter = ("is_active", "memberships__unit", "memberships__role")
    search_fields = ("email", "first_name", "last_name")
    filter_horizontal = ("groups", "user_permissions")
    inlines = (MembershipInline,)
    actions = ("reset_second_steps", "end_all_sessions")
    fieldsets = (
        (None, {"fields": ("email", "password", "first_name", "last_name", "language", "languages")}),
        (_("Nimike"), {"fields": ("title_fi", "title_sv", "title_en", "profession")}),
        (_("Oikeudet"), {"fields": ("is_active", "is_staff", *SUPERUSERS_ONLY)}),
        (_("Aiemmat roolit"), {"fields": ("former_roles",)}),
    )
    add_fieldsets = ((None, {"fields": ("email", "first_name", "last_name", "password1", "password2")}),)

    # -- who may ----------------------------------------------------------------------------------

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        closed = () if signed_in(request).is_superuser else SUPERUSERS_ONLY
        own = ("is_active",) if obj == request.user else ()  # nobody locks themselves out by mistake
        return ("former_roles", *closed, *own)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        if obj is not None and obj.is_superuser and not signed_in(request).is_superuser:
            return False  # whoever sets a password can become the one it belongs to
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False  # an account is switched off, never removed: what it did stays signed

    # -- sensitive acts, each confirmed -------------------------------------------------------------

    @method_decorator(confirmed)
    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().changeform_view(request, *args, **kwargs)
        return response

    @method_decorator(reauthentication_required(allow_get=True))
    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().changelist_view(request, *args, **kwargs)
        return response

    @method_decorator(confirmed)
    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        with transaction.atomic():
            response: HttpResponse = super().user_change_password(request, id, form_url)
            changed = self.get_object(request, id) if response.status_code == 302 else None
            if isinstance(changed, User):
                by = signed_in(request)
                keep = request.session.session_key if changed == by else None
                record_password_change(user=changed, by=by, keep=keep, now=clock.now())
        return response

    # -- what is done -------------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: User, form: BaseModelForm, change: bool) -> None:
        save_user(user=obj, by=signed_in(request), changed=form.changed_data, now=clock.now())

    def save_formset(self, request: HttpRequest, form: Any, formset: BaseModelFormSet, change: bool) -> None:
        by, now = signed_in(request), clock.now()
        formset.save(commit=False)
        for row in formset.forms:
            if row.instance.pk is None and row.has_changed():
                save_membership(membership=row.instance, by=by, now=now)
            elif row.cleaned_data.get("ends"):
                end_membership(membership=row.instance, by=by, now=now)

    @admin.action(description=_("Nollaa kaksivaiheinen kirjautuminen (puhelin kadonnut)"))
    def reset_second_steps(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        done = [
            user.full_name
            for user in queryset
            if self.has_change_permission(request, user)
            and reset_second_step(user=user, by=signed_in(request), now=clock.now())
        ]
        self._tell(request, done)

    @admin.action(description=_("Kirjaa ulos kaikkialta"))
    def end_all_sessions(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        by, keep = signed_in(request), request.session.session_key
        done = [
            user.full_name
            for user in queryset
            if self.has_change_permission(request, user) and end_sessions(user=user, by=by, keep=keep, now=clock.now())
        ]
        self._tell(request, done)

    def _tell(self, request: HttpRequest, done: list[str]) -> None:
        words = _("Tehty: %(names)s.") % {"names": ", ".join(done)} if done else _("Ei ollut mitään tehtävää.")
        self.message_user(request, words, messages.SUCCESS if done else messages.INFO)

    @admin.display(description=_("Aiemmat roolit"))
    def former_roles(self, obj: User) -> str:
        ended = [
            f"{role.unit}: {role.get_role_display()} ({short_date(role.ended_at)})" for role in ended_memberships(obj)
        ]
        return "; ".join(ended) or "–"


@admin.register(Unit)
class UnitAdmin(admin.ModelAdmin):
    list_display = ("name_fi", "slug", "is_front_door")

    def save_model(self, request: HttpRequest, obj: Unit, form: BaseModelForm, change: bool) -> None:
        save_unit(unit=obj, by=signed_in(request), changed=form.changed_data, now=clock.now())

    def has_delete_permission(self, request: HttpRequest, obj: Unit | None = None) -> bool:
        return False  # the record speaks of units by their number
